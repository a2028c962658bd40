"""What a participant's home says: the one thing to do now, the next meeting, and how far each pair is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from viceversa.pairing.models import Proposal, TrialWord
from viceversa.pairing.models.proposal import ProposalAnswer
from viceversa.people.models import Person
from viceversa.programmes.consent import to_agree
from viceversa.programmes.models import Enrolment

from .models import CheckIn, Delegation, Meeting
from .pair_page import PairView, pairs_of

PREPARE_FROM = timedelta(days=7)  # a week ahead is soon enough to matter and late enough to remember
CHECK_IN_UNTIL = timedelta(days=14)  # beyond that, what is remembered is no longer what was felt


SHOWN_AS_ENDED = timedelta(days=30)


class Task(StrEnum):
    """The one thing to do now, most pressing first."""

    ANSWER = "answer"
    FINISH = "finish"
    AGREE = "agree"
    CONFIRM = "confirm"
    CHECK_IN = "check_in"
    TRIAL = "trial"
    PLAN = "plan"
    PREPARE = "prepare"


class Rest(StrEnum):
    """Why there is nothing to do."""

    UNTIL_MEETING = "until_meeting"
    WAIT_FOR_ANSWER = "wait_for_answer"
    WAIT_FOR_MATCH = "wait_for_match"
    WAIT_FOR_PLACE = "wait_for_place"
    OVER = "over"
    NOT_INVITED = "not_invited"


@dataclass(frozen=True)
class ToDo:
    """A task and what it is about; what does not belong to it is None or empty."""

    task: Task
    enrolment: Enrolment | None = None
    proposal: Proposal | None = None
    pair: PairView | None = None
    meeting: Meeting | None = None
    preparation: str = ""
    has_changed: bool = False


@dataclass(frozen=True)
class Month:
    """One meeting on the line of months. ``state`` is held, moved (then held), missed, next or plan."""

    on: date
    state: str
    meeting: Meeting


@dataclass(frozen=True)
class PairToday:
    """A running pair and its line of months."""

    view: PairView
    months: tuple[Month, ...]

    @property
    def moved(self) -> int:
        return sum(month.state == "moved" for month in self.months)


@dataclass(frozen=True)
class Today:
    """Everything on a participant's home."""

    to_do: ToDo | None
    rest: Rest
    appointment: tuple[PairView, Meeting] | None
    pairs: tuple[PairToday, ...]
    enrolments: tuple[Enrolment, ...]
    delegates: tuple[str, ...]
    ended: tuple[PairView, ...] = ()


def today_for(person: Person, *, now: datetime, time_zone: str) -> Today:
    """The home of one person, read in a fixed number of queries however many pairs they have."""
    enrolments = tuple(
        Enrolment.objects.filter(person=person)
        .exclude(state__in=Enrolment.GONE)
        .select_related("cohort__programme")
        .order_by("-pk")
    )
    everything = pairs_of(person)
    views = [view for view in everything if view.pair.is_running]
    open_proposals = _open_proposals(enrolments)
    unanswered = next((proposal for proposal in open_proposals if not proposal.is_answered), None)  # type: ignore[attr-defined]
    to_do = next(_to_dos(person, enrolments, views, unanswered, now=now), None)
    appointment = _appointment(views, now=now)
    return Today(
        to_do=to_do,
        rest=_rest(enrolments, views, waits=bool(open_proposals)),
        appointment=appointment,
        pairs=tuple(PairToday(view=view, months=_months(view, time_zone=time_zone)) for view in views),
        enrolments=enrolments,
        delegates=_delegates(person, now=now) if appointment else (),
        ended=tuple(view for view in everything if _has_just_ended(view, now=now)),
    )


def _has_just_ended(view: PairView, *, now: datetime) -> bool:
    """Ended before its time, because one of the two left or stopped, and not long ago."""
    ended_at = view.pair.ended_at
    return hasattr(view.pair, "ending") and ended_at is not None and now - ended_at <= SHOWN_AS_ENDED


def _open_proposals(enrolments: Sequence[Enrolment]) -> list[Proposal]:
    """Published proposals to which this person has not said no, each with ``is_answered`` for their own side."""
    own = [enrolment.pk for enrolment in enrolments]
    if not own:
        return []
    answers = ProposalAnswer.objects.filter(proposal=OuterRef("pk"), enrolment__in=own)
    return list(
        Proposal.objects.filter(Q(mentor__in=own) | Q(mentee__in=own), state__in=Proposal.OPEN)
        .exclude(published_at=None)
        .exclude(Exists(answers.filter(word=ProposalAnswer.Word.NO)))
        .annotate(is_answered=Exists(answers))
        .order_by("answer_by", "pk")
    )


def _to_dos(
    person: Person,
    enrolments: Sequence[Enrolment],
    views: Sequence[PairView],
    unanswered: Proposal | None,
    *,
    now: datetime,
) -> Iterator[ToDo]:
    """Everything that waits for this person, most pressing first; only the first is shown."""
    if unanswered is not None:
        yield ToDo(Task.ANSWER, proposal=unanswered)
    for enrolment in enrolments:
        if enrolment.state in (Enrolment.State.INVITED, Enrolment.State.DRAFT):
            yield ToDo(Task.FINISH, enrolment=enrolment)
    for one in to_agree(enrolments):
        yield ToDo(Task.AGREE, enrolment=one.enrolment, has_changed=one.has_changed)
    yield from _over_and_not_said(views, now=now)
    yield from _held_and_not_checked_in(person, views, now=now)
    yield from _on_trial_and_not_said(person, views)
    for view in views:
        if view.next is not None and view.next.state == Meeting.State.UNPLANNED:
            yield ToDo(Task.PLAN, pair=view, meeting=view.next)
    for view in sorted(views, key=lambda view: _starts(view, otherwise=now)):
        meeting = view.next
        if meeting is not None and meeting.starts_at and now < meeting.starts_at <= now + PREPARE_FROM:
            plan = view.pair.cohort.programme.meeting_plan(meeting.number)
            yield ToDo(Task.PREPARE, pair=view, meeting=meeting, preparation=plan.get(f"prepare_{view.side}", ""))


def _over_and_not_said(views: Sequence[PairView], *, now: datetime) -> Iterator[ToDo]:
    for view in views:
        for meeting in view.meetings:
            ends_at = meeting.ends_at
            if meeting.state == Meeting.State.PLANNED and ends_at is not None and ends_at <= now:
                yield ToDo(Task.CONFIRM, pair=view, meeting=meeting)


def _held_and_not_checked_in(person: Person, views: Sequence[PairView], *, now: datetime) -> Iterator[ToDo]:
    held = {
        meeting.pk: ToDo(Task.CHECK_IN, pair=view, meeting=meeting)
        for view in views
        for meeting in view.meetings
        if meeting.state == Meeting.State.HELD and meeting.held_at and meeting.held_at > now - CHECK_IN_UNTIL
    }
    if held:
        done = set(CheckIn.objects.filter(person=person, meeting__in=held).values_list("meeting", flat=True))
        yield from (to_do for key, to_do in held.items() if key not in done)


def _on_trial_and_not_said(person: Person, views: Sequence[PairView]) -> Iterator[ToDo]:
    asked = [view for view in views if view.asks_after_trial]
    if asked:
        said = TrialWord.objects.filter(pair__in=[view.pair for view in asked], enrolment__person=person)
        done = set(said.values_list("pair", flat=True))
        yield from (ToDo(Task.TRIAL, pair=view) for view in asked if view.pair.pk not in done)


def _starts(view: PairView, *, otherwise: datetime) -> datetime:
    return view.next.starts_at if view.next and view.next.starts_at else otherwise


def _appointment(views: Sequence[PairView], *, now: datetime) -> tuple[PairView, Meeting] | None:
    """The next planned meeting of any pair that is not over yet."""
    coming = [
        (view, meeting)
        for view in views
        for meeting in view.meetings
        if meeting.state == Meeting.State.PLANNED and meeting.ends_at and meeting.ends_at > now
    ]
    return min(coming, key=lambda pair: pair[1].starts_at or now, default=None)


def _rest(enrolments: Sequence[Enrolment], views: Sequence[PairView], *, waits: bool) -> Rest:
    if views:
        return Rest.UNTIL_MEETING if any(view.next for view in views) else Rest.OVER
    if waits:
        return Rest.WAIT_FOR_ANSWER
    if any(enrolment.state in Enrolment.TAKING_PART for enrolment in enrolments):
        return Rest.WAIT_FOR_MATCH
    if any(enrolment.state in Enrolment.STANDS_BY for enrolment in enrolments):
        return Rest.WAIT_FOR_PLACE
    return Rest.OVER if enrolments else Rest.NOT_INVITED


def _months(view: PairView, *, time_zone: str) -> tuple[Month, ...]:
    zone = ZoneInfo(time_zone)
    return tuple(
        Month(
            on=meeting.starts_at.astimezone(zone).date() if meeting.starts_at else meeting.due_on,
            state=_month_state(meeting, coming=view.next),
            meeting=meeting,
        )
        for meeting in view.meetings
        if meeting.state != Meeting.State.CANCELLED
    )


def _month_state(meeting: Meeting, *, coming: Meeting | None) -> str:
    if meeting.state == Meeting.State.HELD:
        return "moved" if meeting.times_moved else "held"
    if meeting.state == Meeting.State.MISSED:
        return "missed"
    return "next" if coming is not None and meeting.pk == coming.pk else "plan"


def _delegates(person: Person, *, now: datetime) -> tuple[str, ...]:
    standing = Delegation.objects.standing(now=now).filter(mentee=person).select_related("delegate").order_by("pk")
    return tuple(delegation.delegate.shown_name for delegation in standing)
