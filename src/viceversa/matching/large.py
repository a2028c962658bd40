"""The engine for large pools: few candidates a person, an exact solution on them, and a sweep over all pairs.

Column generation: the prices of the solution are held against every feasible pair; pairs that weigh more
than their prices, or lie outside the cover, join the candidates, until there are none. Then the solution on
the candidates is the best over all pairs, and its prices prove it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from viceversa.matching.branching import Pair, Relaxed
from viceversa.matching.cover import Cover, maximum_cover
from viceversa.matching.field import Field, free_capacity
from viceversa.matching.parts import Part, Plan, best_plan
from viceversa.matching.pricing import Pricing
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats
from viceversa.matching.sieving import score_unit
from viceversa.matching.solution import Leaf, Mask
from viceversa.matching.sparse import graph, transport
from viceversa.matching.swept import Swept

CANDIDATES = 24
"""Best partners each person begins with; beginning with one side's alone was measured to be slower."""
MAX_ROUNDS = 200
"""Sweeps after which the best bound so far stands; measured pools need fewer than ten."""
SAMPLE = 5000
"""People of the longer side whose own best choice tells everybody's first prices."""
MARGIN = 0.1
"""How far below the first prices a pair may lie and still be a candidate, in units of score."""

Told = Callable[[float], None]


def large_relaxation(problem: Problem, tell: Told, *, sample: int = SAMPLE) -> Callable[[tuple[Pair, ...]], Relaxed]:
    """The best choice without given pairs, for `branching.search`; reuses the candidates of earlier calls.

    From twice the `sample` of people on a side, so many are matched first, to learn everybody's first prices.
    """
    known: list[tuple[Field, Ints, Ints]] = []

    def relax(banned: tuple[Pair, ...]) -> Relaxed:
        if not known:
            known.append(_first_candidates(problem, sample))
        field, *prices = known[0]
        search = _Search(problem, banned)
        relaxed = search.run(search.without(field), prices, tell)
        if not banned:
            known[0] = search.field, relaxed.leaf.mentor_price, relaxed.leaf.mentee_price
        return relaxed

    return relax


class _Search:
    def __init__(self, problem: Problem, banned: tuple[Pair, ...]) -> None:
        self.problem, self.banned = problem, banned
        self.teach, self.learn = free_capacity(problem)
        self.quality = problem.policy.options.objective == "quality"
        self.pricing = Pricing(problem, banned)

    def without(self, field: Field) -> Field:
        """The candidates without banned pairs."""
        n = len(self.problem.people)
        keys = self.problem.mentors[field.mentor] * n + self.problem.mentees[field.mentee]
        return _taken(field, ~np.isin(keys, [a * n + b for a, b in self.banned]))

    def run(self, field: Field, prices: Sequence[Ints], tell: Told) -> Relaxed:
        """The best choice, from these candidates and prices of mentors and of mentees on."""
        cover, plan = self._cover(field), Plan(np.zeros(len(field), dtype=np.bool_), *prices)
        for step in range(MAX_ROUNDS):
            plan = self._plan(field, cover, plan)
            leaf = Leaf(self.banned, cover.rows, cover.columns, plan.mentor_price, plan.mentee_price)
            found, outside = self._offenders(field, leaf)
            tell(1 - 0.5 ** (step + 1))
            if not len(found):
                break
            field, plan = _joined(field, found, plan)
            if outside:
                cover = self._cover(field)
        self.field = field
        return Relaxed(
            mentors=self.problem.mentors[field.mentor[plan.used]],
            mentees=self.problem.mentees[field.mentee[plan.used]],
            leaf=leaf,
            pairs=0 if self.quality else int(plan.used.sum()),
            weight=sum(field.weight[plan.used].tolist()),
        )

    def _cover(self, field: Field) -> Cover:
        return maximum_cover(field.mentor, field.mentee, supply=self.teach, demand=self.learn)

    def _plan(self, field: Field, cover: Cover, start: Plan) -> Plan:
        return best_plan(
            field,
            cover,
            teach=self.teach,
            learn=self.learn,
            quality=self.quality,
            start=start,
            by=sparse_transport,
        )

    def _offenders(self, field: Field, leaf: Leaf) -> tuple[Field, bool]:
        """Pairs that are no candidates yet and should be, and whether any lies outside the cover."""
        worst = self.pricing.offenders(leaf)
        found = Field(worst.row, worst.column, np.zeros(0), worst.weight)
        keys, once = np.unique(_keys(found, self.learn), return_index=True)
        found = _taken(found, once[~_among(keys, _keys(field, self.learn))])
        outside = ~leaf.covered_mentors[found.mentor] & ~leaf.covered_mentees[found.mentee]
        return found, bool(outside.any())


def sparse_transport(part: Part) -> tuple[Mask, Ints, Ints]:
    """Solve a part of the objective with the compiled solver."""
    edges = graph(part.row, part.column, part.weight, rows=len(part.supply), columns=len(part.demand))
    return transport(
        edges,
        supply=part.supply,
        demand=part.demand,
        must_use=part.must_use,
        price=part.start_price,
        used=part.start_used,
    )


def _first_candidates(problem: Problem, sample: int) -> tuple[Field, Ints, Ints]:
    """The best partners of each person, seen from both sides, and the prices under which they are the best."""
    mentor_price, mentee_price, mentor_low, mentee_low = _first_prices(problem, sample)
    by_mentor = Swept.of(problem).best(mentee_price, mentor_low, room=CANDIDATES)
    by_mentee = Swept.of(problem, flip=True).best(mentor_price, mentee_low, room=CANDIDATES)
    mentor = np.concatenate((by_mentor.row, by_mentee.column))
    mentee = np.concatenate((by_mentor.column, by_mentee.row))
    weight = np.concatenate((by_mentor.weight, by_mentee.weight))
    _, first = np.unique(mentor * len(problem.mentees) + mentee, return_index=True)
    return Field(mentor[first], mentee[first], np.zeros(0), weight[first]), mentor_price, mentee_price


def _first_prices(problem: Problem, sample: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Prices of both sides, and what a pair must leave each mentor and each mentee to be a candidate.

    A smaller pool begins with no prices. In a larger one a part of the people is matched first; their prices
    tell what the best partner among them leaves everybody.
    """
    mentors, mentees = len(problem.mentors), len(problem.mentees)
    step = max(mentors, mentees) // sample
    if step < 2:
        nothing = np.zeros(mentors, dtype=np.int64), np.zeros(mentees, dtype=np.int64)
        return *nothing, np.full(mentors, -np.inf), np.full(mentees, -np.inf)
    part = replace(problem, mentors=problem.mentors[::step], mentees=problem.mentees[::step], locked=())
    leaf = large_relaxation(part, lambda share: None, sample=sample)(()).leaf
    unit, scale = score_unit(problem), score_unit(problem) / score_unit(part)
    mentee_part, mentor_part = np.rint(leaf.mentee_price * scale), np.rint(leaf.mentor_price * scale)
    mentor_price = _left_over(replace(problem, mentees=part.mentees, locked=()), mentee_part, flip=False)
    mentee_price = _left_over(replace(problem, mentors=part.mentors, locked=()), mentor_part, flip=True)
    return mentor_price, mentee_price, mentor_price / unit - MARGIN, mentee_price / unit - MARGIN


def _left_over(problem: Problem, price: Floats, *, flip: bool) -> Ints:
    """What the best partner leaves each row, at least nothing."""
    rows = problem.mentees if flip else problem.mentors
    whole = price.astype(np.int64)
    best = Swept.of(problem, flip=flip).best(whole, np.full(len(rows), -np.inf), room=1)
    left = np.zeros(len(rows), dtype=np.int64)
    left[best.row] = np.maximum(0, best.weight - whole[best.column])
    return left


def _taken(field: Field, chosen: Mask | Ints) -> Field:
    return Field(field.mentor[chosen], field.mentee[chosen], field.score, field.weight[chosen])


def _among(keys: Ints, ascending: Ints) -> Mask:
    """Which keys occur in a long ascending list."""
    if not len(ascending):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ascending, keys), len(ascending) - 1)
    found: Mask = ascending[at] == keys
    return found


def _keys(field: Field, learn: Ints) -> Ints:
    return field.mentor * len(learn) + field.mentee


def _joined(field: Field, found: Field, plan: Plan) -> tuple[Field, Plan]:
    """Candidates and newcomers in order, and the plan with the newcomers unused."""
    mentor = np.concatenate((field.mentor, found.mentor))
    mentee = np.concatenate((field.mentee, found.mentee))
    order = np.lexsort((mentee, mentor))
    weight = np.concatenate((field.weight, found.weight))[order]
    used = np.concatenate((plan.used, np.zeros(len(found), dtype=np.bool_)))[order]
    joined = Field(mentor[order], mentee[order], field.score, weight)
    return joined, Plan(used, plan.mentor_price, plan.mentee_price)
