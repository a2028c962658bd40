"""The sieve of the sweeps: which columns of a row can still matter, found in about a nanosecond each.

An exact score costs hundreds of times what a look at a price costs, and almost no pair weighs more than its prices.
So each row is first weighed against all columns in single precision. What depends on the kind of the row alone
(grade and attributes) is laid out once for all rows of a kind, prices included; what style adds is one number for
each run of columns of the same style; what topics add comes from lists that were weighed beforehand. Columns that
may still reach the bar are looked at one by one, and only those that do are scored exactly by
`compiled.feasible_score`, with the bits of `scoring`.

The columns are cut into tiles, so that the sums of one row stay in the cache nearest to the core.

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

NEAR_GRADE, NEAR_INTERESTS, NEAR_ZONE, NEAR_ATTRIBUTES = range(4)
"""Columns of `Sieve.near`; from the last on come the attributes."""

LEVELS = 6
"""Width of the tables of list ends: a level is 1 to 5, an own current level 0 to 4."""
TILE = 8192
"""Columns of a tile."""
STRIP = 1024
"""Columns of a tile between two raisings of the bar."""
EIGHT = 8
"""Columns whose flags are read at once."""
STYLES = 36
"""Codes of style: six of formality times six of structure, 0 standing for unknown."""
NOWHERE = np.float32(-1e30)
OPEN = np.float32(1e3)
"""What is added where a column must be looked at whatever it weighs; far above any sum."""


class Sieve(NamedTuple):
    """Columns in an order of their own (`who` stands there, `place` is where one stands), cut at `edge`.

    `kind` numbers rows that differ in nothing that `ground` reads. Places [`run[k]`, `run[k + 1]`) have style
    `run_style[k]`; those of tile t are the runs from `run_of[t]` on. Lists hold places within their tile: that of
    tile t, topic i is number `2 * (t * topics + i)` where the topic is not of somebody's highest priority, one more
    where it is (wants), or number `t * topics + i` (offers). `want_worth[level - 1]` is what a row's level in the
    topic adds; `want_end[list, level]` closes the entries for which it adds anything, and `offer_end[list, current]`
    does so for what columns offer. `near` and `bits` stand by place.
    Interests are listed too where that pays: `fond` are those of each row, `like_place` has whoever shares one, by
    tile, interest and number of own interests (one of `like_counts`); each adds at most what the pair would gain by
    it if nothing lay outside the larger set, so that the sum is never below the share of what is common.
    `mine` holds the rows' own lists, `theirs` those of the columns, packed to one number an entry, wants before
    offers, each ascending by topic; those of a person lie between the three marks in `mine_at` or `theirs_at`.
    """

    share: Any
    kind: Any
    who: Any
    place: Any
    edge: Any
    run: Any
    run_style: Any
    run_of: Any
    topics: Any
    want_start: Any
    want_end: Any
    want_place: Any
    want_worth: Any
    offer_start: Any
    offer_end: Any
    offer_place: Any
    offer_level: Any
    fond_start: Any
    fond: Any
    like_start: Any
    like_place: Any
    like_counts: Any
    interests: Any
    near: Any
    bits: Any
    mine: Any
    mine_at: Any
    theirs: Any
    theirs_at: Any


class Bars(NamedTuple):
    """What columns must reach: prices by column, and in single precision by place.

    `low` is each row's own part of the bar in units of score, lowered by as much as single precision may err.
    Rows that are `open` go by `open_singles`, in which a column that must be looked at is all but free. `order`
    names the rows so that those alike follow each other.
    """

    price: Any
    singles: Any
    low: Any
    open: Any
    open_singles: Any
    order: Any


class Tray(NamedTuple):
    """Working arrays of one thread for one tile.

    `base` is what the kind of a row is worth, `gain` the row itself; a column where `mark` is the present `stamp`
    has a lesson. `flag` tells what passes the first look, `flags` the same, eight in one. `left` and `net` are the
    short list of what stays, and how far above its price.
    """

    base: Any
    gain: Any
    mark: Any
    stamp: Any
    flag: Any
    flags: Any
    left: Any
    net: Any
    styles: Any
    inverse: Any


@kernel
def new_tray(sieve):  # type: ignore[no-untyped-def]
    """Empty working arrays, and the inverse of each size of a union of interests."""
    inverse = np.zeros(2 + 128 * sieve.bits.shape[1], dtype=np.float32)
    for size in range(len(inverse)):
        inverse[size] = np.float32(sieve.share[OF_INTERESTS] / max(1, size))
    flag = np.zeros(TILE, dtype=np.uint8)
    return Tray(
        np.full(TILE, NOWHERE, dtype=np.float32),
        np.full(TILE, NOWHERE, dtype=np.float32),
        np.zeros(TILE, dtype=np.uint8),
        np.zeros(1, dtype=np.uint8),
        flag,
        flag.view(np.uint64),
        np.empty(TILE, dtype=np.int32),
        np.empty(TILE, dtype=np.float32),
        np.zeros(STYLES, dtype=np.float32),
        inverse,
    )


@kernel
def ground(view, sieve, row, tile, price, tray):  # type: ignore[no-untyped-def]
    """Lay out what the kind of a row makes of each column of a tile; `price` stands by place."""
    base, near, rows, minutes, share = tray.base, sieve.near, view.rows, view.minutes, sieve.share
    first, last = sieve.edge[tile], sieve.edge[tile + 1]
    attributes, flip, gap = view.whole[ATTRIBUTES], view.whole[FLIP], view.whole[GAP]
    grade, zone = rows[row, GRADE], rows[row, ZONE]
    each, overlap, reserved = np.float32(share[OF_DIFFERENCE]), share[OF_OVERLAP], np.float32(share[RESERVED])
    for place in range(first, last):
        differ = np.int64(0)
        for at in range(attributes):
            ours, theirs = rows[row, SETS + at], near[place, NEAR_ATTRIBUTES + at]
            differ += (ours >= 0) & (theirs >= 0) & (ours != theirs)
        worth = reserved + each * np.float32(differ) - price[place]
        if overlap > 0:
            worth += np.float32(overlap * min(1.0, minutes[zone, near[place, NEAR_ZONE]] / 480))
        distance = grade - near[place, NEAR_GRADE] if flip else near[place, NEAR_GRADE] - grade
        base[place - first] = worth if distance >= gap else NOWHERE
    tray.gain[:] = NOWHERE


@kernel
def lay(view, sieve, row, tile, tray):  # type: ignore[no-untyped-def]
    """Sum up what a row may be worth to each column of a tile, and mark who has a lesson."""
    gain, mark = tray.gain, tray.mark
    if tray.stamp[0] == 255:
        mark[:] = 0
        tray.stamp[0] = 0
    tray.stamp[0] += 1
    _style_worth(sieve.share, view.rows, row, tray.styles)
    first, last = sieve.edge[tile], sieve.edge[tile + 1]
    _lay_runs(
        tray.base, gain, tray.styles, sieve.run, sieve.run_style, sieve.run_of[tile], sieve.run_of[tile + 1], first
    )
    if len(sieve.want_place) > 0:
        _lay_given(
            gain, mark, tray.stamp[0], view.whole, view.ro_topic, view.ro_level, view.ro_start[row],
            view.ro_start[row + 1], tile * sieve.topics[0], sieve.want_start, sieve.want_end, sieve.want_place,
            sieve.want_worth,
        )  # fmt: skip
    if len(sieve.offer_place) > 0:
        share = sieve.share[OF_TAKEN] / max(1, view.rows[row, WEIGHT])
        _lay_taken(
            gain, mark, tray.stamp[0], view.whole, view.rows[row, TOP], share,
            view.rw_topic, view.rw_level, view.rw_priority, view.rw_start[row], view.rw_start[row + 1],
            tile * sieve.topics[0], sieve.offer_start, sieve.offer_end, sieve.offer_place, sieve.offer_level,
        )  # fmt: skip
    if len(sieve.like_place) > 0:
        _lay_liked(
            gain, sieve.share[OF_INTERESTS], view.rows[row, INTERESTS], sieve.fond, sieve.fond_start[row],
            sieve.fond_start[row + 1], tile * sieve.interests[0], sieve.like_start, sieve.like_place, sieve.like_counts,
        )  # fmt: skip
    for at in range(view.pref_start[row], view.pref_start[row + 1]):
        place = sieve.place[view.pref_column[at]]
        if first <= place < last:
            gain[place - first] += np.float32(sieve.share[OF_PREFERENCE] * view.pref_value[at])
    for at in range(view.bonus_start[row], view.bonus_start[row + 1]):
        place = sieve.place[view.bonus_column[at]]
        if first <= place < last:
            gain[place - first] += np.float32(view.bonus_units[at] / sieve.share[UNIT])


@kernel
def _lay_runs(base, gain, styles, run, run_style, begin, end, first):  # type: ignore[no-untyped-def]
    for at in range(begin, end):
        worth = styles[run_style[at]]
        for place in range(np.uint64(run[at] - first), np.uint64(run[at + 1] - first)):
            gain[place] = base[place] + worth


@kernel
def _lay_given(gain, mark, stamp, whole, topics, levels, begin, end, lists, start, close, places, worth):  # type: ignore[no-untyped-def]
    """What the row can teach to columns that want it."""
    for at in range(begin, end):
        level, number = levels[at], 2 * (lists + topics[at])
        for entry in range(np.uint64(start[number]), np.uint64(close[number, level])):
            gain[places[entry]] += worth[level - 1, entry]
        number += 1
        if whole[TEACH] and not whole[FLIP] and level >= whole[LEVEL]:
            for entry in range(np.uint64(start[number]), np.uint64(close[number, level])):
                gain[places[entry]] += worth[level - 1, entry]
                mark[places[entry]] = stamp
        else:
            for entry in range(np.uint64(start[number]), np.uint64(close[number, level])):
                gain[places[entry]] += worth[level - 1, entry]


@kernel
def _lay_taken(  # type: ignore[no-untyped-def]
    gain, mark, stamp, whole, top, share, topics, levels, priorities, begin, end, lists, start, close, places, offered
):
    """What columns that offer it can teach the row."""
    for at in range(begin, end):
        current, number = levels[at], lists + topics[at]
        worth = np.float32(share * priorities[at] / (5 - current))
        least = worth * np.float32(current)
        for entry in range(np.uint64(start[number]), np.uint64(close[number, current])):
            gain[places[entry]] += worth * offered[entry] - least
        if whole[TEACH] and whole[FLIP] and priorities[at] == top:
            enough = max(current, whole[LEVEL] - 1)
            for entry in range(np.uint64(start[number]), np.uint64(close[number, enough])):
                mark[places[entry]] = stamp


@kernel
def _lay_liked(gain, share, count, fond, begin, end, lists, start, places, counts):  # type: ignore[no-untyped-def]
    """What common interests add at most."""
    for at in range(begin, end):
        for kind in range(len(counts)):
            number, worth = (lists + fond[at]) * len(counts) + kind, np.float32(share / max(count, counts[kind]))
            for entry in range(np.uint64(start[number]), np.uint64(start[number + 1])):
                gain[places[entry]] += worth


@kernel
def _style_worth(share, rows, row, table):  # type: ignore[no-untyped-def]
    """What every style of a partner adds, by its code."""
    formality, structure = max(0, rows[row, FORMALITY]), max(0, rows[row, STRUCTURE])
    for code in range(STYLES):
        alike, scales = 0, 0
        if formality > 0 and code // 6 > 0:
            alike += 4 - abs(formality - code // 6)
            scales += 1
        if structure > 0 and code % 6 > 0:
            alike += 4 - abs(structure - code % 6)
            scales += 1
        table[code] = np.float32(share[OF_STYLE] * (alike / (4 * scales) if scales > 0 else 0.5))


@kernel
def reach(sieve, tile):  # type: ignore[no-untyped-def]
    """How far `sift` must look in a tile: to the end of the strip in which the last column stands."""
    return (sieve.edge[tile + 1] - sieve.edge[tile] + STRIP - 1) // STRIP * STRIP


@kernel
def sift(view, sieve, row, tile, begin, end, tray, price, bar, least):  # type: ignore[no-untyped-def]
    """Put into `tray.left` the columns that may lie `bar` above their price and weigh `least`; returns how many.

    Looks at [begin, end) of the tile, both multiples of `STRIP`.
    """
    gain, mark, stamp, left, nets, inverse = tray.gain, tray.mark, tray.stamp[0], tray.left, tray.net, tray.inverse
    flag, flags = tray.flag, tray.flags
    minutes, near, bits, who, rows = view.minutes, sieve.near, sieve.bits, sieve.who, view.rows
    first = sieve.edge[tile]
    tongues, words, teach = view.whole[TONGUES], view.whole[WORDS], view.whole[TEACH]
    sets = SETS + view.whole[ATTRIBUTES]
    count, zone, enough = rows[row, INTERESTS], rows[row, ZONE], view.real[MINUTES]
    listed = len(sieve.like_place) > 0
    spare = np.float32(sieve.share[OF_INTERESTS]) if count > 0 and not listed else np.float32(0)
    limit = max(np.float32(bar - spare), np.float32(-1e29))
    speaks = False
    for word in range(sets, sets + tongues):
        speaks |= rows[row, word] != 0
    speaks &= view.whole[LANGUAGE] > 0
    wanted, kept = stamp if teach else np.uint8(0), 0
    for at in range(np.uint64(begin), np.uint64(end)):
        flag[at] = (gain[at] >= limit) & (mark[at] == wanted)
    for eight in range(np.uint64(begin // EIGHT), np.uint64(end // EIGHT)):
        if flags[eight] == 0:
            continue
        for near_by in range(eight * np.uint64(EIGHT), eight * np.uint64(EIGHT) + np.uint64(EIGHT)):
            if not flag[near_by]:
                continue
            place = np.int64(near_by) + first
            both = np.int64(0)
            for word in range(tongues, tongues + words):
                both += ones(rows[row, sets + word] & bits[place, word])
            others = near[place, NEAR_INTERESTS]
            net = gain[near_by] + np.float32(both) * inverse[count + others - both]
            if listed:
                net -= np.float32(both) * inverse[max(count, others)]
            if net < bar or net + price[place] < least:
                continue
            other = near[place, NEAR_ZONE]
            if minutes[zone, other] < enough and zone > 0 and other > 0:
                continue
            if speaks:
                common, known = np.int64(0), np.int64(0)
                for word in range(tongues):
                    common |= rows[row, sets + word] & bits[place, word]
                    known |= bits[place, word]
                if common == 0 and known != 0:
                    continue
            left[kept], nets[kept] = who[place], net
            kept += 1
    return kept


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
