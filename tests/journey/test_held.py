"""Held or not, and the minute afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.models import Event
from viceversa.journey.actions import MeetingAnsweredFor, MeetingNotOpen, check_in, say_held
from viceversa.journey.models import CheckIn, Meeting
from viceversa.pairing.models import Pair

ANSWERS = {"could_say": 4, "useful": 5, "taught": "both", "wants_contact": False}


@pytest.fixture
def meeting(northmoor: Northmoor, clock: MovableClock) -> Meeting:
    """Planned for Thursday; it is Thursday afternoon."""
    clock.now = northmoor.meeting.starts_at + timedelta(hours=5)
    return northmoor.meeting


@pytest.fixture
def say(northmoor: Northmoor, clock: MovableClock):
    def _say(meeting: Meeting, *, held: bool, by: str = "mentor") -> Meeting:
        return say_held(meeting=meeting, held=held, by=northmoor.users[by], now=clock())

    return _say


@pytest.fixture
def answer(northmoor: Northmoor, clock: MovableClock):
    def _answer(meeting: Meeting, *, by: str = "mentor", **changes) -> CheckIn:
        answers = ANSWERS | changes
        person, user = northmoor.people[by], northmoor.users[by]
        return check_in(meeting=meeting, person=person, by=user, now=clock(), **answers)

    return _answer


def verbs(meeting: Meeting) -> list[str]:
    return list(Event.objects.filter(object_id=meeting.public_id).order_by("pk").values_list("verb", flat=True))


def test_held_is_dated_by_the_meeting_and_not_by_who_says_so_when(meeting, say):
    said = say(meeting, held=True)
    assert (said.state, said.held_at) == (Meeting.State.HELD, meeting.starts_at)
    assert verbs(meeting) == ["meeting.held"]


def test_said_by_both_it_is_written_down_once(meeting, say):
    first, second = say(meeting, held=True), say(meeting, held=True, by="mentee")
    assert first.version == second.version
    assert verbs(meeting) == ["meeting.held"]


def test_it_can_be_corrected_both_ways_before_anybody_answers_the_minute(meeting, say):
    say(meeting, held=True)
    missed = say(meeting, held=False, by="mentee")
    assert (missed.state, missed.held_at) == (Meeting.State.MISSED, None)
    assert say(meeting, held=True).held_at == meeting.starts_at
    assert verbs(meeting) == ["meeting.held", "meeting.missed", "meeting.held"]


@pytest.mark.parametrize("held", [True, False])
def test_what_has_not_begun_was_neither_held_nor_missed(northmoor, meeting, say, clock, held):
    clock.now = meeting.starts_at - timedelta(minutes=1)
    with pytest.raises(MeetingNotOpen):
        say(meeting, held=held)


def test_two_who_met_without_a_date_can_say_so_but_cannot_have_missed_it(meeting, say, clock):
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.UNPLANNED, starts_at=None)
    with pytest.raises(MeetingNotOpen):
        say(meeting, held=False)
    assert say(meeting, held=True).held_at == clock()


def test_a_meeting_called_off_stays_called_off(meeting, say):
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CANCELLED)
    with pytest.raises(MeetingNotOpen):
        say(meeting, held=True)


def test_without_trials_the_first_meeting_held_makes_the_pair_active_and_a_missed_one_does_not(meeting, say):
    programme = meeting.pair.cohort.programme
    programme.has_trial = False
    programme.save(update_fields=["has_trial"])
    Pair.objects.filter(pk=meeting.pair_id).update(state=Pair.State.TRIAL)
    say(meeting, held=False)
    assert Pair.objects.get(pk=meeting.pair_id).state == Pair.State.TRIAL
    say(meeting, held=True)
    assert Pair.objects.get(pk=meeting.pair_id).state == Pair.State.ACTIVE


def test_a_meeting_held_wakes_no_pair_that_is_paused(meeting, say):
    Pair.objects.filter(pk=meeting.pair_id).update(state=Pair.State.PAUSED)
    say(meeting, held=True)
    assert Pair.objects.get(pk=meeting.pair_id).state == Pair.State.PAUSED


def test_the_minute_opens_once_the_meeting_is_written_down_as_held(meeting, say, answer):
    with pytest.raises(MeetingNotOpen):
        answer(meeting)
    say(meeting, held=False)
    with pytest.raises(MeetingNotOpen):
        answer(meeting)
    assert not CheckIn.objects.exists()
    say(meeting, held=True)
    assert answer(meeting).could_say == 4


def test_each_of_the_two_has_one_minute_and_sending_again_changes_it(meeting, say, answer):
    say(meeting, held=True)
    answer(meeting)
    answer(meeting, could_say=2)
    answer(meeting, by="mentee")
    assert CheckIn.objects.count() == 2
    assert CheckIn.objects.get(person__given_name="Priya").could_say == 2


def test_a_meeting_somebody_answered_for_cannot_be_unsaid(meeting, say, answer):
    say(meeting, held=True)
    answer(meeting)
    with pytest.raises(MeetingAnsweredFor):
        say(meeting, held=False, by="mentee")
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.HELD


def test_asking_for_contact_again_opens_the_request_again(meeting, say, answer, clock):
    say(meeting, held=True)
    first = answer(meeting, wants_contact=True)
    CheckIn.objects.filter(pk=first.pk).update(contacted_at=clock())
    assert answer(meeting, wants_contact=True).contacted_at is None


def test_the_event_tells_nothing_of_the_answers_not_even_the_wish_for_contact(meeting, say, answer):
    say(meeting, held=True)
    answer(meeting, wants_contact=True)
    event = Event.objects.get(verb="checkin.given")
    assert event.facts == {}
