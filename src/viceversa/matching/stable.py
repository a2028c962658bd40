"""Pairs that no two people would both leave for each other: deferred acceptance, to hold the best total against.

Each side ranks by its own wishes first, in their order, then by score; equals by their place in the tie-break order.
Mentees ask, mentors keep the best who asked. Gale and Shapley, College admissions and the stability of marriage, The
American Mathematical Monthly 69 (1962) 9-15; places above one as in their section on colleges. Without wishes both
sides rank alike, and the result is what greedy choice by score gives.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from viceversa.matching.branching import Pair, Relaxed
from viceversa.matching.encode import PairValues
from viceversa.matching.engine import assembled
from viceversa.matching.field import Field, feasible_block, feasible_field, free_capacity, is_small
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats
from viceversa.matching.solution import Branch, Leaf, QuotaProof, Solution

SHORT_LIST = 48
"""Mentors whom each mentee of a large pool asks before all others are looked at; few come so far."""

Keep = tuple[int, float, int]
"""How dear somebody is: places of a wish (0 for none), score, and the place in tie-break order turned round."""


def stable_pairs(problem: Problem, best: Solution) -> Solution:
    """Stable pairs of the pool, with the bound and the most pairs of `best` beside them; never `certified`.

    Locked pairs are made and their places taken; no other pair blocks: no feasible free pair is ranked by both its
    ends above the worst partner they have (or above a place that stays empty). Two people who are in both roles form
    one pair at most: where they would form both, the one of lower score is left out and the rest asked again.

    Deterministic; n log n questions for n people in practice, n² at worst.
    """
    banned: set[Pair] = set()
    while True:
        mentors, mentees = _accepted(problem, banned)
        again = _doubled(problem, mentors, mentees)
        if not again:
            break
        banned |= again
    chosen = Relaxed(mentors, mentees, _first(best), pairs=len(mentors), weight=0)
    found = assembled(problem, chosen, best.proof)
    reached = found.total_score + found.kept_bonus
    gap = max(0.0, best.upper_bound - reached) / best.upper_bound if best.upper_bound else 0.0
    return replace(found, upper_bound=best.upper_bound, gap=gap, max_pairs=best.max_pairs)


def _first(best: Solution) -> Leaf:
    """Any leaf: `assembled` looks at the pairs alone."""
    proof = best.proof
    if isinstance(proof, QuotaProof):
        raise ValueError("pairs under quotas cannot be asked to be stable; leave the quotas out")
    while isinstance(proof, Branch):
        proof = proof.without_pair
    return proof


def _accepted(problem: Problem, banned: set[Pair]) -> tuple[Ints, Ints]:
    """Participants of the pairs that deferred acceptance makes beside the locked ones."""
    room, wanted = (places.tolist() for places in free_capacity(problem))
    asks = _Asks(problem, _Wishes.of(problem), banned)
    kept: list[list[tuple[Keep, int]]] = [[] for _ in room]
    asking = [mentee for mentee, places in reversed(list(enumerate(wanted))) for _ in range(places)]
    while asking:
        mentee = asking.pop()
        asked = asks.next_of(mentee)
        if asked is None:
            continue
        mentor, dear = asked
        if not room[mentor]:
            asking.append(mentee)
        elif len(kept[mentor]) < room[mentor]:
            heapq.heappush(kept[mentor], (dear, mentee))
        else:
            asking.append(heapq.heappushpop(kept[mentor], (dear, mentee))[1])
    made = sorted((mentor, mentee) for mentor, those in enumerate(kept) for _, mentee in those)
    both = np.array(made, dtype=np.int64).reshape(-1, 2)
    return problem.mentors[both[:, 0]], problem.mentees[both[:, 1]]


@dataclass(frozen=True, eq=False)
class _Wishes:
    """Pairs of participants → how dear the first's wish for the second is: `ranked` for the first place, down to 1."""

    values: PairValues
    n: int

    @classmethod
    def of(cls, problem: Problem) -> _Wishes:
        ranked, n = problem.policy.options.ranked, len(problem.people)
        if not problem.policy.weights["preference"]:
            ranked = 0
        dear = {
            place * n + problem.place[other]: ranked - rank
            for place, person in enumerate(problem.people)
            for rank, other in reversed(list(enumerate(person.prefers[:ranked])))
            if other in problem.place
        }
        keys = np.array(sorted(dear), dtype=np.int64)
        return cls(PairValues(keys, np.array([dear[key] for key in keys.tolist()], dtype=np.float64)), n)

    def dear(self, one: Ints, other: Ints) -> Floats:
        return self.values.of(one * self.n + other)

    def wished_by(self, participant: int) -> Ints:
        """Whom one participant wishes for."""
        low, high = np.searchsorted(self.values.key, [participant * self.n, (participant + 1) * self.n])
        there: Ints = self.values.key[low:high] % self.n
        return there


class _Asks:
    """Whom each mentee asks next, and how dear the mentee is to whoever is asked."""

    def __init__(self, problem: Problem, wishes: _Wishes, banned: set[Pair]) -> None:
        self.problem, self.wishes = problem, wishes
        n = len(problem.people)
        self.n, self.banned = n, np.array([a * n + b for a, b in banned], dtype=np.int64)
        self.lists: list[Iterator[tuple[int, Keep]]] = self._begun()
        self.asked: list[set[int]] = [set() for _ in self.lists]
        self.is_whole = [is_small(problem)] * len(self.lists)

    def next_of(self, mentee: int) -> tuple[int, Keep] | None:
        while True:
            for mentor, dear in self.lists[mentee]:
                if mentor not in self.asked[mentee]:
                    self.asked[mentee].add(mentor)
                    return mentor, dear
            if self.is_whole[mentee]:
                return None
            self.is_whole[mentee] = True
            everybody = np.arange(len(self.problem.mentors))
            field = feasible_block(self.problem, everybody, np.full(len(everybody), mentee))
            self.lists[mentee] = self._in_turn(field)[mentee]

    def _begun(self) -> list[Iterator[tuple[int, Keep]]]:
        problem = self.problem
        if is_small(problem):
            return self._in_turn(feasible_field(problem))
        from viceversa.matching.swept import Swept  # numba: only where it is needed

        swept = Swept.of(problem, flip=True)
        prices = np.zeros(len(problem.mentors), dtype=np.int64)
        best = swept.best(prices, np.zeros(len(problem.mentees)), room=SHORT_LIST)
        mentor, mentee = self._with_wishes(best.column, best.row)
        return self._in_turn(feasible_block(problem, mentor, mentee))

    def _with_wishes(self, mentor: Ints, mentee: Ints) -> tuple[Ints, Ints]:
        """The short lists, and whomever a mentee wishes for, though the score be low."""
        problem, width = self.problem, len(self.problem.mentees)
        place = np.full(self.n, -1, dtype=np.int64)
        place[problem.mentors] = np.arange(len(problem.mentors))
        wished = [
            place[other] * width + k
            for k, one in enumerate(problem.mentees.tolist())
            for other in self.wishes.wished_by(one).tolist()
            if place[other] >= 0 and other != one
        ]
        keys = np.union1d(mentor * width + mentee, np.array(wished, dtype=np.int64))
        return keys // width, keys % width

    def _in_turn(self, field: Field) -> list[Iterator[tuple[int, Keep]]]:
        """By place of each mentee, feasible mentors in the order in which they are asked."""
        problem = self.problem
        first, second = problem.mentors[field.mentor], problem.mentees[field.mentee]
        free = ~np.isin(first * self.n + second, self.banned)
        mentor, mentee, score = field.mentor[free], field.mentee[free], field.score[free]
        by_mentee, by_mentor = (
            self.wishes.dear(second[free], first[free]),
            self.wishes.dear(first[free], second[free]),
        )
        order = np.lexsort((mentor, -score, -by_mentee, mentee))
        starts = np.searchsorted(mentee[order], np.arange(len(problem.mentees) + 1))
        return [
            _asks(mentor, mentee, score, by_mentor, order[low:high])
            for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ]


def _asks(mentor: Ints, mentee: Ints, score: Floats, dear: Floats, order: Ints) -> Iterator[tuple[int, Keep]]:
    for k in order.tolist():
        yield int(mentor[k]), (int(dear[k]), float(score[k]), -int(mentee[k]))


def _doubled(problem: Problem, mentors: Ints, mentees: Ints) -> set[Pair]:
    """Of each two people who would form both pairs, the one to leave out: the lower score, then the later in turn."""
    from viceversa.matching.scoring import scores

    made = dict(
        zip(zip(mentors.tolist(), mentees.tolist(), strict=True), scores(problem, mentors, mentees), strict=True)
    )
    return {min((a, b), (b, a), key=lambda way: (made[way], [-x for x in way])) for a, b in made if (b, a) in made}
