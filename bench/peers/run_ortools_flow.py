"""OR-tools' SimpleMinCostFlow: the greatest flow at the least cost, over the lawful pairs alone."""

from typing import Any

import numpy as np
import ortools
from measure import matrix, measure, whole_numbers
from ortools.graph.python import min_cost_flow

cost, prohibitive = matrix()
n = len(cost)


def prepare() -> tuple[Any, Any, Any]:
    solver = min_cost_flow.SimpleMinCostFlow()
    mentor, mentee = np.nonzero(cost < prohibitive)
    ones = np.ones(len(mentor), dtype=np.int64)
    solver.add_arcs_with_capacity_and_unit_cost(mentor, n + mentee, ones, whole_numbers(cost[mentor, mentee]))
    solver.set_nodes_supplies(np.arange(2 * n), np.repeat((1, -1), n))
    return solver, mentor, mentee


def solve(form: tuple[Any, Any, Any]) -> tuple[Any, Any]:
    solver, mentor, mentee = form
    status = solver.solve_max_flow_with_min_cost()
    if status != solver.OPTIMAL:
        raise SystemExit(f"ended with {status}")
    used = solver.flows(np.arange(len(mentor))) > 0
    return mentor[used], mentee[used]


measure(ortools.__version__, prepare, solve, lambda found: zip(*found))
