"""`again`: a run changed by one pair or one person, solved and proved again, and a policy changed.

Each change begins from the same first run. Compiled code is warm, encoding is not counted. Every result is checked
by the full certificate besides, which prices all pairs and is not timed.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any

import numpy as np

from figures.pool import people
from viceversa.matching import Policy, Problem, certify
from viceversa.matching.again import KEEP, KeptRun
from viceversa.matching.warm import warm

Changes = Callable[[KeptRun, random.Random], dict[str, Any]]


@dataclass
class Seen:
    """What the changes of one kind took and did."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    proven: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=10000, metavar="N", help="a side")
    parser.add_argument("--changes", type=int, default=40, metavar="N", help="changes of each kind")
    parser.add_argument("--seed", type=int, default=1)


def run(asked: argparse.Namespace) -> int:
    """A line for each kind of change; exit code 1 where something is not proven."""
    warm()
    rows = people(asked.people, seed=asked.seed)
    base, wall, cpu = timed(lambda: KeptRun.of(Problem.from_people(rows, Policy.default())))
    print(f"first run, encoding included: {wall:.2f} s, CPU {cpu:.2f} s, {len(base.solution.mentors)} pairs")
    print(f"{'':26} wall s: median    p95  CPU s: median  new pairs: median  most   lost: median  most  proven")
    proven = True
    for name, keep in (("as good as can be", None), (f"keep = {KEEP}", KEEP)):
        for kind, change in (("forbid", forbid), ("lock", lock), ("drop", drop)):
            seen = changed(base, change, keep=keep, asked=asked)
            proven &= seen.proven == asked.changes
            print(f"{name:18} {kind:7} {line(seen)}", flush=True)
    print("new pairs: pairs that the first run did not have. lost: points of total score, of 1.0 a pair.")
    for name, weights in (("one weight", {"style": 0.3}), ("all weights", {"complementarity": 0.6, "interests": 0.1})):
        proven &= other_weights(base, rows, name, weights)
    return int(not proven)


def forbid(base: KeptRun, draw: random.Random) -> dict[str, Any]:
    """A pair that was made."""
    return {"forbid": [draw.choice(pairs_of(base))]}


def lock(base: KeptRun, draw: random.Random) -> dict[str, Any]:
    """A pair that is possible and was not made."""
    problem, reached = base.problem, base.reached
    if reached is None:
        raise ValueError("a pool as small as this is not kept; ask for more people")
    other = np.flatnonzero(~reached.plan.used)
    at = other[draw.randrange(len(other))]
    ends = problem.mentors[reached.field.mentor[at]], problem.mentees[reached.field.mentee[at]]
    return {"lock": [tuple(problem.people[one].person_id for one in ends)]}


def drop(base: KeptRun, draw: random.Random) -> dict[str, Any]:
    """Somebody who has a partner."""
    return {"drop": [draw.choice(draw.choice(pairs_of(base)))]}


def pairs_of(base: KeptRun) -> list[tuple[str, str]]:
    """The pairs by id."""
    found, everybody = base.solution, base.problem.people
    return [(everybody[a].person_id, everybody[b].person_id) for a, b in zip(found.mentors, found.mentees, strict=True)]


def changed(base: KeptRun, change: Changes, *, keep: float | None, asked: argparse.Namespace) -> Seen:
    """Make so many changes, each from the first run on."""
    draw, seen = random.Random(asked.seed), Seen()
    for _ in range(asked.changes):
        given = change(base, draw)
        after, wall, cpu = timed(lambda given=given: base.changed(**given, keep=keep))
        whole = certify(after.problem, after.solution)
        same = whole.upper_bound == after.solution.upper_bound
        seen.proven += after.solution.certified and whole.certified and same and after.solution.gap == 0
        seen.wall.append(wall)
        seen.cpu.append(cpu)
        seen.new.append(len(base.differences(after)[1]))
        seen.lost.append(base.solution.total_score - after.solution.total_score)
    return seen


def line(seen: Seen) -> str:
    """The figures of one kind."""
    wall, cpu, new, lost = (np.array(values) for values in (seen.wall, seen.cpu, seen.new, seen.lost))
    return (
        f"{np.median(wall):10.3f} {np.quantile(wall, 0.95):7.3f} {np.median(cpu):12.3f} {np.median(new):18.0f}"
        f" {new.max():8} {np.median(lost):13.3f} {lost.max():8.3f}  {seen.proven} of {len(wall)}"
    )


def other_weights(base: KeptRun, rows: list[Any], name: str, weights: dict[str, float]) -> bool:
    """Another policy from the first run on, and from nothing; whether both are proven and equally good."""
    policy = Policy.default()
    policy = policy.replace(weights={**policy.weights, **weights})
    warm_run, wall, cpu = timed(lambda: base.under(policy))
    problem = Problem.from_people(rows, policy)
    cold, cold_wall, cold_cpu = timed(lambda: KeptRun.of(problem))
    print(
        f"other weights ({name}): {wall:.2f} s, CPU {cpu:.2f} s; from nothing {cold_wall:.2f} s, CPU {cold_cpu:.2f} s;"
        f" total {warm_run.solution.total_score:.6f}",
        flush=True,
    )
    same = abs(warm_run.solution.total_score - cold.solution.total_score) < 1e-6
    return same and warm_run.solution.certified and cold.solution.certified


def timed(call: Callable[[], KeptRun]) -> tuple[KeptRun, float, float]:
    """What it gave, and seconds on the wall and of the processor."""
    wall, cpu = perf_counter(), process_time()
    found = call()
    return found, perf_counter() - wall, process_time() - cpu
