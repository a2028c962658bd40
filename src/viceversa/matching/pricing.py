"""Which pairs weigh more than their prices: a sweep over all pairs, and later over those alone that can have changed.

Where neither price of a pair has fallen since all pairs were priced, and neither end has joined or left the cover,
the pair cannot have come to weigh more than both. So after the first sweep only people of whom one of these holds are
swept again, and those of whom too many pairs were found to tell them all. The certificate prices all pairs afresh in
any case (`certify`).
"""

from __future__ import annotations

import numpy as np

from viceversa.matching.branching import Pair
from viceversa.matching.field import free_capacity
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.solution import Leaf
from viceversa.matching.swept import Best, Swept

OFFENDERS = 8
"""Pairs per row that join after a sweep of all rows; more where few are swept, lest one's price fall step by step."""
MOST_OFFENDERS = 1024
"""Pairs per row that join at most."""


class Pricing:
    """The sweeps of one search; remembers the prices at which all pairs were last known not to weigh more."""

    def __init__(self, problem: Problem, banned: tuple[Pair, ...] = ()) -> None:
        self.problem, self.banned = problem, banned
        self.all_count = problem.policy.options.objective == "quality"
        self.last: Leaf | None = None
        self.crowded: tuple[Ints, Ints] = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        self._swept: dict[bool, Swept] = {}

    def with_pairs(self, problem: Problem, banned: tuple[Pair, ...]) -> Pricing:
        """The same for other pairs that are not available or earn a bonus; all else about the people is as it was.

        What is remembered holds on: whoever opens pairs, or raises what pairs weigh, makes candidates of them.
        """
        other = Pricing(problem, banned)
        other.last, other.crowded = self.last, self.crowded
        other._swept = {flip: swept.with_pairs(problem, banned) for flip, swept in self._swept.items()}
        return other

    def _by(self, *, flip: bool) -> Swept:
        """Mentors as rows, or mentees with `flip`; made where it is first needed."""
        if flip not in self._swept:
            self._swept[flip] = Swept.of(self.problem, flip=flip, banned=self.banned)
        return self._swept[flip]

    def offenders(self, leaf: Leaf) -> Best:
        """Pairs that weigh more than their prices or lie outside the cover, mentors as rows; some may come twice.

        At most a few for each person, and of each person in question at least one, if there is any.
        """
        mentors, mentees = self._fallen(leaf)
        self.last = leaf
        wide = len(leaf.mentor_price), len(leaf.mentee_price)
        if len(mentors) * wide[1] + len(mentees) * wide[0] >= wide[0] * wide[1]:
            mentors, mentees = np.arange(wide[0]), mentees[:0]
        parts = []
        self.crowded = mentors[:0], mentees[:0]
        if len(mentors):
            room = self._room(0, len(mentors))
            found = self._by(flip=False).excess(leaf, room=room, all_count=self.all_count, rows=mentors).worst
            parts.append(found)
            self.crowded = _crowded(found.row, room), self.crowded[1]
        if len(mentees):
            room = self._room(1, len(mentees))
            turned = self._by(flip=True).excess(leaf, room=room, all_count=self.all_count, rows=mentees).worst
            parts.append(Best(turned.column, turned.row, turned.weight))
            self.crowded = self.crowded[0], _crowded(turned.row, room)
        return _together(parts)

    def _room(self, side: int, rows: int) -> int:
        capacity = free_capacity(self.problem)[side]
        times = max(1, len(capacity) // (1 + rows))
        return min(OFFENDERS * times, MOST_OFFENDERS) + int(capacity.max(initial=0))

    def _fallen(self, leaf: Leaf) -> tuple[Ints, Ints]:
        """Mentors and mentees whose pairs must be priced again: their price fell, or they joined or left the cover."""
        last = self.last
        if last is None:
            return np.arange(len(leaf.mentor_price)), np.arange(len(leaf.mentee_price))
        mentors = (leaf.mentor_price < last.mentor_price) | (leaf.covered_mentors != last.covered_mentors)
        mentees = (leaf.mentee_price < last.mentee_price) | (leaf.covered_mentees != last.covered_mentees)
        return (
            np.union1d(np.flatnonzero(mentors), self.crowded[0]),
            np.union1d(np.flatnonzero(mentees), self.crowded[1]),
        )


def _crowded(rows: Ints, room: int) -> Ints:
    """Rows of which as many pairs were found as there was room for."""
    people, count = np.unique(rows, return_counts=True)
    full: Ints = people[count >= room]
    return full


def _nobody() -> Best:
    nothing = np.zeros(0, dtype=np.int64)
    return Best(nothing, nothing, nothing)


def _together(parts: list[Best]) -> Best:
    parts = [_nobody(), *parts]
    row, column, weight = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("row", "column", "weight")
    )
    return Best(row, column, weight)
