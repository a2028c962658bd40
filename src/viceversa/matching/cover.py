"""The greatest number of pairs, and the cover that proves it.

Maximum flow through a bipartite graph whose edges carry one unit each. By max-flow min-cut (König's theorem
with capacities) the flow equals the capacity of the covered rows, plus that of the covered columns, plus the
edges between uncovered people. Every greatest set of pairs therefore uses all capacity in the cover, all
edges outside it and none with both ends in it, which splits the choice of the best such set into two
problems: covered rows with uncovered columns, and uncovered rows with covered columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_bipartite_matching, maximum_flow

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cover:
    """Which edges a maximum flow uses, and which rows and columns are in the cover of equal capacity."""

    used: Mask
    rows: Mask
    columns: Mask

    @property
    def pairs(self) -> int:
        """The greatest number of edges that can be used at once."""
        return int(self.used.sum())


def maximum_cover(rows: Ints, columns: Ints, *, supply: Ints, demand: Ints) -> Cover:
    """Flow and cover of the graph with edges (rows[k], columns[k]), sorted by row, then column.

    `supply` and `demand` are the capacities of rows and columns, ≥ 0; edges are distinct.
    """
    open_edge = (supply[rows] > 0) & (demand[columns] > 0)
    used = np.zeros(len(rows), dtype=np.bool_)
    if open_edge.any():
        one_each = supply.max() <= 1 and demand.max() <= 1
        flow = _unit_flow if one_each else _flow
        used[open_edge] = flow(rows[open_edge], columns[open_edge], supply, demand)
    covered_rows, covered_columns = _cut(rows, columns, used, supply=supply, wide=len(demand))
    return Cover(used, covered_rows, covered_columns)


def _unit_flow(rows: Ints, columns: Ints, supply: Ints, demand: Ints) -> Mask:
    ones = np.ones(len(rows), dtype=np.int8)
    graph = csr_matrix((ones, (rows, columns)), shape=(len(supply), len(demand)))
    partner = maximum_bipartite_matching(graph, perm_type="column")
    chosen: Mask = partner[rows] == columns
    return chosen


def _flow(rows: Ints, columns: Ints, supply: Ints, demand: Ints) -> Mask:
    many, wide = len(supply), len(demand)
    source, sink = many + wide, many + wide + 1
    tails = np.concatenate((rows, np.full(many, source), many + np.arange(wide)))
    heads = np.concatenate((many + columns, np.arange(many), np.full(wide, sink)))
    capacity = np.concatenate((np.ones(len(rows), dtype=np.int64), np.minimum(supply, wide), np.minimum(demand, many)))
    graph = csr_array((capacity.astype(np.int32), (tails, heads)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, source, sink).flow
    return np.asarray(flow[rows, many + columns]).ravel() > 0


def _cut(rows: Ints, columns: Ints, used: Mask, *, supply: Ints, wide: int) -> tuple[Mask, Mask]:
    """Cover from what a row with spare supply can reach: rows not reached, columns reached."""
    many = len(supply)
    spare = np.flatnonzero(np.bincount(rows[used], minlength=many) < supply)
    source = many + wide
    tails = np.concatenate((rows[~used], many + columns[used], np.full(len(spare), source)))
    heads = np.concatenate((many + columns[~used], rows[used], spare))
    graph = csr_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(source + 1, source + 1))
    reached = np.zeros(source + 1, dtype=np.bool_)
    reached[breadth_first_order(graph, source, return_predecessors=False)] = True
    return ~reached[:many], reached[many:source]
