"""The engine for large pools: few candidates a person, an exact solution on them, and a sweep over all pairs.

Column generation: the prices of the solution are held against every feasible pair; pairs that weigh more
than their prices, or lie outside the cover, join the candidates, until there are none. Then the solution on
the candidates is the best over all pairs, and its prices prove it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from viceversa.matching.branching import Pair, Relaxed
from viceversa.matching.compiled import View, sweep_best, sweep_excess
from viceversa.matching.cover import Cover, maximum_cover
from viceversa.matching.field import Field, free_capacity
from viceversa.matching.parts import Part, Plan, best_plan
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.solution import Leaf, Mask
from viceversa.matching.sparse import graph, transport
from viceversa.matching.view import view_of

CANDIDATES = 24
"""Best partners each person begins with; beginning with one side's alone was measured to be slower."""
OFFENDERS = 8
"""Pairs per row that join after a sweep."""
MAX_ROUNDS = 200
"""Sweeps after which the best bound so far stands; measured pools need fewer than ten."""

Told = Callable[[float], None]


def large_relaxation(problem: Problem, tell: Told) -> Callable[[tuple[Pair, ...]], Relaxed]:
    """The best choice without given pairs, for `branching.search`; reuses the candidates of earlier calls."""
    known: list[Field] = []

    def relax(banned: tuple[Pair, ...]) -> Relaxed:
        view = view_of(problem, banned=banned)
        if not known:
            known.append(_first_candidates(problem, view))
        search = _Search(problem, view, banned)
        relaxed = search.run(search.without(known[0]), tell)
        if not banned:
            known[0] = search.field
        return relaxed

    return relax


class _Search:
    def __init__(self, problem: Problem, view: View, banned: tuple[Pair, ...]) -> None:
        self.problem, self.view, self.banned = problem, view, banned
        self.teach, self.learn = free_capacity(problem)
        self.quality = problem.policy.options.objective == "quality"

    def without(self, field: Field) -> Field:
        """The candidates without banned pairs."""
        n = len(self.problem.people)
        keys = self.problem.mentors[field.mentor] * n + self.problem.mentees[field.mentee]
        return _taken(field, ~np.isin(keys, [a * n + b for a, b in self.banned]))

    def run(self, field: Field, tell: Told) -> Relaxed:
        cover, plan = self._cover(field), self._blank(len(field))
        for step in range(MAX_ROUNDS):
            plan = self._plan(field, cover, plan)
            found, outside = self._offenders(field, cover, plan)
            tell(1 - 0.5 ** (step + 1))
            if not len(found):
                break
            field, plan = _joined(field, found, plan)
            if outside:
                cover = self._cover(field)
        self.field = field
        leaf = Leaf(self.banned, cover.rows, cover.columns, plan.mentor_price, plan.mentee_price)
        return Relaxed(
            mentors=self.problem.mentors[field.mentor[plan.used]],
            mentees=self.problem.mentees[field.mentee[plan.used]],
            leaf=leaf,
            pairs=0 if self.quality else int(plan.used.sum()),
            weight=sum(field.weight[plan.used].tolist()),
        )

    def _cover(self, field: Field) -> Cover:
        return maximum_cover(field.mentor, field.mentee, supply=self.teach, demand=self.learn)

    def _blank(self, edges: int) -> Plan:
        nothing = np.zeros(edges, dtype=np.bool_)
        return Plan(nothing, np.zeros_like(self.teach), np.zeros_like(self.learn))

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

    def _offenders(self, field: Field, cover: Cover, plan: Plan) -> tuple[Field, bool]:
        """Pairs that are no candidates yet and should be, and whether any lies outside the cover."""
        room = OFFENDERS + int(self.teach.max(initial=0))
        _, columns, weights, sizes = sweep_excess(
            self.view,
            cover.rows,
            cover.columns,
            plan.mentor_price,
            plan.mentee_price,
            room,
            self.quality,
        )
        found = _field(columns, weights, sizes)
        found = _taken(found, ~np.isin(_keys(found, self.learn), _keys(field, self.learn)))
        outside = ~cover.rows[found.mentor] & ~cover.columns[found.mentee]
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


def _first_candidates(problem: Problem, view: View) -> Field:
    """The best partners of each person, seen from both sides."""
    wide, tall = len(problem.mentees), len(problem.mentors)
    columns, weights, sizes, _ = sweep_best(view, np.zeros(wide, dtype=np.int64), wide, CANDIDATES)
    by_mentor = _field(columns, weights, sizes)
    turned = view_of(problem, flip=True)
    columns, weights, sizes, _ = sweep_best(turned, np.zeros(tall, dtype=np.int64), tall, CANDIDATES)
    by_mentee = _field(columns, weights, sizes)
    mentor = np.concatenate((by_mentor.mentor, by_mentee.mentee))
    mentee = np.concatenate((by_mentor.mentee, by_mentee.mentor))
    weight = np.concatenate((by_mentor.weight, by_mentee.weight))
    _, first = np.unique(mentor * wide + mentee, return_index=True)
    return Field(mentor[first], mentee[first], np.zeros(0), weight[first])


def _field(columns: Ints, weights: Ints, sizes: Ints) -> Field:
    there = np.arange(columns.shape[1]) < sizes[:, None]
    rows = np.repeat(np.arange(len(sizes)), sizes)
    return Field(rows, columns[there], np.zeros(0), weights[there])


def _taken(field: Field, chosen: Mask) -> Field:
    return Field(field.mentor[chosen], field.mentee[chosen], field.score, field.weight[chosen])


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
