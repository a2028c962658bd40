"""`engine`: the engine alone, beside dense scipy on the same instance in the same process.

Each line carries its own certificate. Encoding is not counted, compiled code is warm. Memory is the peak of the
process so far, and what scipy added to it.
"""

from __future__ import annotations

import argparse
import resource
import sys
from time import perf_counter, process_time

import numpy as np
from scipy.optimize import linear_sum_assignment

from figures.pool import people
from viceversa.matching import Policy, Problem, Solution, solve
from viceversa.matching.field import blocks, feasible_block
from viceversa.matching.warm import warm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sizes", nargs="*", type=int, help="people a side")
    parser.add_argument("--no-scipy", action="store_true", help="leave the dense comparison out")
    parser.add_argument("--no-must-teach", action="store_true", help="sweep all pairs, not those with a lesson")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """One line for each size; exit code 1 where something is not certified."""
    warm()
    policy = Policy.default().replace(rules={"must_teach": not asked.no_must_teach})
    print("a side   pairs   total          bound          gap      cert.  wall s  CPU s   peak MB")
    certified = True
    for size in asked.sizes or (1000, 5000, 10000):
        problem = Problem.from_people(people(size, seed=asked.seed), policy)
        solution = measured(problem, size)
        certified &= solution.certified
        if not asked.no_scipy:
            beside_scipy(problem, solution)
    return int(not certified)


def measured(problem: Problem, size: int) -> Solution:
    """Solve and print one line."""
    wall, cpu = perf_counter(), process_time()
    solution = solve(problem)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    print(
        f"{size:6}  {len(solution.mentors):6}  {solution.total_score:13.6f}  {solution.upper_bound:13.6f}"
        f"  {solution.gap:7.1e}  {'yes' if solution.certified else 'NO':5}  {wall:6.2f}  {cpu:6.2f}  {peak_mb():7.0f}",
        f"  ({len(problem.mentors)} × {len(problem.mentees)})",
        flush=True,
    )
    return solution


def beside_scipy(problem: Problem, solution: Solution) -> None:
    """The same instance in a dense matrix; the solve alone is timed, building it is not."""
    before = peak_mb()
    # Beyond every total: scipy too must first make the most pairs.
    prohibitive = min(len(problem.mentors), len(problem.mentees)) + 1.0
    cost = np.full((len(problem.mentors), len(problem.mentees)), prohibitive)
    for block in blocks(problem):
        field = feasible_block(problem, *block)
        cost[field.mentor, field.mentee] = -field.score
    wall, cpu = perf_counter(), process_time()
    rows, columns = linear_sum_assignment(cost)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    made = cost[rows, columns]
    made = made[made < prohibitive]
    print(
        f"  scipy {len(made):6}  {-made.sum():13.6f}{'':32}  {wall:6.2f}  {cpu:6.2f}  {peak_mb() - before:+7.0f}"
        f"  difference {-made.sum() - solution.total_score:+.1e}",
        flush=True,
    )


def peak_mb() -> float:
    """Peak resident memory of the process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
