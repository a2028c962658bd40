"""Pairs as their coordinator may see them: who, in which state, which dates. Nothing of what they say to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
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

    def behind(self, *, show: str, words: str) -> int | None:
        """How many a list shows, where no search narrows it; None: they have to be counted."""
        if words.split():
            return None
        return len(self.late) if show == LATE else self.by_state.get(show, self.all)


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


def keys_listed(
    cohort: Cohort, *, show: str, sort: str, late: Iterable[int], words: str, now: datetime
) -> QuerySet[Any, int]:
    """The pairs' keys through their filter, their search by name and their order; unknown values mean the first of
    each. Only keys: putting ten thousand pairs in order with all their columns takes six times as long."""
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
    if sort == "held":
        pairs = pairs.annotate(held=_held())
    if sort == "next":
        pairs = pairs.annotate(next_at=_next_at(now))
    return pairs.order_by(*SORTS.get(sort, NAMES)).values_list("pk", flat=True)


def _held() -> Coalesce:
    # A subquery, not a join: grouping by both people's every column costs a second at 10,000 pairs.
    held = Meeting.objects.filter(pair=OuterRef("pk"), state=Meeting.State.HELD).order_by().values("pair")
    return Coalesce(Subquery(held.annotate(rows=Count("pk")).values("rows")), 0)


def _next_at(now: datetime) -> Subquery:
    planned = Meeting.objects.filter(pair=OuterRef("pk"), state=Meeting.State.PLANNED, starts_at__gt=now)
    return Subquery(planned.order_by().values("pair").annotate(first=Min("starts_at")).values("first"))


class Dot(NamedTuple):
    """A meeting as the list draws it: its date and state, without place or link."""

    pair_id: int
    number: int
    state: str
    starts_at: datetime | None
    times_moved: int


@dataclass(frozen=True)
class Row:
    """One pair of the page."""

    pair: Pair
    meetings: Sequence[Dot]
    next: Dot | None
    held: int
    next_at: datetime | None
    is_late: bool


def rows_of(keys: Iterable[int], *, late: frozenset[int], now: datetime) -> list[Row]:
    """One page of the list, in the order of its keys. Two queries."""
    page = list(keys)
    people = [f"{side}__person__{name}" for side in ("mentor", "mentee") for name in _PERSON]
    pairs = Pair.objects.select_related("mentor__person", "mentee__person").only("state", *people).in_bulk(page)
    meetings: dict[int, list[Dot]] = {key: [] for key in page}
    for dot in map(Dot._make, _meetings(page)):
        meetings[dot.pair_id].append(dot)
    return [_row(pairs[key], meetings[key], is_late=key in late, now=now) for key in page if key in pairs]


_PERSON = ("public_id", "person_id", "given_name", "family_name", "preferred_name")


def _meetings(pairs: list[int]) -> Iterable[tuple[Any, ...]]:
    there = Meeting.objects.filter(pair__in=pairs).exclude(state=Meeting.State.CANCELLED)
    return there.order_by("number").values_list(*Dot._fields)


def _row(pair: Pair, meetings: Sequence[Dot], *, is_late: bool, now: datetime) -> Row:
    dates = [dot.starts_at for dot in meetings if dot.state == Meeting.State.PLANNED and dot.starts_at is not None]
    return Row(
        pair=pair,
        meetings=meetings,
        next=next_of(meetings) if pair.is_running else None,
        held=sum(dot.state == Meeting.State.HELD for dot in meetings),
        next_at=min((date for date in dates if date > now), default=None),
        is_late=is_late,
    )
