"""Prices of all lines from a linear programme over few pairs, grown until no pair outside it would pay.

Of a million possible pairs some ten a person can be in a best choice. HiGHS is given those, prices their lines, and
every pair is held against the prices (column generation: Dantzig & Wolfe, Decomposition principle for linear
programs, Operations Research 8 (1960) 101-111); those that would pay best for somebody join until none does. Then the
prices are those of the whole programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array, csr_array, hstack

from viceversa.matching.field import Field
from viceversa.matching.problem import Ints
from viceversa.matching.quotas import Lines
from viceversa.matching.scoring import Floats
from viceversa.matching.solution import Mask

FEW = 20_000
"""Pairs that are given to HiGHS without choosing among them."""
OFFERED, JOINING = 10, 4
"""Pairs of each person, best first: at the start, and of those that would pay in each round."""
ROUNDS = 60
"""Rounds after which the prices so far are taken: they bound too, only less well. Six is usual."""
FINENESS = 1e4
"""HiGHS ends within 1e-7 of the best; scaled so, within 1e-11 of a score."""
PAYS = 1e-9
"""What a pair must be worth above its prices to join, in score."""
UNUSED = 1e-9
"""Parts of a pair up to which it counts as not used."""
UNMET = 1e3
"""What one unit of a line that nobody can keep yet costs, in score; more than any quota is worth."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Prices of the lines, ≥ 0, what each pair is worth above the prices it pays, both in score, and pairs used.

    Some pairs are used in part: those would have to be made to two thirds, or to a half.
    """

    prices: Floats
    over: Floats
    used: Mask


def priced(
    kept: Lines, field: Field, worth: Floats, *, liked: Floats, begin: Mask | None = None, few: int = FEW
) -> Priced:
    """The prices at which the best choice in parts of pairs is worth most.

    `worth` and `liked` are one number a pair: what is added up, and what decides which pairs are offered first where
    there are more than `few`. `begin` is a choice that keeps the lines, where one is known.
    """
    factors: csc_array = csc_array(kept.factors.astype(np.float64))
    offered = np.ones(len(worth), dtype=np.bool_)
    if len(worth) > few:
        offered = best_of_each(field, liked, OFFERED)
        if begin is not None:
            offered |= begin
    best = Priced(np.zeros(len(kept.limits)), worth, np.zeros(len(worth), dtype=np.bool_))
    for _ in range(ROUNDS if len(worth) else 0):
        chosen = np.flatnonzero(offered)
        found = _solved(csc_array(factors[:, chosen]), kept.limits, worth[chosen])
        if found is None:
            break
        prices, parts = found
        used = np.zeros(len(worth), dtype=np.bool_)
        used[chosen] = parts > UNUSED
        best = Priced(prices, worth - factors.T @ prices, used)
        joining = ~offered & (best.over > PAYS)
        if not joining.any():
            break
        offered |= joining & best_of_each(field, np.where(joining, best.over, -np.inf), JOINING)
    return best


def _solved(factors: csc_array, limits: Ints, worth: Floats) -> tuple[Floats, Floats] | None:
    """Prices of the lines for these pairs alone, and the part of each pair; None where HiGHS gives up."""
    unmet = np.flatnonzero(limits < 0)
    ones = -np.ones(len(unmet))
    relief = csr_array((ones, (unmet, np.arange(len(unmet)))), shape=(len(limits), len(unmet)))
    most = np.append(np.ones(len(worth)), np.full(len(unmet), np.inf))
    found = linprog(  # type: ignore[call-overload]  # takes sparse lines; its types say otherwise
        np.append(-worth, np.full(len(unmet), UNMET)) * FINENESS,
        A_ub=hstack((factors, relief)),
        b_ub=limits.astype(np.float64),
        bounds=np.column_stack((np.zeros(len(most)), most)),
        method="highs-ipm",
    )
    if found.x is None or found.ineqlin is None:
        return None
    prices: Floats = np.maximum(0.0, -np.asarray(found.ineqlin.marginals)) / FINENESS
    return prices, np.asarray(found.x)[: len(worth)]


def best_of_each(field: Field, value: Floats, most: int) -> Mask:
    """So many pairs of each mentor and of each leader, highest value first; ties go to the earlier pair."""
    best = np.zeros(len(value), dtype=np.bool_)
    for side in (field.mentor, field.mentee):
        order = np.lexsort((-value, side))
        sorted_side = side[order]
        first = np.flatnonzero(np.append(True, sorted_side[1:] != sorted_side[:-1]))
        place = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
        best[order[place < most]] = True
    return best
