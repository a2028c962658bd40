"""The compiled sweep: scores and rules of one row of people against everybody, from inverted topic lists.

Compiled once at set-up (`python -m viceversa.matching.warm`). It gives the same bits as `scoring` and `rules`:
sums run in ascending order of topic and in the order of the criteria. Rows are shared among threads; each row
is worked out by one of them alone, so that results do not depend on their number.

A row is a mentor, or with `flip` a mentee. Nothing here imports numba but this module and `sparse`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba as nb
import numpy as np

INFEASIBLE = -1.0
CHUNKS = 64
"""Parts into which rows are cut, whatever the number of threads."""


class View(NamedTuple):
    """Arrays of `Traits` by place, split into the swept rows (`r_`) and the columns (`c_`).

    `pw_` and `po_` list by topic the columns that want or offer it; `pref_`, `ban_` and `bonus_` hold the few
    columns of each row that have a preference, are not available, or earn the `keep` bonus.
    """

    r_grade: Any
    c_grade: Any
    r_attributes: Any
    c_attributes: Any
    r_zone: Any
    c_zone: Any
    minutes: Any
    r_style: Any
    c_style: Any
    r_languages: Any
    c_languages: Any
    r_interests: Any
    c_interests: Any
    r_count: Any
    c_count: Any
    r_manager: Any
    c_manager: Any
    r_line: Any
    c_line: Any
    r_sum: Any
    c_sum: Any
    r_top: Any
    c_top: Any
    ro_start: Any
    ro_topic: Any
    ro_level: Any
    rw_start: Any
    rw_topic: Any
    rw_level: Any
    rw_priority: Any
    pw_start: Any
    pw_column: Any
    pw_level: Any
    pw_priority: Any
    po_start: Any
    po_column: Any
    po_level: Any
    pref_start: Any
    pref_column: Any
    pref_value: Any
    ban_start: Any
    ban_column: Any
    bonus_start: Any
    bonus_column: Any
    bonus_units: Any
    weights: Any
    weight_sum: float
    grade_gap: int
    line_limit: int
    same_manager: bool
    common_language: bool
    minutes_needed: float
    must_teach: bool
    teach_level: int
    score_min: float
    resolution: float
    stretch: int
    flip: bool


class Row(NamedTuple):
    """Working arrays of one thread, one place a column; `columns` lists those worth looking at."""

    given: Any
    taken: Any
    preference: Any
    bonus: Any
    lesson: Any
    banned: Any
    columns: Any


@nb.njit(cache=True)
def new_row(width):  # type: ignore[no-untyped-def]
    """Empty working arrays for `width` columns."""
    return Row(
        np.zeros(width),
        np.zeros(width),
        np.zeros(width),
        np.zeros(width, dtype=np.int64),
        np.zeros(width, dtype=np.int64),
        np.zeros(width, dtype=np.uint8),
        np.empty(width, dtype=np.int64),
    )


@nb.njit(cache=True)
def fill(view, row, work, everybody):  # type: ignore[no-untyped-def]
    """Collect what the lists say about a row; returns how many `work.columns` are worth a look.

    Under `must_teach` these are the columns with a lesson, unless `everybody` is asked for.
    """
    count = 0
    for at in range(view.ro_start[row], view.ro_start[row + 1]):
        topic, level = view.ro_topic[at], view.ro_level[at]
        for entry in range(view.pw_start[topic], view.pw_start[topic + 1]):
            column, current, priority = view.pw_column[entry], view.pw_level[entry], view.pw_priority[entry]
            if level <= current:
                continue
            work.given[column] += priority * (level - current) / (5 - current)
            if not view.flip and priority == view.c_top[column]:
                if work.lesson[column] < view.teach_level <= level:
                    work.columns[count] = column
                    count += 1
                work.lesson[column] = max(work.lesson[column], level)
    for at in range(view.rw_start[row], view.rw_start[row + 1]):
        topic, current, priority = view.rw_topic[at], view.rw_level[at], view.rw_priority[at]
        for entry in range(view.po_start[topic], view.po_start[topic + 1]):
            column, level = view.po_column[entry], view.po_level[entry]
            if level <= current:
                continue
            work.taken[column] += priority * (level - current) / (5 - current)
            if view.flip and priority == view.r_top[row]:
                if work.lesson[column] < view.teach_level <= level:
                    work.columns[count] = column
                    count += 1
                work.lesson[column] = max(work.lesson[column], level)
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        work.preference[view.pref_column[at]] = view.pref_value[at]
    for at in range(view.ban_start[row], view.ban_start[row + 1]):
        work.banned[view.ban_column[at]] = 1
    for at in range(view.bonus_start[row], view.bonus_start[row + 1]):
        work.bonus[view.bonus_column[at]] = view.bonus_units[at]
    if view.must_teach and not everybody:
        return count
    for column in range(len(work.columns)):
        work.columns[column] = column
    return len(work.columns)


@nb.njit(cache=True)
def clear(view, row, work):  # type: ignore[no-untyped-def]
    """Undo `fill` by walking the same lists."""
    for at in range(view.ro_start[row], view.ro_start[row + 1]):
        topic = view.ro_topic[at]
        for entry in range(view.pw_start[topic], view.pw_start[topic + 1]):
            work.given[view.pw_column[entry]] = 0.0
            work.lesson[view.pw_column[entry]] = 0
    for at in range(view.rw_start[row], view.rw_start[row + 1]):
        topic = view.rw_topic[at]
        for entry in range(view.po_start[topic], view.po_start[topic + 1]):
            work.taken[view.po_column[entry]] = 0.0
            work.lesson[view.po_column[entry]] = 0
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        work.preference[view.pref_column[at]] = 0.0
    for at in range(view.ban_start[row], view.ban_start[row + 1]):
        work.banned[view.ban_column[at]] = 0
    for at in range(view.bonus_start[row], view.bonus_start[row + 1]):
        work.bonus[view.bonus_column[at]] = 0


@nb.njit(cache=True)
def _ones(bits):  # type: ignore[no-untyped-def]
    """Number of bits set in 64 (Warren, Hacker's Delight, 5-1)."""
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    bits = (bits & pairs) + ((bits >> np.uint64(2)) & pairs)
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@nb.njit(cache=True)
def in_line(view, row, column):  # type: ignore[no-untyped-def]
    """Whether one stands above the other within the depth of the rule."""
    if view.line_limit == 0:
        return False
    opens, closes, depth = view.r_line[row, 0], view.r_line[row, 1], view.r_line[row, 2]
    other_opens, other_closes = view.c_line[column, 0], view.c_line[column, 1]
    if not (opens < other_opens < closes or other_opens < opens < other_closes):
        return False
    return view.line_limit < 0 or abs(depth - view.c_line[column, 2]) <= view.line_limit


@nb.njit(cache=True)
def speechless(view, row, column):  # type: ignore[no-untyped-def]
    """Whether both have told their languages and share none."""
    if not view.common_language:
        return False
    ours, theirs = np.uint64(0), np.uint64(0)
    for word in range(view.r_languages.shape[1]):
        if view.r_languages[row, word] & view.c_languages[column, word]:
            return False
        ours |= view.r_languages[row, word]
        theirs |= view.c_languages[column, word]
    return ours != 0 and theirs != 0


@nb.njit(cache=True)
def apart(view, row, column):  # type: ignore[no-untyped-def]
    """Whether both time zones are known and too few working hours are shared."""
    ours, theirs = view.r_zone[row], view.c_zone[column]
    return ours > 0 and theirs > 0 and view.minutes[ours, theirs] < view.minutes_needed


@nb.njit(cache=True)
def grade_gap(view, row, column):  # type: ignore[no-untyped-def]
    """Grade of the mentee minus that of the mentor."""
    gap = view.c_grade[column] - view.r_grade[row]
    return -gap if view.flip else gap


@nb.njit(cache=True)
def one_manager(view, row, column):  # type: ignore[no-untyped-def]
    """Whether both are known to have the same manager, and the rule minds."""
    same = view.r_manager[row] >= 0 and view.r_manager[row] == view.c_manager[column]
    return same and not view.same_manager


@nb.njit(cache=True)
def pair_score(view, row, work, column):  # type: ignore[no-untyped-def]
    """The score, with the operations of `scoring` in their order."""
    both = np.int64(0)
    for word in range(view.r_interests.shape[1]):
        both += _ones(view.r_interests[row, word] & view.c_interests[column, word])
    interests = both / max(1, view.r_count[row] + view.c_count[column] - both)
    differ = 0
    for attribute in range(view.r_attributes.shape[1]):
        ours, theirs = view.r_attributes[row, attribute], view.c_attributes[column, attribute]
        differ += ours >= 0 and theirs >= 0 and ours != theirs
    difference = differ / max(1, view.r_attributes.shape[1])
    likeness, scales = 0, 0
    for scale in range(2):
        ours, theirs = view.r_style[row, scale], view.c_style[column, scale]
        if ours > 0 and theirs > 0:
            likeness += 4 - abs(ours - theirs)
            scales += 1
    style = likeness / (4 * scales) if scales > 0 else 0.5
    given = work.given[column] / max(1, view.c_sum[column])
    taken = work.taken[column] / max(1, view.r_sum[row])
    complementarity, reciprocity = (taken, given) if view.flip else (given, taken)
    overlap = min(1.0, view.minutes[view.r_zone[row], view.c_zone[column]] / 480)
    weights = view.weights
    total = weights[0] * complementarity
    total = total + weights[1] * interests
    total = total + weights[2] * work.preference[column]
    total = total + weights[3] * difference
    total = total + weights[4] * style
    total = total + weights[5] * reciprocity
    total = total + weights[6] * overlap
    return total / view.weight_sum


@nb.njit(cache=True)
def feasible_score(view, row, work, column):  # type: ignore[no-untyped-def]
    """The score of a feasible pair, else `INFEASIBLE`; cheap rules first."""
    if work.banned[column] or grade_gap(view, row, column) < view.grade_gap:
        return INFEASIBLE
    if view.must_teach and work.lesson[column] < view.teach_level:
        return INFEASIBLE
    if apart(view, row, column) or one_manager(view, row, column):
        return INFEASIBLE
    if speechless(view, row, column) or in_line(view, row, column):
        return INFEASIBLE
    score = pair_score(view, row, work, column)
    return score if np.rint(score * 1e6) / 1e6 >= view.score_min else INFEASIBLE


@nb.njit(cache=True)
def pair_weight(view, work, column, score):  # type: ignore[no-untyped-def]
    """What the engine maximises, as in `objective.weights`."""
    units = np.int64(np.rint(score * view.resolution)) + work.bonus[column]
    return units if view.stretch == 1 else units * view.stretch + 1


@nb.njit(cache=True, inline="never")
def keep_best(values, columns, weights, size, value, column, weight):  # type: ignore[no-untyped-def]
    """Insert into a list sorted by value descending, then column ascending; returns its new size."""
    room = len(values)
    if size == room and (value < values[room - 1] or (value == values[room - 1] and column > columns[room - 1])):
        return size
    at = size if size < room else room - 1
    while at > 0 and (values[at - 1] < value or (values[at - 1] == value and columns[at - 1] > column)):
        values[at], columns[at], weights[at] = values[at - 1], columns[at - 1], weights[at - 1]
        at -= 1
    values[at], columns[at], weights[at] = value, column, weight
    return min(room, size + 1)


@nb.njit(cache=True, parallel=True, nogil=True)
def sweep_best(view, price, width, room):  # type: ignore[no-untyped-def]
    """For each row the `room` feasible columns with the highest weight - price: columns, weights, counts.

    Among equals each row begins at its own place, so that identical rows do not all want the same few.

    Also the number of feasible columns of each row.
    """
    many = len(view.r_grade)
    columns = np.full((many, room), -1, dtype=np.int64)
    weights = np.zeros((many, room), dtype=np.int64)
    sizes = np.zeros(many, dtype=np.int64)
    feasible = np.zeros(many, dtype=np.int64)
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        values = np.zeros(room, dtype=np.int64)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            size, shift = 0, row * width // many
            for k in range(fill(view, row, work, False)):
                column = work.columns[k]
                score = feasible_score(view, row, work, column)
                if score < 0:
                    continue
                feasible[row] += 1
                weight = pair_weight(view, work, column, score)
                value, turned = weight - price[column], (column + width - shift) % width
                size = keep_best(values, columns[row], weights[row], size, value, turned, weight)
            for k in range(size):
                columns[row, k] = (columns[row, k] + shift) % width
            sizes[row] = size
            clear(view, row, work)
    return columns, weights, sizes, feasible


@nb.njit(cache=True, parallel=True, nogil=True)
def sweep_excess(view, row_covered, column_covered, row_price, column_price, room, all_count):  # type: ignore[no-untyped-def]
    """What prices and cover leave over in each row, and the `room` worst offenders.

    Sums are split into halves of 32 bits. `sums[:, 0:2]`: Σ max(0, weight - prices) over pairs with one end in
    the cover, or over all pairs with `all_count`; `sums[:, 2:4]`: Σ (weight - prices) over pairs outside the
    cover; `sums[:, 4]`: their number. Offenders are pairs with a positive excess, and all outside the cover.
    """
    many, width = len(row_price), len(column_price)
    sums = np.zeros((many, 5), dtype=np.int64)
    columns = np.full((many, room), -1, dtype=np.int64)
    weights = np.zeros((many, room), dtype=np.int64)
    sizes = np.zeros(many, dtype=np.int64)
    low = np.int64(0xFFFFFFFF)
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        values = np.zeros(room, dtype=np.int64)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            size, shift = 0, row * width // many
            for k in range(fill(view, row, work, False)):
                column = work.columns[k]
                if row_covered[row] and column_covered[column] and not all_count:
                    continue
                score = feasible_score(view, row, work, column)
                if score < 0:
                    continue
                weight = pair_weight(view, work, column, score)
                excess = weight - row_price[row] - column_price[column]
                outside = not row_covered[row] and not column_covered[column]
                if outside:
                    sums[row, 4] += 1
                if outside and not all_count:
                    sums[row, 2] += excess >> 32
                    sums[row, 3] += excess & low
                elif excess > 0:
                    sums[row, 0] += excess >> 32
                    sums[row, 1] += excess & low
                if excess > 0 or outside:
                    turned = (column + width - shift) % width
                    size = keep_best(values, columns[row], weights[row], size, excess, turned, weight)
            for k in range(size):
                columns[row, k] = (columns[row, k] + shift) % width
            sizes[row] = size
            clear(view, row, work)
    return sums, columns, weights, sizes


@nb.njit(cache=True, parallel=True, nogil=True)
def sweep_blocking(view, worst_of_row, worst_of_column):  # type: ignore[no-untyped-def]
    """For each row the number of feasible columns that both ends would strictly prefer."""
    many, width = len(worst_of_row), len(worst_of_column)
    found = np.zeros(many, dtype=np.int64)
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            for k in range(fill(view, row, work, False)):
                column = work.columns[k]
                score = feasible_score(view, row, work, column)
                found[row] += score > worst_of_row[row] and score > worst_of_column[column]
            clear(view, row, work)
    return found


@nb.njit(cache=True, parallel=True, nogil=True)
def sweep_breaches(view, width, bits):  # type: ignore[no-untyped-def]
    """`breaches.breach_bits` of all pairs but for what the ban list holds, which is left to the caller.

    `bits` are those of the rules in the order of `breaches.KEYS`.
    """
    many = len(view.r_grade)
    matrix = np.zeros((many, width), dtype=np.uint16)
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            fill(view, row, work, True)
            for column in range(width):
                found = 0
                if grade_gap(view, row, column) < view.grade_gap:
                    found |= bits[0]
                if in_line(view, row, column):
                    found |= bits[1]
                if one_manager(view, row, column):
                    found |= bits[2]
                if speechless(view, row, column):
                    found |= bits[3]
                if apart(view, row, column):
                    found |= bits[4]
                if view.must_teach and work.lesson[column] < view.teach_level:
                    found |= bits[6] if work.lesson[column] > 0 else bits[5]
                if view.score_min > 0:
                    score = pair_score(view, row, work, column)
                    if np.rint(score * 1e6) / 1e6 < view.score_min:
                        found |= bits[7]
                matrix[row, column] = found
            clear(view, row, work)
    return matrix
