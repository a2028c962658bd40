"""The figures of a solved matching that every report of it gives, in their order."""

from __future__ import annotations

from typing import Any

from viceversa.matching.problem import Problem
from viceversa.matching.quality import Quality
from viceversa.matching.solution import Solution


def figures_of(problem: Problem, solution: Solution, measured: Quality) -> dict[str, Any]:
    """Seed, sizes, what was reached and what is proven, as `report.json` names them; plain values for JSON."""
    return {
        "seed": problem.policy.options.seed,
        "mentors": len(problem.mentors),
        "mentees": len(problem.mentees),
        "pairs": len(solution.mentors),
        "max_pairs": solution.max_pairs,
        "total_score": solution.total_score,
        "kept_bonus": solution.kept_bonus,
        "upper_bound": solution.upper_bound,
        "gap": solution.gap,
        "certified": solution.certified,
        "blocking_pairs": measured.blocking_pairs,
        "worst_pair": measured.worst_pair,
        "quantiles": dict(measured.quantiles),
        "means": dict(measured.means),
        "first_wish_met": measured.first_wish_met,
    }
