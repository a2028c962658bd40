"""The sweeps over all pairs: the best of each row, what prices leave over, and who would rather have another.

Rows are shared among threads; each is worked out by one of them alone, so that results do not depend on their
number. Every sweep sieves a row before it scores (see `sieve`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

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
from viceversa.matching.sieve import lay, lesson_score, lift, new_tray, seek_lists, seek_range, sift

CHUNKS = 64
"""Parts into which rows are cut, whatever the number of threads."""
BLOCK = 256
"""Entries looked at between two raisings of the bar."""
HALF = np.int64(0xFFFFFFFF)


class Bars(NamedTuple):
    """What a column must reach: prices by column and, in single precision, by entry of `seek_column`.

    `low` is each row's own part of the bar in units of score, lowered by as much as single precision may err.
    """

    price: Any
    singles: Any
    low: Any


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
def unseen(tray, kept, count):  # type: ignore[no-untyped-def]
    """Close up `tray.left[count : count + kept]` to columns that are not in `tray.left[:count]` yet."""
    left, seen = tray.left, tray.seen
    for k in range(count, count + kept):
        column = left[k]
        left[count] = column
        count += seen[column] == 0
        seen[column] = 1
    return count


@kernel(parallel=True, nogil=True)
def sweep_best(view, sieve, bars, room):  # type: ignore[no-untyped-def]
    """For each row about the `room` feasible columns with the highest weight - price: columns, weights, counts.

    Chosen in single precision among columns that may reach their bar, scored exactly, those that are not feasible
    left out. Among equals each row begins at its own place, so that identical rows do not all want the same few.
    """
    many = len(view.rows)
    columns = np.full((many, room), -1, dtype=np.int32)
    weights = np.zeros((many, room), dtype=np.int64)
    sizes = np.zeros(many, dtype=np.int64)
    for chunk in prange(CHUNKS):
        first, last = np.int64(chunk) * many // CHUNKS, (np.int64(chunk) + 1) * many // CHUNKS
        _best_of(view, sieve, bars, first, last, columns, weights, sizes)
    return columns, weights, sizes


@kernel(nogil=True)
def _best_of(view, sieve, bars, first, last, columns, weights, sizes):  # type: ignore[no-untyped-def]
    many, width, room = len(view.rows), len(view.columns), columns.shape[1]
    whole, real, minutes, tables, others = view.whole, view.real, view.minutes, view.rows, view.columns
    mine, mine_at, theirs, theirs_at = sieve.mine, sieve.mine_at, sieve.theirs, sieve.theirs_at
    tray = new_tray(sieve, width)
    left, net, seen, banned = tray.left, tray.net, tray.seen, tray.banned
    preference, bonus = tray.preference, tray.bonus
    values, chosen = np.zeros(room, dtype=np.float32), np.zeros(room, dtype=np.int32)
    for row in range(first, last):
        size, shift, done, low = 0, row * width // many, 0, bars.low[row]
        lay(view, sieve, row, tray)
        begin_list, end_list = seek_lists(view, row)
        for at in range(begin_list, end_list):
            start, end = seek_range(view, sieve, row, at)
            for begin in range(start, end, BLOCK):
                kept = sift(view, sieve, row, tray, done, begin, min(end, begin + BLOCK), bars.singles, low, True)
                for k in range(done, done + kept):
                    column, value = np.int64(left[k]), net[k]
                    if seen[column] or banned[column]:
                        continue
                    seen[column] = 1
                    left[done] = column
                    done += 1
                    size = keep_best(values, chosen, size, value, (column + width - shift) % width)
                if size == room:
                    low = max(low, values[room - 1])
        for k in range(done):
            seen[left[k]] = 0
        count = 0
        for k in range(size):
            column = (np.int64(chosen[k]) + shift) % width
            score = exact(
                whole, real, minutes, tables, row, others, column, mine, mine_at, theirs, theirs_at,
                preference[column],
            )  # fmt: skip
            if score >= 0:
                columns[row, count], weights[row, count] = column, pair_weight(whole, real, score, bonus[column])
                count += 1
        sizes[row] = count
        lift(view, row, tray)


@kernel
def keep_best(values, columns, size, value, column):  # type: ignore[no-untyped-def]
    """Insert into a list sorted by value descending, then column ascending; returns its new size."""
    room = len(values)
    if size == room and (value < values[room - 1] or (value == values[room - 1] and column > columns[room - 1])):
        return size
    at = size if size < room else room - 1
    while at > 0 and (values[at - 1] < value or (values[at - 1] == value and columns[at - 1] > column)):
        values[at], columns[at] = values[at - 1], columns[at - 1]
        at -= 1
    values[at], columns[at] = value, column
    return min(room, size + 1)


@kernel(parallel=True, nogil=True)
def sweep_excess(view, sieve, bars, row_covered, column_covered, row_price, room, all_count):  # type: ignore[no-untyped-def]
    """What prices and cover leave over in each row, and the `room` worst offenders.

    Sums by row: excess of pairs that count as high and low halves, what pairs outside the cover add as high and
    low halves, number of pairs outside the cover. With `all_count` every pair counts and the cover bounds
    nothing; else only pairs with one end in the cover. Offenders: columns, weights, counts.
    """
    many = len(row_price)
    sums = np.zeros((many, 5), dtype=np.int64)
    columns = np.full((many, room), -1, dtype=np.int32)
    weights = np.zeros((many, room), dtype=np.int64)
    sizes = np.zeros(many, dtype=np.int64)
    for chunk in prange(CHUNKS):
        first, last = np.int64(chunk) * many // CHUNKS, (np.int64(chunk) + 1) * many // CHUNKS
        _excess_of(
            view, sieve, bars, row_covered, column_covered, row_price, all_count, first, last, sums, columns, weights,
            sizes,
        )  # fmt: skip
    return sums, columns, weights, sizes


@kernel(nogil=True)
def _excess_of(  # type: ignore[no-untyped-def]
    view, sieve, bars, row_covered, column_covered, row_price, all_count, first, last, sums, columns, weights, sizes
):
    many, width, room = len(row_price), len(view.columns), columns.shape[1]
    whole, real, minutes, tables, others = view.whole, view.real, view.minutes, view.rows, view.columns
    mine, mine_at, theirs, theirs_at, price = sieve.mine, sieve.mine_at, sieve.theirs, sieve.theirs_at, bars.price
    tray = new_tray(sieve, width)
    left, seen, banned, preference, bonus = tray.left, tray.seen, tray.banned, tray.preference, tray.bonus
    values, chosen = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int32)
    for row in range(first, last):
        size, shift, done, low = 0, row * width // many, 0, bars.low[row]
        lay(view, sieve, row, tray)
        begin_list, end_list = seek_lists(view, row)
        for at in range(begin_list, end_list):
            begin, end = seek_range(view, sieve, row, at)
            if row_covered[row]:
                kept = sift(view, sieve, row, tray, done, begin, end, bars.singles, low, True)
            else:
                kept = _sift_open(view, sieve, row, tray, done, begin, end, bars.singles, low, column_covered)
            count = unseen(tray, kept, done)
            for k in range(done, count):
                column = np.int64(left[k])
                outside = not row_covered[row] and not column_covered[column]
                if banned[column] or (row_covered[row] and column_covered[column] and not all_count):
                    continue
                score = exact(
                    whole, real, minutes, tables, row, others, column, mine, mine_at, theirs, theirs_at,
                    preference[column],
                )  # fmt: skip
                if score < 0:
                    continue
                weight = pair_weight(whole, real, score, bonus[column])
                excess = weight - row_price[row] - price[column]
                if outside:
                    sums[row, 4] += 1
                if outside and not all_count:
                    sums[row, 2] += excess >> 32
                    sums[row, 3] += excess & HALF
                elif excess > 0:
                    sums[row, 0] += excess >> 32
                    sums[row, 1] += excess & HALF
                if excess > 0 or outside:
                    turned = (column + width - shift) % width
                    size = keep_best(values, chosen, size, excess, turned)
            done = count
        for k in range(done):
            seen[left[k]] = 0
        for k in range(size):
            column = (np.int64(chosen[k]) + shift) % width
            columns[row, k], weights[row, k] = column, values[k] + row_price[row] + price[column]
        sizes[row] = size
        lift(view, row, tray)


@kernel
def _sift_open(view, sieve, row, tray, done, begin, end, price, low, column_covered):  # type: ignore[no-untyped-def]
    """`sift`, and columns outside the cover whatever they weigh, since every pair outside the cover counts."""
    kept = sift(view, sieve, row, tray, done, begin, end, price, low, True)
    left, seek = tray.left, sieve.seek_column
    inside = done
    for k in range(done, done + kept):
        left[inside] = left[k]
        inside += column_covered[left[k]]
    for entry in range(begin, end):
        left[inside] = seek[entry]
        inside += not column_covered[seek[entry]]
    return inside - done


@kernel(parallel=True, nogil=True)
def sweep_blocking(view, sieve, bars, worst_of_row):  # type: ignore[no-untyped-def]
    """For each row the number of feasible columns that both ends would strictly prefer to `worst_of_row` and,
    for the column, to its price in `bars`, both scores."""
    many = len(worst_of_row)
    found = np.zeros(many, dtype=np.int64)
    for chunk in prange(CHUNKS):
        first, last = np.int64(chunk) * many // CHUNKS, (np.int64(chunk) + 1) * many // CHUNKS
        _blocking_of(view, sieve, bars, worst_of_row, first, last, found)
    return found


@kernel(nogil=True)
def _blocking_of(view, sieve, bars, worst_of_row, first, last, found):  # type: ignore[no-untyped-def]
    whole, real, minutes, tables, others = view.whole, view.real, view.minutes, view.rows, view.columns
    mine, mine_at, theirs, theirs_at, price = sieve.mine, sieve.mine_at, sieve.theirs, sieve.theirs_at, bars.price
    tray = new_tray(sieve, len(view.columns))
    left, seen, banned, preference = tray.left, tray.seen, tray.banned, tray.preference
    for row in range(first, last):
        done = 0
        lay(view, sieve, row, tray)
        begin_list, end_list = seek_lists(view, row)
        for at in range(begin_list, end_list):
            begin, end = seek_range(view, sieve, row, at)
            kept = sift(view, sieve, row, tray, done, begin, end, bars.singles, bars.low[row], False)
            count = unseen(tray, kept, done)
            for k in range(done, count):
                column = np.int64(left[k])
                if banned[column]:
                    continue
                score = exact(
                    whole, real, minutes, tables, row, others, column, mine, mine_at, theirs, theirs_at,
                    preference[column],
                )  # fmt: skip
                found[row] += score > worst_of_row[row] and score > price[column]
            done = count
        for k in range(done):
            seen[left[k]] = 0
        lift(view, row, tray)
