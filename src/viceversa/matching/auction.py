"""Compiled: an auction that brings prices near the best and gives nearly everybody a partner.

Forward and reverse (Bertsekas & Castañon 1992): rows without a column bid for one, each raising its price until a
second choice is as good and by a step more; then columns that nobody holds and that still have a price bid for rows
in the same way. Afterwards no edge weighs more than a step above its two prices. One unit a person.
"""

from __future__ import annotations

import numpy as np

from viceversa.matching.kernels import kernel

FAR = np.int64(1 << 62)
BIDS = 100
"""Bids of one person in a round after which they wait for a path, lest near ties take for ever."""


@kernel
def auction(start, own, turned, order, row, column, weight, used, supply, demand, price, step, must_use):  # type: ignore[no-untyped-def]
    """One round with a step; changes `used` and the column prices `price`.

    Edges of row i are own[start[i] : start[i + 1]], those of column j order[turned[j] : turned[j + 1]]. Used edges
    that are within a step of their row's best stay.
    """
    row_price = np.zeros(len(supply), dtype=np.int64)
    row_edge, column_edge = np.full(len(supply), -1, dtype=np.int64), np.full(len(demand), -1, dtype=np.int64)
    floor = -FAR if must_use else np.int64(0)
    for here in range(len(supply)):
        best, _, _ = _two_best(start, own, column, weight, price, demand, here)
        row_price[here] = max(best, floor)
        for edge in range(start[here], start[here + 1]):
            if not used[edge]:
                continue
            kept = weight[edge] - price[column[edge]]
            if kept < row_price[here] - step:
                used[edge] = False
                continue
            row_price[here], row_edge[here], column_edge[column[edge]] = kept, edge, edge
    _bid(start, own, row, column, weight, used, row_price, price, row_edge, column_edge, supply, demand, step, floor)
    floor = np.int64(0)
    _bid(turned, order, column, row, weight, used, price, row_price, column_edge, row_edge, demand, supply, step, floor)


@kernel
def _two_best(start, edges, far_end, weight, far_price, far_room, here):  # type: ignore[no-untyped-def]
    """What the best and the second best edge of a person leave, and the best edge; -FAR and -1 where there is none."""
    best, second, choice = -FAR, -FAR, np.int64(-1)
    for at in range(start[here], start[here + 1]):
        edge = edges[at]
        gain = weight[edge] - far_price[far_end[edge]]
        if far_room[far_end[edge]] == 0 or gain <= second:
            continue
        if gain > best:
            best, second, choice = gain, best, edge
        else:
            second = gain
    return best, second, choice


@kernel
def _bid(  # type: ignore[no-untyped-def]
    start, edges, near_end, far_end, weight, used, price, far_price, held, far_held, room, far_room, step, floor
):
    """Everybody of the near side who holds nobody bids, first come first served, and so does whoever is outbid.

    Whoever finds nothing better than `floor` rests at that price.
    """
    many = len(room)
    queue, bids = np.empty(many + 1, dtype=np.int64), np.zeros(many, dtype=np.int64)
    head, tail = 0, 0
    for here in range(many):
        if room[here] > 0 and held[here] < 0 and price[here] > floor:
            queue[tail] = here
            tail += 1
    while head != tail:
        here = queue[head]
        head = (head + 1) % (many + 1)
        best, second, choice = _two_best(start, edges, far_end, weight, far_price, far_room, here)
        if choice < 0 or best <= floor + step:
            price[here] = max(floor, np.int64(0))
            continue
        bids[here] += 1
        if bids[here] > BIDS:
            price[here] = best
            continue
        left = best - step if second == -FAR else second
        price[here] = max(floor, left - step)
        other = far_end[choice]
        far_price[other] = weight[choice] - price[here]
        if far_held[other] >= 0:
            used[far_held[other]] = False
            loser = near_end[far_held[other]]
            held[loser] = -1
            queue[tail] = loser
            tail = (tail + 1) % (many + 1)
        used[choice], held[here], far_held[other] = True, choice, choice
