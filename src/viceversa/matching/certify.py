"""The certificate: recomputes every feasible pair and trusts nothing that the solver claims but its prices.

Weak duality with capacities and unit edges. Under `coverage` a cover of the same size as the solution proves
that no more pairs are possible, and that every greatest choice uses the whole capacity of the cover, so that
prices of covered people may have any sign; all other prices are ≥ 0. Then for any such choice

    total ≤ Σ capacity × price + Σ max(0, weight - both prices) + Σ weight of pairs outside the cover

over the feasible pairs with one end in the cover. Under `quality` all prices are ≥ 0 and all pairs count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from viceversa.matching.fairness import STEPS, floored, least_total
from viceversa.matching.field import Field, blocks, feasible_block, free_capacity, is_small
from viceversa.matching.objective import RESOLUTION, stretch, units, weights
from viceversa.matching.problem import Problem
from viceversa.matching.quotas import broken_quotas, has_quotas
from viceversa.matching.rules import broken, unavailable
from viceversa.matching.scoring import scores
from viceversa.matching.solution import Leaf, Proof, QuotaProof, Solution


@dataclass(frozen=True, slots=True)
class Certificate:
    """What could be proved. `faults` says what is wrong with the pairs themselves; then nothing is proved."""

    certified: bool
    upper_bound: float
    gap: float
    max_pairs: int
    faults: tuple[str, ...]


ROUNDING = 1e-9
"""A bound in whole units may lie so little (as a share) below a total of floating point that it still bounds."""


@dataclass(frozen=True, slots=True)
class Bound:
    """No choice has more than `pairs` pairs, and none with that many weighs more than `weight`."""

    pairs: int
    weight: int


def certify(problem: Problem, solution: Solution, *, bound: Bound | None = None) -> Certificate:
    """Check the pairs and bound every other choice; see the module for the mathematics.

    `bound` is given where it is proved already (`candidates_bound`); else all feasible pairs are priced.
    """
    faults = tuple(pair_faults(problem, solution))
    if has_quotas(problem.policy):
        return _certified_quotas(problem, solution, faults)
    if isinstance(solution.proof, QuotaProof):
        raise ValueError("a proof for quotas proves nothing without them")
    bound = bound or proved(problem, solution.proof)
    made = len(solution.mentors)
    coverage = problem.policy.options.objective == "coverage"
    enough = bound is not None and (made == bound.pairs or not coverage)
    achieved = solution.total_score + solution.kept_bonus
    upper = achieved if bound is None else _upper_bound(problem, solution, bound)
    gap = (upper - achieved) / upper if upper > 0 else 0.0
    certified = not faults and enough and gap >= 0 and _floor_proved(problem, solution, upper)
    return Certificate(certified, upper, max(0.0, gap), made if bound is None else bound.pairs, faults)


def _certified_quotas(problem: Problem, solution: Solution, faults: tuple[str, ...]) -> Certificate:
    """The same with quotas: prices of all lines, held against all feasible pairs."""
    from viceversa.matching.quota_engine import quota_bounds  # HiGHS: only where it is needed

    made, free = len(solution.mentors), len(solution.mentors) - len(problem.locked)
    is_quota = isinstance(solution.proof, QuotaProof)
    bounds = quota_bounds(problem, solution.proof, made=free) if isinstance(solution.proof, QuotaProof) else None
    achieved = solution.total_score + solution.kept_bonus
    if not is_quota or bounds is None:
        return Certificate(False, achieved, 0.0, made, faults)
    pairs = bounds[0] + len(problem.locked)
    _, locked_weight = _locked_units(problem)
    upper = (bounds[1] + locked_weight) / RESOLUTION
    gap = (upper - achieved) / upper if upper > 0 else 0.0
    if -ROUNDING < gap < 0:
        upper, gap = achieved, 0.0
    enough = problem.policy.options.objective == "quality" or made == pairs
    return Certificate(not faults and enough and gap >= 0, upper, max(0.0, gap), pairs, faults)


def _floor_proved(problem: Problem, solution: Solution, plain_total: float) -> bool:
    """Whether no higher floor is affordable; true where fairness asks for none."""
    if problem.policy.options.fairness <= 0 or not len(solution.mentors):
        return True
    if solution.floor is None:
        return False
    above = floored(problem, round(solution.floor.score * STEPS) + 1)
    bound = proved(above, solution.floor.proof)
    if bound is None:
        return False
    if problem.policy.options.objective == "coverage" and bound.pairs < len(solution.mentors):
        return True
    return bound.weight // stretch(problem) / RESOLUTION < least_total(problem, plain_total)


def certified(problem: Problem, solution: Solution, *, bound: Bound | None = None) -> Solution:
    """The solution with the figures of its certificate."""
    found = certify(problem, solution, bound=bound)
    return replace(
        solution,
        certified=found.certified,
        upper_bound=found.upper_bound,
        gap=found.gap,
        max_pairs=found.max_pairs,
    )


def _upper_bound(problem: Problem, solution: Solution, bound: Bound) -> float:
    whole = bound.weight // stretch(problem)
    achieved = _total(weights(problem, solution.scores, solution.mentors, solution.mentees))
    if bound.weight == achieved:
        return solution.total_score + solution.kept_bonus
    return whole / RESOLUTION


def proved(problem: Problem, proof: Proof) -> Bound | None:
    """The bound over all branches; None where the proof is no proof."""
    return _proved(problem, proof, banned=())


def _proved(problem: Problem, proof: Proof, *, banned: tuple[tuple[int, int], ...]) -> Bound | None:
    if isinstance(proof, Leaf):
        return leaf_bound(problem, proof) if set(proof.banned) <= set(banned) else None
    first, second = proof.pair
    sides = (
        _proved(problem, proof.without_pair, banned=(*banned, (first, second))),
        _proved(problem, proof.without_reverse, banned=(*banned, (second, first))),
    )
    if sides[0] is None or sides[1] is None:
        return None
    if problem.policy.options.objective == "quality":
        return Bound(max(s.pairs for s in sides if s), max(s.weight for s in sides if s))
    return max((side for side in sides if side), key=lambda side: (side.pairs, side.weight))


def leaf_bound(problem: Problem, leaf: Leaf) -> Bound | None:
    """The bound of one set of prices, from all feasible pairs; None where a price has the wrong sign."""
    sweep = swept_blocks if is_small(problem) else swept_rows
    return _bound(problem, leaf, *sweep(problem, leaf))


def candidates_bound(problem: Problem, leaf: Leaf, field: Field) -> Bound | None:
    """The bound of prices that all pairs but the candidates in `field` are known to obey, inside the cover."""
    return _bound(problem, leaf, *_block_bound(problem, leaf, field))


def _bound(problem: Problem, leaf: Leaf, outside: int, more: int) -> Bound | None:
    """The bound of one set of prices, from what pairs outside the cover and above their prices add to it."""
    coverage = problem.policy.options.objective == "coverage"
    free_mentor = leaf.mentor_price[~leaf.covered_mentors] if coverage else leaf.mentor_price
    free_mentee = leaf.mentee_price[~leaf.covered_mentees] if coverage else leaf.mentee_price
    if (free_mentor < 0).any() or (free_mentee < 0).any():
        return None
    teach, learn = free_capacity(problem)
    pairs = int(teach[leaf.covered_mentors].sum() + learn[leaf.covered_mentees].sum())
    weight = _exact_sum(teach, leaf.mentor_price) + _exact_sum(learn, leaf.mentee_price)
    pairs += outside
    weight += more
    locked_pairs, locked_weight = _locked(problem)
    return Bound(pairs + locked_pairs, weight + locked_weight)


def swept_blocks(problem: Problem, leaf: Leaf) -> tuple[int, int]:
    """Number of pairs outside the cover, and what all pairs add to the bound, in numpy."""
    parts = [_block_bound(problem, leaf, feasible_block(problem, *block)) for block in blocks(problem)]
    return sum(outside for outside, _ in parts), sum(more for _, more in parts)


def swept_rows(problem: Problem, leaf: Leaf) -> tuple[int, int]:
    """The same, compiled."""
    from viceversa.matching.swept import Swept  # numba: only where it is needed

    quality = problem.policy.options.objective == "quality"
    found = Swept.of(problem, banned=leaf.banned).excess(leaf, room=1, all_count=quality)
    return found.outside, found.over + found.outside_over


def _block_bound(problem: Problem, leaf: Leaf, field: Field) -> tuple[int, int]:
    """Number of pairs outside the cover, and what the pairs of one block add to the bound."""
    allowed = ~_banned(problem, leaf, field)
    by_mentor = leaf.covered_mentors[field.mentor]
    by_mentee = leaf.covered_mentees[field.mentee]
    outside = allowed & ~by_mentor & ~by_mentee
    price = leaf.mentor_price[field.mentor] + leaf.mentee_price[field.mentee]
    excess = np.maximum(0, field.weight - price)
    if problem.policy.options.objective == "quality":
        return int(outside.sum()), _total(excess[allowed])
    forced = field.weight[outside] - price[outside]
    return int(outside.sum()), _total(excess[allowed & (by_mentor ^ by_mentee)]) + _total(forced)


def _banned(problem: Problem, leaf: Leaf, field: Field) -> np.ndarray:
    n = len(problem.people)
    keys = [a * n + b for a, b in leaf.banned]
    return np.isin(problem.mentors[field.mentor] * n + problem.mentees[field.mentee], keys)


def _total(values: np.ndarray) -> int:
    """Exact sum: high and low halves apart, since a sum of large weights may pass 64 bits."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _exact_sum(capacity: np.ndarray, price: np.ndarray) -> int:
    return sum(c * p for c, p in zip(capacity.tolist(), price.tolist(), strict=True))


def _locked(problem: Problem) -> tuple[int, int]:
    if not problem.locked:
        return 0, 0
    pairs = np.array(problem.locked, dtype=np.int64)
    made = scores(problem, pairs[:, 0], pairs[:, 1])
    return len(pairs), _total(weights(problem, made, pairs[:, 0], pairs[:, 1]))


def _locked_units(problem: Problem) -> tuple[int, int]:
    pairs = np.array(problem.locked, dtype=np.int64).reshape(len(problem.locked), 2)
    made = scores(problem, pairs[:, 0], pairs[:, 1])
    return len(pairs), _total(units(problem, made, pairs[:, 0], pairs[:, 1]))


def pair_faults(problem: Problem, solution: Solution) -> list[str]:
    """Everything wrong with the pairs themselves, in plain sentences; empty when they are lawful."""
    mentors, mentees = solution.mentors, solution.mentees
    faults = []
    if not np.isin(mentors, problem.mentors).all() or not np.isin(mentees, problem.mentees).all():
        return ["someone is paired in a role that is not theirs"]
    fresh = scores(problem, mentors, mentees)
    forbids = broken(problem, mentors, mentees, scores=fresh)
    faults += [f"a pair breaks {name}" for name, mask in forbids.items() if mask.any()]
    if unavailable(problem, mentors, mentees).any():
        faults.append("a pair is not available")
    if not np.array_equal(fresh, solution.scores):
        faults.append("a score is not that of its pair")
    if solution.total_score != math.fsum(fresh.tolist()):
        faults.append("the total is not the sum of the scores")
    n = len(problem.people)
    if len(np.unique(np.minimum(mentors, mentees) * n + np.maximum(mentors, mentees))) != len(mentors):
        faults.append("two people form more than one pair")
    for side in (mentors, mentees):
        if (np.bincount(side, minlength=n) > problem.capacity).any():
            faults.append("someone has more partners than their capacity")
    if not set(problem.locked) <= set(zip(mentors.tolist(), mentees.tolist(), strict=True)):
        faults.append("a locked pair is missing")
    return faults + [f"the pairs break {name}" for name in broken_quotas(problem, mentors, mentees)]
