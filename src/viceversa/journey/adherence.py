"""Which meetings were due, held, moved or missed, month by month: one query for a cohort of any size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Exists, Func, OuterRef, Q, Subquery, Sum

from viceversa.pairing.models import Pair
from viceversa.programmes.models import Cohort

from .models import Meeting


class MonthOf(Func):
    """The month of a day as ``2026-06``: SQLite's own text function, a third of what Django's truncation takes."""

    output_field = CharField()
    template = "SUBSTR(%(expressions)s, 1, 7)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="TO_CHAR(%(expressions)s, 'YYYY-MM')", **context)


@dataclass(frozen=True)
class Month:
    """The meetings that the cadence expects in one month. ``due`` are those whose day has come, and of them
    ``due_held`` were held, ``due_moved`` have a new date, ``due_missed`` did not take place; the rest is open."""

    first: date
    meetings: int
    held: int
    moved: int
    missed: int
    due: int
    due_held: int
    due_moved: int
    due_missed: int
    pairs_due: int
    minutes_held: int

    @property
    def to_come(self) -> int:
        return self.meetings - self.held - self.moved - self.missed

    @property
    def held_share(self) -> float | None:
        return self.due_held / self.due if self.due else None


@dataclass(frozen=True)
class Adherence:
    months: tuple[Month, ...]

    def _sum(self, name: str) -> int:
        return sum(getattr(month, name) for month in self.months)

    @property
    def due(self) -> int:
        return self._sum("due")

    @property
    def due_held(self) -> int:
        return self._sum("due_held")

    @property
    def due_moved(self) -> int:
        return self._sum("due_moved")

    @property
    def due_missed(self) -> int:
        return self._sum("due_missed")

    @property
    def due_open(self) -> int:
        return self.due - self.due_held - self.due_moved - self.due_missed

    @property
    def held(self) -> int:
        return self._sum("held")

    @property
    def minutes_held(self) -> int:
        return self._sum("minutes_held")

    @property
    def held_share(self) -> float | None:
        return self.due_held / self.due if self.due else None


def adherence_of(cohort: Cohort, *, now: datetime) -> Adherence:
    """Every month of the cohort, also those without a meeting. A paused or ended pair owes no meeting any more."""
    return adherences_of([cohort], now=now)[cohort.pk]


def adherences_of(cohorts: Sequence[Cohort], *, now: datetime) -> dict[int, Adherence]:
    """By the cohort's key; one query for all of them."""
    found: dict[int, dict[date, Month]] = {cohort.pk: {} for cohort in cohorts}
    for row in _months(cohorts, now=now):
        month = _month({name: value for name, value in row.items() if name != "pair__cohort"})
        found[row["pair__cohort"]][month.first] = month
    return {cohort.pk: _in_order(cohort, found[cohort.pk], now=now) for cohort in cohorts}


def _in_order(cohort: Cohort, found: Mapping[date, Month], *, now: datetime) -> Adherence:
    # A pair formed late may meet after the cohort's last day; its months join when they come.
    firsts = sorted({*_firsts(cohort, now=now), *(first for first in found if first <= now.date())})
    return Adherence(months=tuple(found.get(first) or _empty(first) for first in firsts))


def _months(cohorts: Sequence[Cohort], *, now: datetime) -> Iterable[dict[str, Any]]:
    held, missed = Q(state=Meeting.State.HELD), Q(state=Meeting.State.MISSED)
    owed = held | missed | Q(pair__state__in=(Pair.State.TRIAL, Pair.State.ACTIVE))
    moved = Q(state=Meeting.State.PLANNED, times_moved__gte=1, starts_at__gt=now)
    has_date = Q(state=Meeting.State.PLANNED, starts_at__gt=now)
    due = Q(due_on__lte=now.date())
    rows: Iterable[Any] = (
        Meeting.objects.filter(owed, pair__cohort__in=cohorts)
        .exclude(state=Meeting.State.CANCELLED)
        .order_by()
        .annotate(first=MonthOf("due_on"))
        .values("pair__cohort", "first")
        .annotate(
            meetings=Count("pk"),
            held=Count("pk", filter=held),
            moved=Count("pk", filter=moved),
            missed=Count("pk", filter=missed),
            due=Count("pk", filter=due),
            due_held=Count("pk", filter=due & held),
            due_moved=Count("pk", filter=due & has_date),
            due_missed=Count("pk", filter=due & missed),
            pairs_due=Count("pair", filter=due, distinct=True),
            minutes_held=Sum("minutes", filter=held, default=0),
        )
    )
    return rows


def _month(row: Mapping[str, Any]) -> Month:
    return Month(**{**row, "first": date.fromisoformat(f"{row['first']}-01")})


def _firsts(cohort: Cohort, *, now: datetime) -> list[date]:
    """The months of the cohort; of one that is always on, those until today."""
    first, firsts = cohort.starts_on.replace(day=1), []
    last = cohort.ends_on or now.date()
    while first <= last:
        firsts.append(first)
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return firsts


def _empty(first: date) -> Month:
    return Month(first, *[0] * 10)


@dataclass(frozen=True)
class Met:
    """How many pairs were formed, and how many of them have met; and how many people of each side have."""

    pairs: int
    met: int
    leaders: int
    mentors: int

    @property
    def people(self) -> int:
        return self.leaders + self.mentors

    @property
    def not_met(self) -> int:
        return self.pairs - self.met


def _met_counts() -> dict[str, Count]:
    has_met = Q(Exists(Meeting.objects.filter(pair=OuterRef("pk"), state=Meeting.State.HELD)))
    return {
        "pairs": Count("pk"),
        "met": Count("pk", filter=has_met),
        "leaders": Count("mentee", filter=has_met, distinct=True),
        "mentors": Count("mentor", filter=has_met, distinct=True),
    }


def met_of(cohort: Cohort) -> Met:
    """Pairs that somebody left early do not count, as in the funnel."""
    return mets_of([cohort])[cohort.pk]


def mets_of(cohorts: Sequence[Cohort]) -> dict[int, Met]:
    """By the cohort's key; one query for all of them."""
    lasting = Pair.objects.filter(cohort__in=cohorts).exclude(state=Pair.State.EXITED)
    rows: Iterable[Any] = lasting.order_by().values("cohort").annotate(**_met_counts())
    found = {row.pop("cohort"): Met(**row) for row in rows}
    return {cohort.pk: found.get(cohort.pk, Met(0, 0, 0, 0)) for cohort in cohorts}


def met_columns() -> dict[str, Subquery]:
    """The same counts as columns of a query of cohorts, which ``met_in`` reads."""
    lasting = Pair.objects.filter(cohort=OuterRef("pk")).exclude(state=Pair.State.EXITED).order_by()
    return {
        f"met_{name}": Subquery(lasting.values("cohort").annotate(rows=count).values("rows"))
        for name, count in _met_counts().items()
    }


def met_in(cohort: Cohort) -> Met | None:
    """What ``met_columns`` read; None where the cohort was read without them."""
    if not hasattr(cohort, "met_pairs"):
        return None
    return Met(**{name: getattr(cohort, f"met_{name}") or 0 for name in _met_counts()})
