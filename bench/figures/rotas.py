"""`rota`: rounds of flash mentoring without a repeat, all solved together, beside solving round after round.

`one by one` takes the best round, keeps those pairs from meeting again, takes the best of what is left, and so on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from time import perf_counter, process_time

from figures.pool import people
from viceversa.formats.people import PersonRow
from viceversa.matching import Policy
from viceversa.matching.rota import rota
from viceversa.matching.warm import warm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[100, 1000], metavar="N", help="a side")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """Two lines for each size; exit code 1 where the rota is not proven to be the best."""
    warm()
    proven = True
    print(f"{'a side':>6} {'':10} {'wall s':>7} {'CPU s':>7} {'meetings':>8} {'total':>13} {'gap':>8}  rounds")
    for size in asked.people:
        rows = people(size, seed=asked.seed)
        wall, cpu = perf_counter(), process_time()
        told = rota(rows, Policy.default(), rounds=asked.rounds)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        proven &= told.solution.certified
        full = [sum(one.round == number for one in told.meetings) for number in range(1, asked.rounds + 1)]
        total, gap = told.solution.total_score, told.solution.gap
        print(
            f"{size:6} {'together':10} {wall:7.2f} {cpu:7.2f} {len(told.meetings):8} {total:13.6f} {gap:8.1e}  {full}",
            flush=True,
        )
        print(f"{size:6} {'one by one':10} {one_by_one(rows, asked.rounds)}", flush=True)
    print("gap: between the total and the proven bound of all rotas of as many rounds.")
    return int(not proven)


def one_by_one(rows: Sequence[PersonRow], rounds: int) -> str:
    met: list[tuple[str, str]] = []
    total, full = 0.0, []
    wall, cpu = perf_counter(), process_time()
    for _ in range(rounds):
        told = rota(rows, Policy.default(), rounds=1, met=met)
        met += [(one.mentor_id, one.mentee_id) for one in told.meetings]
        total += told.solution.total_score
        full.append(len(told.meetings))
    wall, cpu = perf_counter() - wall, process_time() - cpu
    return f"{wall:7.2f} {cpu:7.2f} {len(met):8} {total:13.6f} {'':8}  {full}"
