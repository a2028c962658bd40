"""Fixing and moving a date: first, moved, too late, too early, by a delegate, by somebody who was slower."""

# ruff: noqa: DTZ001 - a wall time has no zone of its own
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.models import Event
from viceversa.journey.actions import (
    DateInThePast,
    DateTooFar,
    MeetingChanged,
    MeetingNotOpen,
    Plan,
    open_journey,
    plan_meeting,
)
from viceversa.journey.models import Meeting
from viceversa.journey.wall_time import NoSuchTime
from viceversa.outbox.models import Job
from viceversa.pairing.models import Pair

THURSDAY = datetime(2026, 7, 2, 10, 0)


def plan_for(wall: datetime = THURSDAY, **changes) -> Plan:
    return Plan(**({"wall": wall, "time_zone": "Europe/London", "minutes": 60, "place": "Library"} | changes))


@pytest.fixture
def meeting(northmoor: Northmoor) -> Meeting:
    """The pair's second meeting, still without a date."""
    return Meeting.objects.create(pair=northmoor.pair, number=2, title="Stories", due_on=THURSDAY.date())


@pytest.fixture
def fix(northmoor: Northmoor, clock: MovableClock):
    def _fix(meeting: Meeting, plan: Plan | None = None, *, by: str = "mentor", version: int | None = None) -> Meeting:
        return plan_meeting(
            meeting=meeting,
            plan=plan or plan_for(),
            version=meeting.version if version is None else version,
            by=northmoor.users[by],
            now=clock(),
        )

    return _fix


def events_of(meeting: Meeting) -> list[str]:
    return list(Event.objects.filter(object_id=meeting.public_id).order_by("pk").values_list("verb", flat=True))


def invitations_of(meeting: Meeting) -> list[int]:
    jobs = Job.objects.filter(kind="meeting_invitation", facts__meeting=meeting.public_id).order_by("pk")
    return [job.facts["sequence"] for job in jobs]


def test_a_first_date_is_kept_in_utc_with_the_zone_it_was_said_in(meeting, fix):
    fix(meeting)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PLANNED
    assert meeting.starts_at == datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    assert (meeting.time_zone, meeting.minutes, meeting.place) == ("Europe/London", 60, "Library")
    assert (meeting.sequence, meeting.times_moved, meeting.version) == (1, 0, 2)
    assert events_of(meeting) == ["meeting.planned"]
    assert invitations_of(meeting) == [1]


def test_a_moved_date_counts_as_moved_and_a_new_room_does_not(meeting, fix):
    first = fix(meeting)
    moved = fix(first, plan_for(THURSDAY + timedelta(days=1)))
    roomier = fix(moved, plan_for(THURSDAY + timedelta(days=1), place="Room 2.11"))
    assert (roomier.sequence, roomier.times_moved) == (3, 1)
    assert events_of(meeting) == ["meeting.planned", "meeting.moved", "meeting.planned"]
    assert invitations_of(meeting) == [1, 2, 3]


def test_the_same_date_sent_twice_is_fixed_once_and_nobody_gets_a_second_invitation(meeting, fix):
    fix(meeting)
    again = fix(meeting, version=1)
    assert (again.sequence, again.version) == (1, 2)
    assert events_of(meeting) == ["meeting.planned"]
    assert invitations_of(meeting) == [1]


def test_whoever_is_slower_gets_the_date_that_stands_and_nothing_is_overwritten(meeting, fix):
    fix(meeting)
    with pytest.raises(MeetingChanged) as conflict:
        fix(meeting, plan_for(THURSDAY + timedelta(days=3)), by="mentee", version=1)
    assert conflict.value.meeting.starts_at == datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    meeting.refresh_from_db()
    assert meeting.starts_at == datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
    assert invitations_of(meeting) == [1]


@pytest.mark.parametrize(
    ("wall", "zone", "error"),
    [
        (datetime(2026, 6, 23, 10, 0), "Europe/London", DateInThePast),  # this very minute, on London's clock
        (datetime(2026, 6, 22, 10, 0), "Europe/London", DateInThePast),
        (datetime(2026, 6, 23, 22, 0), "Pacific/Kiritimati", DateInThePast),
        (datetime(1, 1, 1), "Pacific/Kiritimati", DateInThePast),
        (datetime(2029, 1, 1, 10, 0), "Europe/London", DateTooFar),
        (datetime(9999, 12, 31, 23, 59), "Pacific/Pago_Pago", DateTooFar),
        (datetime(2027, 3, 28, 1, 30), "Europe/London", NoSuchTime),
    ],
)
def test_dates_that_cannot_be_kept_are_refused_and_leave_the_meeting_as_it_was(meeting, fix, wall, zone, error):
    with pytest.raises(error):
        fix(meeting, plan_for(wall, time_zone=zone))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at, meeting.version) == (Meeting.State.UNPLANNED, None, 1)
    assert invitations_of(meeting) == []


def test_one_minute_from_now_is_still_to_come_wherever_it_is_yesterday_or_tomorrow(meeting, fix, clock):
    clock.now = datetime(2026, 6, 23, 10, 30, tzinfo=UTC)
    east = fix(meeting, plan_for(datetime(2026, 6, 24, 0, 31), time_zone="Pacific/Kiritimati"))
    assert east.starts_at == clock() + timedelta(minutes=1)
    west = fix(east, plan_for(datetime(2026, 6, 22, 23, 32), time_zone="Pacific/Pago_Pago"))
    assert west.starts_at == clock() + timedelta(minutes=2)


def test_a_time_that_comes_twice_means_the_first(meeting, fix):
    fixed = fix(meeting, plan_for(datetime(2026, 10, 25, 1, 30)))
    assert fixed.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("state", [Meeting.State.HELD, Meeting.State.CANCELLED])
def test_a_meeting_that_is_over_keeps_its_date(meeting, fix, state):
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    with pytest.raises(MeetingNotOpen):
        fix(meeting)


@pytest.mark.parametrize("state", [Pair.State.EXITED, Pair.State.CLOSED])
def test_a_pair_that_has_ended_plans_nothing_more(meeting, fix, state):
    Pair.objects.filter(pk=meeting.pair_id).update(state=state)
    with pytest.raises(MeetingNotOpen):
        fix(meeting)


@pytest.mark.parametrize("state", [Pair.State.TRIAL, Pair.State.PAUSED])
def test_a_pair_on_trial_or_paused_may_fix_dates(meeting, fix, state):
    Pair.objects.filter(pk=meeting.pair_id).update(state=state)
    assert fix(meeting).state == Meeting.State.PLANNED


def test_a_meeting_that_was_missed_gets_a_new_date(meeting, fix):
    past = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.MISSED, starts_at=past)
    fixed = fix(meeting)
    assert (fixed.state, fixed.times_moved) == (Meeting.State.PLANNED, 1)


def test_a_date_the_delegate_fixed_says_so_in_the_event(northmoor, meeting, fix):
    fix(meeting, by="delegate")
    event = Event.objects.get(object_id=meeting.public_id)
    assert event.actor == northmoor.users["delegate"].public_id


def test_events_and_jobs_hold_neither_title_nor_place(meeting, fix):
    fix(meeting, plan_for(place="The canary’s cage"))
    event, job = Event.objects.get(object_id=meeting.public_id), Job.objects.get(kind="meeting_invitation")
    assert event.facts == {"sequence": 1}
    assert job.facts == {"meeting": meeting.public_id, "sequence": 1}


def test_a_new_pair_gets_every_meeting_of_the_plan_at_its_pace(northmoor, clock):
    Meeting.objects.filter(pair=northmoor.pair).delete()
    northmoor.pair.cohort.refresh_from_db()
    open_journey(northmoor.pair, clock())
    meetings = list(northmoor.pair.meetings.order_by("number"))
    plan = northmoor.programme.meetings
    assert [meeting.title for meeting in meetings] == [item["title"] for item in plan]
    assert [meeting.minutes for meeting in meetings] == [item["minutes"] for item in plan]
    assert [(meeting.due_on - clock().date()).days for meeting in meetings] == [14 + item["day"] for item in plan]
    assert {meeting.state for meeting in meetings} == {Meeting.State.UNPLANNED}
    assert {meeting.time_zone for meeting in meetings} == {"Europe/London"}


def test_a_pair_formed_before_its_cohort_begins_counts_from_the_cohorts_first_day(northmoor):
    Meeting.objects.filter(pair=northmoor.pair).delete()
    early = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
    open_journey(northmoor.pair, early)
    first = northmoor.pair.meetings.get(number=1)
    assert first.due_on == northmoor.cohort.starts_on + timedelta(days=14 + northmoor.programme.meetings[0]["day"])
