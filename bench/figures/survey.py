"""`survey`: real people of a survey, paired by chance, by greed, by rules that know no topics, and by the engine."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viceversa.formats.people import PersonRow, read_people
from viceversa.matching import Policy, Problem, Quality, Solution, assign, quality, solve
from viceversa.matching.field import Field, feasible_field
from viceversa.matching.scoring import criteria, score

Places = NDArray[np.int64]
"""Pairs as places in `problem.mentors` and `problem.mentees`, of shape (pairs, 2)."""

DRAWS = 20
SMALLEST_GAP, GAP_POINTS, FUNCTION_POINTS = 2, 12, 10
"""Points as mentor-match's application gives them: for the wanted grade gap, and for the same profession."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to make pairs, and what came of it: one result, or several of which the mean is shown."""

    name: str
    results: Sequence[tuple[Solution, Quality]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    path = Path("../shared/data/survey_people.csv")
    parser.add_argument("people", nargs="?", type=Path, default=path, help="a people file")


def run(asked: argparse.Namespace) -> int:
    """Both tables; exit code 1 where the engine's own result is not certified."""
    read = read_people(asked.people.read_bytes(), file_name=asked.people.name)
    if not read.ok:
        print(read.errors[0].message)
        return 1
    print(f"{asked.people.name}: {len(read.rows)} people")
    fine = [table(read.rows, must_teach=must_teach) for must_teach in (True, False)]
    print(
        f"\nrandom: the mean of {DRAWS} draws. mentor-match-like: most pairs, then most points, {GAP_POINTS} for a gap"
        f"\nof {SMALLEST_GAP} grades, {FUNCTION_POINTS} for the same function; it knows no topics. first wish: leaders "
        "taught a topic\nof their highest priority, among those with a partner and among all. compl. and score: means "
        "over the pairs."
    )
    return int(not all(fine))


def table(rows: Sequence[PersonRow], *, must_teach: bool) -> bool:
    """One table under the default policy, with or without `must_teach`; whether all of ours is certified."""
    policy = Policy.default().replace(rules={"must_teach": must_teach})
    problem = Problem.from_people(rows, policy)
    field = feasible_field(problem)
    best = solve(problem)
    alone = Problem.from_people(rows, policy.replace(weights={"complementarity": 1.0}))
    teaching = solve(alone)
    print(
        f"\nmust_teach = {str(must_teach).lower()}: {len(problem.mentors)} mentors, {len(problem.mentees)} leaders, "
        f"{len(field):,} pairs break no rule, at most {best.max_pairs} pairs possible"
    )
    print(
        f"{'':31} {'pairs':>6} {'leaders':>8} {'compl.':>7} {'first wish':>10} {'of all':>7} {'score':>7} {'total':>9}"
    )
    ways = [
        Way("random lawful partner", [_judged(problem, best, at_random(field, seed)) for seed in range(DRAWS)]),
        Way("greedy, best pair first", [_judged(problem, best, greedy(field))]),
        Way("mentor-match-like rules", [_judged(problem, best, by_points(problem, field))]),
        Way("Viceversa, default weights", [(best, quality(problem, best))]),
        Way("Viceversa, teaching alone", [_judged(problem, best, _places(problem, teaching))]),
    ]
    for way in ways:
        _line(way, leaders=len(problem.mentees))
    print(f"{'greatest possible (proven)':31} {best.max_pairs:6} {'':8} {_teaching_bound(teaching):7.3f}", end="")
    print(f" {'':10} {'':7} {best.upper_bound / max(1, best.max_pairs):7.3f} {best.upper_bound:9.3f}")
    return best.certified and teaching.certified


def _teaching_bound(teaching: Solution) -> float:
    return teaching.upper_bound / max(1, teaching.max_pairs)


def at_random(field: Field, seed: int) -> Places:
    """Lawful pairs in random order, each made where both are free."""
    return in_turn(field, np.random.default_rng(seed).permutation(len(field)))


def greedy(field: Field) -> Places:
    """Lawful pairs by score, each made where both are free."""
    return in_turn(field, np.argsort(-field.score, kind="stable"))


def in_turn(field: Field, order: Places) -> Places:
    """The pairs that a walk along `order` makes, one partner each."""
    mentors: set[int] = set()
    mentees: set[int] = set()
    made = []
    for i, j in zip(field.mentor[order].tolist(), field.mentee[order].tolist(), strict=True):
        if i not in mentors and j not in mentees:
            mentors.add(i)
            mentees.add(j)
            made.append((i, j))
    return np.array(made, dtype=np.int64).reshape(-1, 2)


def by_points(problem: Problem, field: Field) -> Places:
    """As many lawful pairs as possible, and of those the most points of rules that know no topics."""
    seniors, juniors = problem.mentees, problem.mentors
    gap = problem.traits.grade[seniors][:, None] - problem.traits.grade[juniors][None, :]
    function = np.array([person.function for person in problem.people])
    same = function[seniors][:, None] == function[juniors][None, :]
    points = GAP_POINTS * (gap == SMALLEST_GAP) + FUNCTION_POINTS * same
    cost = np.full(points.shape, (GAP_POINTS + FUNCTION_POINTS + 1) * len(seniors), dtype=np.int64)
    cost[field.mentee, field.mentor] = -points[field.mentee, field.mentor]
    found = assign(cost)
    lawful = cost[np.arange(len(seniors)), found.column] <= 0
    return np.stack((found.column[lawful], np.flatnonzero(lawful)), axis=1)


def _places(problem: Problem, solution: Solution) -> Places:
    mentor = np.searchsorted(problem.mentors, solution.mentors)
    return np.stack((mentor, np.searchsorted(problem.mentees, solution.mentees)), axis=1)


def _judged(problem: Problem, like: Solution, places: Places) -> tuple[Solution, Quality]:
    """These pairs as a solution of `problem`, scored afresh; nothing of it is certified."""
    mentors, mentees = problem.mentors[places[:, 0]], problem.mentees[places[:, 1]]
    values = criteria(problem, mentors, mentees)
    made = score(problem, values)
    total = math.fsum(made.tolist())
    solution = replace(
        like, mentors=mentors, mentees=mentees, scores=made, criteria=values, total_score=total, certified=False
    )
    return solution, quality(problem, solution)


def _line(way: Way, *, leaders: int) -> None:
    pairs = _mean(len(solution.mentors) for solution, _ in way.results)
    wish = _mean(measured.first_wish_met or 0.0 for _, measured in way.results)
    of_all = _mean((m.first_wish_met or 0.0) * len(solution.mentors) / leaders for solution, m in way.results)
    teaching = _mean(measured.means.get("complementarity", 0.0) for _, measured in way.results)
    total = _mean(solution.total_score for solution, _ in way.results)
    print(
        f"{way.name:31} {pairs:6.0f} {pairs / leaders:8.1%} {teaching:7.3f} {wish:10.1%} {of_all:7.1%}"
        f" {total / max(1, pairs):7.3f} {total:9.3f}",
        flush=True,
    )


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
