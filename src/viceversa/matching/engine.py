"""From a problem to the best pairs and their proof: the one way in is `solve`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np

from viceversa.matching.branching import Pair, Relaxed, search
from viceversa.matching.certify import certified
from viceversa.matching.cover import maximum_cover
from viceversa.matching.dense import transport
from viceversa.matching.fairness import fairer
from viceversa.matching.field import Field, feasible_field, free_capacity, is_small
from viceversa.matching.locks import check_locks
from viceversa.matching.parts import Part, Plan, best_plan
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quotas import has_quotas
from viceversa.matching.scoring import criteria, score
from viceversa.matching.solution import Leaf, Mask, Proof, QuotaProof, Solution


class Chosen(Protocol):
    """Participants of the free pairs of a choice."""

    @property
    def mentors(self) -> Ints:
        """By participant index."""

    @property
    def mentees(self) -> Ints:
        """In the same order."""


Progress = Callable[[str, float], None]
"""Called with the stage and the share of it that is done, 0 to 1."""


def solve(problem: Problem, *, progress: Progress | None = None, threads: int | None = None) -> Solution:
    """The best pairs under the policy's objective, with a certificate.

    The result does not depend on `threads`. Raises `InputProblems` where locked pairs cannot be made.
    """
    check_locks(problem)
    tell = progress or nobody
    tell("search", 0.0)
    if has_quotas(problem.policy):
        return certified(problem, _under_quotas(problem))
    best, proof = search(_relaxation(problem, tell, threads))
    solution = assembled(problem, best, proof)
    if problem.policy.options.fairness > 0 and len(solution.mentors):
        solution = fairer(problem, solution, lambda floored: _best(floored, threads), tell)
    tell("certificate", 0.0)
    proven = certified(problem, solution)
    tell("certificate", 1.0)
    return proven


def _best(problem: Problem, threads: int | None) -> Solution:
    """The best pairs, locks unchecked and nothing certified yet."""
    return assembled(problem, *search(_relaxation(problem, nobody, threads)))


def _under_quotas(problem: Problem) -> Solution:
    from viceversa.matching.quota_engine import best_under_quotas  # HiGHS: only where it is needed

    best = best_under_quotas(problem)
    return assembled(problem, best, best.proof)


def nobody(stage: str, share: float) -> None:
    """Nobody wants to know how far it is."""


def _relaxation(problem: Problem, tell: Progress, threads: int | None) -> Callable[[tuple[Pair, ...]], Relaxed]:
    if is_small(problem):
        return small_relaxation(problem)
    from viceversa.matching.large import large_relaxation  # numba: only where it is needed

    use_threads(threads)
    return large_relaxation(problem, lambda share: tell("search", share))


def use_threads(threads: int | None) -> None:
    """Let the compiled sweeps use so many threads, at most as many as there are; None takes all."""
    import numba  # only where it is needed

    most = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]
    numba.set_num_threads(most if threads is None else max(1, min(threads, most)))


def small_relaxation(problem: Problem) -> Callable[[tuple[Pair, ...]], Relaxed]:
    field = feasible_field(problem)
    n = len(problem.people)
    keys = problem.mentors[field.mentor] * n + problem.mentees[field.mentee]

    def relax(banned: tuple[Pair, ...]) -> Relaxed:
        stays = ~np.isin(keys, [a * n + b for a, b in banned])
        kept = Field(field.mentor[stays], field.mentee[stays], field.score[stays], field.weight[stays])
        return _relaxed(problem, kept, banned)

    return relax


def _relaxed(problem: Problem, field: Field, banned: tuple[Pair, ...]) -> Relaxed:
    teach, learn = free_capacity(problem)
    cover = maximum_cover(field.mentor, field.mentee, supply=teach, demand=learn)
    quality = problem.policy.options.objective == "quality"
    start = Plan(np.zeros(len(field), dtype=np.bool_), np.zeros_like(teach), np.zeros_like(learn))
    plan = best_plan(field, cover, teach=teach, learn=learn, quality=quality, start=start, by=dense_transport)
    return Relaxed(
        mentors=problem.mentors[field.mentor[plan.used]],
        mentees=problem.mentees[field.mentee[plan.used]],
        leaf=Leaf(banned, cover.rows, cover.columns, plan.mentor_price, plan.mentee_price),
        pairs=0 if quality else int(plan.used.sum()),
        weight=sum(field.weight[plan.used].tolist()),
    )


def dense_transport(part: Part) -> tuple[Mask, Ints, Ints]:
    """Solve a part of the objective on a matrix."""
    shape = (len(part.supply), len(part.demand))
    weight, allowed = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    weight[part.row, part.column] = part.weight
    allowed[part.row, part.column] = True
    plan = transport(weight, allowed, supply=part.supply, demand=part.demand, must_use=part.must_use)
    return plan.used[part.row, part.column], plan.row_price, plan.column_price


def assembled(problem: Problem, best: Chosen, proof: Proof | QuotaProof) -> Solution:
    """The solution of a search, nothing certified yet."""
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
