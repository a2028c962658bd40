"""Compiled: for every pair of a pool the set of rules that forbid it."""

from __future__ import annotations

import numpy as np

from viceversa.matching.compiled import (
    FLIP,
    GAP,
    LEVEL,
    PLAIN,
    SCORE,
    TEACH,
    TOP,
    apart,
    grade_gap,
    in_line,
    one_manager,
    pair_score,
    speechless,
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
    whole, real, minutes, rows, columns = view.whole, view.real, view.minutes, view.rows, view.columns
    for chunk in prange(CHUNKS):
        given, taken, preference = np.zeros(width), np.zeros(width), np.zeros(width)
        lesson = np.zeros(width, dtype=np.int64)
        for row in range(chunk * many // CHUNKS, (chunk + 1) * many // CHUNKS):
            _fill(view, row, given, taken, preference, lesson)
            for column in range(width):
                found = 0
                if grade_gap(whole, rows, row, columns, column) < whole[GAP]:
                    found |= bits[0]
                if in_line(whole, rows, row, columns, column):
                    found |= bits[1]
                if one_manager(whole, rows, row, columns, column):
                    found |= bits[2]
                if speechless(whole, rows, row, columns, column):
                    found |= bits[3]
                if apart(real, minutes, rows, row, columns, column):
                    found |= bits[4]
                if whole[TEACH] and lesson[column] < whole[LEVEL]:
                    found |= bits[6] if lesson[column] > 0 else bits[5]
                if real[SCORE] > 0:
                    score = pair_score(
                        whole, real, minutes, rows, row, columns, column,
                        given[column], taken[column], preference[column], whole[PLAIN],
                    )  # fmt: skip
                    if np.rint(score * 1e6) / 1e6 < real[SCORE]:
                        found |= bits[7]
                matrix[row, column] = found
            given[:], taken[:], preference[:], lesson[:] = 0.0, 0.0, 0.0, 0
    return matrix


@kernel
def _fill(view, row, given, taken, preference, lesson):  # type: ignore[no-untyped-def]
    """Collect what the lists say about a row: what topics add either way, wishes, and the best lesson."""
    flip = view.whole[FLIP]
    for at in range(view.ro_start[row], view.ro_start[row + 1]):
        topic, level = view.ro_topic[at], view.ro_level[at]
        for entry in range(view.pw_start[topic], view.pw_start[topic + 1]):
            column, current, priority = view.pw_column[entry], view.pw_level[entry], view.pw_priority[entry]
            if level <= current:
                continue
            given[column] += priority * (level - current) / (5 - current)
            if not flip and priority == view.columns[column, TOP]:
                lesson[column] = max(lesson[column], level)
    for at in range(view.rw_start[row], view.rw_start[row + 1]):
        topic, current, priority = view.rw_topic[at], view.rw_level[at], view.rw_priority[at]
        for entry in range(view.po_start[topic], view.po_start[topic + 1]):
            column, level = view.po_column[entry], view.po_level[entry]
            if level <= current:
                continue
            taken[column] += priority * (level - current) / (5 - current)
            if flip and priority == view.rows[row, TOP]:
                lesson[column] = max(lesson[column], level)
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        preference[view.pref_column[at]] = view.pref_value[at]
