"""Supply and demand of a pool before anything is matched: which lessons are short, what each rule costs, whom to seek.

Everything is counted over all pairs of the pool. The greatest number of pairs comes with its proof (a cover of the
same size), and whoever is left over comes with the group that competes for too few: by Hall's theorem there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from viceversa.matching.breaches import KEYS, RULE_BITS, UNAVAILABLE, breach_matrix
from viceversa.matching.cover import maximum_cover
from viceversa.matching.encode import TopicLists
from viceversa.matching.field import free_capacity
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.rules import Mask

FEW = 2
"""Up to so many possible mentors a mentee hangs by a thread (a product decision)."""
BLOCK_ROWS = 256
EDGES_EACH = 12
"""Pairs of each person with which the search for the greatest number begins."""
ADVICE_AT_MOST = 5
TOPICS_TRIED = 6
"""Topics tried for each piece of advice, those that most mentees of the short group want."""
WHOLE_GRAPH = 4_000_000


@dataclass(frozen=True, slots=True)
class TopicNeed:
    """One topic. ``wanted`` counts mentees by priority 1, 2, 3; ``able`` mentors could teach one of them by level
    and grade, with ``places`` between them. ``dearest`` mentees want nothing more; ``missing`` of those could not
    be taught it, were it all that these mentors taught."""

    topic: int
    wanted: tuple[int, int, int]
    able: int
    places: int
    dearest: int
    missing: int


@dataclass(frozen=True, slots=True)
class RuleCost:
    """``alone``: pairs that this rule and nothing else forbids. ``left``: mentees without any possible mentor who
    would have one without it."""

    key: str
    alone: int
    left: int


@dataclass(frozen=True, slots=True)
class Advice:
    """So many mentors who teach ``topic`` (−1: anything) at ``grade_most`` or lower would make so many more pairs.

    ``group`` are the mentees (participants) who could have one of them.
    """

    topic: int
    mentors: int
    grade_most: int
    group: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Shortage:
    """What a pool is short of. People are participants of the problem; ``why`` of each idle mentor is a rule's key,
    ``no_topic``, ``several`` or ``unavailable``. ``wishless`` mentees named nothing to learn where that is a must."""

    seats_wanted: int
    seats_there: int
    pairs: int
    none: int
    few: int
    wishless: int
    topics: tuple[TopicNeed, ...]
    rules: tuple[RuleCost, ...]
    idle: tuple[tuple[int, str], ...]
    advice: tuple[Advice, ...]

    @property
    def short_of(self) -> int:
        """Places with a mentor that are wanted and cannot be given, whatever the matching."""
        return self.seats_wanted - self.pairs


def shortage(problem: Problem) -> Shortage:
    """Count the supply and demand of a pool; its locks are heeded, its prices are not needed.

    Time and memory grow with mentors × mentees, two bytes a pair.
    """
    bits = breach_matrix(problem)
    tally = _tally(bits)
    teach, learn = free_capacity(problem)
    search = _Search(bits == 0, teach=teach, learn=learn)
    wishless = problem.traits.priority_sum[problem.mentees] == 0
    return Shortage(
        seats_wanted=int(learn.sum()) + len(problem.locked),
        seats_there=int(teach.sum()) + len(problem.locked),
        pairs=search.pairs + len(problem.locked),
        none=int((tally.partners == 0).sum()),
        few=int(((tally.partners > 0) & (tally.partners <= FEW)).sum()),
        wishless=int(wishless.sum()) if problem.policy.rules.must_teach else 0,
        topics=tuple(_topic_needs(problem)),
        rules=tuple(tally.costs()),
        idle=tuple(_idle(problem, tally)),
        advice=tuple(_advice(problem, search)),
    )


@dataclass(frozen=True, eq=False)
class _Tally:
    """By mentee: possible mentors, and for each rule whether it alone stands before one. By mentor: how many pairs
    each rule alone forbids, and whether one is only unavailable."""

    partners: Ints
    by_rule: np.ndarray
    taught: Ints
    alone: Ints
    kept_apart: Mask

    def costs(self) -> Iterator[RuleCost]:
        nobody = self.partners == 0
        for place, key in enumerate(KEYS):
            count = int(self.alone[:, place].sum())
            yield RuleCost(key, count, int((nobody & self.by_rule[:, place]).sum()))


def _tally(bits: np.ndarray) -> _Tally:
    mentors, mentees = bits.shape
    partners = np.zeros(mentees, dtype=np.int64)
    by_rule = np.zeros((mentees, len(KEYS)), dtype=np.bool_)
    taught = np.zeros(mentors, dtype=np.int64)
    alone = np.zeros((mentors, len(KEYS)), dtype=np.int64)
    kept_apart = np.zeros(mentors, dtype=np.bool_)
    for first in range(0, mentors, BLOCK_ROWS):
        block = bits[first : first + BLOCK_ROWS]
        rows = slice(first, first + len(block))
        partners += (block == 0).sum(axis=0)
        taught[rows] = (block == 0).sum(axis=1)
        kept_apart[rows] = (block == UNAVAILABLE).any(axis=1)
        for place, key in enumerate(KEYS):
            only = block == RULE_BITS[key]
            by_rule[:, place] |= only.any(axis=0)
            alone[rows, place] = only.sum(axis=1)
    return _Tally(partners, by_rule, taught, alone, kept_apart)


class _Search:
    """The greatest number of pairs of a pool, from few of its possible pairs and a proof over all of them."""

    def __init__(self, free: Mask, *, teach: Ints, learn: Ints) -> None:
        self.free, self.teach, self.learn = np.ascontiguousarray(free.T), teach, learn
        everybody, every_mentor = np.arange(len(learn)), np.arange(len(teach))
        known = self._some(everybody, every_mentor)
        while True:
            self.rows, self.columns = np.divmod(known, max(1, len(teach)))
            self.cover = maximum_cover(self.rows, self.columns, supply=learn, demand=teach)
            more = self._some(np.flatnonzero(~self.cover.rows), np.flatnonzero(~self.cover.columns))
            more = np.setdiff1d(more, known)
            if not len(more):
                break
            known = np.union1d(known, more)

    @property
    def pairs(self) -> int:
        return self.cover.pairs

    @property
    def short_group(self) -> Ints:
        """Places of the mentees who compete for too few mentors; empty where everybody can have one."""
        reached = ~self.cover.rows
        return np.flatnonzero(reached & (self.learn > 0))

    def _some(self, rows: Ints, columns: Ints) -> Ints:
        """Some possible pairs of each of these mentees, spread over their mentors: row × width + column, ascending."""
        found = [np.zeros(0, dtype=np.int64)]
        for first in range(0, len(rows), BLOCK_ROWS):
            mine = rows[first : first + BLOCK_ROWS]
            block = self.free[np.ix_(mine, columns)]
            rank = np.cumsum(block, axis=1, dtype=np.int32)
            total = np.maximum(rank[:, -1:], 1) if len(columns) else np.ones((len(mine), 1), dtype=np.int32)
            shift = (mine[:, None] % total).astype(np.int32)
            chosen = block & ((rank + shift) * EDGES_EACH // total != (rank - 1 + shift) * EDGES_EACH // total)
            at_row, at_column = np.nonzero(chosen)
            found.append(mine[at_row] * len(self.teach) + columns[at_column])
        return np.sort(np.concatenate(found))


def _idle(problem: Problem, tally: _Tally) -> Iterator[tuple[int, str]]:
    """Mentors whom no mentee could have, each with what stands before it."""
    wanted = set(problem.traits.wants.topic.tolist())
    for place in np.flatnonzero(tally.taught == 0).tolist():
        person = int(problem.mentors[place])
        yield person, _why_idle(problem, person, tally.alone[place], bool(tally.kept_apart[place]), wanted)


def _why_idle(problem: Problem, person: int, alone: Ints, kept_apart: bool, wanted: set[int]) -> str:
    rules = problem.policy.rules
    if rules.must_teach and not wanted.intersection(_taught_by(problem, person, rules.teach_level_min)):
        return "no_topic"
    if alone.any():
        return KEYS[int(alone.argmax())]
    return "unavailable" if kept_apart else "several"


def _taught_by(problem: Problem, person: int, least: int) -> list[int]:
    offers = problem.traits.offers
    mine = slice(offers.start[person], offers.start[person + 1])
    return [int(topic) for topic in offers.topic[mine][offers.level[mine] >= least]]


@dataclass(frozen=True, eq=False)
class _Entries:
    """Who names which topic, one row an entry, people by participant."""

    owner: Ints
    topic: Ints
    level: Ints
    priority: Ints


def _entries(lists: TopicLists, people: Ints) -> _Entries:
    owner = np.repeat(np.arange(len(lists.start) - 1), np.diff(lists.start))
    mine = np.isin(owner, people)
    return _Entries(owner[mine], lists.topic[mine], lists.level[mine], lists.priority[mine])


def _topic_needs(problem: Problem) -> Iterator[TopicNeed]:
    traits, rules = problem.traits, problem.policy.rules
    wants, offers = _entries(traits.wants, problem.mentees), _entries(traits.offers, problem.mentors)
    high = offers.level >= rules.teach_level_min
    for topic in np.unique(wants.topic).tolist():
        asked = wants.topic == topic
        gives = high & (offers.topic == topic)
        teacher, level = offers.owner[gives], offers.level[gives]
        learner, current = wants.owner[asked], wants.level[asked]
        fits = (traits.grade[learner][:, None] - traits.grade[teacher][None, :] >= rules.grade_gap_min) & (
            level[None, :] > current[:, None]
        )
        able = fits.any(axis=0)
        dear = wants.priority[asked] == traits.top_priority[learner]
        counts = np.bincount(wants.priority[asked], minlength=4)
        yield TopicNeed(
            topic=topic,
            wanted=(int(counts[1]), int(counts[2]), int(counts[3])),
            able=int(able.sum()),
            places=int(problem.capacity[teacher[able]].sum()),
            dearest=int(dear.sum()),
            missing=int(dear.sum()) - _taught_at_most(problem, learner[dear], current[dear], teacher, level),
        )


def _taught_at_most(problem: Problem, learner: Ints, current: Ints, teacher: Ints, level: Ints) -> int:
    """How many of these could be taught at once by grade and level: a flow between kinds of people, not people."""
    if not len(learner) or not len(teacher):
        return 0
    grade, gap = problem.traits.grade, problem.policy.rules.grade_gap_min
    asks, many = np.unique(np.stack((grade[learner], current), axis=1), axis=0, return_counts=True)
    gives, back = np.unique(np.stack((grade[teacher], level), axis=1), axis=0, return_inverse=True)
    room = np.bincount(back.ravel(), weights=problem.capacity[teacher], minlength=len(gives)).astype(np.int64)
    fits = (asks[:, None, 0] - gives[None, :, 0] >= gap) & (gives[None, :, 1] > asks[:, None, 1])
    tail, head = np.nonzero(fits)
    return _flow(many, room, tail, head, each=None)


def _flow(supply: Ints, demand: Ints, tail: Ints, head: Ints, *, each: int | None) -> int:
    """The greatest flow from supplies to demands; ``each`` is what one edge carries, None: as much as it may."""
    rows, columns = len(supply), len(demand)
    source, sink = rows + columns, rows + columns + 1
    edge = np.minimum(supply[tail], demand[head]) if each is None else np.full(len(tail), each)
    tails = np.concatenate((np.full(rows, source), tail, rows + np.arange(columns)))
    heads = np.concatenate((np.arange(rows), rows + head, np.full(columns, sink)))
    carries = np.concatenate((supply, edge, demand)).astype(np.int32)
    graph = csr_array((carries, (tails, heads)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value)


def _advice(problem: Problem, search: _Search) -> Iterator[Advice]:
    """Whom to seek, the most helpful first; each piece counts on top of those before it."""
    group = search.short_group
    if not len(group):
        return
    graph = _Group(problem, search, group)
    made = graph.pairs_with(())
    chosen: list[Advice] = []
    while len(chosen) < ADVICE_AT_MOST:
        best, gain = None, 0
        for offer in graph.offers(skip={one.topic for one in chosen}):
            more = graph.pairs_with((*chosen, offer)) - made
            if more > gain or (more == gain and best is not None and len(offer.group) > len(best.group)):
                best, gain = offer, more
        if best is None or not gain:
            return
        made += gain
        chosen.append(Advice(best.topic, gain, best.grade_most, best.group))
        yield chosen[-1]


class _Group:
    """The mentees who compete for too few mentors, with these mentors; nobody else's pairs matter to them."""

    def __init__(self, problem: Problem, search: _Search, group: Ints) -> None:
        self.problem, self.group = problem, group
        self.people = problem.mentees[group]
        self.demand = search.learn[group]
        # An uncovered mentor may have a place left and no further mentee of the group: a pair is made once.
        met = search.columns[np.isin(search.rows, group)]
        rivals = np.union1d(np.flatnonzero(search.cover.columns), met)
        self.supply = search.teach[rivals]
        if len(group) * len(rivals) <= WHOLE_GRAPH:
            self.tail, self.head = np.nonzero(search.free[np.ix_(group, rivals)])
        else:
            mine = np.isin(search.rows, group) & np.isin(search.columns, rivals)
            self.tail = np.searchsorted(group, search.rows[mine])
            self.head = np.searchsorted(rivals, search.columns[mine])
        self._lowest = int(problem.traits.grade[problem.mentors].min(initial=np.iinfo(np.int64).max))

    def offers(self, *, skip: set[int]) -> Iterator[Advice]:
        """Topics that most of the group want, each with the mentees whom somebody low enough could teach it."""
        wants = _entries(self.problem.traits.wants, self.people)
        if not self.problem.policy.rules.must_teach:
            if -1 not in skip:
                yield from self._offer(-1, self.people)
            return
        dear = wants.priority == self.problem.traits.top_priority[wants.owner]
        counts = np.bincount(wants.topic[dear], minlength=1)
        order = np.argsort(-counts, kind="stable")[: TOPICS_TRIED + len(skip)]
        for topic in order.tolist():
            if counts[topic] and topic not in skip:
                yield from self._offer(topic, wants.owner[dear & (wants.topic == topic)])

    def _offer(self, topic: int, people: Ints) -> Iterator[Advice]:
        ceiling = self.problem.traits.grade[people] - self.problem.policy.rules.grade_gap_min
        reachable = ceiling >= self._lowest
        if reachable.any():
            yield Advice(topic, 0, int(ceiling[reachable].min()), tuple(people[reachable].tolist()))

    def pairs_with(self, extra: tuple[Advice, ...]) -> int:
        """The greatest number of pairs of the group with so many more mentors as each piece of advice asks for.

        A piece that names no number yet stands for as many as it could use.
        """
        tail, head, room = [self.tail], [self.head], [self.supply]
        place = {int(person): at for at, person in enumerate(self.people)}
        for number, one in enumerate(extra):
            tail.append(np.array([place[person] for person in one.group], dtype=np.int64))
            head.append(np.full(len(one.group), len(self.supply) + number))
            room.append(np.array([one.mentors or len(one.group)], dtype=np.int64))
        return _flow(self.demand, np.concatenate(room), np.concatenate(tail), np.concatenate(head), each=1)
