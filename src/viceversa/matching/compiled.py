"""Compiled: the score of one pair and the rules against it, from tables of two sides of people.

Compiled once at set-up (`python -m viceversa.matching.warm`). It gives the same bits as `scoring` and `rules`:
sums run in ascending order of topic and in the order of the criteria. People are named by table and place, since
cutting a row out of a table for each pair costs as much as the pair itself.

A row is a mentor, or with `flip` a mentee.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from viceversa.matching.kernels import kernel
from viceversa.matching.objective import EQUAL_UNITS

INFEASIBLE = -1.0

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


@kernel
def ones(number):  # type: ignore[no-untyped-def]
    """Number of bits set in 64 (Warren, Hacker's Delight, 5-1)."""
    bits = np.uint64(number)
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    pairs = np.uint64(0x3333333333333333)
    bits = (bits & pairs) + ((bits >> np.uint64(2)) & pairs)
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def in_line(whole, rows, row, columns, column):  # type: ignore[no-untyped-def]
    """Whether one stands above the other within the depth of the rule."""
    if whole[LINE] == 0:
        return False
    above = rows[row, OPENS] < columns[column, OPENS] < rows[row, CLOSES]
    if not above and not columns[column, OPENS] < rows[row, OPENS] < columns[column, CLOSES]:
        return False
    return whole[LINE] < 0 or abs(rows[row, DEPTH] - columns[column, DEPTH]) <= whole[LINE]


@kernel
def speechless(whole, rows, row, columns, column):  # type: ignore[no-untyped-def]
    """Whether both have told their languages and share none."""
    if not whole[LANGUAGE]:
        return False
    ours, others = np.int64(0), np.int64(0)
    first = SETS + whole[ATTRIBUTES]
    for word in range(first, first + whole[TONGUES]):
        if rows[row, word] & columns[column, word]:
            return False
        ours |= rows[row, word]
        others |= columns[column, word]
    return ours != 0 and others != 0


@kernel
def apart(real, minutes, rows, row, columns, column):  # type: ignore[no-untyped-def]
    """Whether both time zones are known and too few working hours are shared."""
    known = rows[row, ZONE] > 0 and columns[column, ZONE] > 0
    return known and minutes[rows[row, ZONE], columns[column, ZONE]] < real[MINUTES]


@kernel
def grade_gap(whole, rows, row, columns, column):  # type: ignore[no-untyped-def]
    """Grade of the mentee minus that of the mentor."""
    gap = columns[column, GRADE] - rows[row, GRADE]
    return -gap if whole[FLIP] else gap


@kernel
def one_manager(whole, rows, row, columns, column):  # type: ignore[no-untyped-def]
    """Whether both are known to have the same manager, and the rule minds."""
    return not whole[SAME_MANAGER] and rows[row, MANAGER] >= 0 and rows[row, MANAGER] == columns[column, MANAGER]


@kernel
def pair_score(whole, real, minutes, rows, row, columns, column, given, taken, preference, attributes):  # type: ignore[no-untyped-def]
    """The score over the first few attributes, with the operations of `scoring` in their order."""
    first = SETS + whole[ATTRIBUTES] + whole[TONGUES]
    both = np.int64(0)
    for word in range(first, first + whole[WORDS]):
        both += ones(rows[row, word] & columns[column, word])
    interests = both / max(1, rows[row, INTERESTS] + columns[column, INTERESTS] - both)
    differ = 0
    for place in range(SETS, SETS + attributes):
        differ += rows[row, place] >= 0 and columns[column, place] >= 0 and rows[row, place] != columns[column, place]
    difference = differ / max(1, attributes)
    likeness, scales = 0, 0
    for scale in range(FORMALITY, STRUCTURE + 1):
        if rows[row, scale] > 0 and columns[column, scale] > 0:
            likeness += 4 - abs(rows[row, scale] - columns[column, scale])
            scales += 1
    style = likeness / (4 * scales) if scales > 0 else 0.5
    to_column, to_row = given / max(1, columns[column, WEIGHT]), taken / max(1, rows[row, WEIGHT])
    complementarity, reciprocity = (to_row, to_column) if whole[FLIP] else (to_column, to_row)
    overlap = min(1.0, minutes[rows[row, ZONE], columns[column, ZONE]] / 480)
    total = real[0] * complementarity
    total = total + real[1] * interests
    total = total + real[2] * preference
    total = total + real[3] * difference
    total = total + real[4] * style
    total = total + real[5] * reciprocity
    total = total + real[6] * overlap
    return total / real[SUM]


@kernel
def allowed(whole, real, minutes, rows, row, columns, column):  # type: ignore[no-untyped-def]
    """Whether no rule about the two people themselves forbids the pair; cheap rules first."""
    if grade_gap(whole, rows, row, columns, column) < whole[GAP]:
        return False
    if apart(real, minutes, rows, row, columns, column) or one_manager(whole, rows, row, columns, column):
        return False
    return not speechless(whole, rows, row, columns, column) and not in_line(whole, rows, row, columns, column)


@kernel
def feasible_score(whole, real, minutes, rows, row, columns, column, given, taken, preference, lesson):  # type: ignore[no-untyped-def]
    """The score of an `allowed` pair, or `INFEASIBLE` for want of a lesson or of score, where no identity counts."""
    if whole[TEACH] and lesson < whole[LEVEL]:
        return INFEASIBLE
    every, plain = whole[ATTRIBUTES], whole[PLAIN]
    score = pair_score(whole, real, minutes, rows, row, columns, column, given, taken, preference, every)
    judged = score
    if real[SCORE] > 0 and plain < every:
        judged = pair_score(whole, real, minutes, rows, row, columns, column, given, taken, preference, plain)
    return score if np.rint(judged * 1e6) / 1e6 >= real[SCORE] else INFEASIBLE


@kernel
def pair_weight(whole, real, score, bonus):  # type: ignore[no-untyped-def]
    """What the engine maximises, as in `objective.weights`."""
    units = np.int64(np.rint(score * real[RESOLUTION])) + bonus
    return units if whole[STRETCH] == 1 else (units + EQUAL_UNITS) * whole[STRETCH] + 1
