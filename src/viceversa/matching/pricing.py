"""Which pairs weigh more than their prices: a sweep over all pairs, and later over those alone that can have changed.

Where neither price of a pair has fallen since all pairs were priced, the pair cannot have come to weigh more than
both. So after the first sweep only people whose price fell are swept again, and those of whom too many pairs were
found to tell them all. The certificate prices all pairs afresh in any case (`certify`).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from viceversa.matching.branching import Pair
from viceversa.matching.field import free_capacity
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.solution import Leaf
from viceversa.matching.swept import Best, Swept

OFFENDERS = 8
"""Pairs per row that join after a sweep."""


class Pricing:
    """The sweeps of one search; remembers the prices at which all pairs were last known not to weigh more."""

    def __init__(self, problem: Problem, banned: tuple[Pair, ...]) -> None:
        self.problem, self.banned = problem, banned
        self.all_count = problem.policy.options.objective == "quality"
        self.last: Leaf | None = None
        self.crowded: tuple[Ints, Ints] = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))

    @cached_property
    def by_mentor(self) -> Swept:
        """Mentors as rows."""
        return Swept.of(self.problem, banned=self.banned)

    @cached_property
    def by_mentee(self) -> Swept:
        """Mentees as rows."""
        return Swept.of(self.problem, flip=True, banned=self.banned)

    def offenders(self, leaf: Leaf) -> Best:
        """Pairs that weigh more than their prices or lie outside the cover, mentors as rows; some may come twice.

        At most a few for each person, and of each person in question at least one, if there is any.
        """
        mentors, mentees = self._fallen(leaf)
        self.last = leaf
        wide = len(leaf.mentor_price), len(leaf.mentee_price)
        if len(mentors) * wide[1] + len(mentees) * wide[0] >= wide[0] * wide[1]:
            found = self.by_mentor.excess(leaf, room=self._room(0), all_count=self.all_count).worst
            self.crowded = _crowded(found.row, self._room(0)), np.zeros(0, dtype=np.int64)
            return found
        parts = []
        if len(mentors):
            parts.append(self.by_mentor.excess(leaf, room=self._room(0), all_count=self.all_count, rows=mentors).worst)
        crowded = _crowded(parts[0].row if parts else mentors, self._room(0))
        turned = _nobody()
        if len(mentees):
            turned = self.by_mentee.excess(leaf, room=self._room(1), all_count=self.all_count, rows=mentees).worst
            parts.append(Best(turned.column, turned.row, turned.weight))
        self.crowded = crowded, _crowded(turned.row, self._room(1))
        return _together(parts)

    def _room(self, side: int) -> int:
        return OFFENDERS + int(free_capacity(self.problem)[side].max(initial=0))

    def _fallen(self, leaf: Leaf) -> tuple[Ints, Ints]:
        """Mentors and mentees whose pairs must be priced again; everybody where the cover has changed."""
        last = self.last
        if (
            last is None
            or not np.array_equal(last.covered_mentors, leaf.covered_mentors)
            or not np.array_equal(last.covered_mentees, leaf.covered_mentees)
        ):
            return np.arange(len(leaf.mentor_price)), np.arange(len(leaf.mentee_price))
        mentors = np.flatnonzero(leaf.mentor_price < last.mentor_price)
        mentees = np.flatnonzero(leaf.mentee_price < last.mentee_price)
        return np.union1d(mentors, self.crowded[0]), np.union1d(mentees, self.crowded[1])


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
