"""The assignment problem by itself: any matrix of whole costs, no people, no policy.

The engine's own two transport solvers do the work; `python bench/matching.py orlib` holds them against
published optima.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viceversa.matching import dense
from viceversa.matching.field import SMALL_POOL_PAIRS

Ints = NDArray[np.int64]

LARGEST_COST = 1 << 40
"""Beyond it, sums along a path of a million people might pass 64 bits."""


@dataclass(frozen=True, eq=False)
class Assignment:
    """One column for each row, and the proof of how good that is.

    `column[i]` is the column of row i and `cost` what all of them cost together. `bound` is a cost below which
    no assignment can fall: Σ over rows of the least cost less price, plus Σ of the prices. It holds for any
    `column_price` ≤ 0, so nothing else of the solver is trusted; the assignment is the best when both are equal.
    """

    column: Ints
    column_price: Ints
    cost: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing cheaper exists."""
        return self.cost == self.bound


def assign(cost: Ints, *, compiled: bool | None = None) -> Assignment:
    """Give each row a column of its own at the least total cost.

    Parameters
    ----------
    cost
        Whole numbers of shape (rows, columns), rows ≤ columns, none beyond `LARGEST_COST` either way.
    compiled
        Which of the two solvers works: numpy's or the compiled one, which the first call of a process loads.
        By default the compiled one for more than `SMALL_POOL_PAIRS` cells.

    Raises
    ------
    ValueError
        For a matrix of another shape, of other numbers or with costs beyond the largest.
    """
    _require_lawful(cost)
    rows, columns = cost.shape
    if not rows:
        nothing = np.zeros(0, dtype=np.int64)
        return Assignment(nothing, np.zeros(columns, dtype=np.int64), 0, 0)
    weight = -cost.astype(np.int64)
    by_sweep = cost.size > SMALL_POOL_PAIRS if compiled is None else compiled
    column, price = _compiled(weight) if by_sweep else _plain(weight)
    return Assignment(column, -price, int(cost[np.arange(rows), column].sum()), lower_bound(cost, -price))


def lower_bound(cost: Ints, column_price: Ints) -> int:
    """What every assignment costs at least, by weak duality; raises ValueError for a price above 0."""
    if (column_price > 0).any():
        raise ValueError("A price above 0 bounds nothing: columns may stay empty.")
    return int((cost - column_price).min(axis=1).sum() + column_price.sum())


def _require_lawful(cost: Ints) -> None:
    if cost.ndim != 2 or cost.shape[0] > cost.shape[1]:
        raise ValueError(f"Costs of shape {cost.shape}: give a row for each person and at least as many columns.")
    if not np.issubdtype(cost.dtype, np.integer):
        raise ValueError(f"Costs of type {cost.dtype}: give whole numbers, scaled where need be.")
    if cost.size and max(int(cost.max()), -int(cost.min())) > LARGEST_COST:
        raise ValueError(f"A cost beyond {LARGEST_COST}: give smaller units.")


def _plain(weight: Ints) -> tuple[Ints, Ints]:
    supply, demand = (np.ones(side, dtype=np.int64) for side in weight.shape)
    allowed = np.ones(weight.shape, dtype=np.bool_)
    plan = dense.transport(weight, allowed, supply=supply, demand=demand, must_use=True)
    return plan.used.argmax(axis=1).astype(np.int64), plan.column_price


def _compiled(weight: Ints) -> tuple[Ints, Ints]:
    from viceversa.matching import sparse  # numba: only where it is needed

    rows, columns = weight.shape
    row, column = np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
    edges = sparse.graph(row, column, weight.ravel(), rows=rows, columns=columns)
    used, _, price = sparse.transport(
        edges,
        supply=np.ones(rows, dtype=np.int64),
        demand=np.ones(columns, dtype=np.int64),
        must_use=True,
        price=np.zeros(columns, dtype=np.int64),
        used=np.zeros(len(row), dtype=np.bool_),
    )
    return column[used], price
