"""Pairs as their coordinator may see them: who, in which state, which dates. Nothing of what they say to each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce

from viceversa.pairing.models import Pair
from viceversa.programmes.models import Cohort

from .attention import late_pairs
from .kept import LARGE, kept
from .models import Meeting, next_of

ALL, LATE = "", "late"
STATES: dict[str, tuple[Pair.State, ...]] = {
    "trial": (Pair.State.TRIAL,),
    "active": (Pair.State.ACTIVE,),
    "paused": (Pair.State.PAUSED,),
    "ended": (Pair.State.CLOSED, Pair.State.EXITED),
}
NAMES = ("mentee__person__family_name", "mentee__person__given_name", "pk")
SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "leader": NAMES,
    "mentor": ("mentor__person__family_name", "mentor__person__given_name", "pk"),
    "held": ("held", *NAMES),
    "next": (F("next_at").asc(nulls_last=True), *NAMES),
    "newest": ("-formed_at", "-pk"),
}


@dataclass(frozen=True)
class Counts:
    """How many pairs stand behind each filter."""

    all: int
    by_state: dict[str, int]
    late: frozenset[int]


def counts_of(cohort: Cohort, *, now: datetime) -> Counts:
    rows = Pair.objects.filter(cohort=cohort).order_by().values_list("state").annotate(Count("pk"))
    by_pair_state = dict(rows)
    by_state = {name: sum(by_pair_state.get(state, 0) for state in states) for name, states in STATES.items()}
    everybody = sum(by_pair_state.values())
    late = kept(
        "late",
        cohort,
        now=now,
        count=lambda: late_pairs(cohort, now=now),
        is_large=lambda _: everybody >= LARGE,
    )
    return Counts(all=everybody, by_state=by_state, late=late.value)


def pairs_listed(
    cohort: Cohort, *, show: str, sort: str, late: Iterable[int], words: str, now: datetime
) -> QuerySet[Pair]:
    """The list through its filter, its search by name and its order; unknown values mean the first of each."""
    pairs = Pair.objects.filter(cohort=cohort)
    if show == LATE:
        pairs = pairs.filter(pk__in=list(late))
    if show in STATES:
        pairs = pairs.filter(state__in=STATES[show])
    for word in words.split()[:5]:
        pairs = pairs.filter(
            Q(mentor__person__given_name__icontains=word)
            | Q(mentor__person__family_name__icontains=word)
            | Q(mentee__person__given_name__icontains=word)
            | Q(mentee__person__family_name__icontains=word)
        )
    # Subqueries, not a join: grouping by both people's every column costs a second at 10,000 pairs.
    own = Meeting.objects.filter(pair=OuterRef("pk")).order_by().values("pair")
    held = own.filter(state=Meeting.State.HELD).annotate(rows=Count("pk")).values("rows")
    planned = own.filter(state=Meeting.State.PLANNED, starts_at__gt=now).annotate(first=Min("starts_at"))
    annotated = pairs.annotate(held=Coalesce(Subquery(held), 0), next_at=Subquery(planned.values("first")))
    return annotated.order_by(*SORTS.get(sort, NAMES))


def with_meetings(pairs: QuerySet[Pair]) -> QuerySet[Pair]:
    """For one page of the list: both people, and the meetings' dates and states without place or link."""
    columns = ("pair", "number", "title", "state", "starts_at", "due_on", "times_moved")
    meetings = Meeting.objects.exclude(state=Meeting.State.CANCELLED).order_by("number").only(*columns)
    return pairs.select_related("mentor__person", "mentee__person").prefetch_related(
        Prefetch("meetings", queryset=meetings, to_attr="in_order")
    )


@dataclass(frozen=True)
class Row:
    """One pair of the page."""

    pair: Pair
    meetings: tuple[Meeting, ...]
    next: Meeting | None
    held: int
    next_at: datetime | None
    is_late: bool


def rows_of(pairs: Iterable[Pair], *, late: frozenset[int]) -> list[Row]:
    return [_row(pair, is_late=pair.pk in late) for pair in pairs]


def _row(pair: Pair, *, is_late: bool) -> Row:
    meetings: list[Meeting] = pair.in_order  # type: ignore[attr-defined]
    return Row(
        pair=pair,
        meetings=tuple(meetings),
        next=next_of(meetings) if pair.is_running else None,
        held=pair.held,  # type: ignore[attr-defined]
        next_at=pair.next_at,  # type: ignore[attr-defined]
        is_late=is_late,
    )
