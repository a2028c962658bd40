"""A large cohort's figures, counted once a minute: nine meetings of ten thousand pairs take longer than a page may.

Small cohorts are counted anew each time. Kept in this process, under the mark that the programme's row carries:
whatever its coordinator changes gives the row another mark, so that what they did shows at once in every process.
Counts and names belong here, nothing private.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar, cast

from viceversa.accounts.ids import new_public_id
from viceversa.pairing.models import Pair
from viceversa.programmes.models import Cohort, Programme

LARGE = 300
"""Pairs from which on a cohort's figures are kept; below, counting them takes a few milliseconds."""
KEPT_FOR = timedelta(minutes=1)
MOST_KEPT = 64

Value = TypeVar("Value")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Figures(Generic[Value]):
    """A value, and when it was counted."""

    value: Value
    at: datetime


class _Shelf:
    """What is kept, least recently used first, by programme, its mark, cohort and what it is."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Key, Figures[object]] = OrderedDict()

    def find(self, key: Key) -> Figures[object] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Key, figures: Figures[object]) -> None:
        with self._lock:
            self._kept[key] = figures
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def clear(self, programme: str) -> None:
        with self._lock:
            for key in [key for key in self._kept if key[0] == programme]:
                del self._kept[key]


_shelf = _Shelf()


def kept(
    what: str,
    cohort: Cohort,
    *,
    now: datetime,
    count: Callable[[], Value],
    is_large: Callable[[Value], bool] | None = None,
) -> Figures[Value]:
    """``count()``, or for a large cohort what it gave within the last minute.

    ``is_large`` judges by the value where that tells; without it the cohort's pairs are counted.
    """
    key = _key(what, cohort)
    found = _shelf.find(key)
    if found is not None and timedelta(0) <= now - found.at < KEPT_FOR:
        return cast(Figures[Value], found)
    counted = Figures(count(), now)
    if is_large(counted.value) if is_large else has_many_pairs(cohort):
        _shelf.put(key, cast(Figures[object], counted))
    return counted


def is_kept(what: str, cohort: Cohort, *, now: datetime) -> bool:
    """Whether ``kept`` would give what it counted before."""
    found = _shelf.find(_key(what, cohort))
    return found is not None and timedelta(0) <= now - found.at < KEPT_FOR


def _key(what: str, cohort: Cohort) -> Key:
    programme = cohort.programme
    return (str(programme.public_id), programme.figures_mark, cohort.public_id, what)


def has_many_pairs(cohort: Cohort) -> bool:
    """Whether the cohort is large, read from no more pairs than that takes."""
    return Pair.objects.filter(cohort=cohort).order_by()[LARGE - 1 : LARGE].exists()


def forget(programme_id: str) -> None:
    """Count anew next time: something in the programme with this public id was changed from its desk.

    A mark that never was, not a number that grows: a row that is written whole by somebody who read it earlier
    must not bring figures back.
    """
    Programme.objects.filter(public_id=programme_id).update(figures_mark=new_public_id())
    _shelf.clear(programme_id)
