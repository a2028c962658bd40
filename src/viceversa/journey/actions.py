"""What a pair does with its meetings: fixes and moves dates, says what was held, answers the minute afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.pairing.formed import on_pair_formed
from viceversa.pairing.models import Pair
from viceversa.people.models import Person

from .models import CheckIn, Meeting
from .wall_time import moment_of


class MeetingChanged(Exception):
    """Somebody else changed this meeting while the page was open. Carries the meeting as it stands now."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__("the meeting was changed meanwhile")
        self.meeting = meeting


class MeetingNotOpen(Exception):
    """The meeting is over or called off: its date can no longer be fixed."""


class DateInThePast(ValueError):
    """A meeting cannot be planned for a time that has gone by."""


@dataclass(frozen=True)
class Plan:
    """When and where: a wall time in its own zone, and a place or a video link or both."""

    wall: datetime
    time_zone: str
    minutes: int
    place: str = ""
    video_link: str = ""


@on_pair_formed
def open_journey(pair: Pair, now: datetime) -> None:
    """Lay out the pair's meetings from the programme's plan; the dates are for the pair to fix."""
    programme = pair.cohort.programme
    start = max(now.date(), pair.cohort.starts_on)
    Meeting.objects.bulk_create(
        Meeting(
            pair=pair,
            number=number,
            title=plan["title"],
            minutes=plan["minutes"],
            due_on=start + timedelta(days=14 + plan["day"]),
            time_zone=pair.mentee.person.time_zone or pair.mentor.person.time_zone or "UTC",
        )
        for number, plan in enumerate(programme.meetings, start=1)
    )


@transaction.atomic
def plan_meeting(*, meeting: Meeting, plan: Plan, version: int, by: User, now: datetime) -> Meeting:
    """Fix the date of a meeting, or move it, and write to both calendars.

    ``version`` is the meeting's version on the page that was filled in. Raises ``MeetingChanged`` when somebody
    was quicker, ``MeetingNotOpen`` when it is over, ``DateInThePast``, and ``NoSuchTime`` from the wall clock.
    """
    starts_at = moment_of(plan.wall, time_zone=plan.time_zone)
    if starts_at <= now:
        raise DateInThePast
    moved = meeting.starts_at is not None and meeting.starts_at != starts_at
    changed = Meeting.objects.filter(pk=meeting.pk, version=version, state__in=_PLANNABLE).update(
        starts_at=starts_at,
        time_zone=plan.time_zone,
        minutes=plan.minutes,
        place=plan.place,
        video_link=plan.video_link,
        state=Meeting.State.PLANNED,
        sequence=F("sequence") + 1,
        times_moved=F("times_moved") + int(moved),
        version=F("version") + 1,
    )
    fresh = Meeting.objects.select_related("pair__cohort__programme").get(pk=meeting.pk)
    if not changed:
        raise MeetingChanged(fresh) if fresh.version != version else MeetingNotOpen
    record(
        "meeting.moved" if moved else "meeting.planned",
        noun="meeting",
        object_id=fresh.public_id,
        by=by,
        now=now,
        scope=fresh.pair.cohort.programme.public_id,
        facts={"sequence": fresh.sequence},
    )
    enqueue(
        "meeting_invitation",
        key=f"{fresh.public_id}:{fresh.sequence}",
        now=now,
        facts={"meeting": fresh.public_id, "sequence": fresh.sequence},
    )
    return fresh


_PLANNABLE = (Meeting.State.UNPLANNED, Meeting.State.PLANNED, Meeting.State.MISSED)


@transaction.atomic
def say_held(*, meeting: Meeting, held: bool, by: User, now: datetime) -> Meeting:
    """Write down that a meeting took place, or that it did not; either of the two may, and may correct it."""
    meeting = Meeting.objects.select_for_update().select_related("pair__cohort__programme").get(pk=meeting.pk)
    state = Meeting.State.HELD if held else Meeting.State.MISSED
    if meeting.state == state:
        return meeting
    if meeting.state == Meeting.State.CANCELLED or (meeting.starts_at and meeting.starts_at > now):
        raise MeetingNotOpen
    meeting.state, meeting.held_at = state, (meeting.starts_at or now) if held else None
    meeting.version += 1
    meeting.save(update_fields=["state", "held_at", "version"])
    scope = meeting.pair.cohort.programme.public_id
    record(f"meeting.{state.value}", noun="meeting", object_id=meeting.public_id, by=by, now=now, scope=scope)
    if held and meeting.pair.state == Pair.State.TRIAL:
        Pair.objects.filter(pk=meeting.pair_id, state=Pair.State.TRIAL).update(state=Pair.State.ACTIVE)
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
    """The minute afterwards: one for each of the two, changed rather than added when sent again."""
    answers = {
        "could_say": could_say,
        "useful": useful,
        "taught": taught,
        "wants_contact": wants_contact,
        "at": now,
        "contacted_at": None,
    }
    checkin, _new = CheckIn.objects.update_or_create(meeting=meeting, person=person, defaults=answers)
    record(
        "checkin.given",
        noun="meeting",
        object_id=meeting.public_id,
        by=by,
        now=now,
        scope=meeting.pair.cohort.programme.public_id,
        facts={"wants_contact": wants_contact},
    )
    return checkin
