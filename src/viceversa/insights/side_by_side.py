"""Cohorts side by side: each as its reader may see it, with meetings by the month of the cohort's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from viceversa.pairing.models import Pair
from viceversa.programmes.models import Cohort

from .disclosure import Hidden, Share, Value, share, single
from .participation import COUNTS, Audience, ParticipationFacts, facts_of_each

MOST_MONTHS = 12  # of a cohort's life that are compared; those that are always on live longer


@dataclass(frozen=True)
class CohortFacts:
    """One cohort. ``yes`` and ``paired``: of those invited, the share that said yes; of those, the share of pairs'
    sides; None where there is nobody yet. ``by_month``: month of life → the share of due meetings held."""

    cohort: Cohort
    facts: ParticipationFacts
    yes: Share | Hidden | None
    ended: Value
    by_month: Mapping[int, Share | Hidden | None]


def side_by_side(
    cohorts: Sequence[Cohort], *, audiences: Mapping[int, Audience], now: datetime
) -> tuple[CohortFacts, ...]:
    """A fixed number of queries for any number of cohorts. ``audiences`` by the programme's key."""
    ended = _ended(cohorts)
    rows = []
    for cohort, facts in zip(cohorts, facts_of_each(cohorts, audiences=audiences, now=now), strict=True):
        audience = audiences[cohort.programme_id]
        rows.append(
            CohortFacts(
                cohort=cohort,
                facts=facts,
                yes=_share_of(facts.said_yes.both, facts.invited.both, audience=audience),
                ended=single(ended.get(cohort.pk, 0), rule=COUNTS[audience]),
                by_month=_by_month(facts),
            )
        )
    return tuple(rows)


def _ended(cohorts: Sequence[Cohort]) -> dict[int, int]:
    """Pairs that ended before their time, by the cohort's key."""
    rows = Pair.objects.filter(cohort__in=cohorts, state=Pair.State.EXITED).order_by()
    return dict(rows.values_list("cohort").annotate(Count("pk")))


def _share_of(part: Value, whole: Value, *, audience: Audience) -> Share | Hidden | None:
    """A share of what is told alone, so that it says no more than the two numbers do."""
    if isinstance(whole, Hidden):
        return whole
    if isinstance(part, Hidden):
        return part
    return share(part.number, whole.number, contributors=whole.number, rule=COUNTS[audience])


def _by_month(facts: ParticipationFacts) -> dict[int, Share | Hidden | None]:
    lived = {month_of_life(month.first, starts_on=facts.starts_on): month.held for month in facts.months}
    return {number: held for number, held in lived.items() if 1 <= number <= MOST_MONTHS}


def month_of_life(first: date, *, starts_on: date) -> int:
    """Which month of the cohort a calendar month is: that in which it starts is the first."""
    return (first.year - starts_on.year) * 12 + first.month - starts_on.month + 1


def months_lived(rows: Sequence[CohortFacts]) -> range:
    """The months for which any cohort has something to show."""
    told = [number for row in rows for number, held in row.by_month.items() if held is not None]
    return range(1, max(told, default=0) + 1)
