"""The two transport solvers against scipy and against each other, with prices that prove every optimum."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from viceversa.matching import dense, sparse


def random_transport(seed, *, unit):
    draw = np.random.default_rng(seed)
    rows, columns = draw.integers(1, 9, 2)
    weight = draw.integers(0, 12, (rows, columns)) * 10**9  # few values: many ties
    allowed = draw.random((rows, columns)) < 0.7
    most = 2 if unit else 4
    return weight, allowed, draw.integers(0, most, rows), draw.integers(0, most, columns)


def sparse_transport(weight, allowed, supply, demand, *, must_use, price=None):
    row, column = np.nonzero(allowed)
    edges = sparse.graph(row, column, weight[row, column], rows=len(supply), columns=len(demand))
    price = np.zeros(len(demand), dtype=np.int64) if price is None else price
    nothing = np.zeros(len(row), dtype=np.bool_)
    used, row_price, column_price = sparse.transport(
        edges, supply=supply, demand=demand, must_use=must_use, price=price, used=nothing
    )
    matrix = np.zeros(weight.shape, dtype=np.bool_)
    matrix[row[used], column[used]] = True
    return matrix, row_price, column_price


def bound(weight, allowed, supply, demand, row_price, column_price):
    excess = np.maximum(0, weight - row_price[:, None] - column_price)[allowed].sum()
    return excess + supply @ row_price + demand @ column_price


@pytest.mark.parametrize("unit", [True, False])
@pytest.mark.parametrize("solver", ["dense", "sparse"])
def test_prices_prove_every_transport_best(solver, unit):
    for seed in range(150):
        weight, allowed, supply, demand = random_transport(seed, unit=unit)
        if solver == "dense":
            plan = dense.transport(weight, allowed, supply=supply, demand=demand, must_use=False)
            used, row_price, column_price = plan.used, plan.row_price, plan.column_price
        else:
            start = np.random.default_rng(seed).integers(0, 10**10, len(demand))
            used, row_price, column_price = sparse_transport(
                weight, allowed, supply, demand, must_use=False, price=start
            )
        assert (used <= allowed).all()
        assert (used.sum(axis=1) <= supply).all()
        assert (used.sum(axis=0) <= demand).all()
        assert row_price.min() >= 0
        assert column_price.min() >= 0
        assert weight[used].sum() == bound(weight, allowed, supply, demand, row_price, column_price)


@pytest.mark.parametrize("solver", ["dense", "sparse"])
@pytest.mark.parametrize("columns", [60, 75])
def test_an_assignment_problem_as_in_the_literature_is_solved_to_its_optimum(solver, columns):
    """Integers from 1 to 100 as in Beasley (1990), minimised; rectangular too."""
    for seed in range(3):
        cost = np.random.default_rng(seed).integers(1, 101, (60, columns))
        rows, chosen = linear_sum_assignment(cost)
        weight, allowed = -cost, np.ones(cost.shape, dtype=np.bool_)
        supply, demand = np.ones(60, dtype=np.int64), np.ones(columns, dtype=np.int64)
        if solver == "dense":
            plan = dense.transport(weight, allowed, supply=supply, demand=demand, must_use=True)
            used, row_price, column_price = plan.used, plan.row_price, plan.column_price
        else:
            used, row_price, column_price = sparse_transport(weight, allowed, supply, demand, must_use=True)
        assert -weight[used].sum() == cost[rows, chosen].sum()
        assert weight[used].sum() == row_price.sum() + column_price.sum()
        assert (row_price[:, None] + column_price >= weight).all()


def test_a_row_that_must_be_used_and_cannot_be_is_an_error():
    weight, allowed = np.ones((2, 1), dtype=np.int64), np.ones((2, 1), dtype=np.bool_)
    ones = np.ones(2, dtype=np.int64)
    with pytest.raises(ArithmeticError, match="cover is wrong"):
        dense.transport(weight, allowed, supply=ones, demand=ones[:1], must_use=True)
    with pytest.raises(ArithmeticError, match="cover is wrong"):
        sparse_transport(weight, allowed, ones, ones[:1], must_use=True)
