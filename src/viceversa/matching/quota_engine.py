"""The best pairs under quotas, and prices that bound every other choice.

Whole choices come from HiGHS, which knows floating point alone and is therefore not believed: the choice is
checked, and the bound is worked out from its prices in whole numbers. With prices ≥ 0 for all lines,

    total ≤ Σ limit × price + Σ max(0, weight - Σ factor × price)

for every choice that keeps the lines (weak duality). A number of pairs is bounded in the same way; under
`coverage` the weight is bounded for choices of at least as many pairs as were made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from viceversa.formats.problems import Problem as InputProblem
from viceversa.matching.errors import InputProblems, policy_problem
from viceversa.matching.field import Field, feasible_field
from viceversa.matching.objective import RESOLUTION, units
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quotas import Lines, lines
from viceversa.matching.scoring import Floats
from viceversa.matching.solution import Mask, QuotaProof

MAX_NODES = 5000
"""Nodes after which the best choice so far stands, with an honest gap; a time would differ between machines."""
FINENESS = 1e4
"""HiGHS ends within 1e-6 of the best; scaled so, within 1e-10 of a score."""

EQUAL = 5e-6
"""Added to each pair, in the same measure, so that among equal totals more pairs are made: 5e-10 of a score."""


@dataclass(frozen=True, eq=False)
class QuotaChoice:
    """Participants of the free pairs chosen, and the prices."""

    mentors: Ints
    mentees: Ints
    proof: QuotaProof


def best_under_quotas(problem: Problem) -> QuotaChoice:
    """The best choice; raises `InputProblems` where locked pairs leave none that keeps a share."""
    field = feasible_field(problem)
    kept = lines(problem, field)
    worth = _units(problem, field)
    ones = np.ones(len(field), dtype=np.int64)
    coverage = problem.policy.options.objective == "coverage"
    if coverage:
        used = _chosen(kept, ones.astype(np.float64), None)
        if used is not None:
            again = _chosen(with_pairs(kept, int(used.sum())), worth / RESOLUTION * FINENESS, used)
            used = used if again is None else again
    else:
        used = _chosen(kept, worth / RESOLUTION * FINENESS + EQUAL, None)
    if used is None:
        raise InputProblems([_no_choice()])
    pair_prices = _prices(kept, ones.astype(np.float64))
    bounded = with_pairs(kept, int(used.sum())) if coverage else kept
    proof = QuotaProof(pair_prices, _prices(bounded, worth / RESOLUTION))
    return QuotaChoice(problem.mentors[field.mentor[used]], problem.mentees[field.mentee[used]], proof)


def _no_choice() -> InputProblem:
    message = (
        "With these locked pairs no choice keeps rules.share: too few possible pairs fulfil it; "
        "unlock some or lower at_least."
    )
    return policy_problem("rules.share", "", message)


def _units(problem: Problem, field: Field) -> Ints:
    return units(problem, field.score, problem.mentors[field.mentor], problem.mentees[field.mentee])


def with_pairs(kept: Lines, pairs: int) -> Lines:
    """The lines, and one more: at least so many free pairs."""
    row = csr_array(np.full((1, kept.factors.shape[1]), -1, dtype=np.int64))
    return Lines(csr_array(vstack((kept.factors, row))), np.append(kept.limits, -pairs))


def _chosen(kept: Lines, worth: Floats, otherwise: Mask | None) -> Mask | None:
    """The choice worth most as HiGHS sees it, checked in whole numbers."""
    nobody = np.zeros(len(worth), dtype=np.bool_) if (kept.limits >= 0).all() else None
    otherwise = nobody if otherwise is None else otherwise
    if not len(worth):
        return nobody
    found = milp(
        -worth,
        integrality=np.ones(len(worth), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(kept.factors.astype(np.float64), ub=kept.limits.astype(np.float64)),
        options={"mip_rel_gap": 0.0, "node_limit": MAX_NODES},
    )
    if found.x is None:
        return otherwise
    used: Mask = found.x > 0.5
    return used if (kept.factors @ used.astype(np.int64) <= kept.limits).all() else otherwise


def _prices(kept: Lines, worth: Floats) -> Ints:
    """Prices of the lines in whole units: never below 0, so that they bound, however well or badly."""
    if not len(worth):
        return np.zeros(len(kept.limits), dtype=np.int64)
    found = linprog(  # type: ignore[call-overload]  # takes sparse lines; its types say otherwise
        -worth,
        A_ub=kept.factors.astype(np.float64),
        b_ub=kept.limits.astype(np.float64),
        bounds=(0, 1),
        method="highs",
    )
    if found.x is None:
        return np.zeros(len(kept.limits), dtype=np.int64)
    rounded: Ints = np.rint(np.clip(-found.ineqlin.marginals, 0, 1e5) * RESOLUTION).astype(np.int64)
    return rounded


def bound(kept: Lines, worth: Ints, prices: Ints) -> int | None:
    """What no choice that keeps the lines is worth more than; None where these are no prices for them."""
    if prices.shape != kept.limits.shape or (prices < 0).any():
        return None
    over = np.maximum(0, worth - kept.factors.T @ prices)
    paid: int = sum(limit * price for limit, price in zip(kept.limits.tolist(), prices.tolist(), strict=True))
    gained: int = sum(over.tolist())
    return paid + gained


def quota_bounds(problem: Problem, proof: QuotaProof, *, made: int) -> tuple[int, int] | None:
    """The most free pairs, and the most units of any choice of at least `made` free pairs (`quality`: of any).

    Worked out afresh over all feasible pairs; None where the proof is none.
    """
    field = feasible_field(problem)
    kept = lines(problem, field)
    pairs = bound(kept, np.full(len(field), RESOLUTION, dtype=np.int64), proof.pair_prices)
    coverage = problem.policy.options.objective == "coverage"
    weight = bound(with_pairs(kept, made) if coverage else kept, _units(problem, field), proof.weight_prices)
    return None if pairs is None or weight is None else (pairs // RESOLUTION, weight)
