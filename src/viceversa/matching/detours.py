"""Compiled: least costs of the ways from each place to each other one, as far as a limit.

Dijkstra (1959) without a heap: every place may lead to every other one, and then looking for the nearest in a plain row
is quicker than keeping them sorted.
"""

from __future__ import annotations

import numpy as np

from viceversa.matching.kernels import kernel, prange

FAR = np.int64(1) << np.int64(62)
"""Beyond every limit."""


@kernel(parallel=True, nogil=True)
def least_detours(cost, limit):  # type: ignore[no-untyped-def]
    """For costs ≥ 0 of shape (places, places), the least ones, `FAR` beyond the limit."""
    many = len(cost)
    found = np.full((many, many), FAR)
    for start in prange(many):
        near = found[start]
        is_open = np.ones(many, dtype=np.bool_)
        near[start] = 0
        while True:
            here, reached = -1, FAR
            for place in range(many):
                if is_open[place] and near[place] < reached:
                    here, reached = place, near[place]
            if here < 0:
                break
            is_open[here] = False
            for place in range(many):
                if cost[here, place] <= limit - reached and reached + cost[here, place] < near[place]:
                    near[place] = reached + cost[here, place]
    return found
