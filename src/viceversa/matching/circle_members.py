"""Who may sit in one circle: languages, hours that all share, reporting lines, and pairs that are kept apart."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viceversa.formats.people import PersonRow, normal
from viceversa.matching.hours import DAY, working_day
from viceversa.matching.line import reporting_line
from viceversa.matching.policy import Rules

IdPair = tuple[str, str]
UNKNOWN = -1
LINE, PARTNER, UNAVAILABLE = "reporting_line", "own_partner", "unavailable"
LANGUAGE, HOURS = "common_language", "overlap_hours_min"


@dataclass(frozen=True, eq=False)
class Members:
    """The people to be divided, in tie-break order.

    `tongues` and `windows` are sets as bits: the languages somebody speaks, and the stretches of `overlap_hours_min` on
    one day that lie within their working hours. Whoever has told none has all of them. A circle needs one of
    each that all its members have. `apart` holds for each member those they may not sit with, and why.
    """

    ids: tuple[str, ...]
    function: NDArray[np.int64]
    location: NDArray[np.int64]
    tongues: tuple[int, ...]
    windows: tuple[int, ...]
    apart: tuple[Mapping[int, str], ...]

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, kept: Sequence[int]) -> Members:
        """The same of some of them, by ascending place."""
        place = {old: new for new, old in enumerate(kept)}
        return Members(
            ids=tuple(self.ids[one] for one in kept),
            function=self.function[list(kept)],
            location=self.location[list(kept)],
            tongues=tuple(self.tongues[one] for one in kept),
            windows=tuple(self.windows[one] for one in kept),
            apart=tuple(
                {place[other]: why for other, why in self.apart[one].items() if other in place} for one in kept
            ),
        )

    def hold_together(self, some: Iterable[int]) -> bool:
        """Whether a language and a stretch of hours are common to all of these. Who is apart is not asked."""
        tongues, windows = -1, -1
        for one in some:
            tongues &= self.tongues[one]
            windows &= self.windows[one]
        return bool(tongues and windows)


def members_of(
    rows: Sequence[PersonRow],
    ids: Collection[str],
    *,
    rules: Rules,
    partners: Iterable[IdPair] = (),
    apart: Iterable[IdPair] = (),
    seed: int = 0,
) -> Members:
    """Encode the people with these ids. Raises `LineCycle` as `reporting_line` does.

    `rows` holds whoever is needed to know the reporting lines too. Nobody sits with somebody above or below them at any
    depth, with a partner of their own (`partners`), or with somebody who is kept `apart` or excluded from either side.
    """
    people = sorted((row for row in rows if row.person_id in set(ids)), key=lambda row: _draw(row.person_id, seed))
    return Members(
        ids=tuple(row.person_id for row in people),
        function=_codes([normal(row.function) for row in people]),
        location=_codes([normal(row.location) for row in people]),
        tongues=_tongues(people, asked=rules.common_language),
        windows=_windows(people, rules),
        apart=_apart(people, rows, partners=partners, apart=apart),
    )


def _draw(person_id: str, seed: int) -> tuple[bytes, str]:
    text = f"{seed}|{person_id}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).digest(), person_id


def _codes(values: Sequence[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(one, len(numbers)) if one else UNKNOWN for one in values], dtype=np.int64)


def _tongues(people: Sequence[PersonRow], *, asked: bool) -> tuple[int, ...]:
    spoken = [{tag.lower() for tag in row.languages} if asked else set[str]() for row in people]
    number = {tag: place for place, tag in enumerate(sorted(set[str]().union(*spoken)))}
    everything = _all_ones(len(number))
    return tuple(sum(1 << number[tag] for tag in tags) if tags else everything for tags in spoken)


def _windows(people: Sequence[PersonRow], rules: Rules) -> tuple[int, ...]:
    """A stretch that lies in several days can begin where one of them does: those are all that matter."""
    length = math.ceil(rules.overlap_hours_min * 60 - 1e-6)
    if length <= 0:
        return (1,) * len(people)
    days = [working_day(row.time_zone, row.hours, on=rules.reference_date) if row.time_zone else None for row in people]
    starts = sorted({day[0] % DAY for day in days if day})
    fits = [{at for at in starts if _lies_in(day, at, length)} if day else None for day in days]
    everything = _all_ones(len(starts))
    place = {at: number for number, at in enumerate(starts)}
    return tuple(everything if fit is None else sum(1 << place[at] for at in fit) for fit in fits)


def _lies_in(day: tuple[int, int], at: int, length: int) -> bool:
    start, end = day
    return (at - start) % DAY + length <= end - start


def _all_ones(count: int) -> int:
    return (1 << max(1, count)) - 1


def _apart(
    people: Sequence[PersonRow], rows: Sequence[PersonRow], *, partners: Iterable[IdPair], apart: Iterable[IdPair]
) -> tuple[Mapping[int, str], ...]:
    """What can be told of stands before what cannot, where there are two reasons."""
    place = {row.person_id: number for number, row in enumerate(people)}
    found: list[dict[int, str]] = [{} for _ in people]
    excluded = ((row.person_id, other) for row in people for other in row.excludes)
    for why, pairs in (
        (LINE, _in_line(people, rows)),
        (PARTNER, partners),
        (UNAVAILABLE, apart),
        (UNAVAILABLE, excluded),
    ):
        for one, other in pairs:
            if one in place and other in place and one != other:
                found[place[one]].setdefault(place[other], why)
                found[place[other]].setdefault(place[one], why)
    return tuple(dict(sorted(some.items())) for some in found)


def _in_line(people: Sequence[PersonRow], rows: Sequence[PersonRow]) -> Iterable[IdPair]:
    """Pairs of which one stands above the other, at whatever depth."""
    ids = [row.person_id for row in rows]
    line = reporting_line(ids, [row.manager_id for row in rows])
    asked = {row.person_id for row in people}
    order = sorted((at for at, one in enumerate(ids) if one in asked), key=lambda at: int(line.opens[at]))
    above: list[int] = []
    for at in order:
        while above and line.closes[above[-1]] <= line.opens[at]:
            above.pop()
        yield from ((ids[boss], ids[at]) for boss in above)
        above.append(at)
