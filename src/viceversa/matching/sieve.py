"""The sieve of the sweeps: which columns of a row can still matter, found in about a nanosecond each.

An exact score costs a hundred times what a look at a price costs, and almost no pair weighs more than its
prices. So each row is sieved in single precision first: what topics, preferences and bonuses add is summed from
lists that were weighed beforehand, then the columns that the row could teach at all (under `must_teach`; else
everybody) are read from lists that hold what else the score needs side by side. What stays is scored exactly by
`compiled.pair_score`, with the bits of `scoring`.

Nothing that matters falls through: every bar is lowered by a slack, more than single precision can err.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from viceversa.matching.compiled import (
    ATTRIBUTES,
    FLIP,
    FORMALITY,
    GAP,
    GRADE,
    INTERESTS,
    LANGUAGE,
    LEVEL,
    MINUTES,
    SETS,
    STRUCTURE,
    TEACH,
    TONGUES,
    TOP,
    WEIGHT,
    WORDS,
    ZONE,
    ones,
)
from viceversa.matching.kernels import kernel

OF_GIVEN, OF_TAKEN, OF_INTERESTS, OF_DIFFERENCE, OF_STYLE, OF_OVERLAP, OF_PREFERENCE, RESERVED, UNIT = range(9)
"""Places in `Sieve.share`: what each criterion weighs in the score as the row sees it, what of topics is reserved
instead of summed, and what a score of 1 weighs in the units of prices."""

NEAR_GRADE, NEAR_STYLE, NEAR_INTERESTS, NEAR_ZONE, NEAR_ATTRIBUTES = range(5)
"""Columns of `Sieve.near`; from the last on come the attributes."""

LEVELS = 6
"""Width of the tables of list ends: a level is 1 to 5, an own current level 0 to 4."""


class Sieve(NamedTuple):
    """Lists by topic of the columns that want it, that offer it, and that could be taught by it.

    `want_worth[level - 1]` is what a row's level in the topic adds to the score; `want_end[topic, level]` closes
    the entries for which it adds anything. `offer_end[topic, current]` does so for what columns offer.
    `seek_` lists, by topic, whom a row can give the lesson of `must_teach`, or who can give it to the row;
    without the rule one list holds everybody. `near` and `bits` stand in the order of `seek_column`.
    `mine` holds the rows' own lists, `theirs` those of the columns, packed to one number an entry, wants before
    offers, each ascending by topic; those of a person lie between the three marks in `mine_at` or `theirs_at`.
    """

    share: Any
    want_start: Any
    want_end: Any
    want_column: Any
    want_worth: Any
    offer_start: Any
    offer_end: Any
    offer_column: Any
    offer_level: Any
    seek_start: Any
    seek_end: Any
    seek_column: Any
    near: Any
    bits: Any
    mine: Any
    mine_at: Any
    theirs: Any
    theirs_at: Any


class Tray(NamedTuple):
    """Working arrays of one thread: by column what was summed, and the short list of what stays."""

    gain: Any
    seen: Any
    preference: Any
    bonus: Any
    banned: Any
    left: Any
    net: Any
    styles: Any
    inverse: Any


@kernel
def new_tray(sieve, width):  # type: ignore[no-untyped-def]
    """Empty working arrays for `width` columns, and the inverse of each size of a union of interests."""
    inverse = np.zeros(2 + 128 * sieve.bits.shape[1], dtype=np.float32)
    for size in range(len(inverse)):
        inverse[size] = np.float32(sieve.share[OF_INTERESTS] / max(1, size))
    return Tray(
        np.zeros(width, dtype=np.float32),
        np.zeros(width, dtype=np.uint8),
        np.zeros(width),
        np.zeros(width, dtype=np.int64),
        np.zeros(width, dtype=np.uint8),
        np.empty(len(sieve.seek_column) + width + 1, dtype=np.int32),
        np.empty(len(sieve.seek_column) + width + 1, dtype=np.float32),
        np.zeros(36, dtype=np.float32),
        inverse,
    )


@kernel
def lay(view, sieve, row, tray):  # type: ignore[no-untyped-def]
    """Sum up what the lists say about a row, and what each style of a partner would add."""
    share, gain = sieve.share, tray.gain
    gain[:] = np.float32(share[RESERVED])
    if sieve.want_worth.shape[0] > 0:
        for at in range(view.ro_start[row], view.ro_start[row + 1]):
            topic, level = view.ro_topic[at], view.ro_level[at]
            worth = sieve.want_worth[level - 1]
            for entry in range(sieve.want_start[topic], sieve.want_end[topic, level]):
                gain[sieve.want_column[entry]] += worth[entry]
    if len(sieve.offer_level) > 0:
        whole = max(1, view.rows[row, WEIGHT])
        for at in range(view.rw_start[row], view.rw_start[row + 1]):
            topic, current = view.rw_topic[at], view.rw_level[at]
            worth = np.float32(share[OF_TAKEN] * view.rw_priority[at] / (5 - current) / whole)
            least = worth * np.float32(current)
            for entry in range(sieve.offer_start[topic], sieve.offer_end[topic, current]):
                gain[sieve.offer_column[entry]] += worth * sieve.offer_level[entry] - least
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        tray.preference[view.pref_column[at]] = view.pref_value[at]
        gain[view.pref_column[at]] += np.float32(share[OF_PREFERENCE] * view.pref_value[at])
    for at in range(view.ban_start[row], view.ban_start[row + 1]):
        tray.banned[view.ban_column[at]] = 1
    for at in range(view.bonus_start[row], view.bonus_start[row + 1]):
        tray.bonus[view.bonus_column[at]] = view.bonus_units[at]
        gain[view.bonus_column[at]] += np.float32(view.bonus_units[at] / share[UNIT])
    _style_worth(share, view.rows[row], tray.styles)


@kernel
def lift(view, row, tray):  # type: ignore[no-untyped-def]
    """Undo `lay`."""
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        tray.preference[view.pref_column[at]] = 0.0
    for at in range(view.ban_start[row], view.ban_start[row + 1]):
        tray.banned[view.ban_column[at]] = 0
    for at in range(view.bonus_start[row], view.bonus_start[row + 1]):
        tray.bonus[view.bonus_column[at]] = 0


@kernel
def _style_worth(share, mine, table):  # type: ignore[no-untyped-def]
    """What every style of a partner adds, by the code that `NEAR_STYLE` holds; 0 stands for unknown."""
    formality, structure = max(0, mine[FORMALITY]), max(0, mine[STRUCTURE])
    for code in range(36):
        alike, scales = 0, 0
        if formality > 0 and code // 6 > 0:
            alike += 4 - abs(formality - code // 6)
            scales += 1
        if structure > 0 and code % 6 > 0:
            alike += 4 - abs(structure - code % 6)
            scales += 1
        table[code] = np.float32(share[OF_STYLE] * (alike / (4 * scales) if scales > 0 else 0.5))


@kernel
def seek_lists(view, row):  # type: ignore[no-untyped-def]
    """Places in the row's own lists from which `seek_range` reads; without `must_teach` there is one list."""
    if not view.whole[TEACH]:
        return np.int64(0), np.int64(1)
    if view.whole[FLIP]:
        return view.rw_start[row], view.rw_start[row + 1]
    return view.ro_start[row], view.ro_start[row + 1]


@kernel
def seek_range(view, sieve, row, at):  # type: ignore[no-untyped-def]
    """Entries of `seek_column` that place `at` of the row's own lists leads to."""
    if not view.whole[TEACH]:
        return np.int64(0), np.int64(len(sieve.seek_column))
    if view.whole[FLIP]:
        topic, current = view.rw_topic[at], view.rw_level[at]
        if view.rw_priority[at] != view.rows[row, TOP]:
            return np.int64(0), np.int64(0)
        return sieve.seek_start[topic], sieve.seek_end[topic, current]
    topic, level = view.ro_topic[at], view.ro_level[at]
    if level < view.whole[LEVEL]:
        return np.int64(0), np.int64(0)
    return sieve.seek_start[topic], sieve.seek_end[topic, level]


@kernel
def sift(view, sieve, row, tray, done, begin, end, price, low, together):  # type: ignore[no-untyped-def]
    """Put into `tray.left[done:]` the columns of entries [begin, end) that may reach their bar; returns how many.

    `tray.net` tells, in the same places, about how far each lies above its price.

    The bar is `low` + the price, or with `together` false the higher of the two; `price` stands in the order of
    `seek_column`.
    """
    gain, left, nets, kept, styles, inverse = tray.gain, tray.left, tray.net, done, tray.styles, tray.inverse
    share, minutes, near, bits, seek = sieve.share, view.minutes, sieve.near, sieve.bits, sieve.seek_column
    rows, enough = view.rows, view.real[MINUTES]
    attributes, tongues, words = view.whole[ATTRIBUTES], view.whole[TONGUES], view.whole[WORDS]
    flip, gap, language = view.whole[FLIP], view.whole[GAP], view.whole[LANGUAGE]
    sets = SETS + attributes
    grade, count, zone = rows[row, GRADE], rows[row, INTERESTS], rows[row, ZONE]
    each, overlap, of_overlap = np.float32(share[OF_DIFFERENCE]), share[OF_OVERLAP] > 0, share[OF_OVERLAP]
    speaks = False
    for word in range(sets, sets + tongues):
        speaks |= rows[row, word] != 0
    for entry in range(begin, end):
        worth = gain[seek[entry]] + styles[near[entry, NEAR_STYLE]]
        for place in range(attributes):
            ours, theirs = rows[row, SETS + place], near[entry, NEAR_ATTRIBUTES + place]
            worth += each * np.float32((ours >= 0) & (theirs >= 0) & (ours != theirs))
        both = np.int64(0)
        for word in range(tongues, tongues + words):
            both += ones(rows[row, sets + word] & bits[entry, word])
        worth += np.float32(both) * inverse[count + near[entry, NEAR_INTERESTS] - both]
        shared = minutes[zone, near[entry, NEAR_ZONE]]
        if overlap:
            worth += np.float32(of_overlap * min(1.0, shared / 480))
        net = worth - price[entry]
        reaches = net >= low if together else (net >= 0) & (worth >= low)
        distance = grade - near[entry, NEAR_GRADE] if flip else near[entry, NEAR_GRADE] - grade
        fits = (shared >= enough) | (zone == 0) | (near[entry, NEAR_ZONE] == 0)
        if language and speaks:
            common, theirs_known = np.int64(0), np.int64(0)
            for word in range(tongues):
                common |= rows[row, sets + word] & bits[entry, word]
                theirs_known |= bits[entry, word]
            fits &= (common != 0) | (theirs_known == 0)
        left[kept], nets[kept] = seek[entry], net
        kept += reaches & (distance >= gap) & fits
    return kept - done


@kernel
def lesson_score(mine, mine_at, row, theirs, theirs_at, column, flip, my_top, their_top):  # type: ignore[no-untyped-def]
    """What the row gives the column and takes from it, by the formula of `scoring`, and the best lesson.

    A lesson is the highest level above the learner's own in a topic of the learner's highest priority; the
    learner is the column, or with `flip` the row. Sums run in ascending order of topic. Few arrays, since
    handing over many costs more than the work.
    """
    lesson, best = np.int64(0), np.int64(0)
    given, best = _taught(
        mine, mine_at[row, 1], mine_at[row, 2], theirs, theirs_at[column, 0], theirs_at[column, 1], their_top
    )
    taken, lesson = _taught(
        theirs, theirs_at[column, 1], theirs_at[column, 2], mine, mine_at[row, 0], mine_at[row, 1], my_top
    )
    return given, taken, lesson if flip else best


@kernel
def _taught(offers, offer, last, wants, want, end, top):  # type: ignore[no-untyped-def]
    """What the cards [offer, last) of a teacher give the cards [want, end) of a learner, and the best lesson."""
    total, lesson = 0.0, np.int64(0)
    while offer < last and want < end:
        ours, theirs = np.int64(offers[offer]), np.int64(wants[want])
        if theirs >> 6 < ours >> 6:
            want += 1
            continue
        if theirs >> 6 == ours >> 6:
            level, current, priority = (ours >> 3) & 7, (theirs >> 3) & 7, theirs & 7
            if level > current:
                total += priority * (level - current) / (5 - current)
                if priority == top:
                    lesson = max(lesson, level)
        offer += 1
    return total, lesson
