"""How fast the engine is and what it needs, beside dense scipy on the same instance.

    python bench/matching.py                 1,000, 5,000 and 10,000 a side
    python bench/matching.py 20000 --no-scipy
    python bench/matching.py --or-library DIR   published assignment problems, where the files are present

Prints figures; asserts nothing about time. Each line carries its own certificate. Encoding is not counted,
compiled code is warm. Memory is the peak of the process so far, and what scipy added to it.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from scipy.optimize import linear_sum_assignment

from viceversa.demo.organisation import organisation
from viceversa.formats.people import PersonRow
from viceversa.matching import Policy, Problem, Solution, solve
from viceversa.matching.dense import transport
from viceversa.matching.field import blocks, feasible_block
from viceversa.matching.warm import warm

PUBLISHED = {100: 305, 200: 475, 300: 626, 400: 804, 500: 991, 600: 1176, 700: 1362, 800: 1552}
"""Optima of assign100 … assign800 in OR-Library (Beasley 1990)."""


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, help="people a side")
    parser.add_argument("--no-scipy", action="store_true", help="leave the dense comparison out")
    parser.add_argument("--no-must-teach", action="store_true", help="sweep all pairs, not those with a lesson")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--or-library", type=Path, metavar="DIR")
    asked = parser.parse_args()
    if asked.or_library:
        return or_library(asked.or_library)
    warm()
    policy = Policy.default().replace(rules={"must_teach": not asked.no_must_teach})
    print("a side   pairs   total          bound          gap      cert.  wall s  CPU s   peak MB")
    for size in asked.sizes or (1000, 5000, 10000):
        problem = Problem.from_people(people(size, seed=asked.seed), policy)
        solution = measured(problem, size)
        if not asked.no_scipy:
            beside_scipy(problem, solution)
    return 0


def people(size: int, *, seed: int) -> list[PersonRow]:
    """`size` mentors and `size` mentees of a synthetic organisation, each in one role, all of capacity 1."""
    count = size * 6
    drawn = organisation(people=count, seed=seed)
    by_role: dict[str, list[PersonRow]] = {"mentor": [], "mentee": [], "": []}
    for row in drawn:
        by_role.get(row.role, by_role[""]).append(row)
    draw = random.Random(seed)
    chosen = {role: draw.sample(by_role[role], min(size, len(by_role[role]))) for role in ("mentor", "mentee")}
    taking_part = {row.person_id for rows in chosen.values() for row in rows}
    return [changed(row, role=row.role if row.person_id in taking_part else "", capacity=1) for row in drawn]


def changed(row: PersonRow, **values: object) -> PersonRow:
    """The row with other values."""
    return PersonRow(**({name: getattr(row, name) for name in PersonRow.__slots__} | values))


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
    cost = np.full((len(problem.mentors), len(problem.mentees)), 10.0, dtype=np.float64)
    for block in blocks(problem):
        field = feasible_block(problem, *block)
        cost[field.mentor, field.mentee] = -field.score
    cpu = process_time()
    rows, columns = linear_sum_assignment(cost)
    cpu = process_time() - cpu
    made = cost[rows, columns]
    made = made[made < 10]
    print(
        f"  scipy {len(made):6}  {-made.sum():13.6f}{'':38}  {cpu:6.2f}  {peak_mb() - before:+7.0f}"
        f"  difference {-made.sum() - solution.total_score:+.1e}",
        flush=True,
    )


def or_library(folder: Path) -> int:
    """Published problems: primal, dual and optimum side by side; exit code 1 where they differ."""
    wrong = 0
    for size, optimum in PUBLISHED.items():
        path = folder / f"assign{size}.txt"
        if not path.exists():
            continue
        numbers = np.array(path.read_text().split(), dtype=np.int64)
        cost = numbers[1:].reshape(numbers[0], numbers[0])
        ones = np.ones(len(cost), dtype=np.int64)
        start = perf_counter()
        plan = transport(-cost, np.ones(cost.shape, dtype=np.bool_), supply=ones, demand=ones, must_use=True)
        seconds = perf_counter() - start
        primal, dual = int(cost[plan.used].sum()), -int(plan.row_price.sum() + plan.column_price.sum())
        wrong += not primal == dual == optimum
        print(f"assign{size}: primal {primal}, dual {dual}, published {optimum}, {seconds:.2f} s")
    return int(wrong > 0)


def peak_mb() -> float:
    """Peak resident memory of the process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    sys.exit(main())
