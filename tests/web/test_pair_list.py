"""The list of pairs: its orders, and each meeting as a dot with its state in words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.web.test_cockpit import list_of, more_pairs, words_of
from viceversa.journey.models import Meeting
from viceversa.pairing.models import Pair

HELD, PLANNED = Meeting.State.HELD, Meeting.State.PLANNED


@pytest.fixture
def coordinator(northmoor):
    return northmoor.sign_in(Client(), "coordinator")


@pytest.fixture
def three(northmoor, clock):
    """Leaders Mentee000 to Mentee002: the first has met once and has no date, the last meets before the second."""
    Pair.objects.filter(cohort=northmoor.cohort).delete()
    more_pairs(northmoor, clock, 3)
    first, second, third = Pair.objects.filter(cohort=northmoor.cohort).order_by("mentee__person__family_name")
    Meeting.objects.filter(pair=first, number=1).update(state=HELD, held_at=clock())
    for pair, days in ((second, 9), (third, 3)):
        Meeting.objects.filter(pair=pair, number=1).update(state=PLANNED, starts_at=clock() + timedelta(days=days))


def leaders(answer) -> list[str]:
    found = re.findall(r'scope="row".*?Mentee(\d{3})</a>', answer.content.decode(), re.DOTALL)
    return [number[-1] for number in found]


@pytest.mark.parametrize(("sort", "expected"), [("", "012"), ("held", "120"), ("next", "210")])
def test_a_list_stands_in_the_order_asked_for(northmoor, coordinator, three, sort, expected):
    assert "".join(leaders(coordinator.get(f"{list_of(northmoor)}?sort={sort}"))) == expected


def test_only_a_date_that_lies_ahead_is_the_next(northmoor, coordinator, three, clock):
    assert words_of(coordinator.get(list_of(northmoor))).count("<time ") == 2
    clock.forward(days=4)
    assert words_of(coordinator.get(list_of(northmoor))).count("<time ") == 1


@pytest.mark.parametrize(
    ("columns", "looks", "words"),
    [
        ({"state": "held"}, "held", "held"),
        ({"state": "held", "times_moved": 1}, "moved", "moved, then held"),
        ({"state": "missed"}, "missed", "did not take place"),
        ({"state": "planned"}, "next", "planned"),
        ({"state": "unplanned"}, "next", "no date yet"),
        ({"state": "unplanned", "times_moved": 2}, "next", "no date yet"),
    ],
)
def test_each_meeting_is_a_dot_with_its_state_in_words(northmoor, coordinator, columns, looks, words):
    Pair.objects.filter(cohort=northmoor.cohort).exclude(pk=northmoor.pair.pk).delete()
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(**columns)
    answer = words_of(coordinator.get(list_of(northmoor)))
    dot = re.search(
        r'<li data-state="(\w+)"><span class="dot">.*?</span><span class="visually-hidden">(.*?)</span>', answer
    )
    assert dot is not None
    assert dot.groups() == (looks, f"Meeting {northmoor.meeting.number}: {words}")


def test_a_meeting_called_off_is_no_dot(northmoor, coordinator):
    Pair.objects.filter(cohort=northmoor.cohort).exclude(pk=northmoor.pair.pk).delete()
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state="cancelled")
    assert "Meeting" not in words_of(coordinator.get(list_of(northmoor))).split("data-dense")[1].split("</ol>")[0]


@pytest.mark.parametrize("show", ["", "late", "trial", "active", "ended", "nonsense"])
def test_a_list_knows_how_many_pairs_it_has(northmoor, coordinator, clock, show):
    more_pairs(northmoor, clock, 51)
    Pair.objects.filter(pk=northmoor.pair.pk).update(state="active")
    first, second = (coordinator.get(f"{list_of(northmoor)}?show={show}&page={page}") for page in (1, 2))
    count = first.context["page"].paginator.count
    rows = words_of(first).count('scope="row"') + (words_of(second).count('scope="row"') if count > 50 else 0)
    assert count == rows
