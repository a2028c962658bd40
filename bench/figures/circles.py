"""`circles`: mentors divided into circles for peer support, how well they are mixed and how near to the proven least.

The people are the mentors of the synthetic organisation, with its functions, locations, languages, time zones and
reporting lines; `one place` are the same people with one time zone and one language.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter, process_time

from figures.pool import people
from viceversa.formats.people import PersonRow
from viceversa.matching import Policy
from viceversa.matching.circles import divide


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[60, 500, 2000], metavar="N", help="mentors")
    parser.add_argument("--size", type=int, nargs="+", default=[5, 8], metavar="N", help="members of a circle")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """A line for each number of mentors and each size."""
    times = f"{'wall s':>7} {'CPU s':>7}"
    print(f"{'mentors':>7} {'size':>4} {'':10} {times} {'circles':>7} {'alone':>5} {'alike':>6} {'least':>6}")
    for count in asked.people:
        rows = people(count, seed=asked.seed)
        for size in asked.size:
            print(line(rows, size, name="everywhere"), flush=True)
            print(line(in_one_place(rows), size, name="one place"), flush=True)
    print("alone: in no circle. alike: pairs within circles that share a function, and those that share a location.")
    print("least: no division of the same people into as many circles has fewer (proven).")
    return 0


def in_one_place(rows: Sequence[PersonRow]) -> list[PersonRow]:
    return [replace(row, time_zone="", languages=("en",)) for row in rows]


def line(rows: Sequence[PersonRow], size: int, *, name: str) -> str:
    mentors = [row.person_id for row in rows if row.role in ("mentor", "both")]
    wall, cpu = perf_counter(), process_time()
    told = divide(rows, mentors, size=size, rules=Policy.default().rules)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    figures = f"{len(told.circles):7} {len(told.without):5} {told.alike:6} {told.bound:6}"
    return f"{len(mentors):7} {size:4} {name:10} {wall:7.2f} {cpu:7.2f} {figures}"
