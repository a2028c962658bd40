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

from viceversa.matching.objective import EQUAL_UNITS

INFEASIBLE = -1.0
CHUNKS = 64
"""Parts into which rows are cut, whatever the number of threads."""


GRADE, ZONE, MANAGER, OPENS, CLOSES, DEPTH, FORMALITY, STRUCTURE, INTERESTS, WEIGHT, TOP, SETS = range(12)
"""Columns of the table of people; from `SETS` on come attributes, then bits of languages and interests."""

GAP, LINE, SAME_MANAGER, LANGUAGE, TEACH, LEVEL, FLIP, STRETCH, ATTRIBUTES, TONGUES, WORDS, PLAIN = range(12)
"""Places in `View.whole`: rules, direction and objective, how wide each of the sets is, attributes without identity."""

SUM, MINUTES, SCORE, RESOLUTION = range(7, 11)
"""Places in `View.real`, after the seven weights."""


class View(NamedTuple):
    """A problem by place: one table of whole numbers for the swept rows, one for the columns.

    `pw_` and `po_` list by topic the columns that want or offer it, `ro_` and `rw_` by row the topics offered
    and wanted; `pref_`, `ban_` and `bonus_` hold the few columns of each row that have a preference, are not
    available, or earn the `keep` bonus. Few arrays, since handing over many costs more than the sweep itself.
    """

    rows: Any
    columns: Any
    minutes: Any
    whole: Any
    real: Any
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
    count, flip, teach_level = 0, view.whole[FLIP], view.whole[LEVEL]
    for at in range(view.ro_start[row], view.ro_start[row + 1]):
        topic, level = view.ro_topic[at], view.ro_level[at]
        for entry in range(view.pw_start[topic], view.pw_start[topic + 1]):
            column, current, priority = view.pw_column[entry], view.pw_level[entry], view.pw_priority[entry]
            if level <= current:
                continue
            work.given[column] += priority * (level - current) / (5 - current)
            if not flip and priority == view.columns[column, TOP]:
                if work.lesson[column] < teach_level <= level:
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
            if flip and priority == view.rows[row, TOP]:
                if work.lesson[column] < teach_level <= level:
                    work.columns[count] = column
                    count += 1
                work.lesson[column] = max(work.lesson[column], level)
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        work.preference[view.pref_column[at]] = view.pref_value[at]
    for at in range(view.ban_start[row], view.ban_start[row + 1]):
        work.banned[view.ban_column[at]] = 1
    for at in range(view.bonus_start[row], view.bonus_start[row + 1]):
        work.bonus[view.bonus_column[at]] = view.bonus_units[at]
    if view.whole[TEACH] and not everybody:
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
def _ones(number):  # type: ignore[no-untyped-def]
    """Number of bits set in 64 (Warren, Hacker's Delight, 5-1)."""
    bits = np.uint64(number)
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    bits = (bits & pairs) + ((bits >> np.uint64(2)) & pairs)
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@nb.njit(cache=True)
def in_line(whole, mine, theirs):  # type: ignore[no-untyped-def]
    """Whether one stands above the other within the depth of the rule."""
    if whole[LINE] == 0:
        return False
    above = mine[OPENS] < theirs[OPENS] < mine[CLOSES]
    if not above and not theirs[OPENS] < mine[OPENS] < theirs[CLOSES]:
        return False
    return whole[LINE] < 0 or abs(mine[DEPTH] - theirs[DEPTH]) <= whole[LINE]


@nb.njit(cache=True)
def speechless(whole, mine, theirs):  # type: ignore[no-untyped-def]
    """Whether both have told their languages and share none."""
    if not whole[LANGUAGE]:
        return False
    ours, others = np.int64(0), np.int64(0)
    first = SETS + whole[ATTRIBUTES]
    for word in range(first, first + whole[TONGUES]):
        if mine[word] & theirs[word]:
            return False
        ours |= mine[word]
        others |= theirs[word]
    return ours != 0 and others != 0


@nb.njit(cache=True)
def apart(real, minutes, mine, theirs):  # type: ignore[no-untyped-def]
    """Whether both time zones are known and too few working hours are shared."""
    known = mine[ZONE] > 0 and theirs[ZONE] > 0
    return known and minutes[mine[ZONE], theirs[ZONE]] < real[MINUTES]


@nb.njit(cache=True)
def grade_gap(whole, mine, theirs):  # type: ignore[no-untyped-def]
    """Grade of the mentee minus that of the mentor."""
    gap = theirs[GRADE] - mine[GRADE]
    return -gap if whole[FLIP] else gap


@nb.njit(cache=True)
def one_manager(whole, mine, theirs):  # type: ignore[no-untyped-def]
    """Whether both are known to have the same manager, and the rule minds."""
    return not whole[SAME_MANAGER] and mine[MANAGER] >= 0 and mine[MANAGER] == theirs[MANAGER]


@nb.njit(cache=True)
def pair_score(whole, real, minutes, mine, theirs, given, taken, preference, attributes):  # type: ignore[no-untyped-def]
    """The score over the first few attributes, with the operations of `scoring` in their order."""
    first = SETS + whole[ATTRIBUTES] + whole[TONGUES]
    both = np.int64(0)
    for word in range(first, first + whole[WORDS]):
        both += _ones(mine[word] & theirs[word])
    interests = both / max(1, mine[INTERESTS] + theirs[INTERESTS] - both)
    differ = 0
    for place in range(SETS, SETS + attributes):
        differ += mine[place] >= 0 and theirs[place] >= 0 and mine[place] != theirs[place]
    difference = differ / max(1, attributes)
    likeness, scales = 0, 0
    for scale in range(FORMALITY, STRUCTURE + 1):
        if mine[scale] > 0 and theirs[scale] > 0:
            likeness += 4 - abs(mine[scale] - theirs[scale])
            scales += 1
    style = likeness / (4 * scales) if scales > 0 else 0.5
    to_column, to_row = given / max(1, theirs[WEIGHT]), taken / max(1, mine[WEIGHT])
    complementarity, reciprocity = (to_row, to_column) if whole[FLIP] else (to_column, to_row)
    overlap = min(1.0, minutes[mine[ZONE], theirs[ZONE]] / 480)
    total = real[0] * complementarity
    total = total + real[1] * interests
    total = total + real[2] * preference
    total = total + real[3] * difference
    total = total + real[4] * style
    total = total + real[5] * reciprocity
    total = total + real[6] * overlap
    return total / real[SUM]


@nb.njit(cache=True)
def feasible_score(whole, real, minutes, mine, theirs, given, taken, preference, lesson, banned):  # type: ignore[no-untyped-def]
    """The score of a feasible pair, else `INFEASIBLE`; cheap rules first. The least score heeds no identity."""
    if banned or grade_gap(whole, mine, theirs) < whole[GAP]:
        return INFEASIBLE
    if whole[TEACH] and lesson < whole[LEVEL]:
        return INFEASIBLE
    if apart(real, minutes, mine, theirs) or one_manager(whole, mine, theirs):
        return INFEASIBLE
    if speechless(whole, mine, theirs) or in_line(whole, mine, theirs):
        return INFEASIBLE
    score = pair_score(whole, real, minutes, mine, theirs, given, taken, preference, whole[ATTRIBUTES])
    judged = score
    if real[SCORE] > 0 and whole[PLAIN] < whole[ATTRIBUTES]:
        judged = pair_score(whole, real, minutes, mine, theirs, given, taken, preference, whole[PLAIN])
    return score if np.rint(judged * 1e6) / 1e6 >= real[SCORE] else INFEASIBLE


@nb.njit(cache=True)
def pair_weight(whole, real, score, bonus):  # type: ignore[no-untyped-def]
    """What the engine maximises, as in `objective.weights`."""
    units = np.int64(np.rint(score * real[RESOLUTION])) + bonus
    return units if whole[STRETCH] == 1 else (units + EQUAL_UNITS) * whole[STRETCH] + 1


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
    many = len(view.rows)
    columns = np.full((many, room), -1, dtype=np.int64)
    weights = np.zeros((many, room), dtype=np.int64)
    sizes = np.zeros(many, dtype=np.int64)
    feasible = np.zeros(many, dtype=np.int64)
    whole, real, minutes, tables = view.whole, view.real, view.minutes, view.columns
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        given, taken, preference, bonus = work.given, work.taken, work.preference, work.bonus
        lesson, banned, candidates = work.lesson, work.banned, work.columns
        values = np.zeros(room, dtype=np.int64)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            size, shift = 0, row * width // many
            mine = view.rows[row]
            for k in range(fill(view, row, work, False)):
                column = candidates[k]
                score = feasible_score(
                    whole, real, minutes, mine, tables[column],
                    given[column], taken[column], preference[column], lesson[column], banned[column],
                )  # fmt: skip
                if score < 0:
                    continue
                feasible[row] += 1
                weight = pair_weight(whole, real, score, bonus[column])
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
    whole, real, minutes, tables = view.whole, view.real, view.minutes, view.columns
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        given, taken, preference, bonus = work.given, work.taken, work.preference, work.bonus
        lesson, banned, candidates = work.lesson, work.banned, work.columns
        values = np.zeros(room, dtype=np.int64)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            size, shift = 0, row * width // many
            mine = view.rows[row]
            for k in range(fill(view, row, work, False)):
                column = candidates[k]
                if row_covered[row] and column_covered[column] and not all_count:
                    continue
                score = feasible_score(
                    whole, real, minutes, mine, tables[column],
                    given[column], taken[column], preference[column], lesson[column], banned[column],
                )  # fmt: skip
                if score < 0:
                    continue
                weight = pair_weight(whole, real, score, bonus[column])
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
    whole, real, minutes, tables = view.whole, view.real, view.minutes, view.columns
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        given, taken, preference = work.given, work.taken, work.preference
        lesson, banned, candidates = work.lesson, work.banned, work.columns
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            mine = view.rows[row]
            for k in range(fill(view, row, work, False)):
                column = candidates[k]
                score = feasible_score(
                    whole, real, minutes, mine, tables[column],
                    given[column], taken[column], preference[column], lesson[column], banned[column],
                )  # fmt: skip
                found[row] += score > worst_of_row[row] and score > worst_of_column[column]
            clear(view, row, work)
    return found


@nb.njit(cache=True, parallel=True, nogil=True)
def sweep_breaches(view, width, bits):  # type: ignore[no-untyped-def]
    """`breaches.breach_bits` of all pairs but for what the ban list holds, which is left to the caller.

    `bits` are those of the rules in the order of `breaches.KEYS`.
    """
    many = len(view.rows)
    matrix = np.zeros((many, width), dtype=np.uint16)
    whole, real, minutes, tables = view.whole, view.real, view.minutes, view.columns
    for chunk in nb.prange(CHUNKS):
        work = new_row(width)
        given, taken, preference, lesson = work.given, work.taken, work.preference, work.lesson
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            fill(view, row, work, True)
            mine = view.rows[row]
            for column in range(width):
                theirs = tables[column]
                found = 0
                if grade_gap(whole, mine, theirs) < whole[GAP]:
                    found |= bits[0]
                if in_line(whole, mine, theirs):
                    found |= bits[1]
                if one_manager(whole, mine, theirs):
                    found |= bits[2]
                if speechless(whole, mine, theirs):
                    found |= bits[3]
                if apart(real, minutes, mine, theirs):
                    found |= bits[4]
                if whole[TEACH] and lesson[column] < whole[LEVEL]:
                    found |= bits[6] if lesson[column] > 0 else bits[5]
                if real[SCORE] > 0:
                    score = pair_score(
                        whole, real, minutes, mine, theirs,
                        given[column], taken[column], preference[column], whole[PLAIN],
                    )  # fmt: skip
                    if np.rint(score * 1e6) / 1e6 < real[SCORE]:
                        found |= bits[7]
                matrix[row, column] = found
            clear(view, row, work)
    return matrix
