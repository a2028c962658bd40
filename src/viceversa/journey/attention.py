"""What needs the coordinator: when a pair's rhythm is a reason to step in, and everything else that waits for a hand.

The rules are pure and stand first; the reads beneath ask a fixed number of queries, however many pairs there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from viceversa.pairing.at_risk import Risk, pairs_at_risk
from viceversa.pairing.models import Ending, MatchRun, Pair, Proposal, SeatTaken
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort, Enrolment
from viceversa.programmes.policy import complete_policy

from .models import CheckIn, Meeting

FIRST_MEETING_WITHIN = timedelta(days=21)  # from the day the pair was formed; the aim of every playbook
SAY_WITHIN = timedelta(days=3)  # the two are asked on their own page first
QUIET_AFTER_CADENCES = 1.5
SLIPS_IN_A_ROW = 2
ANSWER_SOON = timedelta(days=3)
INVITED_SINCE = timedelta(days=14)  # by then two reminders have gone out by themselves
INVITED_UNTIL = timedelta(days=60)  # who has not answered by then is asked in person, or not at all
ALONE_FOR = timedelta(days=90)  # by then they were asked, or wait with everybody else


class Kind(StrEnum):
    """Why somebody should step in."""

    CONTACT = "contact"
    RULE = "rule"
    LEAVING = "leaving"
    ALONE = "alone"
    NOT_MET = "not_met"
    SLIPPING = "slipping"
    QUIET = "quiet"
    NOT_SAID = "not_said"
    NO_DATE = "no_date"
    REVIEW = "review"
    ANSWERS = "answers"
    UNMATCHED = "unmatched"
    INVITED = "invited"


RHYTHM = frozenset({Kind.NOT_MET, Kind.SLIPPING, Kind.QUIET, Kind.NOT_SAID, Kind.NO_DATE})


@dataclass(frozen=True)
class Rhythm:
    """How a running pair stands with its next meeting. ``slipped_before``: the one before was moved or missed."""

    paired_at: datetime
    last_held_at: datetime | None
    due_on: date
    starts_at: datetime | None
    minutes: int
    times_moved: int
    slipped_before: bool

    @property
    def slips(self) -> int:
        return self.times_moved + self.slipped_before


@dataclass(frozen=True)
class Wish:
    """Somebody asked for contact: after which meeting (its public id), and who (their key)."""

    meeting: str
    person_id: int


@dataclass(frozen=True)
class Need:
    """One thing that waits for the coordinator, since when, and what it is about."""

    kind: Kind
    since: datetime
    pair_id: int = 0
    pair: Pair | None = None
    rhythm: Rhythm | None = None
    wish: Wish | None = None
    risk: Risk | None = None
    run: MatchRun | None = None
    count: int = 0


# The rules --------------------------------------------------------------------------------------------------------


def rhythm_need(rhythm: Rhythm, *, cadence: timedelta, now: datetime) -> tuple[Kind, datetime] | None:
    """The one most telling reason in a pair's rhythm, and since when; None while they keep to it."""
    if rhythm.starts_at is not None:
        return _planned(rhythm, rhythm.starts_at, now=now)
    if rhythm.last_held_at is None and now - rhythm.paired_at >= FIRST_MEETING_WITHIN:
        return Kind.NOT_MET, rhythm.paired_at
    if rhythm.slips >= SLIPS_IN_A_ROW:
        return Kind.SLIPPING, _begin(rhythm.due_on)
    if rhythm.last_held_at is not None and now - rhythm.last_held_at > cadence * QUIET_AFTER_CADENCES:
        return Kind.QUIET, rhythm.last_held_at
    if rhythm.due_on < now.date():
        return Kind.NO_DATE, _begin(rhythm.due_on)
    return None


def _planned(rhythm: Rhythm, starts_at: datetime, *, now: datetime) -> tuple[Kind, datetime] | None:
    """A date that stands is trusted, unless it is the third try; a date gone by must be told about within days."""
    ended = starts_at + timedelta(minutes=rhythm.minutes)
    if ended > now:
        return (Kind.SLIPPING, _begin(rhythm.due_on)) if rhythm.slips >= SLIPS_IN_A_ROW else None
    return (Kind.NOT_SAID, ended) if now - ended >= SAY_WITHIN else None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# The reads --------------------------------------------------------------------------------------------------------


def needs_of(cohort: Cohort, *, waiting: int, now: datetime, silent: Need | None = None) -> list[Need]:
    """Everything that needs the coordinator, oldest first. ``waiting``: people who take part and have no partner;
    ``silent``: the need that unanswered invitations are, where it was read already."""
    needs = [*rhythm_needs(cohort, now=now), *_asked_or_alone(cohort, now=now), *_at_risk(cohort, now=now)]
    needs += _run_needs(cohort, waiting=waiting, now=now)
    needs += [silent] if silent is not None else []
    return sorted(needs, key=lambda need: (need.since, need.kind, need.pair_id))


def rhythm_needs(cohort: Cohort, *, now: datetime) -> list[Need]:
    """Pairs on trial or active that do not keep to it; a paused pair is left in peace."""
    cadence = timedelta(days=cohort.programme.cadence_days)
    start = _begin(cohort.starts_on)
    needs = []
    for meeting in _next_meetings(cohort, now=now):
        rhythm = Rhythm(
            paired_at=max(meeting["formed_at"], start),
            last_held_at=meeting["last_held_at"],
            due_on=meeting["due_on"],
            starts_at=meeting["starts_at"] if meeting["state"] == Meeting.State.PLANNED else meeting["next_date"],
            minutes=meeting["minutes"],
            times_moved=meeting["times_moved"],
            slipped_before=meeting["slipped_before"],
        )
        found = rhythm_need(rhythm, cadence=cadence, now=now)
        if found is not None:
            needs.append(Need(kind=found[0], since=found[1], pair_id=meeting["pair"], rhythm=rhythm))
    return needs


def late_pairs(cohort: Cohort, *, now: datetime) -> frozenset[int]:
    """The keys of the pairs that do not keep to their rhythm."""
    return frozenset(need.pair_id for need in rhythm_needs(cohort, now=now))


RHYTHM_COLUMNS = ("pair", "state", "due_on", "starts_at", "minutes", "times_moved") + (
    "formed_at",
    "last_held_at",
    "next_date",
    "slipped_before",
)


def _next_meetings(cohort: Cohort, *, now: datetime) -> Iterable[dict[str, Any]]:
    """The next open meeting of each pair, where anything could be the matter with it. One that the pair has gone
    past, because a later one was held, is not next any more."""
    of_the_pair = Meeting.objects.filter(pair=OuterRef("pair")).order_by()
    earlier = of_the_pair.ahead().filter(number__lt=OuterRef("number"))
    dated = of_the_pair.filter(state=Meeting.State.PLANNED, starts_at__gt=now).values("pair")
    before = of_the_pair.filter(number=OuterRef("number") - 1)
    slipped = before.filter(Q(times_moved__gte=1) | Q(state=Meeting.State.MISSED))
    held = of_the_pair.filter(state=Meeting.State.HELD).values("pair").annotate(last=Max("held_at"))
    worth_a_look = Q(state=Meeting.State.UNPLANNED) | Q(starts_at__lte=now) | Q(times_moved__gte=1)
    rows: Iterable[dict[str, Any]] = (
        Meeting.objects.ahead()
        .filter(
            worth_a_look,
            ~Exists(earlier),
            pair__cohort=cohort,
            pair__state__in=(Pair.State.TRIAL, Pair.State.ACTIVE),
        )
        .order_by()
        .annotate(
            formed_at=F("pair__formed_at"),
            last_held_at=Subquery(held.values("last")),
            next_date=Subquery(dated.annotate(first=Min("starts_at")).values("first")),
            slipped_before=Exists(slipped),
        )
        .values(*RHYTHM_COLUMNS)
    )
    return rows


def _asked_or_alone(cohort: Cohort, *, now: datetime) -> list[Need]:
    """Check-ins that say "please contact me" and have not been answered; and people who take part and have nobody
    any more, because their partner left or stopped. One query for both."""
    needs: list[Need] = []
    alone: dict[int, Need] = {}
    for since, pair_id, who, meeting in _wishes(cohort).union(_left_alone(cohort, now=now), all=True):
        if meeting:
            needs.append(Need(kind=Kind.CONTACT, since=since, pair_id=pair_id, wish=Wish(meeting, who)))
        elif who not in alone or alone[who].since < since:
            alone[who] = Need(kind=Kind.ALONE, since=since, pair_id=pair_id)
    return needs + list(alone.values())


def _wishes(cohort: Cohort) -> Any:
    """When, which pair, whose wish, after which meeting."""
    asked = CheckIn.objects.filter(meeting__pair__cohort=cohort, wants_contact=True, contacted_at=None)
    return asked.order_by().values_list("at", "meeting__pair_id", "person_id", "meeting__public_id")


def _left_alone(cohort: Cohort, *, now: datetime) -> Any:
    """When, which pair, who stays (their enrolment), and nothing in the meeting's place."""
    stays = Case(When(side=Ending.Side.MENTOR, then=F("pair__mentee_id")), default=F("pair__mentor_id"))
    looking = Enrolment.objects.filter(pk=OuterRef("stays"), state=Enrolment.State.SUBMITTED)
    paired = SeatTaken.objects.filter(enrolment=OuterRef("stays"))
    endings = Ending.objects.filter(pair__cohort=cohort, at__gte=now - ALONE_FOR)
    endings = endings.exclude(category=Ending.Category.CLOSED).annotate(stays=stays)
    found = endings.filter(Exists(looking), ~Exists(paired)).order_by()
    return found.annotate(none=Value("")).values_list("at", "pair_id", "stays", "none")


def _at_risk(cohort: Cohort, *, now: datetime) -> list[Need]:
    rules = complete_policy(cohort.programme.policy)["rules"]
    risks = pairs_at_risk(cohort, rules=rules, on=now.date())
    kinds = {Risk.LINE: Kind.RULE, Risk.SAME_MANAGER: Kind.RULE, Risk.LEAVING: Kind.LEAVING}
    return [Need(kind=kinds[risk], since=now, pair_id=key, risk=risk) for key, risk in risks.items()]


def long_unanswered(cohort: Cohort | OuterRef, *, now: datetime) -> QuerySet[Enrolment]:
    """Invitations that can be sent again with a reason: reminded twice, and no answer."""
    asked = Enrolment.objects.filter(cohort=cohort, state__in=(Enrolment.State.INVITED, Enrolment.State.DRAFT))
    since = asked.filter(invited_at__lte=now - INVITED_SINCE, invited_at__gt=now - INVITED_UNTIL)
    return since.exclude(person__email="").order_by()


def _run_needs(cohort: Cohort, *, waiting: int, now: datetime) -> list[Need]:
    soon = Q(proposals__state__in=Proposal.OPEN, proposals__answer_by__lte=now + ANSWER_SOON)
    runs = list(
        MatchRun.objects.filter(cohort=cohort, state=MatchRun.State.DONE)
        .annotate(
            drafts=Count("proposals", filter=Q(proposals__state=Proposal.State.DRAFT)),
            unanswered=Count("proposals", filter=soon),
            first_due=Min("proposals__answer_by", filter=soon),
        )
        .order_by("-number")
    )
    needs = []
    newest = runs[0] if runs else None
    if newest is not None and newest.published_at is None and newest.drafts:
        since = newest.finished_at or newest.requested_at
        needs.append(Need(kind=Kind.REVIEW, since=since, run=newest, count=newest.drafts))
    needs += [
        Need(kind=Kind.ANSWERS, since=run.published_at or now, run=run, count=run.unanswered)
        for run in runs
        if run.unanswered
    ]
    published = next((run for run in runs if run.published_at is not None), None)
    if published is not None and published.published_at is not None and waiting and published is newest:
        needs.append(Need(kind=Kind.UNMATCHED, since=published.published_at, run=published, count=waiting))
    return needs


def leaver_of(pair: Pair, *, on: date) -> Person:
    """Whoever of the two leaves first."""
    two = (pair.mentee.person, pair.mentor.person)
    return min(two, key=lambda person: person.leave_date or date.max)
