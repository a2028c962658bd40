"""Pairs as their own two see them, and a delegate's dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import Northmoor, make_person
from tests.web.test_meetings import queries_of, words_on
from viceversa.journey.models import Delegation, Meeting
from viceversa.pairing.models import Pair
from viceversa.programmes.models import Enrolment

STORIES = "Storiescanary"


@pytest.fixture
def second(northmoor: Northmoor) -> Meeting:
    return Meeting.objects.create(pair=northmoor.pair, number=2, title=STORIES, due_on=date(2026, 7, 20))


@pytest.fixture
def priya(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "mentor")


@pytest.fixture
def marta(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "delegate")


@pytest.fixture
def at_pair(northmoor: Northmoor) -> str:
    return reverse("pair", args=[northmoor.pair.public_id])


def another_pair(northmoor: Northmoor, number: int, *, state: str = Pair.State.ACTIVE) -> Pair:
    """One more mentor for Henrik, with a planned meeting and two without a date."""
    mentor = make_person(f"m{number}", f"Mentor{number}", "Extra")
    enrolled = Enrolment.objects.create(
        cohort=northmoor.cohort,
        person=mentor,
        role="mentor",
        state="matched",
        invited_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    pair = Pair.objects.create(
        cohort=northmoor.cohort,
        mentor=enrolled,
        mentee=northmoor.enrolments["mentee"],
        state=state,
        formed_at=datetime(2026, 3, 20, tzinfo=UTC),
    )
    start = datetime(2026, 7, 1, 9, 0, tzinfo=UTC) + timedelta(days=number)
    Meeting.objects.create(
        pair=pair, number=1, title=f"{STORIES} {number}", due_on=start.date(), state="planned", starts_at=start
    )
    for place in (2, 3):
        Meeting.objects.create(pair=pair, number=place, title=f"{STORIES} {number}", due_on=start.date())
    return pair


def test_the_page_of_a_pair_begins_with_the_meeting_that_comes_next(northmoor, priya, second, at_pair):
    words = words_on(priya.get(at_pair))
    assert "You and Henrik Solberg" in words
    assert "Meeting 1 of 2" in words
    assert "Thursday 25 June, 09:30–10:30" in words
    assert "0 of 2 held" in words


def test_a_date_that_went_by_asks_whether_they_met_and_offers_no_move(northmoor, priya, at_pair, clock):
    clock.now = northmoor.meeting.starts_at + timedelta(hours=2)
    page = priya.get(at_pair)
    assert "Say whether you met" in words_on(page)
    assert "Move it" not in words_on(page)


def test_a_meeting_without_a_date_asks_for_one(northmoor, priya, second, at_pair):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state=Meeting.State.HELD)
    page = priya.get(at_pair)
    assert "1 of 2 held" in words_on(page)
    assert reverse("meeting_plan", args=[second.public_id]) in page.content.decode()


def test_a_pair_that_has_ended_says_so_and_asks_for_nothing(northmoor, priya, second, at_pair):
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.CLOSED)
    Meeting.objects.filter(pair=northmoor.pair).update(state=Meeting.State.CANCELLED)
    page = priya.get(at_pair)
    assert "This pair has come to its end" in words_on(page)
    assert "Choose a date" not in words_on(page)
    assert "/date/" not in page.content.decode()


def test_your_meetings_show_every_pair_running_ones_first(northmoor, client):
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.CLOSED)
    another_pair(northmoor, 1)
    words = words_on(northmoor.sign_in(client, "mentee").get(reverse("your_pairs")))
    assert words.index("You and Mentor1 Extra") < words.index("You and Priya Raman")


def test_whoever_has_no_pair_reads_when_meetings_will_stand_here(northmoor, client):
    for persona in ("outsider", "coordinator"):
        words = words_on(northmoor.sign_in(client, persona).get(reverse("your_pairs")))
        assert "Your meetings stand here once you and somebody else have said yes" in words


def test_staff_and_delegate_know_of_the_pair_and_may_not_read_it(northmoor, client, at_pair):
    for persona, status in {"coordinator": 403, "sponsor": 403, "delegate": 403, "other_mentor": 404}.items():
        assert northmoor.sign_in(client, persona).get(at_pair).status_code == status


# The delegate's dates --------------------------------------------------------------------------------


def shown_to(client: Client) -> list[tuple[str, bool]]:
    return [
        (date.partner.given_name, date.starts_at is not None) for date in client.get(reverse("dates")).context["dates"]
    ]


def test_dates_without_a_day_come_first_and_one_for_each_pair(northmoor, marta, second):
    another_pair(northmoor, 1)
    assert shown_to(marta) == [("Mentor1", False), ("Priya", False), ("Priya", True), ("Mentor1", True)]


def test_only_running_pairs_and_dates_to_come_are_shown(northmoor, marta, clock):
    another_pair(northmoor, 1, state=Pair.State.EXITED)
    assert shown_to(marta) == [("Priya", True)]
    clock.now = northmoor.meeting.starts_at + timedelta(minutes=1)
    assert shown_to(marta) == []
    assert "No dates to fix" in words_on(marta.get(reverse("dates")))


def test_the_dates_name_people_day_and_place_and_nothing_of_what_it_is_about(northmoor, marta, second):
    words = words_on(marta.get(reverse("dates")))
    assert "Reverse mentoring: Henrik Solberg and Priya Raman" in words
    assert "Thursday 25 June, 09:30 (Europe/London), 60 minutes, 4th-floor library" in words
    assert "No date yet around 20 July, 60 minutes" in words
    assert STORIES not in words
    assert northmoor.meeting.title not in words


def test_a_delegation_that_ended_shows_no_dates_any_more(northmoor, marta, clock):
    Delegation.objects.update(ended_at=clock())
    assert marta.get(reverse("dates")).status_code == 404
    assert marta.get(reverse("meeting_plan", args=[northmoor.meeting.public_id])).status_code == 404


@pytest.mark.parametrize(("persona", "name"), [("mentee", "your_pairs"), ("delegate", "dates")])
def test_a_page_asks_as_much_for_200_pairs_as_for_2(northmoor, client, persona, name):
    northmoor.sign_in(client, persona)
    another_pair(northmoor, 1)
    few = queries_of(client, reverse(name))
    for number in range(2, 60):
        another_pair(northmoor, number)
    assert queries_of(client, reverse(name)) == few <= 15


def test_the_page_of_a_pair_asks_as_much_for_200_meetings_as_for_2(northmoor, priya, second, at_pair):
    few = queries_of(priya, at_pair)
    Meeting.objects.bulk_create(
        Meeting(pair=northmoor.pair, number=number, title="More", due_on=date(2026, 7, 1)) for number in range(3, 201)
    )
    assert queries_of(priya, at_pair) == few <= 15
