"""What the two of a pair read about a meeting: the plan with its clock times, and times that would suit both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from viceversa.pairing.models import Pair
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .models import Meeting
from .slots import Busy, WorkingDay, suggested_starts


@dataclass(frozen=True)
class AgendaPart:
    """Some minutes of a meeting, and when they begin on the reader's clock (empty while no date is fixed)."""

    minutes: int
    begins: str
    title: str
    turn: str
    text: str
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class MeetingPlan:
    """The programme's plan for one meeting, as one of the two reads it."""

    purpose: str
    preparation: str
    closing: str
    parts: tuple[AgendaPart, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)


def plan_for(meeting: Meeting, *, side: str, zone: str) -> MeetingPlan:
    """The plan of this meeting for the mentor or the mentee, with clock times in that zone."""
    plan = meeting.pair.cohort.programme.meeting_plan(meeting.number)
    begin = None if meeting.state == Meeting.State.MISSED else meeting.starts_in(zone)
    parts = []
    for item in plan["agenda"]:
        parts.append(_part(item, begin))
        begin = begin + timedelta(minutes=item["minutes"]) if begin else None
    return MeetingPlan(
        purpose=plan["purpose"],
        preparation=plan[f"prepare_{side}"],
        closing=plan.get("closing", ""),
        parts=tuple(parts),
    )


def _part(item: dict[str, Any], begin: datetime | None) -> AgendaPart:
    return AgendaPart(
        minutes=item["minutes"],
        begins=f"{begin:%H:%M}" if begin else "",
        title=item["title"],
        turn=item["turn"],
        text=item["text"],
        prompts=tuple(item["prompts"]),
    )


def working_day(person: Person, *, otherwise: str) -> WorkingDay:
    return WorkingDay(time_zone=person.time_zone or otherwise, start=person.hours_start, end=person.hours_end)


def times_that_suit(meeting: Meeting, *, now: datetime) -> list[datetime]:
    """Three starts around the day the plan has it, in both people's hours, that collide with no meeting of either."""
    pair = meeting.pair
    mentee, mentor = pair.mentee.person, pair.mentor.person
    zone = mentee.time_zone or mentor.time_zone or "UTC"
    return suggested_starts(
        working_day(mentee, otherwise=zone),
        working_day(mentor, otherwise=zone),
        minutes=meeting.minutes,
        after=max(now, _a_week_before(meeting)),
        busy=_taken(pair, without=meeting, now=now),
    )


def _a_week_before(meeting: Meeting) -> datetime:
    return datetime.combine(meeting.due_on - timedelta(days=7), time(), tzinfo=UTC)


def _taken(pair: Pair, *, without: Meeting, now: datetime) -> list[Busy]:
    people = (pair.mentee.person_id, pair.mentor.person_id)
    seats = Enrolment.objects.filter(person__in=people).order_by().values("pk")
    # Pairs first: asked across both sides in one join, every planned meeting of the installation is looked at.
    theirs = Pair.objects.filter(Q(mentor__in=seats) | Q(mentee__in=seats)).order_by().values("pk")
    planned = Meeting.objects.filter(pair__in=theirs, state=Meeting.State.PLANNED, starts_at__gte=now).exclude(
        pk=without.pk
    )
    spans = planned.values_list("starts_at", "minutes")
    return [Busy(start, start + timedelta(minutes=minutes)) for start, minutes in spans if start]
