"""`orlib`: published assignment problems through the engine's own solver, against their published optima."""

from __future__ import annotations

import argparse
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.assignment import assign

PUBLISHED = {100: 305, 200: 475, 300: 626, 400: 804, 500: 991, 600: 1176, 700: 1362, 800: 1552}
"""Optima of assign100 … assign800 in OR-Library (Beasley 1990)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/data"), help="where assign*.txt are")


def run(asked: argparse.Namespace) -> int:
    """Each file that is there by both solvers; exit code 1 where primal, dual and published optimum differ."""
    print("problem     solver    primal    dual  published     wall s   CPU s")
    assign(np.eye(3, dtype=np.int64), compiled=True)  # compiled code is warm
    there = {n: path for n in PUBLISHED if (path := asked.folder / f"assign{n}.txt").is_file()}
    wrong = sum(_differs(n, read_problem(path.read_text())) for n, path in there.items())
    missing = [f"assign{n}" for n in PUBLISHED if n not in there]
    if missing:
        print(f"Not in {asked.folder}, not solved: {', '.join(missing)}.")
    return int(wrong > 0 or not there)


def _differs(n: int, cost: NDArray[np.int64]) -> bool:
    wrong = sum(_line(n, cost, compiled=compiled) for compiled in (False, True))
    return wrong > 0


def _line(n: int, cost: NDArray[np.int64], *, compiled: bool) -> bool:
    wall, cpu = perf_counter(), process_time()
    found = assign(cost, compiled=compiled)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    one_each = len(np.unique(found.column)) == len(cost)
    same = one_each and found.cost == found.bound == PUBLISHED[n]
    print(
        f"assign{n}   {'compiled' if compiled else 'numpy':8}  {found.cost:6}  {found.bound:6}  {PUBLISHED[n]:9}"
        f"     {wall:6.3f}  {cpu:6.3f}{'' if same else '   DIFFERS'}",
        flush=True,
    )
    return not same


def read_problem(text: str) -> NDArray[np.int64]:
    """The costs of a file of OR-Library: n, then n × n numbers row by row, broken into lines anywhere.

    Raises ValueError where a word is no whole number, or their number is not 1 + n × n.
    """
    numbers = [int(word) for word in text.split()]
    if not numbers:
        raise ValueError("The file is empty; n is expected, then n × n costs.")
    n, costs = numbers[0], numbers[1:]
    if len(costs) != n * n:
        raise ValueError(f"n is {n}, so {n * n} costs are expected; the file has {len(costs)}.")
    return np.array(costs, dtype=np.int64).reshape(n, n)
