"""Locked pairs: they are made before anything else, so each must be lawful."""

from __future__ import annotations

from collections import Counter

import numpy as np

from viceversa.formats.problems import Problem as InputProblem
from viceversa.matching.errors import InputProblems, policy_problem
from viceversa.matching.problem import Problem
from viceversa.matching.quotas import quota_refusals
from viceversa.matching.rules import broken, unavailable
from viceversa.matching.scoring import scores


def check_locks(problem: Problem) -> None:
    """Raise `InputProblems` with every locked pair that cannot be made, naming the rule or capacity."""
    problems = quota_refusals(problem)
    if problem.locked:
        problems += [*_forbidden(problem), *_overbooked(problem), *_doubled(problem)]
    if problems:
        raise InputProblems(problems)


def _refusal(problem: Problem, pair: tuple[int, int], why: str) -> InputProblem:
    mentor, mentee = (problem.people[place].person_id for place in pair)
    message = f"The locked pair {mentor}, {mentee} cannot be made: {why}; unlock it or change that."
    return policy_problem("options.locked", f"{mentor}, {mentee}", message)


def _forbidden(problem: Problem) -> list[InputProblem]:
    pairs = np.array(problem.locked, dtype=np.int64)
    mentors, mentees = pairs[:, 0], pairs[:, 1]
    forbids = broken(problem, mentors, mentees, scores=scores(problem, mentors, mentees))
    problems = []
    for k, pair in enumerate(problem.locked):
        keys = [name for name, mask in forbids.items() if mask[k]]
        if keys:
            rules = " and ".join(f"rules.{key}" for key in keys)
            problems.append(_refusal(problem, pair, f"{rules} forbids it"))
    apart = np.flatnonzero(unavailable(problem, mentors, mentees)).tolist()
    why = "the two are not available to each other"
    return [*problems, *(_refusal(problem, problem.locked[k], why) for k in apart)]


def _overbooked(problem: Problem) -> list[InputProblem]:
    problems = []
    for side, role in ((0, "mentor"), (1, "mentee")):
        booked = Counter(pair[side] for pair in problem.locked)
        for place, count in booked.items():
            if count > problem.capacity[place]:
                person = problem.people[place]
                message = (
                    f"{person.person_id} is locked into {count} pairs as {role} "
                    f"but has capacity {person.capacity}; unlock some or raise the capacity."
                )
                problems.append(policy_problem("options.locked", person.person_id, message))
    return problems


def _doubled(problem: Problem) -> list[InputProblem]:
    locked = set(problem.locked)
    return [
        _refusal(problem, (a, b), "it is locked the other way round too, and two people form one pair")
        for a, b in problem.locked
        if a < b and (b, a) in locked
    ]
