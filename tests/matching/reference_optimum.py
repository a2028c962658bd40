"""Exact optima of small pools for the reference: exhaustive for tiny ones, integer programming above."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from tests.matching.reference import Pool

Pair = tuple[str, str]


@dataclass(frozen=True)
class Optimum:
    """The best that any matching reaches; ``value`` is the total with the bonus for kept pairs.

    ``pairs`` is None where the method cannot tell equal totals apart from nearly equal ones.
    """

    pairs: int | None
    value: Fraction


def worth(pool: Pool, pair: Pair) -> Any:
    """What a pair adds to the objective: its score, and the bonus if it is kept."""
    keep = pool.number(pool.policy.options["keep"]) if pair in pool.policy.pairs_of("current") else 0
    return pool.score(*pair) + keep


def exhaustive(pool: Pool) -> Optimum | None:
    """The optimum by trying every matching; None when the locked pairs do not fit.

    Totals are whole multiples of one common denominator, so that equal means equal.
    """
    pairs = sorted(pool.feasible_pairs(), key=lambda pair: pair[1])
    locked = pool.policy.pairs_of("locked")
    if not locked <= set(pairs):
        return None
    values = [worth(pool, pair) for pair in pairs]
    unit = math.lcm(*(value.denominator for value in values)) if values else 1
    whole = [int(value * unit) for value in values]
    coverage = pool.policy.options["objective"] == "coverage"
    places = {name: place for place, name in enumerate(pool.participants)}
    capacity = tuple(pool.people[name].capacity for name in pool.participants)
    mutual = {pair for pair in pairs if (pair[1], pair[0]) in pairs}

    @cache
    def best(
        index: int, free: tuple[int, ...], left: int, mentee: str, used: frozenset[Pair]
    ) -> tuple[int, int] | None:
        if index == len(pairs):
            return (0, 0)
        pair = pairs[index]
        if pair[1] != mentee:
            left, mentee = capacity[places[pair[1]]], pair[1]
        outcomes = []
        if pair not in locked:
            outcomes.append(best(index + 1, free, left, mentee, used))
        if free[places[pair[0]]] and left and (pair[1], pair[0]) not in used:
            fewer = list(free)
            fewer[places[pair[0]]] -= 1
            now_used = used | {pair} if pair in mutual else used
            rest = best(index + 1, tuple(fewer), left - 1, mentee, now_used)
            gain = (1, whole[index]) if coverage else (whole[index], 1)
            outcomes.append(rest and (rest[0] + gain[0], rest[1] + gain[1]))
        return max((outcome for outcome in outcomes if outcome is not None), default=None)

    found = best(0, capacity, 0, "", frozenset())
    if found is None:
        return None
    count, total = found if coverage else reversed(found)
    return Optimum(pairs=count, value=Fraction(total, unit))


def programmed(pool: Pool) -> Optimum | None:
    """The optimum by integer programming (HiGHS), good to about 1e-6; None when the locked pairs do not fit."""
    pairs = pool.feasible_pairs()
    if not pool.policy.pairs_of("locked") <= set(pairs):
        return None
    if not pairs:
        return Optimum(pairs=0, value=Fraction(0))
    values = np.array([float(worth(pool, pair)) for pair in pairs])
    most = _maximise(pool, pairs, np.ones(len(pairs)))
    if most is None:
        return None
    count: int | None = round(most)
    if pool.policy.options["objective"] == "coverage":
        best = _maximise(pool, pairs, values, count=count)
    else:
        count = None
        best = _maximise(pool, pairs, values)
    assert best is not None
    return Optimum(pairs=count, value=Fraction(best))


def _maximise(pool: Pool, pairs: list[Pair], gains: np.ndarray, *, count: int | None = None) -> float | None:
    rows: list[list[int]] = []
    limits: list[float] = []
    for name in pool.participants:
        for side in (0, 1):
            rows.append([place for place, pair in enumerate(pairs) if pair[side] == name])
            limits.append(pool.people[name].capacity)
    place_of = {pair: place for place, pair in enumerate(pairs)}
    for mentor, mentee in pairs:
        if mentor < mentee and (mentee, mentor) in place_of:
            rows.append([place_of[mentor, mentee], place_of[mentee, mentor]])
            limits.append(1)
    matrix = sparse.lil_matrix((len(rows), len(pairs)))
    for row, places in enumerate(rows):
        matrix[row, places] = 1
    constraints = [LinearConstraint(matrix.tocsr(), ub=np.array(limits))]
    if count is not None:
        constraints.append(LinearConstraint(np.ones((1, len(pairs))), lb=count, ub=count))
    lower = np.array([float(pair in pool.policy.pairs_of("locked")) for pair in pairs])
    answer = milp(
        -gains,
        integrality=np.ones(len(pairs)),
        bounds=Bounds(lower, 1),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    return None if answer.x is None else float(gains @ np.round(answer.x))


def assigned(pool: Pool) -> Optimum:
    """The optimum by scipy's dense assignment: capacity 1, no role ``both``, no locks."""
    allowed = np.zeros((len(pool.mentors), len(pool.mentees)))
    scores = np.zeros_like(allowed)
    for row, mentor in enumerate(pool.mentors):
        for column, mentee in enumerate(pool.mentees):
            if pool.feasible(mentor, mentee):
                allowed[row, column] = 1
                scores[row, column] = float(worth(pool, (mentor, mentee)))
    pair_worth = 1.0 + min(allowed.shape) if pool.policy.options["objective"] == "coverage" else 1e-9
    rows, columns = linear_sum_assignment(scores + pair_worth * allowed, maximize=True)
    made = allowed[rows, columns] > 0
    return Optimum(pairs=int(made.sum()), value=Fraction(float(scores[rows, columns][made].sum())))
