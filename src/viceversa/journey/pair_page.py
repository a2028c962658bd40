"""Pairs as their own two read them: who, how far, what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q

from viceversa.accounts.models import User
from viceversa.pairing.models import Pair
from viceversa.people.models import Person

from .models import Delegation, Meeting, next_of


@dataclass(frozen=True)
class PairView:
    """One pair for one of its two: the partner, the meetings in order, and the one that comes next."""

    pair: Pair
    partner: Person
    side: str
    meetings: tuple[Meeting, ...]
    next: Meeting | None

    @property
    def held(self) -> int:
        return sum(meeting.state == Meeting.State.HELD for meeting in self.meetings)

    @property
    def asks_after_trial(self) -> bool:
        """Whether each of the two is asked now if they go on."""
        return self.pair.state == Pair.State.TRIAL and self.pair.trial_asked_at is not None


def pairs_of(person: Person) -> list[PairView]:
    """Everything this person has a part in, running pairs first."""
    meetings = Prefetch("meetings", queryset=Meeting.objects.order_by("number"), to_attr="in_order")
    people = ("cohort__programme", "mentor__person", "mentee__person", "ending")
    pairs = Pair.objects.of_person(person).select_related(*people).prefetch_related(meetings)
    views = [view_for(pair, person=person, meetings=pair.in_order) for pair in pairs]  # type: ignore[attr-defined]
    return sorted(views, key=lambda view: not view.pair.is_running)


def view_for(pair: Pair, *, person: Person, meetings: Sequence[Meeting]) -> PairView:
    return PairView(
        pair=pair,
        partner=pair.partner_of(person),
        side=pair.side_of(person),
        meetings=tuple(meetings),
        next=next_of(meetings) if pair.is_running else None,
    )


@dataclass(frozen=True)
class DateToFix:
    """All that a delegate learns of a meeting: with whom, when, where."""

    public_id: str
    mentee: Person
    partner: Person
    starts_at: datetime | None
    due_on: date
    minutes: int
    place: str


def dates_for_delegate(user: User, *, now: datetime) -> list[DateToFix]:
    """What this user may fix for the people they act for: dates to come, and each pair's next meeting without one."""
    acting_for = Delegation.objects.standing(now=now).filter(delegate=user).values("mentee")
    to_come = Q(state=Meeting.State.PLANNED, starts_at__gt=now) | Q(state=Meeting.State.UNPLANNED)
    meetings = (
        Meeting.objects.ahead()
        .filter(to_come, pair__mentee__person__in=acting_for, pair__state__in=Pair.RUNNING)
        .select_related("pair__mentee__person", "pair__mentor__person")
        .order_by("pair", "number")
    )
    first_without: dict[int, int] = {}
    for meeting in meetings:
        if meeting.state == Meeting.State.UNPLANNED:
            first_without.setdefault(meeting.pair_id, meeting.pk)
    shown = [meeting for meeting in meetings if meeting.starts_at or first_without[meeting.pair_id] == meeting.pk]
    dates = [_date_to_fix(meeting) for meeting in shown]
    return sorted(dates, key=lambda each: (each.starts_at is not None, each.starts_at or now, each.due_on))


def _date_to_fix(meeting: Meeting) -> DateToFix:
    return DateToFix(
        public_id=meeting.public_id,
        mentee=meeting.pair.mentee.person,
        partner=meeting.pair.mentor.person,
        starts_at=meeting.starts_at,
        due_on=meeting.due_on,
        minutes=meeting.minutes,
        place=meeting.place or meeting.video_link,
    )
