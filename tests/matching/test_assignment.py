"""The assignment problem by itself, its proof, and the format of the published problems."""

from itertools import permutations

import numpy as np
import pytest
from bench.figures.orlib import read_problem
from scipy.optimize import linear_sum_assignment

from viceversa.matching import assign
from viceversa.matching.assignment import LARGEST_COST, lower_bound

BOTH = pytest.mark.parametrize("compiled", [False, True], ids=["numpy", "compiled"])


def by_brute_force(cost):
    rows, columns = cost.shape
    return min(int(cost[np.arange(rows), list(chosen)].sum()) for chosen in permutations(range(columns), rows))


def small_costs(seed):
    draw = np.random.default_rng(seed)
    rows = int(draw.integers(1, 6))
    columns = rows + int(draw.integers(0, 6 - rows + 1))
    return draw.integers(-4, 5, (rows, columns))  # few values: many ties


@BOTH
def test_no_small_assignment_is_cheaper_by_brute_force(compiled):
    for seed in range(250):
        cost = small_costs(seed)
        found = assign(cost, compiled=compiled)
        assert len(set(found.column.tolist())) == len(cost), seed
        assert found.cost == cost[np.arange(len(cost)), found.column].sum() == by_brute_force(cost), seed
        assert found.proven, seed


@BOTH
@pytest.mark.parametrize("n", [100, 150])
def test_a_problem_of_the_published_shape_is_read_and_solved_to_its_optimum(compiled, n, tmp_path):
    """As in Beasley (1990): whole costs from 1 to 100, in a file whose lines break anywhere."""
    drawn = np.random.default_rng(n).integers(1, 101, (n, n))
    words = [str(one) for one in drawn.ravel().tolist()]
    lines = [" ".join(words[at : at + 13]) for at in range(0, len(words), 13)]
    path = tmp_path / f"assign{n}.txt"
    path.write_text(f" {n}\n " + "\n ".join(lines) + "\n")
    cost = read_problem(path.read_text())
    assert (cost == drawn).all()
    found = assign(cost, compiled=compiled)
    assert found.cost == found.bound == int(drawn[linear_sum_assignment(drawn)].sum())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("2 1 2 3", "4 costs are expected; the file has 3"),
        ("2 1 2 3 4 5", "4 costs are expected; the file has 5"),
        ("1 x", "'x'"),
    ],
)
def test_a_file_that_is_no_problem_is_refused_with_its_numbers(text, said):
    with pytest.raises(ValueError, match=said):
        read_problem(text)


def test_any_price_bounds_from_below_and_a_wrong_one_proves_nothing():
    cost = np.random.default_rng(5).integers(1, 101, (30, 33))
    best = assign(cost)
    assert lower_bound(cost, best.column_price) == best.cost
    taken = int(best.column[0])
    for step in (-25, -60):
        wrong = best.column_price.copy()
        wrong[taken] += step
        assert lower_bound(cost, wrong) < best.cost
    assert lower_bound(cost, np.zeros(33, dtype=np.int64)) == cost.min(axis=1).sum()
    with pytest.raises(ValueError, match="above 0"):
        lower_bound(cost, np.ones(33, dtype=np.int64))


@pytest.mark.parametrize("columns", [0, 3])
def test_nobody_to_assign_costs_nothing(columns):
    found = assign(np.zeros((0, columns), dtype=np.int64))
    assert (found.cost, found.bound, len(found.column)) == (0, 0, 0)
    assert found.proven


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (np.zeros((3, 2), dtype=np.int64), "at least as many columns"),
        (np.zeros(3, dtype=np.int64), "at least as many columns"),
        (np.full((1, 1), 0.9), "whole numbers"),
        (np.full((1, 1), LARGEST_COST + 1), "smaller units"),
        (np.full((1, 1), -LARGEST_COST - 1), "smaller units"),
    ],
)
def test_costs_that_cannot_be_solved_exactly_are_refused(cost, said):
    with pytest.raises(ValueError, match=said):
        assign(cost)
