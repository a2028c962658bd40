"""The best pairs under quotas, and prices that bound every other choice.

Whole choices come from HiGHS, which knows floating point alone and is therefore not believed: the choice is
checked, and the bound is worked out from its prices in whole numbers. With prices ≥ 0 for all lines,

    total ≤ Σ limit × price + Σ max(0, weight - Σ factor × price)

for every choice that keeps the lines (weak duality). A number of pairs is bounded in the same way; under
`coverage` the weight is bounded for choices of at least as many pairs as were made.

HiGHS searches the pairs that lie nearest to their prices (`quota_prices`): a pair further below its prices than the
choice lies below the bound is in no better choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, vstack

from viceversa.formats.problems import Problem as InputProblem
from viceversa.matching.errors import InputProblems, policy_problem
from viceversa.matching.field import Field, feasible_field
from viceversa.matching.objective import RESOLUTION, units
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quota_prices import FEW, FINENESS, Priced, best_of_each, priced
from viceversa.matching.quotas import Lines, lines
from viceversa.matching.scoring import Floats
from viceversa.matching.solution import Mask, QuotaProof

NODES, FEWEST_NODES = 600_000_000, 20
"""Nodes times the square of the lines, and nodes, after which the best choice so far stands, with an honest gap.

A time would differ between machines; what a node costs grows with that square.
"""
NEAR = 4
"""Pairs of each person, nearest to their prices, that HiGHS chooses whole ones among in pools with more than `FEW`.

Those used in part join them.
"""
A_PAIR = 1.0
"""What a pair is worth beside its score while most pairs are looked for: as much as the best score."""
TIGHT = 1e-9
"""How far a bound may lie above the total, in score, before better prices are looked for."""
EQUAL = 5e-10
"""Added to each score under `quality`, so that among equal totals more pairs are made."""


@dataclass(frozen=True, eq=False)
class QuotaChoice:
    """Participants of the free pairs chosen, and the prices."""

    mentors: Ints
    mentees: Ints
    proof: QuotaProof


def best_under_quotas(problem: Problem) -> QuotaChoice:
    """The best choice; raises `InputProblems` where locked pairs leave none that keeps a share."""
    field = feasible_field(problem)
    search = _Search(lines(problem, field), field, _units(problem, field) / RESOLUTION)
    found = search.most_pairs() if problem.policy.options.objective == "coverage" else search.best_total()
    if found is None:
        raise InputProblems([_no_choice()])
    used, proof = found
    return QuotaChoice(problem.mentors[field.mentor[used]], problem.mentees[field.mentee[used]], proof)


def _no_choice() -> InputProblem:
    message = (
        "With these locked pairs no choice keeps rules.share: too few possible pairs fulfil it; "
        "unlock some or lower at_least."
    )
    return policy_problem("rules.share", "", message)


def _units(problem: Problem, field: Field) -> Ints:
    return units(problem, field.score, problem.mentors[field.mentor], problem.mentees[field.mentee])


def with_pairs(kept: Lines, least: int, most: int) -> Lines:
    """The lines, and two more: at least and at most so many free pairs."""
    ones = np.ones((1, kept.factors.shape[1]), dtype=np.int64)
    factors = csr_array(vstack((kept.factors, csr_array(-ones), csr_array(ones))))
    return Lines(factors, np.append(kept.limits, (-least, most)))


@dataclass(frozen=True, eq=False)
class _Search:
    """Choices under the lines; `worth` is the score, bonus included, of each pair of the field."""

    kept: Lines
    field: Field
    worth: Floats

    def most_pairs(self) -> tuple[Mask, QuotaProof] | None:
        """As many pairs as can be, and of those choices the best."""
        ones = np.ones(len(self.worth))
        counted = self._priced(self.kept, ones)
        most = (bound(self.kept, _whole(ones), _whole(counted.prices)) or 0) // RESOLUTION
        both = self._priced(self.kept, self.worth + A_PAIR)
        used = self._chosen(self.kept, self.worth + A_PAIR, both)
        if used is None or used.sum() < most:
            more = self._chosen(self.kept, ones, counted, otherwise=used)
            if more is not None and (used is None or more.sum() > used.sum()):
                return self._of_so_many(more, most, counted)
        if used is None:
            return None
        prices, bounded = np.append(both.prices, (A_PAIR, 0.0)), with_pairs(self.kept, int(used.sum()), most)
        if self._bound(bounded, prices) > self.worth[used].sum() + TIGHT:
            other = self._priced(bounded, self.worth, begin=used).prices
            prices = min(prices, other, key=lambda each: self._bound(bounded, each))
        return used, QuotaProof(_whole(counted.prices), _whole(prices))

    def _bound(self, kept: Lines, prices: Floats) -> float:
        return float(kept.limits @ prices + np.maximum(0.0, self.worth - kept.factors.T @ prices).sum())

    def _of_so_many(self, used: Mask, most: int, counted: Priced) -> tuple[Mask, QuotaProof]:
        """The best choice of at least as many pairs as these."""
        bounded = with_pairs(self.kept, int(used.sum()), most)
        best = self._priced(bounded, self.worth, begin=used)
        chosen = self._chosen(bounded, self.worth, best, otherwise=used)
        return used if chosen is None else chosen, QuotaProof(_whole(counted.prices), _whole(best.prices))

    def best_total(self) -> tuple[Mask, QuotaProof] | None:
        """The highest total."""
        best = self._priced(self.kept, self.worth + EQUAL)
        used = self._chosen(self.kept, self.worth + EQUAL, best)
        counted = self._priced(self.kept, np.ones(len(self.worth)))
        return None if used is None else (used, QuotaProof(_whole(counted.prices), _whole(best.prices)))

    def _priced(self, kept: Lines, worth: Floats, *, begin: Mask | None = None) -> Priced:
        return priced(kept, self.field, worth, liked=self.worth, begin=begin)

    def _chosen(self, kept: Lines, worth: Floats, found: Priced, *, otherwise: Mask | None = None) -> Mask | None:
        """The choice worth most as HiGHS sees it, checked in whole numbers; None where it finds none."""
        near = NEAR if len(worth) > FEW else len(worth)
        while True:
            among = found.used | best_of_each(self.field, found.over, near)
            if otherwise is not None:
                among |= otherwise
            used = _searched(kept, worth, among)
            if used is not None or among.all():
                return used
            near *= 8


def _searched(kept: Lines, worth: Floats, among: Mask) -> Mask | None:
    used = np.zeros(len(worth), dtype=np.bool_)
    chosen = np.flatnonzero(among)
    if len(chosen):
        factors = csc_array(kept.factors)[:, chosen].astype(np.float64)
        found = milp(
            -worth[chosen] * FINENESS,
            integrality=np.ones(len(chosen), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(factors, ub=kept.limits.astype(np.float64)),
            options={"mip_rel_gap": 0.0, "node_limit": max(FEWEST_NODES, NODES // len(kept.limits) ** 2)},
        )
        if found.x is not None:
            used[chosen] = found.x > 0.5
    return used if (kept.factors @ used.astype(np.int64) <= kept.limits).all() else None


def _whole(values: Floats) -> Ints:
    """In units of `RESOLUTION`."""
    rounded: Ints = np.rint(np.minimum(values, 1e5) * RESOLUTION).astype(np.int64)
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
    if pairs is None:
        return None
    if problem.policy.options.objective == "coverage":
        kept = with_pairs(kept, made, pairs // RESOLUTION)
    weight = bound(kept, _units(problem, field), proof.weight_prices)
    return None if weight is None else (pairs // RESOLUTION, weight)
