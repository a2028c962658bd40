"""How good the pairs are for the people in them: worst pair, quantiles, blocking pairs, wishes met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from viceversa.matching.field import Field, blocks, feasible_block, is_small
from viceversa.matching.policy import CRITERIA
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats, lesson_levels
from viceversa.matching.solution import Solution

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BLOCKING_PAIRS_UP_TO = 20_000
"""People a side above which blocking pairs are not counted: the report then says null (docs/files.md)."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures about the pairs made; those about scores are None without pairs.

    `blocking_pairs`: feasible pairs not made that score strictly higher than both sides' worst present
    partner, where none counts as 0. `first_wish_met`: share of the mentees with wants and a partner who are
    taught a topic of their highest priority. `covered`: share of the participants who have a partner.
    """

    worst_pair: float | None
    quantiles: Mapping[str, float]
    means: Mapping[str, float]
    blocking_pairs: int | None
    first_wish_met: float | None
    covered: float | None


def quality(problem: Problem, solution: Solution) -> Quality:
    """Measure a solution; pure reading, nothing is solved again."""
    made = solution.scores
    paired = len(np.unique(np.concatenate((solution.mentors, solution.mentees))))
    return Quality(
        worst_pair=float(made.min()) if len(made) else None,
        quantiles={f"p{round(q * 100)}": float(np.quantile(made, q)) for q in QUANTILES if len(made)},
        means={name: float(solution.criteria[name].mean()) for name in CRITERIA if len(made)},
        blocking_pairs=blocking_pairs(problem, solution),
        first_wish_met=_first_wish_met(problem, solution),
        covered=paired / len(problem.people) if problem.people else None,
    )


def blocking_pairs(problem: Problem, solution: Solution) -> int | None:
    """Number of blocking pairs; None above 20,000 people a side."""
    if max(len(problem.mentors), len(problem.mentees)) > BLOCKING_PAIRS_UP_TO:
        return None
    worst_mentee = worst_partner(problem, solution.mentors, solution.scores)[problem.mentors]
    worst_mentor = worst_partner(problem, solution.mentees, solution.scores)[problem.mentees]
    if not is_small(problem):
        return _swept_blocking(problem, solution, worst_mentee, worst_mentor)
    n = len(problem.people)
    made = np.sort(np.concatenate((solution.mentors * n + solution.mentees, solution.mentees * n + solution.mentors)))
    return sum(
        _blocking(problem, feasible_block(problem, *block), made, worst_mentee, worst_mentor)
        for block in blocks(problem)
    )


def _swept_blocking(problem: Problem, solution: Solution, worst_mentee: Floats, worst_mentor: Floats) -> int:
    from viceversa.matching.swept import Swept  # numba: only where it is needed

    pairs = zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True)
    made = [pair for a, b in pairs for pair in ((a, b), (b, a))]
    return Swept.of(problem, banned=made).blocking(worst_mentee, worst_mentor)


def worst_partner(problem: Problem, side: Ints, scores: Floats) -> Floats:
    """The lowest score each participant has on one side of the pairs; 0 without a partner."""
    worst = np.full(len(problem.people), np.inf)
    np.minimum.at(worst, side, scores)
    return np.where(np.isinf(worst), 0.0, worst)


def _blocking(problem: Problem, field: Field, made: Ints, worst_mentee: Floats, worst_mentor: Floats) -> int:
    better = (field.score > worst_mentee[field.mentor]) & (field.score > worst_mentor[field.mentee])
    keys = problem.mentors[field.mentor[better]] * len(problem.people) + problem.mentees[field.mentee[better]]
    return int((~np.isin(keys, made)).sum())


def _first_wish_met(problem: Problem, solution: Solution) -> float | None:
    wants = problem.traits.wants
    pair, entry, level = lesson_levels(problem, solution.mentors, solution.mentees)
    learner = solution.mentees[pair]
    top = wants.priority[entry] == problem.traits.top_priority[learner]
    hoping = np.unique(learner)
    met = np.unique(learner[top & (level > wants.level[entry])])
    return len(met) / len(hoping) if len(hoping) else None
