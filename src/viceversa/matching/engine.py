"""From a problem to the best pairs and their proof: the one way in is `solve`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from viceversa.matching.branching import Pair, Relaxed, search
from viceversa.matching.certify import certified
from viceversa.matching.cover import maximum_cover
from viceversa.matching.dense import Transport, transport
from viceversa.matching.field import Field, feasible_field, free_capacity
from viceversa.matching.locks import check_locks
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import criteria, score
from viceversa.matching.solution import Leaf, Mask, Proof, Solution

Progress = Callable[[str, float], None]
"""Called with the stage and the share of it that is done, 0 to 1."""

SMALL_SIDE = 500
"""Up to here a dense matrix in numpy is quicker than waiting for a compiler (matching.md §4.5)."""


def solve(problem: Problem, *, progress: Progress | None = None, threads: int | None = None) -> Solution:
    """The best pairs under the policy's objective, with a certificate.

    The result does not depend on `threads`. Raises `InputProblems` where locked pairs cannot be made.
    """
    check_locks(problem)
    tell = progress or _nobody
    tell("search", 0.0)
    best, proof = search(_small_relaxation(problem))
    tell("certificate", 0.0)
    solution = certified(problem, _solution(problem, best, proof))
    tell("certificate", 1.0)
    return solution


def _nobody(stage: str, share: float) -> None:
    """Nobody wants to know how far it is."""


def _small_relaxation(problem: Problem) -> Callable[[tuple[Pair, ...]], Relaxed]:
    field = feasible_field(problem)

    def relax(banned: tuple[Pair, ...]) -> Relaxed:
        keys = problem.mentors[field.mentor] * len(problem.people) + problem.mentees[field.mentee]
        stays = ~np.isin(keys, [a * len(problem.people) + b for a, b in banned])
        kept = Field(field.mentor[stays], field.mentee[stays], field.score[stays], field.weight[stays])
        return _relaxed(problem, kept, banned)

    return relax


def _relaxed(problem: Problem, field: Field, banned: tuple[Pair, ...]) -> Relaxed:
    teach, learn = free_capacity(problem)
    cover = maximum_cover(field.mentor, field.mentee, supply=teach, demand=learn)
    quality = problem.policy.options.objective == "quality"
    plan = _heaviest if quality else _heaviest_of_most
    used, mentor_price, mentee_price = plan(field, teach, learn, cover.rows, cover.columns)
    return Relaxed(
        mentors=problem.mentors[field.mentor[used]],
        mentees=problem.mentees[field.mentee[used]],
        leaf=Leaf(banned, cover.rows, cover.columns, mentor_price, mentee_price),
        pairs=0 if quality else int(used.sum()),
        weight=int(field.weight[used].sum()),
    )


def _heaviest(field: Field, teach: Ints, learn: Ints, *_: Mask) -> tuple[Mask, Ints, Ints]:
    every = np.ones(len(field), dtype=np.bool_)
    used, plan = _part(field, every, teach, learn, must_use=False)
    return used, plan.row_price, plan.column_price


def _heaviest_of_most(
    field: Field, teach: Ints, learn: Ints, covered_mentors: Mask, covered_mentees: Mask
) -> tuple[Mask, Ints, Ints]:
    """The two halves that the cover leaves, and the pairs outside it, which every greatest choice has."""
    by_mentor, by_mentee = covered_mentors[field.mentor], covered_mentees[field.mentee]
    outside = ~by_mentor & ~by_mentee
    spare_teach = teach - np.bincount(field.mentor[outside], minlength=len(teach))
    spare_learn = learn - np.bincount(field.mentee[outside], minlength=len(learn))
    first, left = _part(
        field,
        by_mentor & ~by_mentee,
        np.where(covered_mentors, teach, 0),
        np.where(covered_mentees, 0, spare_learn),
        must_use=True,
    )
    turned = Field(field.mentee, field.mentor, field.score, field.weight)
    second, right = _part(
        turned,
        ~by_mentor & by_mentee,
        np.where(covered_mentees, learn, 0),
        np.where(covered_mentors, 0, spare_teach),
        must_use=True,
    )
    mentor_price = np.where(covered_mentors, left.row_price, right.column_price)
    mentee_price = np.where(covered_mentees, right.row_price, left.column_price)
    return outside | first | second, mentor_price, mentee_price


def _part(field: Field, part: Mask, supply: Ints, demand: Ints, *, must_use: bool) -> tuple[Mask, Transport]:
    """Solve one part on the rows and columns that it has; `used` marks places in the whole field."""
    shape = (len(supply), len(demand))
    weight = np.zeros(shape, dtype=np.int64)
    allowed = np.zeros(shape, dtype=np.bool_)
    weight[field.mentor[part], field.mentee[part]] = field.weight[part]
    allowed[field.mentor[part], field.mentee[part]] = True
    plan = transport(weight, allowed, supply=supply, demand=demand, must_use=must_use)
    return plan.used[field.mentor, field.mentee] & part, plan


def _solution(problem: Problem, best: Relaxed, proof: Proof) -> Solution:
    locked = np.array(problem.locked, dtype=np.int64).reshape(len(problem.locked), 2)
    mentors = np.concatenate((best.mentors, locked[:, 0]))
    mentees = np.concatenate((best.mentees, locked[:, 1]))
    ids = [person.person_id for person in problem.people]
    by_id = sorted(range(len(mentors)), key=lambda k: (ids[mentors[k]], ids[mentees[k]]))
    mentors, mentees = mentors[by_id], mentees[by_id]
    values = criteria(problem, mentors, mentees)
    made = score(problem, values)
    bonus = problem.traits.bonus.of(mentors * len(problem.people) + mentees)
    return Solution(
        mentors=mentors,
        mentees=mentees,
        scores=made,
        criteria=values,
        total_score=math.fsum(made.tolist()),
        kept_bonus=math.fsum(bonus.tolist()),
        upper_bound=math.inf,
        gap=1.0,
        certified=False,
        max_pairs=len(mentors),
        proof=proof,
    )
