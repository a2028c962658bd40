"""Compiled: for every pair of a pool the set of rules that forbid it."""

from __future__ import annotations

import numpy as np

from viceversa.matching.compiled import (
    ATTRIBUTES,
    CLOSES,
    DEPTH,
    FLIP,
    GAP,
    GRADE,
    LANGUAGE,
    LEVEL,
    LINE,
    MANAGER,
    MINUTES,
    OPENS,
    PLAIN,
    SAME_MANAGER,
    SCORE,
    SETS,
    TEACH,
    TONGUES,
    TOP,
    ZONE,
    pair_score,
)
from viceversa.matching.kernels import kernel, prange
from viceversa.matching.sweeps import CHUNKS


@kernel(parallel=True, nogil=True)
def sweep_breaches(view, width, bits):  # type: ignore[no-untyped-def]
    """`breaches.breach_bits` of all pairs but for what the ban list holds, which is left to the caller.

    `bits` are those of the rules in the order of `breaches.KEYS`.
    """
    many = len(view.rows)
    matrix = np.zeros((many, width), dtype=np.uint16)
    whole, real, rows = view.whole, view.real, view.rows
    across = np.ascontiguousarray(view.columns.T)
    for chunk in prange(CHUNKS):
        given, taken, preference = np.zeros(width), np.zeros(width), np.zeros(width)
        lesson, found = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=np.uint16)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            found[:] = 0
            _mark_people(whole, real, view.minutes, rows, row, across, bits, found)
            if whole[TEACH]:
                _lessons(view, row, lesson)
                for column in range(width):
                    low = lesson[column] < whole[LEVEL]
                    found[column] |= np.uint16(low * (bits[6] if lesson[column] > 0 else bits[5]))
                lesson[:] = 0
            if real[SCORE] > 0:
                _fill(view, row, given, taken, preference)
                for column in range(width):
                    score = pair_score(
                        whole, real, view.minutes, rows, row, view.columns, column,
                        given[column], taken[column], preference[column], whole[PLAIN],
                    )  # fmt: skip
                    if np.rint(score * 1e6) / 1e6 < real[SCORE]:
                        found[column] |= np.uint16(bits[7])
                given[:], taken[:], preference[:] = 0.0, 0.0, 0.0
            matrix[row, :] = found
    return matrix


@kernel
def _mark_people(whole, real, minutes, rows, row, across, bits, found):  # type: ignore[no-untyped-def]
    """Rules about the two people themselves, each in one pass over the columns; `across` is their table turned."""
    width = len(found)
    grade, zone, manager, depth = rows[row, GRADE], rows[row, ZONE], rows[row, MANAGER], rows[row, DEPTH]
    opens, closes, flip, gap = rows[row, OPENS], rows[row, CLOSES], whole[FLIP], whole[GAP]
    for column in range(width):
        distance = grade - across[GRADE, column] if flip else across[GRADE, column] - grade
        found[column] |= np.uint16((distance < gap) * bits[0])
    if whole[LINE] != 0:
        reach = np.int64(1 << 62) if whole[LINE] < 0 else whole[LINE]
        for column in range(width):
            above = (opens < across[OPENS, column]) & (across[OPENS, column] < closes)
            below = (across[OPENS, column] < opens) & (opens < across[CLOSES, column])
            near = abs(depth - across[DEPTH, column]) <= reach
            found[column] |= np.uint16(((above | below) & near) * bits[1])
    if not whole[SAME_MANAGER] and manager >= 0:
        for column in range(width):
            found[column] |= np.uint16((across[MANAGER, column] == manager) * bits[2])
    if whole[LANGUAGE]:
        _mark_speechless(rows, row, across, SETS + whole[ATTRIBUTES], whole[TONGUES], bits, found)
    if zone > 0:
        for column in range(width):
            other = across[ZONE, column]
            found[column] |= np.uint16(((other > 0) & (minutes[zone, other] < real[MINUTES])) * bits[4])


@kernel
def _mark_speechless(rows, row, across, first, tongues, bits, found):  # type: ignore[no-untyped-def]
    speaks = False
    for word in range(first, first + tongues):
        speaks |= rows[row, word] != 0
    if not speaks:
        return
    for column in range(len(found)):
        common, known = np.int64(0), np.int64(0)
        for word in range(first, first + tongues):
            common |= rows[row, word] & across[word, column]
            known |= across[word, column]
        found[column] |= np.uint16(((common == 0) & (known != 0)) * bits[3])


@kernel
def _lessons(view, row, lesson):  # type: ignore[no-untyped-def]
    """The best lesson of a row with each column."""
    if view.whole[FLIP]:
        for at in range(view.rw_start[row], view.rw_start[row + 1]):
            topic, current = view.rw_topic[at], view.rw_level[at]
            if view.rw_priority[at] != view.rows[row, TOP]:
                continue
            for entry in range(view.po_start[topic], view.po_start[topic + 1]):
                if view.po_level[entry] > current:
                    lesson[view.po_column[entry]] = max(lesson[view.po_column[entry]], view.po_level[entry])
        return
    for at in range(view.ro_start[row], view.ro_start[row + 1]):
        topic, level = view.ro_topic[at], view.ro_level[at]
        for entry in range(view.pw_start[topic], view.pw_start[topic + 1]):
            column = view.pw_column[entry]
            if level > view.pw_level[entry] and view.pw_priority[entry] == view.columns[column, TOP]:
                lesson[column] = max(lesson[column], level)


@kernel
def _fill(view, row, given, taken, preference):  # type: ignore[no-untyped-def]
    """Collect what the lists say about a row: what topics add either way, and wishes."""
    for at in range(view.ro_start[row], view.ro_start[row + 1]):
        topic, level = view.ro_topic[at], view.ro_level[at]
        for entry in range(view.pw_start[topic], view.pw_start[topic + 1]):
            current, priority = view.pw_level[entry], view.pw_priority[entry]
            if level > current:
                given[view.pw_column[entry]] += priority * (level - current) / (5 - current)
    for at in range(view.rw_start[row], view.rw_start[row + 1]):
        topic, current, priority = view.rw_topic[at], view.rw_level[at], view.rw_priority[at]
        for entry in range(view.po_start[topic], view.po_start[topic + 1]):
            level = view.po_level[entry]
            if level > current:
                taken[view.po_column[entry]] += priority * (level - current) / (5 - current)
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        preference[view.pref_column[at]] = view.pref_value[at]
