"""The one thing to do now, from most pressing to none at all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from viceversa.journey.models import CheckIn, Meeting
from viceversa.journey.today import Rest, Task, today_for
from viceversa.pairing.models import Pair, Proposal
from viceversa.pairing.models.proposal import ProposalAnswer
from viceversa.programmes.models import Enrolment

LONDON = "Europe/London"


def today_of(northmoor, persona, clock):
    return today_for(northmoor.people[persona], now=clock(), time_zone=LONDON)


def task_of(northmoor, persona, clock):
    to_do = today_of(northmoor, persona, clock).to_do
    return to_do.task if to_do else None


def propose(northmoor, clock, **changes):
    """A second proposal to the mentor, with somebody of the same cohort."""
    columns = {
        "run": northmoor.run,
        "mentor": northmoor.enrolments["mentor"],
        "mentee": northmoor.enrolments["same_programme_mentee"],
        "score": 0.7,
        "criteria": {},
        "state": Proposal.State.PROPOSED,
        "published_at": clock(),
        "answer_by": clock() + timedelta(days=7),
    }
    return Proposal.objects.create(**(columns | changes))


def test_two_days_before_a_meeting_one_prepares_it_with_the_programme_s_words(northmoor, clock):
    to_do = today_of(northmoor, "mentor", clock).to_do
    assert (to_do.task, to_do.meeting) == (Task.PREPARE, northmoor.meeting)
    assert to_do.preparation == northmoor.programme.meeting_plan(1)["prepare_mentor"]
    other_side = today_of(northmoor, "mentee", clock).to_do
    assert other_side.preparation == northmoor.programme.meeting_plan(1)["prepare_mentee"]


def test_a_meeting_three_weeks_away_asks_nothing_yet(northmoor, clock):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(starts_at=clock() + timedelta(days=21))
    today = today_of(northmoor, "mentor", clock)
    assert (today.to_do, today.rest) == (None, Rest.UNTIL_MEETING)
    assert today.appointment[1] == northmoor.meeting


def test_a_meeting_without_a_date_wants_one(northmoor, clock):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state="unplanned", starts_at=None)
    assert task_of(northmoor, "mentee", clock) is Task.PLAN


def test_a_meeting_that_is_over_wants_to_be_confirmed(northmoor, clock):
    clock.now = northmoor.meeting.ends_at - timedelta(seconds=1)
    assert task_of(northmoor, "mentor", clock) is None  # it is under way
    clock.forward(seconds=1)
    assert task_of(northmoor, "mentor", clock) is Task.CONFIRM


def test_after_a_held_meeting_each_takes_their_own_minute_within_two_weeks(northmoor, clock):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state="held", held_at=clock())
    assert task_of(northmoor, "mentor", clock) is Task.CHECK_IN
    CheckIn.objects.create(
        meeting=northmoor.meeting, person=northmoor.people["mentor"], at=clock(), could_say=4, useful=4, taught="both"
    )
    assert task_of(northmoor, "mentor", clock) is None
    assert task_of(northmoor, "mentee", clock) is Task.CHECK_IN
    clock.forward(days=14)
    assert task_of(northmoor, "mentee", clock) is None


def test_a_proposal_comes_before_everything_and_goes_once_answered(northmoor, clock):
    proposal = propose(northmoor, clock)
    assert task_of(northmoor, "mentor", clock) is Task.ANSWER
    ProposalAnswer.objects.create(proposal=proposal, enrolment=northmoor.enrolments["mentor"], word="yes", at=clock())
    assert task_of(northmoor, "mentor", clock) is Task.PREPARE
    assert task_of(northmoor, "same_programme_mentee", clock) is Task.ANSWER


@pytest.mark.parametrize(
    "changes", [{"published_at": None, "state": "draft"}, {"state": "expired"}, {"state": "declined"}]
)
def test_a_proposal_that_is_not_open_is_not_mentioned(changes, northmoor, clock):
    propose(northmoor, clock, **changes)
    assert task_of(northmoor, "mentor", clock) is Task.PREPARE


@pytest.mark.parametrize("state", ["invited", "draft"])
def test_an_invitation_is_finished_first(state, northmoor, clock):
    Enrolment.objects.create(cohort=northmoor.cohort, person=northmoor.people["outsider"], role="mentor", state=state)
    assert task_of(northmoor, "outsider", clock) is Task.FINISH


@pytest.mark.parametrize(
    ("state", "rest"),
    [
        ("submitted", Rest.WAIT_FOR_MATCH),
        ("completed", Rest.OVER),
        ("declined", Rest.NOT_INVITED),
        ("withdrawn", Rest.NOT_INVITED),
    ],
)
def test_who_is_in_no_pair_reads_why_there_is_nothing_to_do(state, rest, northmoor, clock):
    Enrolment.objects.create(cohort=northmoor.cohort, person=northmoor.people["outsider"], role="mentor", state=state)
    today = today_of(northmoor, "outsider", clock)
    assert (today.to_do, today.rest) == (None, rest)


def test_who_was_never_invited_is_told_so(northmoor, clock):
    assert today_of(northmoor, "outsider", clock).rest is Rest.NOT_INVITED


def test_an_ended_pair_asks_nothing_more(northmoor, clock):
    Pair.objects.filter(pk=northmoor.pair.pk).update(state="closed", ended_at=clock())
    today = today_of(northmoor, "mentor", clock)
    assert (today.to_do, today.appointment, today.pairs) == (None, None, ())


def test_the_line_of_months_says_what_became_of_each_meeting(northmoor, clock):
    states = [("held", 0), ("held", 2), ("missed", 0), ("unplanned", 0), ("unplanned", 0), ("cancelled", 0)]
    Meeting.objects.filter(pair=northmoor.pair).delete()
    for number, (state, moved) in enumerate(states, start=1):
        Meeting.objects.create(
            pair=northmoor.pair,
            number=number,
            title=str(number),
            due_on=date(2026, 2 + number, 25),
            state=state,
            times_moved=moved,
        )
    (pair,) = today_of(northmoor, "mentor", clock).pairs
    assert [month.state for month in pair.months] == ["held", "moved", "missed", "next", "plan"]
    assert (pair.moved, pair.view.held) == (1, 2)
    assert pair.months[0].on == date(2026, 3, 25)


def test_a_month_is_the_one_on_the_reader_s_own_clock(northmoor, clock):
    last_minute_of_june = clock().replace(day=30, hour=23, minute=30)
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(starts_at=last_minute_of_june)
    months = {}
    for zone in ("UTC", "Asia/Tokyo"):
        (pair,) = today_for(northmoor.people["mentor"], now=clock(), time_zone=zone).pairs
        months[zone] = pair.months[0].on.month
    assert months == {"UTC": 6, "Asia/Tokyo": 7}


def test_only_the_mentee_has_somebody_who_moves_dates(northmoor, clock):
    assert today_of(northmoor, "mentee", clock).delegates == ("Marta Lind",)
    assert today_of(northmoor, "mentor", clock).delegates == ()
    clock.forward(days=201)
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(starts_at=clock() + timedelta(days=1))
    assert today_of(northmoor, "mentee", clock).delegates == ()
