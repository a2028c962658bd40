"""`quotas`: limits on groups of pairs and shares of all pairs, what they cost and how well that is proved.

Each pool is solved without a quota first, for comparison. `HiGHS alone` is handed all feasible pairs at once, with a
limit of time, for the sizes asked for.
"""

from __future__ import annotations

import argparse
from time import perf_counter, process_time
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from figures.pool import people
from viceversa.matching import Policy, Problem, solve
from viceversa.matching.field import feasible_field
from viceversa.matching.quotas import lines
from viceversa.matching.solution import Solution
from viceversa.matching.warm import warm

RULES: dict[str, dict[str, Any]] = {
    "none": {},
    "97 % across functions": {"share": [{"at_least": 0.97, "different": "function"}]},
    "60 % in one location": {"share": [{"at_least": 0.6, "same": "location"}]},
    "2 pairs of two functions": {"at_most": [{"pairs": 2, "mentors": "function", "mentees": "function"}]},
    "limits and a share": {
        "at_most": [{"pairs": 12, "mentors": "function", "mentees": "function"}, {"pairs": 60, "mentors": "location"}],
        "share": [{"at_least": 0.5, "same": "location"}],
    },
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[200, 1000, 2000], metavar="N", help="a side")
    parser.add_argument("--alone", type=int, nargs="*", default=[200], metavar="N", help="sizes for HiGHS alone")
    parser.add_argument("--seconds", type=float, default=60.0, help="that HiGHS alone may take")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """A line for each pool and quota; exit code 1 where the number of pairs is not proven to be the most."""
    warm()
    proven = True
    print(f"{'a side':>6} {'quota':26} {'wall s':>7} {'CPU s':>7} {'pairs':>6} {'most':>6} {'total':>11} {'gap':>9}")
    for size in asked.people:
        rows = people(size, seed=asked.seed)
        for name, rules in RULES.items():
            problem = Problem.from_people(rows, Policy.from_dict({"rules": rules}))
            wall, cpu = perf_counter(), process_time()
            found = solve(problem)
            wall, cpu = perf_counter() - wall, process_time() - cpu
            proven &= found.certified
            print(f"{size:6} {name:26} {wall:7.1f} {cpu:7.1f} {line(found)}", flush=True)
            if rules and size in asked.alone:
                print(f"{size:6} {'  HiGHS alone':26} {alone(problem, asked.seconds)}", flush=True)
    print("most: the proven most pairs. gap: the share that the total may lie below the proven bound.")
    return int(not proven)


def line(found: Solution) -> str:
    gap = f"{100 * found.gap:8.4f}%"
    return f"{len(found.mentors):6} {found.max_pairs:6} {found.total_score:11.4f} {gap}"


def alone(problem: Problem, seconds: float) -> str:
    """One whole-number programme over all feasible pairs: as many pairs as can be, each worth one and its score."""
    field = feasible_field(problem)
    kept = lines(problem, field)
    wall, cpu = perf_counter(), process_time()
    found = milp(
        -(field.score + 1),
        integrality=np.ones(len(field)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(kept.factors.astype(np.float64), ub=kept.limits.astype(np.float64)),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    wall, cpu = perf_counter() - wall, process_time() - cpu
    if found.x is None:
        return f"{wall:7.1f} {cpu:7.1f} nothing found"
    used = found.x > 0.5
    gap = f"{100 * found.mip_gap:8.4f}%"
    return f"{wall:7.1f} {cpu:7.1f} {int(used.sum()):6} {'':6} {field.score[used].sum():11.4f} {gap}"
