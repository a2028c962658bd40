"""Exact transport on a sparse graph, with prices, compiled; the counterpart of `dense` for large pools.

It starts from any column prices and any used edges. Where many rows have no column yet, an auction with ever
smaller steps brings prices near the best; shortest augmenting paths settle the rest exactly: first forward from
rows with supply left, then backward from columns that have demand left and still a price, which a start from old
prices leaves behind. Integers.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.auction import FAR, auction
from viceversa.matching.kernels import kernel
from viceversa.matching.parts import in_order

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

STEPS = 1_000, 10_000, 100_000
"""By which part of the greatest weight a bid is raised, round by round. At 20,000 a side this took 0.5 s where paths
alone took 4.5 s; further rounds gained nothing (measured November 2026)."""
MANY = 100
"""An auction is held from one row in so many without a column; fewer are settled quicker by paths alone."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Edges by row: those of row i are [start[i], start[i + 1]); `order` lists them by column from `turned`."""

    row: Ints
    column: Ints
    weight: Ints
    start: Ints
    turned: Ints
    order: Ints


def graph(row: Ints, column: Ints, weight: Ints, *, rows: int, columns: int) -> Graph:
    """Index edges that are sorted by row, then column."""
    start = np.searchsorted(row, np.arange(rows + 1))
    order = in_order(column, below=columns)
    turned = np.searchsorted(column[order], np.arange(columns + 1))
    return Graph(row, column, weight, start, turned, order)


def transport(
    edges: Graph, *, supply: Ints, demand: Ints, must_use: bool, price: Ints, used: Mask
) -> tuple[Mask, Ints, Ints]:
    """As `dense.transport`, from column prices ≥ 0 and edges that were used before.

    Returns used edges, row prices and column prices. Raises ArithmeticError where a row that must be used
    cannot be.
    """
    used, price = used.copy(), price.copy()
    # Nobody can have a column without demand: priced beyond every weight it stays out of the way.
    price[demand == 0] = max(0, edges.weight.max(initial=0))
    own = np.arange(len(edges.row))
    whole = _whole(edges.start, edges.column, edges.weight, used, supply, demand, price, must_use)
    one_each = supply.max(initial=0) <= 1 and demand.max(initial=0) <= 1
    if one_each and len(own) and (supply.sum() - used.sum()) * MANY > len(supply):
        by_row, by_column = (edges.start, own), (edges.turned, edges.order)
        for part in STEPS:
            step = max(1, int(edges.weight.max()) // part)
            ends = edges.row, edges.column, edges.weight
            auction(*by_row, *by_column, *ends, used, supply, demand, price, step, must_use)
        whole = _whole(edges.start, edges.column, edges.weight, used, supply, demand, price, must_use)
    done = _finish(
        edges.start,
        own,
        edges.turned,
        edges.order,
        edges.row,
        edges.column,
        edges.weight,
        used,
        supply,
        demand,
        whole,
        price,
        must_use,
    )
    if not done:
        raise ArithmeticError("a row that must be used cannot be: the cover is wrong")
    return used, whole, price


@kernel
def _whole(start, column, weight, used, supply, demand, price, must_use):  # type: ignore[no-untyped-def]
    """Row prices that cover every edge; edges that are used but no longer tight are given up."""
    row_price = np.zeros(len(supply), dtype=np.int64)
    room = demand.copy()
    for row in range(len(supply)):
        best = -FAR
        for edge in range(start[row], start[row + 1]):
            best = max(best, weight[edge] - price[column[edge]])
        if best == -FAR or (not must_use and best < 0):
            best = np.int64(0)
        row_price[row] = best
        left = supply[row]
        for edge in range(start[row], start[row + 1]):
            if not used[edge]:
                continue
            if weight[edge] - price[column[edge]] == best and left > 0 and room[column[edge]] > 0:
                left -= 1
                room[column[edge]] -= 1
            else:
                used[edge] = False
    return row_price


@kernel
def _finish(start, own, turned, order, row, column, weight, used, supply, demand, row_price, price, must_use):  # type: ignore[no-untyped-def]
    """Paths forward from rows, then backward from columns; False where a row cannot be used."""
    spare_rows, spare_columns = supply.copy(), demand.copy()
    for edge in range(len(row)):
        if used[edge]:
            spare_rows[row[edge]] -= 1
            spare_columns[column[edge]] -= 1
    near_rows, near_columns = np.full(len(supply), FAR), np.full(len(demand), FAR)
    row_from = np.full(len(supply), -1, dtype=np.int64)
    column_from = np.full(len(demand), -1, dtype=np.int64)
    for first in range(len(supply)):
        while spare_rows[first] > 0:
            if not must_use and row_price[first] == 0:
                break
            end = _path(
                first, start, own, turned, order, row, column, weight, used, row_price, price,
                spare_columns, near_rows, near_columns, row_from, column_from, not must_use,
            )  # fmt: skip
            if end == 1:
                return False
            if end == 0:
                break
            spare_rows[first] -= 1
            if end < -1:
                spare_rows[-2 - end] += 1
    for first in range(len(demand)):
        while spare_columns[first] > 0 and price[first] > 0:
            end = _path(
                first, turned, order, start, own, column, row, weight, used, price, row_price,
                spare_rows, near_columns, near_rows, column_from, row_from, True,
            )  # fmt: skip
            if end == 0:
                break
            spare_columns[first] -= 1
            if end < -1:
                spare_columns[-2 - end] += 1
    return True


@kernel
def _path(  # type: ignore[no-untyped-def]
    first, start, edges, other_start, other_edges, near_end, far_end, weight, used, price, other_price,
    other_spare, near, other_near, came, other_came, may_leave,
):  # fmt: skip
    """Use one more unit of `first` along the shortest path, repricing what the search has reached.

    `near_end` and `far_end` name the ends of each edge on the side of `first` and on the other. Returns -1
    when the path ended at spare room on the other side, -2 - x when x of this side gave up a unit, 0 when
    `first` is better left, 1 when there is no path.
    """
    heap = [(np.int64(0), np.int64(first))]
    near[first] = 0
    touched = [np.int64(first)]
    other_touched = [np.int64(0)]
    other_touched.pop()
    leaver, leave_cost = np.int64(-1), FAR
    end, cost = np.int64(-1), FAR
    while heap:
        reached, node = heapq.heappop(heap)
        if reached >= leave_cost:
            break
        if node >= 0:
            if reached > near[node]:
                continue
            if may_leave and reached + price[node] < leave_cost:
                leaver, leave_cost = node, reached + price[node]
            base = reached + price[node]
            for at in range(start[node], start[node + 1]):
                edge = edges[at]
                if used[edge]:
                    continue
                other = far_end[edge]
                reach = base + other_price[other] - weight[edge]
                if reach < other_near[other] and reach < leave_cost:
                    if other_near[other] == FAR:
                        other_touched.append(other)
                    other_near[other] = reach
                    other_came[other] = edge
                    heapq.heappush(heap, (reach, -1 - other))
            continue
        other = -1 - node
        if reached > other_near[other]:
            continue
        if other_spare[other] > 0:
            end, cost = other, reached
            break
        for at in range(other_start[other], other_start[other + 1]):
            edge = other_edges[at]
            if not used[edge]:
                continue
            back = near_end[edge]
            reach = reached + weight[edge] - price[back] - other_price[other]
            if reach < near[back] and reach < leave_cost:
                if near[back] == FAR:
                    touched.append(back)
                near[back] = reach
                came[back] = edge
                heapq.heappush(heap, (reach, back))
    if end < 0:
        cost = leave_cost
    for node in touched:
        if near[node] < cost < FAR:
            price[node] -= cost - near[node]
        near[node] = FAR
    for other in other_touched:
        if other_near[other] < cost < FAR:
            other_price[other] += cost - other_near[other]
        other_near[other] = FAR
    if cost == FAR:
        return 1
    if end < 0 and leaver == first:
        return 0
    result = np.int64(-1)
    if end < 0:
        result = -2 - leaver
        edge = came[leaver]
        used[edge] = False
        end = far_end[edge]
    else:
        other_spare[end] -= 1
    while True:
        edge = other_came[end]
        used[edge] = True
        node = near_end[edge]
        if node == first:
            return result
        edge = came[node]
        used[edge] = False
        end = far_end[edge]
