"""Rank correlation by pencil, by scipy and by simulation; and weights that move no further than can be said."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from viceversa.stats.ranks import (
    RankCorrelation,
    interval,
    pairs_needed,
    rank_correlation,
    ranks,
    suggested_weights,
)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks([3, 1, 3, 2]).tolist() == [3.5, 1, 3.5, 2]


def test_by_pencil() -> None:
    one = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    other = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9]  # each neighbour swapped: 1 - 6 * 10 / (10 * 99)
    found = rank_correlation(one, other, seed=1, permutations=99)
    assert found is not None
    assert found.rho == pytest.approx(1 - 60 / 990)
    assert found.is_clear
    assert found.p_value == pytest.approx(0.01)


def test_scipy_agrees_with_ties() -> None:
    draw = np.random.default_rng(4)
    for _ in range(50):
        x, y = draw.integers(0, 5, 30).tolist(), draw.integers(0, 5, 30).tolist()
        found = rank_correlation(x, y, seed=2, permutations=1)
        assert found is not None
        assert found.rho == pytest.approx(spearmanr(x, y).statistic)


def test_the_interval_by_hand_and_what_it_needs() -> None:
    low, high = interval(0.5, n=50)
    wide = 1.959963984540054 * math.sqrt(1.125 / 47)
    assert (low, high) == pytest.approx((math.tanh(math.atanh(0.5) - wide), math.tanh(math.atanh(0.5) + wide)))
    for rho in (0.2, 0.3, 0.5):
        n = pairs_needed(rho)
        assert interval(rho, n=n)[0] > 0 >= interval(rho, n=n - 1)[0]
    assert pairs_needed(0.3) == 45


def test_the_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    draw, truth, n = np.random.default_rng(7), 0.4, 60
    rho = 6 / math.pi * math.asin(truth / 2)  # of a normal pair with correlation `truth`
    hits = 0
    for _ in range(1000):
        x = draw.normal(size=n)
        y = truth * x + math.sqrt(1 - truth**2) * draw.normal(size=n)
        low, high = interval(float(spearmanr(x, y).statistic), n=n)
        hits += low <= rho <= high
    assert 0.93 <= hits / 1000 <= 0.97


def test_chance_is_told_by_chance_and_the_same_seed_tells_the_same() -> None:
    draw = np.random.default_rng(3)
    seen = [
        rank_correlation(draw.normal(size=15).tolist(), draw.normal(size=15).tolist(), seed=k, permutations=199)
        for k in range(200)
    ]
    assert 0.01 <= sum(one is not None and one.p_value <= 0.05 for one in seen) / 200 <= 0.1
    x, y = draw.normal(size=15).tolist(), draw.normal(size=15).tolist()
    assert rank_correlation(x, y, seed=5) == rank_correlation(x, y, seed=5)


def test_nothing_is_told_of_few_of_equals_or_of_what_is_no_number() -> None:
    assert rank_correlation(range(9), range(9), seed=1) is None
    assert rank_correlation([1] * 12, range(12), seed=1) is None
    with pytest.raises(ValueError, match="12 values on one side and 11"):
        rank_correlation(range(12), range(11), seed=1)
    with pytest.raises(ValueError, match="only numbers"):
        rank_correlation([math.nan, *range(11)], range(12), seed=1)


WEIGHTS = {"complementarity": 0.5, "style": 0.3, "interests": 0.2}


def correlated(rho: float, n: int = 100) -> RankCorrelation:
    return RankCorrelation(n, rho, *interval(rho, n=n), 0.01)


def test_weights_move_half_way_at_a_hundred_pairs_and_the_whole_stays() -> None:
    found = {"complementarity": correlated(0.4), "style": correlated(-0.2), "interests": correlated(0.1)}
    moved = suggested_weights(WEIGHTS, found)
    assert moved == pytest.approx({"complementarity": 0.65, "style": 0.15, "interests": 0.2})
    assert sum(moved.values()) == pytest.approx(1.0)
    few = suggested_weights(WEIGHTS, {**found, "interests": correlated(0.1, n=25)})
    assert few["complementarity"] == pytest.approx(0.8 * 0.5 + 0.2 * 0.8)


def test_weights_stay_where_nothing_is_clear_and_those_without_a_correlation_keep_theirs() -> None:
    assert suggested_weights(WEIGHTS, {"complementarity": correlated(0.1), "style": None}) == WEIGHTS
    unclear = {"complementarity": correlated(0.1), "style": correlated(0.15)}
    assert suggested_weights(WEIGHTS, unclear) == WEIGHTS
    assert suggested_weights(WEIGHTS, {"complementarity": correlated(-0.6)}) == WEIGHTS
    moved = suggested_weights(WEIGHTS, {"complementarity": correlated(0.5), "style": correlated(0.5)})
    assert moved["interests"] == 0.2
    assert moved["style"] == pytest.approx(0.35)
    assert min(moved.values()) >= 0
