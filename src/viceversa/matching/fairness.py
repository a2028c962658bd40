"""Lifting the worst pair: the highest floor under all scores that a given share of the total can pay for.

The number of pairs under `coverage` stays the greatest. Locked pairs are as they are and do not count. The
search halves the possible floors, in steps of 1e-6, and keeps the proof that the next step is out of reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viceversa.matching.problem import Problem
from viceversa.matching.scoring import judged_scores
from viceversa.matching.solution import Floor, QuotaProof, Solution

STEPS = 10**6
"""Floors per 1.0 of score: a score is written, and compared with `score_min`, at six decimals (docs/files.md)."""


def fairer(
    problem: Problem,
    plain: Solution,
    best: Callable[[Problem], Solution],
    tell: Callable[[str, float], None],
) -> Solution:
    """The best solution at the highest floor that costs no pair and at most the given share of the total."""
    affordable, beyond = _worst(problem, plain), STEPS + 1
    chosen, refused = plain, best(floored(problem, beyond))
    width = beyond - affordable
    while beyond - affordable > 1:
        tell("fairness", 1 - (beyond - affordable) / width)
        floor = (affordable + beyond) // 2
        tried = best(floored(problem, floor))
        if is_affordable(problem, tried, plain_total=objective(plain), pairs=len(plain.mentors)):
            affordable, chosen = max(floor, _worst(problem, tried)), tried
        else:
            beyond, refused = floor, tried
    if isinstance(refused.proof, QuotaProof):
        raise ValueError("fairness is not worked out together with quotas")
    found = Floor(affordable / STEPS, refused.proof)
    return replace(chosen, proof=plain.proof, floor=found)


def floored(problem: Problem, floor: int) -> Problem:
    """The problem in which only pairs of at least `floor` steps are feasible."""
    strictest = max(problem.policy.rules.score_min, floor / STEPS)
    rules = replace(problem.policy.rules, score_min=strictest)
    return problem.with_policy(replace(problem.policy, rules=rules))


def objective(solution: Solution) -> float:
    """The total that the solver maximised."""
    return solution.total_score + solution.kept_bonus


def is_affordable(problem: Problem, solution: Solution, *, plain_total: float, pairs: int) -> bool:
    """Whether a solution keeps the pairs that `coverage` asks for and enough of the plain total."""
    if problem.policy.options.objective == "coverage" and len(solution.mentors) < pairs:
        return False
    return objective(solution) >= least_total(problem, plain_total)


def least_total(problem: Problem, plain_total: float) -> float:
    """The total below which a floor costs too much; a hair is allowed for the sum's own rounding."""
    return (1 - problem.policy.options.fairness) * plain_total - 1e-9


def _worst(problem: Problem, solution: Solution) -> int:
    """The lowest score of a free pair in steps; one more than any where there is none."""
    locked = set(problem.locked)
    made = zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True)
    free = np.array([pair not in locked for pair in made], dtype=np.bool_)
    judged = judged_scores(problem, solution.mentors, solution.mentees, scores=solution.scores)
    return int(np.rint(judged[free] * STEPS).min(initial=STEPS))
