"""What a pair does with its meetings: fixes and moves dates, says what was held, answers the minute afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from viceversa.accounts.events import Fact, record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.pairing.formed import on_pair_formed
from viceversa.pairing.models import Pair
from viceversa.pairing.trial import first_meeting_held
from viceversa.people.models import Person

from .models import CheckIn, Meeting
from .wall_time import moment_of


class MeetingChanged(Exception):
    """Somebody else changed this meeting while the page was open. Carries the meeting as it stands now."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__("the meeting was changed meanwhile")
        self.meeting = meeting


class MeetingNotOpen(Exception):
    """What was asked does not fit the meeting's state: it is held, called off, not begun, or its pair has ended."""


class MeetingAnsweredFor(Exception):
    """One of the two has answered the minute afterwards, so the meeting counts as held."""


class DateInThePast(ValueError):
    """A meeting cannot be planned for a time that has gone by."""


class DateTooFar(ValueError):
    """A meeting cannot be planned for a time beyond ``FURTHEST``."""


FURTHEST = timedelta(days=730)  # no programme runs longer; a date beyond it is a slip of the finger


@dataclass(frozen=True)
class Plan:
    """When and where: a wall time in its own zone, and a place or a video link or both."""

    wall: datetime
    time_zone: str
    minutes: int
    place: str = ""
    video_link: str = ""

    def starts_at(self, *, now: datetime) -> datetime:
        """The moment that is meant. Raises ``DateInThePast``, ``DateTooFar``, ``NoSuchTime``."""
        days_ahead = self.wall.date() - now.date()
        if days_ahead > FURTHEST:
            raise DateTooFar
        if days_ahead < -timedelta(days=1):  # wall times near the calendar's own end have no moment in UTC
            raise DateInThePast
        moment = moment_of(self.wall, time_zone=self.time_zone)
        if moment <= now:
            raise DateInThePast
        return moment


@on_pair_formed
def open_journey(pair: Pair, now: datetime) -> None:
    """Lay out the pair's meetings from the programme's plan; the dates are for the pair to fix."""
    Meeting.objects.bulk_create(meetings_of_plan(pair, now=now))


def meetings_of_plan(pair: Pair, *, now: datetime) -> list[Meeting]:
    """The meetings that the programme plans for this pair, unsaved."""
    start = max(now.date(), pair.cohort.starts_on)
    return [
        Meeting(
            pair=pair,
            number=number,
            title=plan["title"],
            minutes=plan["minutes"],
            due_on=start + timedelta(days=14 + plan["day"]),
            time_zone=pair.mentee.person.time_zone or pair.mentor.person.time_zone or "UTC",
        )
        for number, plan in enumerate(pair.cohort.programme.meetings, start=1)
    ]


@transaction.atomic
def plan_meeting(*, meeting: Meeting, plan: Plan, version: int, by: User, now: datetime) -> Meeting:
    """Fix the date of a meeting, or move it, and write to both calendars; asked twice, it is done once.

    ``version`` is the meeting's version on the page that was filled in. Raises ``MeetingChanged`` when somebody
    was quicker, ``MeetingNotOpen`` when there is nothing left to plan, and what ``Plan.starts_at`` raises.
    """
    starts_at = plan.starts_at(now=now)
    meeting = _hold(meeting)
    if not meeting.can_be_planned:
        raise MeetingNotOpen
    date = {
        "state": Meeting.State.PLANNED,
        "starts_at": starts_at,
        "time_zone": plan.time_zone,
        "minutes": plan.minutes,
        "place": plan.place,
        "video_link": plan.video_link,
    }
    if all(getattr(meeting, name) == value for name, value in date.items()):
        return meeting
    if meeting.version != version:
        raise MeetingChanged(meeting)
    moved = meeting.starts_at is not None and meeting.starts_at != starts_at
    for name, value in date.items():
        setattr(meeting, name, value)
    meeting.sequence += 1
    meeting.version += 1
    meeting.times_moved += int(moved)
    meeting.save(update_fields=[*date, "sequence", "version", "times_moved"])
    verb = "meeting.moved" if moved else "meeting.planned"
    _note(verb, meeting, by=by, now=now, facts={"sequence": meeting.sequence})
    enqueue(
        "meeting_invitation",
        key=f"{meeting.public_id}:{meeting.sequence}",
        now=now,
        facts={"meeting": meeting.public_id, "sequence": meeting.sequence},
    )
    return meeting


def _hold(meeting: Meeting) -> Meeting:
    """The meeting as it stands now, and nobody else changes it until this transaction ends."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("pair__cohort__programme")
    return rows.get(pk=meeting.pk)


def _note(verb: str, meeting: Meeting, *, by: User, now: datetime, facts: Mapping[str, Fact] | None = None) -> None:
    scope = meeting.pair.cohort.programme.public_id
    record(verb, noun="meeting", object_id=meeting.public_id, by=by, now=now, scope=scope, facts=facts)


@transaction.atomic
def say_held(*, meeting: Meeting, held: bool, by: User, now: datetime) -> Meeting:
    """Write down that a meeting took place, or that it did not; either of the two may, and may correct it.

    Raises ``MeetingNotOpen`` for one that has not begun or was called off, ``MeetingAnsweredFor`` when it shall
    not have taken place and somebody has answered the minute about it.
    """
    meeting = _hold(meeting)
    state = Meeting.State.HELD if held else Meeting.State.MISSED
    if meeting.state == state:
        return meeting
    begun = meeting.starts_at <= now if meeting.starts_at else held  # two may have met without fixing a date
    if meeting.state == Meeting.State.CANCELLED or not begun:
        raise MeetingNotOpen
    if not held and meeting.checkins.exists():
        raise MeetingAnsweredFor
    meeting.state, meeting.held_at = state, (meeting.starts_at or now) if held else None
    meeting.version += 1
    meeting.save(update_fields=["state", "held_at", "version"])
    _note(f"meeting.{state.value}", meeting, by=by, now=now)
    if held:
        first_meeting_held(meeting.pair, now=now)
    return meeting


@transaction.atomic
def check_in(
    *,
    meeting: Meeting,
    person: Person,
    could_say: int,
    useful: int,
    taught: str,
    wants_contact: bool,
    by: User,
    now: datetime,
) -> CheckIn:
    """The minute afterwards: one for each of the two, changed rather than added when sent again.

    Raises ``MeetingNotOpen`` when the meeting is not written down as held.
    """
    meeting = _hold(meeting)
    if meeting.state != Meeting.State.HELD:
        raise MeetingNotOpen
    answers = {
        "could_say": could_say,
        "useful": useful,
        "taught": taught,
        "wants_contact": wants_contact,
        "at": now,
        "contacted_at": None,
    }
    checkin, _new = CheckIn.objects.update_or_create(meeting=meeting, person=person, defaults=answers)
    _note("checkin.given", meeting, by=by, now=now)
    return checkin
