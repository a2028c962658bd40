"""OR-tools' SimpleLinearSumAssignment: it needs a full assignment, so it is handed all arcs."""

from typing import Any

import numpy as np
import ortools
from measure import lawful, matrix, measure, whole_numbers
from ortools.graph.python import linear_sum_assignment

cost, prohibitive = matrix()
n = len(cost)


def prepare() -> Any:
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    left, right = (places.astype(np.int32).ravel() for places in np.indices(cost.shape, dtype=np.int32))
    solver.add_arcs_with_cost(left, right, whole_numbers(cost).ravel())
    return solver


def solve(solver: Any) -> Any:
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise SystemExit(f"ended with {status}")
    return solver


measure(
    ortools.__version__,
    prepare,
    solve,
    lambda solver: lawful(cost, prohibitive, range(n), [solver.right_mate(i) for i in range(n)]),
)
