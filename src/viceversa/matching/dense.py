"""Exact transport on a small matrix, with prices, in plain numpy: small pools never wait for a compiler.

Successive shortest paths (Jonker & Volgenant 1987; Ahuja, Magnanti & Orlin 1993, ch. 9) with unit edges and
capacities on both sides, in integers, so that it ends, and ends exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

FAR = np.int64(1) << np.int64(62)
"""Beyond every distance: weights are below 2**57 and paths shorter than their sum."""


@dataclass(frozen=True, eq=False)
class Transport:
    """The chosen edges, and the prices that prove them best: weight ≤ row price + column price off them."""

    used: Mask
    row_price: Ints
    column_price: Ints


def transport(weight: Ints, allowed: Mask, *, supply: Ints, demand: Ints, must_use: bool) -> Transport:
    """The heaviest set of allowed cells with at most `demand` per column.

    With `must_use` each row uses exactly its `supply`, which must be possible; otherwise at most that.
    Column prices are ≥ 0, and 0 where demand is left; without `must_use` the same holds for rows.
    """
    work = _Work(weight, allowed, supply=supply, demand=demand, must_use=must_use)
    for row in range(len(supply)):
        # A row without supply takes nothing, but its price must still cover what its edges weigh.
        work.start(row)
        for _ in range(int(supply[row])):
            if not work.extend(row):
                break
    return Transport(work.used, work.row_price, work.column_price)


class _Work:
    def __init__(self, weight: Ints, allowed: Mask, *, supply: Ints, demand: Ints, must_use: bool) -> None:
        self.weight, self.allowed, self.must_use = weight, allowed, must_use
        self.used = np.zeros(weight.shape, dtype=np.bool_)
        self.row_price = np.zeros(len(supply), dtype=np.int64)
        self.column_price = np.zeros(len(demand), dtype=np.int64)
        self.spare = demand.copy()

    def start(self, row: int) -> None:
        """Price the row so that none of its edges would be worth more than it costs."""
        gains = (self.weight[row] - self.column_price)[self.allowed[row]]
        best = int(gains.max()) if len(gains) else 0
        self.row_price[row] = best if self.must_use else max(0, best)

    def extend(self, row: int) -> bool:
        """Use one more unit of the row along the cheapest path; False when it is better left unused."""
        near_rows = np.full(len(self.row_price), FAR)
        near_columns = np.full(len(self.column_price), FAR)
        row_from = np.full(len(near_rows), -1)
        column_from = np.full(len(near_columns), -1)
        open_rows, open_columns = near_rows.copy(), near_columns.copy()
        near_rows[row] = open_rows[row] = 0
        exit_row, exit_cost = -1, FAR
        while True:
            next_row, next_column = int(open_rows.argmin()), int(open_columns.argmin())
            cost = min(open_rows[next_row], open_columns[next_column])
            if min(cost, exit_cost) >= FAR:
                raise ArithmeticError("a row that must be used cannot be: the cover is wrong")
            if cost >= exit_cost:
                self._reprice(near_rows, near_columns, exit_cost)
                return self._flip_to_row(exit_row, row, row_from, column_from)
            if open_rows[next_row] <= cost:
                open_rows[next_row] = FAR
                if not self.must_use and cost + self.row_price[next_row] < exit_cost:
                    exit_row, exit_cost = next_row, cost + self.row_price[next_row]
                self._relax_columns(next_row, cost, near_columns, open_columns, column_from)
                continue
            open_columns[next_column] = FAR
            if self.spare[next_column] > 0:
                self._reprice(near_rows, near_columns, cost)
                self._flip_to_column(next_column, row, row_from, column_from)
                return True
            self._relax_rows(next_column, cost, near_rows, open_rows, row_from)

    def _relax_columns(self, row: int, cost: np.int64, near: Ints, open_columns: Ints, column_from: Ints) -> None:
        reach = cost + self.row_price[row] + self.column_price - self.weight[row]
        better = self.allowed[row] & ~self.used[row] & (reach < near)
        near[better] = open_columns[better] = reach[better]
        column_from[better] = row

    def _relax_rows(self, column: int, cost: np.int64, near: Ints, open_rows: Ints, row_from: Ints) -> None:
        for row in np.flatnonzero(self.used[:, column]).tolist():
            reach = cost + self.weight[row, column] - self.row_price[row] - self.column_price[column]
            if reach < near[row]:
                near[row] = open_rows[row] = reach
                row_from[row] = column

    def _reprice(self, near_rows: Ints, near_columns: Ints, cost: np.int64) -> None:
        self.row_price -= np.maximum(0, cost - near_rows)
        self.column_price += np.maximum(0, cost - near_columns)

    def _flip_to_column(self, column: int, start: int, row_from: Ints, column_from: Ints) -> None:
        self.spare[column] -= 1
        while True:
            row = int(column_from[column])
            self.used[row, column] = True
            if row == start:
                return
            column = int(row_from[row])
            self.used[row, column] = False

    def _flip_to_row(self, row: int, start: int, row_from: Ints, column_from: Ints) -> bool:
        if row == start:
            return False
        column = int(row_from[row])
        self.used[row, column] = False
        self.spare[column] += 1
        self._flip_to_column(column, start, row_from, column_from)
        return True
