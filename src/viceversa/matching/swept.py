"""A pool made ready for the compiled sweeps: its view, its sieve, and the questions that are asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from viceversa.matching.compiled import View
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats
from viceversa.matching.sieve import Sieve
from viceversa.matching.sieving import bars_of, score_unit, sieve_of
from viceversa.matching.solution import Leaf
from viceversa.matching.sweeps import sweep_best, sweep_blocking, sweep_excess
from viceversa.matching.view import Pair, pairs_of, view_of


@dataclass(frozen=True, eq=False)
class Best:
    """Columns found for each row, best first, as edges: `row[k]`, `column[k]` and what the pair weighs."""

    row: Ints
    column: Ints
    weight: Ints


@dataclass(frozen=True, eq=False)
class Excess:
    """What prices leave over: the worst offenders of each row, and what all pairs add to the bound.

    `over` is the exact sum of what counted pairs weigh above their prices; `outside` counts pairs outside the
    cover and `outside_over` is what they add, of either sign.
    """

    worst: Best
    over: int
    outside: int
    outside_over: int


@dataclass(frozen=True, eq=False)
class Swept:
    """Mentors as rows, or mentees with `flip`; `banned` pairs of participants count as not available."""

    view: View
    sieve: Sieve
    unit: float
    flip: bool

    @classmethod
    def of(cls, problem: Problem, *, flip: bool = False, banned: Sequence[Pair] = ()) -> Swept:
        """Index the problem for sweeps."""
        return cls(view_of(problem, flip=flip, banned=banned), sieve_of(problem, flip=flip), score_unit(problem), flip)

    def with_pairs(self, problem: Problem, banned: Sequence[Pair]) -> Swept:
        """The same people with other pairs that are not available or earn a bonus."""
        view = self.view._replace(**pairs_of(problem, flip=self.flip, banned=banned))
        return replace(self, view=view)

    def best(self, price: Ints, low: Floats, *, room: int) -> Best:
        """The `room` columns of each row with the highest weight - price, among those not below `low` by much.

        `price` is in units of the objective, `low` in units of score.
        """
        bars = bars_of(self.sieve, price, low, unit=self.unit)
        return _edges(np.arange(len(low)), *sweep_best(self.view, self.sieve, bars, room))

    def excess(self, leaf: Leaf, *, room: int, all_count: bool, rows: Ints | None = None) -> Excess:
        """What the prices and the cover of a leaf leave over, in all rows or in some."""
        mentors = leaf.covered_mentors, leaf.mentor_price
        mentees = leaf.covered_mentees, leaf.mentee_price
        (row_covered, row_price), (covered, price) = (mentees, mentors) if self.flip else (mentors, mentees)
        outside = {"opened": ~row_covered, "loose": ~covered}
        bars = bars_of(self.sieve, price, row_price / self.unit, unit=self.unit, rows=rows, **outside)
        sums, *worst = sweep_excess(self.view, self.sieve, bars, covered, row_price, room, all_count)
        high, low, outside_high, outside_low, number = (int(column.sum()) for column in sums.T)
        return Excess(
            _edges(bars.order.astype(np.int64), *worst), (high << 32) + low, number, (outside_high << 32) + outside_low
        )

    def blocking(self, worst_of_row: Floats, worst_of_column: Floats) -> int:
        """Number of feasible pairs that score higher than both ends' present worst."""
        bars = bars_of(self.sieve, worst_of_column, worst_of_row, unit=1.0)
        return int(sweep_blocking(self.view, self.sieve, bars, worst_of_row).sum())


def _edges(rows: Ints, columns: Ints, weights: Ints, sizes: Ints) -> Best:
    there = np.arange(columns.shape[1]) < sizes[:, None]
    return Best(np.repeat(rows, sizes), columns[there].astype(np.int64), weights[there])
