"""The lists of the sieve, made from a problem (see `sieve`)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.encode import TopicLists
from viceversa.matching.objective import RESOLUTION, stretch
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats, weight_sum
from viceversa.matching.sieve import (
    LEVELS,
    OF_DIFFERENCE,
    OF_GIVEN,
    OF_OVERLAP,
    OF_TAKEN,
    OPEN,
    RESERVED,
    TILE,
    Bars,
    Sieve,
)
from viceversa.matching.solution import Mask
from viceversa.matching.view import lists_of

RESERVED_UP_TO = 0.1
"""Share of the score up to which it is quicker to reserve than to add up what topics give (measured)."""
LISTED_UP_TO = 1.5
"""Common interests of an average pair up to which it is quicker to list them than to count what is common."""
SLACK = 1e-5
"""Far above what adding a few dozen numbers below 2 in single precision can err."""

Singles = NDArray[np.float32]


class _Lists(NamedTuple):
    """Places within their tile by list, best taught first: where each list begins, how far each level reaches."""

    start: Ints
    end: Ints
    place: NDArray[np.uint16]
    order: Ints


def sieve_of(problem: Problem, *, flip: bool = False) -> Sieve:
    """The lists for sweeps of `view_of(problem, flip=flip)`."""
    traits, rules = problem.traits, problem.policy.rules
    rows, columns = (problem.mentees, problem.mentors) if flip else (problem.mentors, problem.mentees)
    style = np.maximum(0, traits.style[columns])
    code = style[:, 0] * 6 + style[:, 1]
    who = np.argsort(code, kind="stable")
    place = np.empty(len(who), dtype=np.int64)
    place[who] = np.arange(len(who))
    share = _share(problem, flip=flip)
    sums_wants, sums_offers = share[OF_GIVEN] > RESERVED_UP_TO, share[OF_TAKEN] > RESERVED_UP_TO
    share[RESERVED] = sum(part for part in (share[OF_GIVEN], share[OF_TAKEN]) if part <= RESERVED_UP_TO)
    wants, offers = lists_of(traits.wants, columns), lists_of(traits.offers, columns)
    topics = len(traits.topics)
    wanted = _wanted(problem, wants, columns, place, needed=sums_wants or (rules.must_teach and not flip))
    offered = _offered(offers, topics, place, needed=sums_offers or (rules.must_teach and flip))
    mine_at, mine = _cards(lists_of(traits.wants, rows), lists_of(traits.offers, rows))
    theirs_at, theirs = _cards(wants, offers)
    edge = np.append(np.arange(0, len(who), TILE), len(who))
    run = np.unique(np.concatenate((edge, np.flatnonzero(np.diff(code[who])) + 1)))
    found = columns[who]
    given = share[OF_GIVEN] if sums_wants else 0.0
    if not sums_offers:
        share[OF_TAKEN] = 0.0
    return Sieve(
        share=share,
        kind=_kinds(problem, rows, by_zone=share[OF_OVERLAP] > 0),
        who=who.astype(np.int32),
        place=place,
        edge=edge,
        run=run,
        run_style=code[who][run[:-1]],
        run_of=np.searchsorted(run, edge),
        topics=np.array([topics]),
        want_start=wanted.start,
        want_end=wanted.end,
        want_place=wanted.place,
        want_worth=np.ascontiguousarray(_want_worth(problem, wants, columns, given)[:, wanted.order]),
        offer_start=offered.start,
        offer_end=offered.end,
        offer_place=offered.place,
        offer_level=offers.level[offered.order].astype(np.float32),
        **_likings(problem, rows, columns, place),
        near=_near(problem, found),
        bits=np.concatenate((traits.languages.view(np.int64)[found], traits.interests.view(np.int64)[found]), axis=1),
        mine=mine,
        mine_at=mine_at,
        theirs=theirs,
        theirs_at=theirs_at,
    )


def bars_of(
    sieve: Sieve,
    price: Ints | Floats,
    low: Floats,
    *,
    unit: float,
    opened: Mask | None = None,
    loose: Mask | None = None,
    rows: Ints | None = None,
) -> Bars:
    """Bars for a sweep: prices of columns in some unit, and each row's own part in units of score.

    -inf as `low` opens a row for every price. In `opened` rows every `loose` column is looked at. With `rows` those
    alone are swept.
    """
    singles = (price / unit).astype(np.float32)
    slack = SLACK + 1e-6 * float(np.abs(singles).max(initial=0))
    by_place = singles[sieve.who] - np.float32(slack)
    is_open = np.zeros(len(low), dtype=np.bool_) if opened is None else opened
    chosen = np.arange(len(low)) if rows is None else rows
    order = chosen[np.argsort(sieve.kind[chosen] * 2 + is_open[chosen], kind="stable")]
    open_singles = by_place if loose is None else np.where(loose[sieve.who], -OPEN, by_place)
    return Bars(price, by_place, (low - SLACK).astype(np.float32), is_open, open_singles, order)


def score_unit(problem: Problem) -> float:
    """What a score of 1 weighs in the objective."""
    return float(RESOLUTION) * stretch(problem)


def _share(problem: Problem, *, flip: bool) -> Floats:
    weights, whole = problem.policy.weights, weight_sum(problem.policy)
    given, taken = ("reciprocity", "complementarity") if flip else ("complementarity", "reciprocity")
    names = (given, taken, "interests", "difference", "style", "overlap", "preference")
    share = np.array([*(weights[name] / whole for name in names), 0.0, float(RESOLUTION)])
    share[OF_DIFFERENCE] /= max(1, problem.traits.attributes.shape[1])
    return share


def _kinds(problem: Problem, people: Ints, *, by_zone: bool) -> Ints:
    """Numbers that people share who differ in nothing that `sieve.ground` reads."""
    traits = problem.traits
    found = np.zeros(len(people), dtype=np.int64)
    attributes = (traits.attributes[people, at] for at in range(traits.attributes.shape[1]))
    for one in (traits.grade[people], *attributes, *((traits.zone[people],) if by_zone else ())):
        _, value = np.unique(one, return_inverse=True)
        _, found = np.unique(found * (value.max(initial=0) + 1) + value, return_inverse=True)
    return found


def _wanted(problem: Problem, wants: TopicLists, columns: Ints, place: Ints, *, needed: bool) -> _Lists:
    owner = np.repeat(columns, np.diff(wants.start))
    top = wants.priority == problem.traits.top_priority[owner]
    return _lists(wants, wants.topic * 2 + top, wants.level, 2 * len(problem.traits.topics), place, needed=needed)


def _offered(offers: TopicLists, topics: int, place: Ints, *, needed: bool) -> _Lists:
    lists = _lists(offers, offers.topic, 5 - offers.level, topics, place, needed=needed)
    return lists._replace(end=np.ascontiguousarray(lists.end[:, ::-1]))


def _lists(lists: TopicLists, number: Ints, rank: Ints, count: int, place: Ints, *, needed: bool) -> _Lists:
    """`count` lists for each tile, sorted by rank and place; `end[list, r]` closes the entries of a rank below r."""
    at = place[np.repeat(np.arange(len(lists.start) - 1), np.diff(lists.start))]
    keys = ((at // TILE) * count + number) * 8 + rank
    order = np.lexsort((at, keys)) if needed else np.zeros(0, dtype=np.int64)
    keys = keys[order]
    marks = np.arange(count * -(-len(place) // TILE))[:, None] * 8 + np.arange(LEVELS)
    end = np.searchsorted(keys, marks)
    return _Lists(end[:, 0].copy(), end, (at[order] % TILE).astype(np.uint16), order)


def _want_worth(problem: Problem, wants: TopicLists, columns: Ints, share: float) -> Singles:
    """What a teacher of level 1 to 5 adds to the score by each want."""
    owner = np.repeat(columns, np.diff(wants.start))
    step = share * wants.priority / (5 - wants.level) / np.maximum(1, problem.traits.priority_sum[owner])
    worth: Singles = (step * np.maximum(0, np.arange(1, 6)[:, None] - wants.level)).astype(np.float32)
    return worth


def _likings(problem: Problem, rows: Ints, columns: Ints, place: Ints) -> dict[str, Any]:
    """Who likes what, where few enough have it in common."""
    traits = problem.traits
    fond_of, fond = _bits_set(traits.interests[rows])
    liker, liked = _bits_set(traits.interests[columns])
    interests = max(int(fond.max(initial=0)), int(liked.max(initial=0))) + 1
    common = np.bincount(fond, minlength=interests) @ np.bincount(liked, minlength=interests)
    if problem.policy.weights["interests"] <= 0 or common > LISTED_UP_TO * len(rows) * len(columns):
        liker, liked = liker[:0], liked[:0]
    counts, rank = np.unique(traits.interest_count[columns][liker], return_inverse=True)
    at = place[liker]
    keys = ((at // TILE) * interests + liked) * max(1, len(counts)) + rank
    order = np.lexsort((at, keys))
    lists = -(-len(place) // TILE) * interests * len(counts)
    return {
        "fond_start": np.searchsorted(fond_of, np.arange(len(rows) + 1)),
        "fond": fond,
        "like_start": np.searchsorted(keys[order], np.arange(lists + 1)),
        "like_place": (at[order] % TILE).astype(np.uint16),
        "like_counts": counts,
        "interests": np.array([interests]),
    }


def _bits_set(words: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Row and number of each bit that is set, by row."""
    parts = [
        np.nonzero(words[:, at // 64] >> np.uint64(at % 64) & np.uint64(1))[0] for at in range(words.shape[1] * 64)
    ]
    owner = np.concatenate(parts)
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    order = np.argsort(owner, kind="stable")
    return owner[order], number[order]


def _near(problem: Problem, people: Ints) -> NDArray[np.int32]:
    traits = problem.traits
    own = (traits.grade[people], traits.interest_count[people], traits.zone[people])
    return np.concatenate((np.stack(own, axis=1), traits.attributes[people]), axis=1).astype(np.int32)


def _cards(wants: TopicLists, offers: TopicLists) -> tuple[Ints, NDArray[np.int32]]:
    """Wants and offers of each person side by side, one number each: topic, level or own level, priority."""
    counts = np.diff(wants.start), np.diff(offers.start)
    begin = np.concatenate(([0], np.cumsum(counts[0] + counts[1])))
    marks = np.stack((begin[:-1], begin[:-1] + counts[0], begin[1:]), axis=1)
    cards = np.zeros(begin[-1], dtype=np.int32)
    for lists, first, count in ((wants, marks[:, 0], counts[0]), (offers, marks[:, 1], counts[1])):
        at = np.arange(len(lists.topic)) + np.repeat(first - lists.start[:-1], count)
        cards[at] = (lists.topic << 6) | (lists.level << 3) | lists.priority
    return marks, cards
