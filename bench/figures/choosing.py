"""`self-match`: how many mentors each leader may choose from, and what all lose when everybody chooses by themselves.

`each picks` lets every leader in turn, in no order that matters, take anyone of the five that fit them best among those
they may choose; after each choice all lists are worked out anew. What is lost stands beside the best total.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from time import perf_counter, process_time

import numpy as np

from figures.pool import people
from viceversa.formats.people import PersonRow
from viceversa.matching import Policy, Problem
from viceversa.matching.self_match import choices
from viceversa.matching.warm import warm

LISTED = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, nargs="+", default=[100, 500, 2000], metavar="N", help="a side")
    parser.add_argument("--limit", type=float, nargs="+", default=[0.02, 0.05, 0.1], metavar="PART", help="of a pair")
    parser.add_argument("--picks", type=int, default=100, metavar="N", help="the size at which everybody picks")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """A line for each size and limit, and the picks; exit code 1 where picking has cost a pair."""
    warm()
    lost_a_pair = False
    times = f"{'wall s':>7} {'CPU s':>7}"
    print(f"{'a side':>6} {'limit':>6} {times} {'pairs':>6} {'may choose':>10} {'3 or more':>9} {'5 or more':>9}")
    for size in asked.people:
        rows = people(size, seed=asked.seed)
        for limit in asked.limit:
            print(line(rows, limit), flush=True)
    rows = people(asked.picks, seed=asked.seed)
    for limit in asked.limit:
        text, kept = picked(rows, limit, seed=asked.seed)
        lost_a_pair |= not kept
        print(text, flush=True)
    print("limit: what one choice may cost all, in score. may choose: the median over leaders who can have a mentor.")
    return int(lost_a_pair)


def line(rows: Sequence[PersonRow], limit: float) -> str:
    problem = Problem.from_people(rows, Policy.default())
    wall, cpu = perf_counter(), process_time()
    found = choices(problem, at_most=limit)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    many = (found.loss >= 0).sum(axis=1)
    many = many[many > 0]
    shares = f"{(many >= 3).mean():9.0%} {(many >= LISTED).mean():9.0%}"
    return (
        f"{len(problem.mentees):6} {limit:6.2f} {wall:7.2f} {cpu:7.2f} {found.pairs:6} {np.median(many):10.0f} {shares}"
    )


def picked(rows: Sequence[PersonRow], limit: float, *, seed: int) -> tuple[str, bool]:
    """What picking did, and whether as many have a mentor as could at first."""
    draw, made = random.Random(seed), list[list[str]]()
    ids = [row.person_id for row in rows]
    first = choices(Problem.from_people(rows, Policy.default()), at_most=limit)
    leaders, lost = [row.person_id for row in rows if row.role in ("mentee", "both")], 0.0
    draw.shuffle(leaders)
    for leader in leaders:
        problem = Problem.from_people(rows, Policy.default().replace(options={"locked": made}))
        mine = choices(problem, at_most=limit).of(leader, among=ids)[:LISTED]
        if mine:
            pick = draw.choice(mine)
            made.append([pick.mentor_id, leader])
            lost += pick.loss
    told = f"{len(made)} of {first.pairs} pairs, {lost:.3f} of {first.total:.3f} lost ({lost / first.total:.2%})"
    return f"{len(leaders):6} {limit:6.2f} each picks: {told}", len(made) == first.pairs
