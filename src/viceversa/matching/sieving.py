"""The lists of the sieve, made from a problem (see `sieve`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.encode import TopicLists
from viceversa.matching.objective import RESOLUTION, stretch
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats, weight_sum
from viceversa.matching.sieve import LEVELS, OF_DIFFERENCE, OF_GIVEN, OF_TAKEN, RESERVED, Sieve
from viceversa.matching.solution import Mask
from viceversa.matching.sweeps import Bars
from viceversa.matching.view import lists_of

RESERVED_UP_TO = 0.1
"""Share of the score up to which it is quicker to reserve than to add up what topics give (measured)."""
SLACK = 1e-5
"""Far above what adding a few dozen numbers below 2 in single precision can err."""

Singles = NDArray[np.float32]


class _Lists(NamedTuple):
    """Columns by topic, best taught first: where each topic begins, and how far each level reaches."""

    start: Ints
    end: Ints
    column: Ints
    order: Ints


def sieve_of(problem: Problem, *, flip: bool = False) -> Sieve:
    """The lists for sweeps of `view_of(problem, flip=flip)`."""
    traits = problem.traits
    columns = problem.mentors if flip else problem.mentees
    topics = len(traits.topics)
    wants, offers = lists_of(traits.wants, columns), lists_of(traits.offers, columns)
    wanted, offered = _by_want(wants, topics), _by_offer(offers, topics)
    share = _share(problem, flip=flip)
    sums_wants, sums_offers = share[OF_GIVEN] > RESERVED_UP_TO, share[OF_TAKEN] > RESERVED_UP_TO
    share[RESERVED] = sum(part for part in (share[OF_GIVEN], share[OF_TAKEN]) if part <= RESERVED_UP_TO)
    seek = _seek(problem, wants, offers, flip=flip)
    found = columns[seek.column]
    rows = problem.mentees if flip else problem.mentors
    mine_at, mine = _cards(lists_of(traits.wants, rows), lists_of(traits.offers, rows))
    theirs_at, theirs = _cards(wants, offers)
    return Sieve(
        share=share,
        want_start=wanted.start,
        want_end=wanted.end,
        want_column=wanted.column.astype(np.int32),
        want_worth=_want_worth(problem, wants, columns, share[OF_GIVEN])[:, wanted.order][: 5 * sums_wants],
        offer_start=offered.start,
        offer_end=offered.end,
        offer_column=offered.column.astype(np.int32),
        offer_level=offers.level[offered.order][: len(offered.order) * sums_offers].astype(np.float32),
        seek_start=seek.start,
        seek_end=seek.end,
        seek_column=seek.column.astype(np.int32),
        near=_near(problem, found),
        bits=np.concatenate((traits.languages.view(np.int64)[found], traits.interests.view(np.int64)[found]), axis=1),
        mine=mine,
        mine_at=mine_at,
        theirs=theirs,
        theirs_at=theirs_at,
    )


def bars_of(sieve: Sieve, price: Ints | Floats, low: Floats, *, unit: float) -> Bars:
    """Bars for a sweep: prices of columns in some unit, and each row's own part in units of score.

    -inf as `low` opens a row for every price.
    """
    singles = (price / unit).astype(np.float32)
    slack = SLACK + 1e-6 * float(np.abs(singles).max(initial=0))
    return Bars(price, singles[sieve.seek_column] - np.float32(slack), low.astype(np.float32))


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


def _by_want(wants: TopicLists, topics: int, chosen: Mask | None = None) -> _Lists:
    return _lists(wants, wants.level, topics, chosen)


def _by_offer(offers: TopicLists, topics: int, chosen: Mask | None = None) -> _Lists:
    lists = _lists(offers, 5 - offers.level, topics, chosen)
    return lists._replace(end=np.ascontiguousarray(lists.end[:, ::-1]))


def _lists(lists: TopicLists, rank: Ints, topics: int, chosen: Mask | None) -> _Lists:
    """Sorted by topic, rank and column; `end[topic, r]` closes the entries of a rank below r."""
    owner = np.repeat(np.arange(len(lists.start) - 1), np.diff(lists.start))
    keys = lists.topic * 8 + rank
    order = np.argsort(keys, kind="stable")
    if chosen is not None:
        order = order[chosen[order]]
    keys = keys[order]
    marks = np.arange(topics)[:, None] * 8 + np.arange(LEVELS)
    return _Lists(np.searchsorted(keys, marks[:, 0]), np.searchsorted(keys, marks), owner[order], order)


def _seek(problem: Problem, wants: TopicLists, offers: TopicLists, *, flip: bool) -> _Lists:
    rules, topics = problem.policy.rules, len(problem.traits.topics)
    if not rules.must_teach:
        everybody = np.arange(len(problem.mentors if flip else problem.mentees))
        nothing = np.zeros((1, LEVELS), dtype=np.int64)
        return _Lists(nothing[:, 0], nothing, everybody, everybody)
    if flip:
        return _by_offer(offers, topics, offers.level >= rules.teach_level_min)
    owner = np.repeat(problem.mentees, np.diff(wants.start))
    return _by_want(wants, topics, wants.priority == problem.traits.top_priority[owner])


def _want_worth(problem: Problem, wants: TopicLists, columns: Ints, share: float) -> Singles:
    """What a teacher of level 1 to 5 adds to the score by each want."""
    owner = np.repeat(columns, np.diff(wants.start))
    step = share * wants.priority / (5 - wants.level) / np.maximum(1, problem.traits.priority_sum[owner])
    worth: Singles = (step * np.maximum(0, np.arange(1, 6)[:, None] - wants.level)).astype(np.float32)
    return worth


def _near(problem: Problem, people: Ints) -> NDArray[np.int32]:
    traits = problem.traits
    style = np.maximum(0, traits.style[people])
    own = (traits.grade[people], style[:, 0] * 6 + style[:, 1], traits.interest_count[people], traits.zone[people])
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
