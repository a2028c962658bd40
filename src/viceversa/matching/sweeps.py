"""The sweeps over all pairs: the best of each row, what prices leave over, and who would rather have another.

Rows are shared among threads; each is worked out by one of them alone, so that results do not depend on their
number. Every sweep sieves a row before it scores (see `sieve`).
"""

from __future__ import annotations

import numpy as np

from viceversa.matching.compiled import (
    FLIP,
    INFEASIBLE,
    TOP,
    allowed,
    feasible_score,
    pair_weight,
)
from viceversa.matching.kernels import kernel, prange
from viceversa.matching.sieve import STRIP, ground, lay, lesson_score, new_tray, reach, sift

CHUNKS = 64
"""Parts into which rows are cut, whatever the number of threads."""
HALF = np.int64(0xFFFFFFFF)


@kernel
def exact(whole, real, minutes, rows, row, columns, column, mine, mine_at, theirs, theirs_at, preference):  # type: ignore[no-untyped-def]
    """The score of a pair that is not banned, or `INFEASIBLE`. Arrays one by one: see `lesson_score`."""
    if not allowed(whole, real, minutes, rows, row, columns, column):
        return INFEASIBLE
    given, taken, lesson = lesson_score(
        mine, mine_at, row, theirs, theirs_at, column, whole[FLIP], rows[row, TOP], columns[column, TOP]
    )
    return feasible_score(whole, real, minutes, rows, row, columns, column, given, taken, preference, lesson)


@kernel
def listed(start, columns, row, column):  # type: ignore[no-untyped-def]
    """Place of a column in the short list of a row, or -1."""
    for at in range(start[row], start[row + 1]):
        if columns[at] == column:
            return at
    return np.int64(-1)


@kernel
def preferred(start, columns, values, row, column):  # type: ignore[no-untyped-def]
    """What preferences say of a pair."""
    at = listed(start, columns, row, column)
    return values[at] if at >= 0 else 0.0


@kernel
def kept_bonus(start, columns, units, row, column):  # type: ignore[no-untyped-def]
    """The bonus of a pair that stays."""
    at = listed(start, columns, row, column)
    return units[at] if at >= 0 else np.int64(0)


@kernel
def keep_best(values, columns, row, size, value, column):  # type: ignore[no-untyped-def]
    """Insert into a row's list sorted by value descending, then column ascending; returns its new size."""
    room = values.shape[1]
    last = room - 1
    if size == room and (value < values[row, last] or (value == values[row, last] and column > columns[row, last])):
        return size
    at = size if size < room else last
    while at > 0 and (values[row, at - 1] < value or (values[row, at - 1] == value and columns[row, at - 1] > column)):
        values[row, at], columns[row, at] = values[row, at - 1], columns[row, at - 1]
        at -= 1
    values[row, at], columns[row, at] = value, column
    return min(room, size + 1)


@kernel(parallel=True, nogil=True)
def sweep_best(view, sieve, bars, room):  # type: ignore[no-untyped-def]
    """For each row about the `room` feasible columns with the highest weight - price: columns, weights, counts.

    Chosen in single precision among columns that may reach their bar, scored exactly, those that are not feasible
    left out. Among equals each row begins at its own place, so that identical rows do not all want the same few.
    """
    many, some = len(view.rows), len(bars.order)
    columns = np.full((many, room), -1, dtype=np.int32)
    values = np.zeros((many, room), dtype=np.float32)
    weights = np.zeros((many, room), dtype=np.int64)
    sizes = np.zeros(many, dtype=np.int64)
    for chunk in prange(CHUNKS):
        first, last = np.int64(chunk) * some // CHUNKS, (np.int64(chunk) + 1) * some // CHUNKS
        _best_of(view, sieve, bars, first, last, columns, values, sizes)
        _weigh(view, sieve, bars.order, first, last, columns, weights, sizes)
    return columns, weights, sizes


@kernel(nogil=True)
def _best_of(view, sieve, bars, first, last, columns, values, sizes):  # type: ignore[no-untyped-def]
    many, width, room = len(view.rows), len(view.columns), columns.shape[1]
    order, kinds, singles, lows = bars.order, sieve.kind, bars.singles, bars.low
    ban_start, ban_column = view.ban_start, view.ban_column
    tray = new_tray(sieve)
    left, net = tray.left, tray.net
    for tile in range(len(sieve.edge) - 1):
        kind = np.int64(-1)
        for at in range(first, last):
            row = order[at]
            if kinds[row] != kind:
                ground(view, sieve, row, tile, singles, tray)
                kind = kinds[row]
            lay(view, sieve, row, tile, tray)
            size, shift, low = sizes[row], row * width // many, lows[row]
            for begin in range(0, reach(sieve, tile), STRIP):
                if size == room:
                    low = max(low, values[row, room - 1])
                kept = sift(view, sieve, row, tile, begin, begin + STRIP, tray, singles, low, -np.inf)
                for k in range(kept):
                    column = np.int64(left[k])
                    if listed(ban_start, ban_column, row, column) < 0:
                        size = keep_best(values, columns, row, size, net[k], (column + width - shift) % width)
            sizes[row] = size


@kernel(nogil=True)
def _weigh(view, sieve, order, first, last, columns, weights, sizes):  # type: ignore[no-untyped-def]
    """Turn chosen columns back and weigh them exactly; those that are not feasible are left out."""
    many, width = len(view.rows), len(view.columns)
    whole, real, minutes, tables, others = view.whole, view.real, view.minutes, view.rows, view.columns
    mine, mine_at, theirs, theirs_at = sieve.mine, sieve.mine_at, sieve.theirs, sieve.theirs_at
    pref_start, pref_column, pref_value = view.pref_start, view.pref_column, view.pref_value
    bonus_start, bonus_column, bonus_units = view.bonus_start, view.bonus_column, view.bonus_units
    for at in range(first, last):
        row, count = order[at], 0
        for k in range(sizes[row]):
            column = (np.int64(columns[row, k]) + row * width // many) % width
            wish = preferred(pref_start, pref_column, pref_value, row, column)
            score = exact(
                whole, real, minutes, tables, row, others, column, mine, mine_at, theirs, theirs_at, wish
            )  # fmt: skip
            if score < 0:
                continue
            bonus = kept_bonus(bonus_start, bonus_column, bonus_units, row, column)
            columns[row, count], weights[row, count] = column, pair_weight(whole, real, score, bonus)
            count += 1
        sizes[row] = count


@kernel(parallel=True, nogil=True)
def sweep_excess(view, sieve, bars, column_covered, row_price, room, all_count):  # type: ignore[no-untyped-def]
    """What prices and cover leave over in each swept row, in the order of `bars`, and the `room` worst offenders.

    Rows outside the cover are those open in `bars`. Sums by row: excess of pairs that count as high and low halves,
    what pairs outside the cover add as high and low halves, number of pairs outside the cover. With `all_count`
    every pair counts and the cover bounds nothing; else only pairs with one end in the cover. Offenders: columns,
    weights, counts.
    """
    some = len(bars.order)
    sums = np.zeros((some, 5), dtype=np.int64)
    columns = np.full((some, room), -1, dtype=np.int32)
    weights = np.zeros((some, room), dtype=np.int64)
    sizes = np.zeros(some, dtype=np.int64)
    for chunk in prange(CHUNKS):
        first, last = np.int64(chunk) * some // CHUNKS, (np.int64(chunk) + 1) * some // CHUNKS
        _excess_of(view, sieve, bars, column_covered, row_price, all_count, first, last, sums, columns, weights, sizes)
    _turn_back(view, bars, row_price, columns, weights, sizes)
    return sums, columns, weights, sizes


@kernel(nogil=True)
def _excess_of(  # type: ignore[no-untyped-def]
    view, sieve, bars, column_covered, row_price, all_count, first, last, sums, columns, weights, sizes
):
    many, width = len(row_price), len(view.columns)
    whole, real, minutes, tables, others = view.whole, view.real, view.minutes, view.rows, view.columns
    mine, mine_at, theirs, theirs_at, price = sieve.mine, sieve.mine_at, sieve.theirs, sieve.theirs_at, bars.price
    pref_start, pref_column, pref_value = view.pref_start, view.pref_column, view.pref_value
    bonus_start, bonus_column, bonus_units = view.bonus_start, view.bonus_column, view.bonus_units
    ban_start, ban_column = view.ban_start, view.ban_column
    order, kinds, lows, opened = bars.order, sieve.kind, bars.low, bars.open
    tray = new_tray(sieve)
    left = tray.left
    for tile in range(len(sieve.edge) - 1):
        kind, was_open = np.int64(-1), False
        for at in range(first, last):
            row = order[at]
            is_open = opened[row]
            singles = bars.open_singles if is_open else bars.singles
            if kinds[row] != kind or is_open != was_open:
                ground(view, sieve, row, tile, singles, tray)
                kind, was_open = kinds[row], is_open
            lay(view, sieve, row, tile, tray)
            kept = sift(view, sieve, row, tile, 0, reach(sieve, tile), tray, singles, lows[row], -np.inf)
            for k in range(kept):
                column = np.int64(left[k])
                outside = is_open and not column_covered[column]
                if not is_open and column_covered[column] and not all_count:
                    continue
                if listed(ban_start, ban_column, row, column) >= 0:
                    continue
                wish = preferred(pref_start, pref_column, pref_value, row, column)
                score = exact(
                    whole, real, minutes, tables, row, others, column, mine, mine_at, theirs, theirs_at, wish
                )  # fmt: skip
                if score < 0:
                    continue
                bonus = kept_bonus(bonus_start, bonus_column, bonus_units, row, column)
                excess = pair_weight(whole, real, score, bonus) - row_price[row] - price[column]
                if outside:
                    sums[at, 4] += 1
                if outside and not all_count:
                    sums[at, 2] += excess >> 32
                    sums[at, 3] += excess & HALF
                elif excess > 0:
                    sums[at, 0] += excess >> 32
                    sums[at, 1] += excess & HALF
                if excess > 0 or outside:
                    turned = (column + width - row * width // many) % width
                    sizes[at] = keep_best(weights, columns, at, sizes[at], excess, turned)


@kernel(nogil=True)
def _turn_back(view, bars, row_price, columns, weights, sizes):  # type: ignore[no-untyped-def]
    """Name columns by their own numbers, and what the pair weighs instead of its excess."""
    many, width = len(row_price), len(view.columns)
    for at in range(len(sizes)):
        row = bars.order[at]
        for k in range(sizes[at]):
            column = (np.int64(columns[at, k]) + row * width // many) % width
            columns[at, k] = column
            weights[at, k] += row_price[row] + bars.price[column]


@kernel(parallel=True, nogil=True)
def sweep_blocking(view, sieve, bars, worst_of_row):  # type: ignore[no-untyped-def]
    """For each row the number of feasible columns that both ends would strictly prefer to `worst_of_row` and,
    for the column, to its price in `bars`, both scores."""
    found, some = np.zeros(len(worst_of_row), dtype=np.int64), len(bars.order)
    for chunk in prange(CHUNKS):
        first, last = np.int64(chunk) * some // CHUNKS, (np.int64(chunk) + 1) * some // CHUNKS
        _blocking_of(view, sieve, bars, worst_of_row, first, last, found)
    return found


@kernel(nogil=True)
def _blocking_of(view, sieve, bars, worst_of_row, first, last, found):  # type: ignore[no-untyped-def]
    whole, real, minutes, tables, others = view.whole, view.real, view.minutes, view.rows, view.columns
    mine, mine_at, theirs, theirs_at, price = sieve.mine, sieve.mine_at, sieve.theirs, sieve.theirs_at, bars.price
    pref_start, pref_column, pref_value = view.pref_start, view.pref_column, view.pref_value
    ban_start, ban_column = view.ban_start, view.ban_column
    order, kinds, singles, lows = bars.order, sieve.kind, bars.singles, bars.low
    tray = new_tray(sieve)
    left = tray.left
    for tile in range(len(sieve.edge) - 1):
        kind = np.int64(-1)
        for at in range(first, last):
            row = order[at]
            if kinds[row] != kind:
                ground(view, sieve, row, tile, singles, tray)
                kind = kinds[row]
            lay(view, sieve, row, tile, tray)
            kept = sift(view, sieve, row, tile, 0, reach(sieve, tile), tray, singles, np.float32(0), lows[row])
            for k in range(kept):
                column = np.int64(left[k])
                if listed(ban_start, ban_column, row, column) >= 0:
                    continue
                wish = preferred(pref_start, pref_column, pref_value, row, column)
                score = exact(
                    whole, real, minutes, tables, row, others, column, mine, mine_at, theirs, theirs_at, wish
                )  # fmt: skip
                found[row] += score > worst_of_row[row] and score > price[column]
