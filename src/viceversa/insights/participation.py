"""Participation facts of a programme as one frozen object, disclosed for the role that reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from viceversa.journey.adherence import Adherence, Met, Month
from viceversa.journey.cockpit import progress_of, progresses_of
from viceversa.pairing.funnel import Funnel, Side
from viceversa.programmes.models import Cohort, Objective, Programme

from .disclosure import Hidden, Rule, Share, Shown, Value, Why, nearest, nested, shared, total
from .disclosure import share as share_told

HOURS_TO = 20  # ten one-hour meetings of two, so that hours count no single meeting


class Audience(StrEnum):
    """For whom the facts are told."""

    COORDINATOR = "coordinator"
    SPONSOR = "sponsor"
    ANALYST = "analyst"


# docs/privacy.md, "Totals": counts exact for the coordinator, from 10 for the sponsor, from 5 in fives for others.
COUNTS: dict[Audience, Rule] = {
    Audience.COORDINATOR: Rule(least=0),
    Audience.SPONSOR: Rule(least=10),
    Audience.ANALYST: Rule(least=5, round_to=5),
}


@dataclass(frozen=True)
class BySide:
    """People at one stage. ``both`` is made of what is told of the two sides."""

    leaders: Value
    mentors: Value
    both: Value


@dataclass(frozen=True)
class MonthFacts:
    """``held``: of the meetings due in that month, the share that took place; None before any is due.
    ``exact`` carries the counts for the coordinator alone."""

    first: date
    held: Share | Hidden | None
    is_now: bool
    exact: Month | None


@dataclass(frozen=True)
class ObjectiveFacts:
    title: str
    metric: str
    unit: str
    baseline: Decimal | None
    # What it stands at now is measured with the surveys and outcomes, which are not there yet.
    target: Decimal | None
    owner: str


@dataclass(frozen=True)
class ParticipationFacts:
    """Everything that a participation page, file or answer may say."""

    programme: str
    cohort: str
    starts_on: date
    ends_on: date | None
    as_of: date
    audience: Audience
    rule: Rule
    invited: BySide
    enrolled: BySide
    said_yes: BySide  # of the enrolled, who was asked or asked for themself
    brought_in: (
        Value | None
    )  # of the enrolled, whom a coordinator enrolled unasked, where they are enough to be told of
    pairs: Value
    met: Value
    held: Share | Hidden | None
    hours: Value
    months: tuple[MonthFacts, ...]
    objectives: tuple[ObjectiveFacts, ...]

    @property
    def is_over(self) -> bool:
        """Whether its last day is behind us; a cohort that is always on has none."""
        return self.ends_on is not None and self.as_of > self.ends_on

    @property
    def hides(self) -> frozenset[Why]:
        """Why anything at all is hidden here; empty where nothing is."""
        values: list[object] = [self.brought_in, self.pairs, self.met, self.held, self.hours]
        values += [
            value
            for side in (self.invited, self.enrolled, self.said_yes)
            for value in (side.leaders, side.mentors, side.both)
        ]
        values += [month.held for month in self.months]
        return frozenset(value.why for value in values if isinstance(value, Hidden))


def participation_facts(
    programme: Programme, *, cohort: Cohort, audience: Audience, now: datetime
) -> ParticipationFacts:
    """A fixed number of queries, however many people take part."""
    progress, _counted_at = progress_of(cohort, now=now)
    return disclosed(
        funnel=progress.funnel,
        met=progress.met,
        adherence=progress.adherence,
        objectives=tuple(_objective(each) for each in programme.objectives.all()),
        frame=Frame(programme.name, cohort.name, cohort.starts_on, cohort.ends_on, now.date()),
        audience=audience,
    )


def facts_of_each(
    cohorts: Sequence[Cohort], *, audiences: Mapping[int, Audience], now: datetime
) -> list[ParticipationFacts]:
    """Of several cohorts, without their objectives. A fixed number of queries; ``audiences`` by the programme's key."""
    progresses = progresses_of(cohorts, now=now)
    return [
        disclosed(
            funnel=progresses[cohort.pk].funnel,
            met=progresses[cohort.pk].met,
            adherence=progresses[cohort.pk].adherence,
            objectives=(),
            frame=Frame(cohort.programme.name, cohort.name, cohort.starts_on, cohort.ends_on, now.date()),
            audience=audiences[cohort.programme_id],
        )
        for cohort in cohorts
    ]


@dataclass(frozen=True)
class Frame:
    """What the facts are about."""

    programme: str
    cohort: str
    starts_on: date
    ends_on: date | None
    as_of: date


def disclosed(
    *,
    funnel: Funnel,
    met: Met,
    adherence: Adherence,
    objectives: tuple[ObjectiveFacts, ...],
    frame: Frame,
    audience: Audience,
) -> ParticipationFacts:
    """The facts as this audience may read them; pure."""
    rule = COUNTS[audience]
    leaders = _told_of(funnel.leaders, met=met.leaders, rule=rule)
    mentors = _told_of(funnel.mentors, met=met.mentors, rule=rule)
    met_told = shared(met.met, (leaders.met, mentors.met), rule=rule)
    months = tuple(month for month in adherence.months if month.pairs_due >= rule.shares_from)
    return ParticipationFacts(
        programme=frame.programme,
        cohort=frame.cohort,
        starts_on=frame.starts_on,
        ends_on=frame.ends_on,
        as_of=frame.as_of,
        audience=audience,
        rule=rule,
        invited=_by_side(leaders.invited, mentors.invited),
        enrolled=_by_side(leaders.enrolled, mentors.enrolled),
        said_yes=_by_side(leaders.said_yes, mentors.said_yes),
        brought_in=_brought_in(leaders, mentors),
        pairs=shared(met.pairs, (leaders.matched, mentors.matched), rule=rule),
        met=met_told,
        held=_held(Adherence(months), all_due=adherence.due, rule=rule),
        hours=_hours(Adherence(months), met=met_told, rule=rule),
        months=tuple(_month(month, rule=rule, on=frame.as_of) for month in adherence.months),
        objectives=objectives,
    )


@dataclass(frozen=True)
class _Told:
    """What is told of one side."""

    invited: Value
    enrolled: Value
    matched: Value
    met: Value
    said_yes: Value
    brought_in: Value | None


def _told_of(side: Side, *, met: int, rule: Rule) -> _Told:
    """Whoever was enrolled unasked is neither invited nor a yes.

    Too few of them to be told of count as invited, so that no difference of two numbers is them; and their number
    and that of a yes are told together or not at all, since the enrolled are their sum.
    """
    listed, enrolled, matched, pairs_met = nested((side.listed, side.enrolled, side.matched, met), rule=rule)
    if side.brought_in < max(1, rule.least):
        return _Told(listed, enrolled, matched, pairs_met, said_yes=enrolled, brought_in=None)
    invited, said_yes = nested((side.invited, side.said_yes), rule=rule)
    brought_in = nested((side.enrolled, side.brought_in), rule=rule)[1]
    if isinstance(said_yes, Hidden):
        brought_in = Hidden(Why.WOULD_TELL)
    return _Told(invited, enrolled, matched, pairs_met, said_yes=said_yes, brought_in=brought_in)


def _brought_in(leaders: _Told, mentors: _Told) -> Value | None:
    parts = [one.brought_in for one in (leaders, mentors) if one.brought_in is not None]
    return total(parts) if parts else None


def _by_side(leaders: Value, mentors: Value) -> BySide:
    return BySide(leaders=leaders, mentors=mentors, both=total((leaders, mentors)))


def _held(shown: Adherence, *, all_due: int, rule: Rule) -> Share | Hidden | None:
    """Over the months that are told, so that the whole cannot give a hidden month away."""
    if all_due and not shown.due:
        return Hidden(Why.TOO_FEW)
    pairs = max((month.pairs_due for month in shown.months), default=0)
    return share_told(shown.due_held, shown.due, contributors=pairs, rule=rule)


def _hours(shown: Adherence, *, met: Value, rule: Rule) -> Value:
    """Hours that people gave in the months that are told, both of a pair counted."""
    hours = 2 * shown.minutes_held / 60
    if rule.is_exact:
        return Shown(round(hours))
    return met if isinstance(met, Hidden) else Shown(nearest(hours, to=HOURS_TO), rounded=True)


def _month(month: Month, *, rule: Rule, on: date) -> MonthFacts:
    return MonthFacts(
        first=month.first,
        held=share_told(month.due_held, month.due, contributors=month.pairs_due, rule=rule),
        is_now=month.first == on.replace(day=1),
        exact=month if rule.is_exact else None,
    )


def _objective(objective: Objective) -> ObjectiveFacts:
    return ObjectiveFacts(
        title=objective.title,
        metric=objective.metric,
        unit=objective.unit,
        baseline=objective.baseline,
        target=objective.target,
        owner=objective.owner,
    )
