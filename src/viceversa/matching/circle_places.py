"""Which language and hours each circle is for, so that as few people as possible are without a place.

A whole-number programme over kinds of people and grounds (a language and a stretch of hours), solved by HiGHS: how many
circles each ground gets, and how many people of each kind sit there. Pairs that are kept apart are not asked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from viceversa.matching.circle_members import Members

NODES = 2_000
"""After so many the best plan so far stands; a time would differ between machines."""

BROADER = 1e-4
"""What a place on the broadest ground is worth beside a place at all: there people can be mixed best."""


@dataclass(frozen=True)
class Band:
    """Sizes that circles may have, and how many there must be; `circles` is None where that is open."""

    least: int
    most: int
    circles: int | None = None


@dataclass(frozen=True)
class Seating:
    """People by ground with the number of circles there, and those for whom there is no place. All by place."""

    grounds: tuple[tuple[tuple[int, ...], int], ...]
    without: tuple[int, ...]


def best_seating(members: Members, *, size: int) -> Seating:
    """The seating that leaves the fewest without a place, in circles of sizes that differ by one at most.

    Everybody in as many circles as come nearest to `size` is tried first. Where that cannot be, any number of circles
    of `size` or one more, and of `size` or one less, is.
    """
    count = len(members)
    circles = circles_for(count, size)
    bands = [Band(count // circles, -(-count // circles), circles), Band(size, size + 1), Band(max(2, size - 1), size)]
    best: Seating | None = None
    for band in bands:
        found = _seated(members, band)
        if found is not None and (best is None or len(found.without) < len(best.without)):
            best = found
        if best is not None and not best.without:
            break
    return best or Seating((), tuple(range(count)))


def circles_for(count: int, size: int) -> int:
    """How many circles of about `size` people; the nearest whole number, and one at least."""
    return max(1, (2 * count + size) // (2 * size))


def _seated(members: Members, band: Band) -> Seating | None:
    kinds = _kinds(members)
    grounds = _grounds(list(kinds))
    if any(len(ground) == len(kinds) for ground in grounds):  # everybody can sit with everybody
        whole = len(members)
        circles = band.circles or next((n for n in range(1, whole) if band.least * n <= whole <= band.most * n), None)
        if circles is not None:
            return Seating(((tuple(range(whole)), circles),), ())
    plan = _plan([len(some) for some in kinds.values()], grounds, band)
    return None if plan is None else _dealt(members, list(kinds.values()), grounds, *plan)


def _kinds(members: Members) -> dict[tuple[int, int], list[int]]:
    """People by what they have of languages and hours."""
    kinds: dict[tuple[int, int], list[int]] = {}
    for one in range(len(members)):
        kinds.setdefault((members.tongues[one], members.windows[one]), []).append(one)
    return kinds


def _grounds(kinds: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The kinds that can sit on each ground, the broadest first; a ground within another is no use."""
    tongues, windows = _all_bits(one[0] for one in kinds), _all_bits(one[1] for one in kinds)
    speak = {bit: sum(1 << place for place, one in enumerate(kinds) if one[0] & bit) for bit in tongues}
    free = {bit: sum(1 << place for place, one in enumerate(kinds) if one[1] & bit) for bit in windows}
    found = sorted({speak[tongue] & free[window] for tongue in tongues for window in windows} - {0})
    found.sort(key=lambda ground: -ground.bit_count())
    broad: list[int] = []
    for ground in found:
        if not any(ground & other == ground for other in broad):
            broad.append(ground)
    return [tuple(place for place in range(len(kinds)) if ground >> place & 1) for ground in broad]


def _all_bits(sets: Iterable[int]) -> list[int]:
    whole = 0
    for some in sets:
        whole |= some
    return [1 << place for place in range(whole.bit_length()) if whole >> place & 1]


def _plan(
    counts: Sequence[int], grounds: Sequence[tuple[int, ...]], band: Band
) -> tuple[dict[tuple[int, int], int], list[int]] | None:
    """How many of each kind sit on each ground, and how many circles each ground gets."""
    places = [(kind, ground) for ground, kinds in enumerate(grounds) for kind in kinds]
    first, width = len(places), len(places) + len(grounds)
    rows, columns, factors = list[int](), list[int](), list[float]()

    def put(row: int, column: int, factor: float) -> None:
        rows.append(row)
        columns.append(column)
        factors.append(factor)

    for column, (kind, ground) in enumerate(places):
        put(kind, column, 1)  # no more than there are
        put(len(counts) + ground, column, 1)  # no fewer than its circles need
        put(len(counts) + len(grounds) + ground, column, -1)  # no more than they hold
    for ground in range(len(grounds)):
        put(len(counts) + ground, first + ground, -band.least)
        put(len(counts) + len(grounds) + ground, first + ground, band.most)
    high = len(counts) + 2 * len(grounds)
    low = [-np.inf] * len(counts) + [0.0] * (2 * len(grounds))
    top = [float(count) for count in counts] + [np.inf] * (2 * len(grounds))
    if band.circles is not None:
        for ground in range(len(grounds)):
            put(high, first + ground, 1)
        low.append(band.circles)
        top.append(band.circles)
    matrix = coo_array((factors, (rows, columns)), shape=(len(low), width)).tocsr()
    broad = [BROADER * (ground == 0) for _, ground in places]
    worth = np.concatenate((-np.ones(first) - broad, np.zeros(len(grounds))))
    most = [float(counts[kind]) for kind, _ in places] + [float(sum(counts))] * len(grounds)
    found = milp(
        worth,
        constraints=LinearConstraint(matrix, low, top),
        bounds=Bounds(0, most),
        integrality=np.ones(width, dtype=np.int64),
        options={"node_limit": NODES},
    )
    if found.x is None:
        return None
    whole = np.rint(found.x).astype(np.int64).tolist()
    return dict(zip(places, whole[:first], strict=True)), whole[first:]


def _dealt(
    members: Members,
    kinds: Sequence[Sequence[int]],
    grounds: Sequence[tuple[int, ...]],
    share: dict[tuple[int, int], int],
    circles: Sequence[int],
) -> Seating:
    """Who sits where: those of one kind are dealt in turns, so that each ground gets of every function and location."""
    seated: list[list[int]] = [[] for _ in grounds]
    without: list[int] = []
    for kind, people in enumerate(kinds):
        shares = [(ground, share.get((kind, ground), 0)) for ground in range(len(grounds))]
        given = dict.fromkeys(range(len(grounds)), 0)
        left = len(people) - sum(part for _, part in shares)
        turns = [*shares, (-1, left)]
        given[-1] = 0
        in_turn = sorted(people, key=lambda one: (int(members.function[one]), int(members.location[one]), one))
        for number, one in enumerate(in_turn, start=1):
            # The one that is furthest behind its part, and has any left.
            to = max(
                turns, key=lambda turn: (given[turn[0]] < turn[1], turn[1] * number - given[turn[0]] * len(people))
            )[0]
            given[to] += 1
            (without if to < 0 else seated[to]).append(one)
    used = [(tuple(sorted(some)), circles[ground]) for ground, some in enumerate(seated) if some]
    return Seating(tuple(used), tuple(sorted(without)))
