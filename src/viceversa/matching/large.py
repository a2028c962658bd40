"""The engine for large pools: few candidates a person, an exact solution on them, and a sweep over all pairs.

Column generation: the prices of the solution are held against every feasible pair; pairs that weigh more
than their prices, or lie outside the cover, join the candidates, until there are none. Then the solution on
the candidates is the best over all pairs, and its prices prove it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

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
FIRST = 0.4
"""Share of a search that goes into the first candidates (measured from 1,000 to 100,000 a side)."""
MARGIN = 0.1
"""How far below the first prices a pair may lie and still be a candidate, in units of score."""

Told = Callable[[float], None]


def large_relaxation(problem: Problem, tell: Told, *, sample: int = SAMPLE) -> Callable[[tuple[Pair, ...]], Relaxed]:
    """The best choice without given pairs, for `branching.search`; see `LargePool`."""
    return LargePool(problem, tell, sample=sample).relax


@dataclass(frozen=True, eq=False)
class Reached:
    """Where a search ended: its candidates, its plan on them, and the sweeps that found nothing more."""

    field: Field
    plan: Plan
    pricing: Pricing
    cover: Cover | None = None


class LargePool:
    """The best choice of a pool without given pairs; each call goes on from where the first one ended.

    From twice the `sample` of people on a side, so many are matched first, to learn everybody's first prices.
    `reached` may come from the same people under another policy (see `again`).
    """

    def __init__(self, problem: Problem, tell: Told, *, sample: int = SAMPLE, reached: Reached | None = None) -> None:
        self.problem, self.tell, self.sample, self.reached = problem, tell, sample, reached

    def relax(self, banned: tuple[Pair, ...]) -> Relaxed:
        """The best choice without the `banned` pairs of participants."""
        start = self.reached or _first_reached(self.problem, self.sample)
        self.tell(0.0 if self.reached else FIRST)
        relaxed, reached = _Search(self.problem, banned).run(start, self.tell)
        if self.reached is None or not banned:
            self.reached = reached
        return relaxed


class _Search:
    def __init__(self, problem: Problem, banned: tuple[Pair, ...]) -> None:
        self.problem, self.banned = problem, banned
        self.teach, self.learn = free_capacity(problem)
        self.quality = problem.policy.options.objective == "quality"

    def run(self, start: Reached, tell: Told) -> tuple[Relaxed, Reached]:
        """The best choice, from candidates, prices and sweeps on that hold but for pairs that are not free any more."""
        pricing = start.pricing.with_pairs(self.problem, self.banned)
        field, plan = self._free(start.field, start.plan)
        cover = start.cover
        for step in range(MAX_ROUNDS):
            cover, plan = self._covered_plan(field, cover, plan)
            leaf = Leaf(self.banned, cover.rows, cover.columns, plan.mentor_price, plan.mentee_price)
            found, outside = self._offenders(pricing, field, leaf)
            tell(1 - (1 - FIRST) * 0.5 ** (step + 1))
            if not len(found):
                break
            field, plan = joined(field, found, plan)
            if outside:
                cover = None
        relaxed = Relaxed(
            mentors=self.problem.mentors[field.mentor[plan.used]],
            mentees=self.problem.mentees[field.mentee[plan.used]],
            leaf=leaf,
            pairs=0 if self.quality else int(plan.used.sum()),
            weight=sum(field.weight[plan.used].tolist()),
        )
        return relaxed, Reached(field, plan, pricing, cover)

    def _free(self, field: Field, plan: Plan) -> tuple[Field, Plan]:
        """The candidates that are not banned."""
        if not self.banned:
            return field, plan
        n = len(self.problem.people)
        keys = self.problem.mentors[field.mentor] * n + self.problem.mentees[field.mentee]
        return without(field, plan, np.isin(keys, [a * n + b for a, b in self.banned]))

    def _cover(self, field: Field) -> Cover:
        return maximum_cover(field.mentor, field.mentee, supply=self.teach, demand=self.learn)

    def _covered_plan(self, field: Field, cover: Cover | None, start: Plan) -> tuple[Cover, Plan]:
        """A plan as large as a cover, which proves both: the cover of before, or where it is too large, a new one."""
        if cover is not None and self._fits(field, cover):
            try:
                return cover, self._plan(field, cover, start)
            except ArithmeticError:  # not everybody in it can have a partner any more
                pass
        cover = self._cover(field)
        return cover, self._plan(field, cover, start)

    def _fits(self, field: Field, cover: Cover) -> bool:
        """Whether everybody has room for their candidates outside the cover."""
        outside = ~cover.rows[field.mentor] & ~cover.columns[field.mentee]
        teach = np.bincount(field.mentor[outside], minlength=len(self.teach))
        learn = np.bincount(field.mentee[outside], minlength=len(self.learn))
        return bool((teach <= self.teach).all() and (learn <= self.learn).all())

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

    def _offenders(self, pricing: Pricing, field: Field, leaf: Leaf) -> tuple[Field, bool]:
        """Pairs that are no candidates yet and should be, and whether any lies outside the cover."""
        worst = pricing.offenders(leaf)
        found = Field(worst.row, worst.column, np.zeros(0), worst.weight)
        keys, once = np.unique(pair_keys(found, self.problem), return_index=True)
        found = taken(found, once[~among(keys, pair_keys(field, self.problem))])
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


def _first_reached(problem: Problem, sample: int) -> Reached:
    """The best partners of each person, seen from both sides, and the prices under which they are the best."""
    mentor_price, mentee_price, mentor_low, mentee_low = _first_prices(problem, sample)
    by_mentor = Swept.of(problem).best(mentee_price, mentor_low, room=CANDIDATES)
    by_mentee = Swept.of(problem, flip=True).best(mentor_price, mentee_low, room=CANDIDATES)
    mentor = np.concatenate((by_mentor.row, by_mentee.column))
    mentee = np.concatenate((by_mentor.column, by_mentee.row))
    weight = np.concatenate((by_mentor.weight, by_mentee.weight))
    _, first = np.unique(mentor * len(problem.mentees) + mentee, return_index=True)
    field = Field(mentor[first], mentee[first], np.zeros(0), weight[first])
    return Reached(field, Plan(np.zeros(len(field), dtype=np.bool_), mentor_price, mentee_price), Pricing(problem))


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


def taken(field: Field, chosen: Mask | Ints) -> Field:
    """Some of the candidates; scores are not kept."""
    return Field(field.mentor[chosen], field.mentee[chosen], field.score, field.weight[chosen])


def without(field: Field, plan: Plan, gone: Mask) -> tuple[Field, Plan]:
    """The candidates that are left, and the plan on them."""
    return taken(field, ~gone), Plan(plan.used[~gone], plan.mentor_price, plan.mentee_price)


def joined(field: Field, found: Field, plan: Plan) -> tuple[Field, Plan]:
    """Candidates and newcomers in order, and the plan with the newcomers unused."""
    mentor = np.concatenate((field.mentor, found.mentor))
    mentee = np.concatenate((field.mentee, found.mentee))
    # Two ascending runs: a stable sort of one number merges them, several times quicker than sorting by two.
    order = np.argsort(mentor * (1 + mentee.max(initial=0)) + mentee, kind="stable")
    weight = np.concatenate((field.weight, found.weight))[order]
    used = np.concatenate((plan.used, np.zeros(len(found), dtype=np.bool_)))[order]
    return Field(mentor[order], mentee[order], field.score, weight), Plan(used, plan.mentor_price, plan.mentee_price)


def among(keys: Ints, ascending: Ints) -> Mask:
    """Which keys occur in a long ascending list."""
    if not len(ascending):
        return np.zeros(len(keys), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ascending, keys), len(ascending) - 1)
    found: Mask = ascending[at] == keys
    return found


def pair_keys(field: Field, problem: Problem) -> Ints:
    """One number for each pair of places, ascending as the pairs are."""
    return field.mentor * len(problem.mentees) + field.mentee
