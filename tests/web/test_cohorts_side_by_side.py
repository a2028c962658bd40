"""Cohorts side by side: by role, by month of life, and as quick for twelve as for one."""

from __future__ import annotations

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from tests.web.test_cockpit import MOST_QUERIES, more_pairs, queries_for, words_of
from viceversa.journey.models import Meeting
from viceversa.pairing.models import Pair
from viceversa.programmes.models import Cohort, Programme

PATH = "/insights/side-by-side/"


def cohorts(northmoor, numbers: range) -> None:
    for number in numbers:
        Cohort.objects.create(
            programme=northmoor.programme,
            name=f"Round {number}",
            starts_on=date(2025, 1, 1) + timedelta(days=number),
            ends_on=date(2025, 9, 30),
        )


def test_the_coordinator_reads_their_own_cohorts_exactly(northmoor, clock):
    more_pairs(northmoor, clock, 3)
    Meeting.objects.filter(title="Talk", number=1).update(state=Meeting.State.HELD, held_at=clock())
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.EXITED)
    cohorts(northmoor, range(2))
    answer = northmoor.sign_in(Client(), "coordinator").get(PATH)
    rows = answer.context["rows"]
    assert [row.row.cohort.name for row in rows] == ["Spring 2026", "Round 1", "Round 0"]
    assert (rows[0].pairs, rows[0].met, rows[0].held, rows[0].ended) == ("4", "3", "50 %", "1")
    assert [cell.words for cell in rows[0].months] == ["–", "50 %"]
    assert "Other Voices" not in words_of(answer)


def test_a_sponsor_reads_from_ten_on_and_not_how_few_ended(northmoor, clock):
    more_pairs(northmoor, clock, 11)
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.EXITED)
    cohorts(northmoor, range(1))
    spring, other = northmoor.sign_in(Client(), "sponsor").get(PATH).context["rows"]
    assert (spring.pairs, spring.ended) == ("12", "fewer than 10")
    assert (other.invited, other.pairs) == ("not shown", "fewer than 10")


def test_whoever_reads_no_programme_learns_of_none(northmoor):
    for persona in ("mentor", "coordinator_elsewhere", "administrator", "outsider"):
        answer = northmoor.sign_in(Client(), persona).get(PATH)
        assert "Fresh Eyes" not in words_of(answer).replace("Pairs of Fresh Eyes", "")


def test_a_draft_has_nothing_to_compare(northmoor):
    Programme.objects.update(state=Programme.State.DRAFT)
    answer = words_of(northmoor.sign_in(Client(), "coordinator").get(PATH))
    assert "There is no cohort to compare yet" in answer
    assert reverse("programme_list") in answer


def test_the_page_asks_as_often_for_one_cohort_as_for_twelve(northmoor, clock):
    coordinator = northmoor.sign_in(Client(), "coordinator")
    more_pairs(northmoor, clock, 2)
    few = queries_for(coordinator, PATH)
    cohorts(northmoor, range(11))
    assert queries_for(coordinator, PATH) == few <= MOST_QUERIES


def test_the_sponsor_reads_what_is_asked_of_them_and_that_nothing_is_measured_yet(northmoor):
    path = reverse("programme_insights", args=[northmoor.programme.public_id])
    answer = words_of(northmoor.sign_in(Client(), "sponsor").get(path))
    assert "What it asks of you" in answer
    assert "Not measured yet" in answer
    assert "It is too early to decide" in answer
    assert "What it asks of you" not in words_of(northmoor.sign_in(Client(), "analyst").get(path))
