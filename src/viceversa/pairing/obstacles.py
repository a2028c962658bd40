"""What stops a run, as codes with facts: all of it at once, so that one visit mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from viceversa.formats.person import PersonRow
from viceversa.matching import InputProblems, Policy, PolicyError, Problem, explain_pair, solve

from .finding import kept
from .snapshot import IdPair, Snapshot

Obstacle = dict[str, Any]
"""``{"code": …, "params": {…}}``, plain JSON; ``problem_words`` says it."""


LEFT_OUT = "left_out"
"""Not what stopped a run, but a draft that its publication left out since it holds no longer."""


def left_out_of(obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    return [one for one in obstacles if one["code"] == LEFT_OUT]


def stopping(obstacles: Iterable[Obstacle]) -> list[Obstacle]:
    return [one for one in obstacles if one["code"] != LEFT_OUT]


class RunStopped(Exception):
    """The run cannot be made as things stand. Carries every obstacle."""

    def __init__(self, obstacles: Iterable[Obstacle]) -> None:
        self.obstacles = list(obstacles)
        super().__init__(", ".join(one["code"] for one in self.obstacles))


def obstacle(code: str, **params: object) -> Obstacle:
    return {"code": code, "params": params}


def policy_obstacles(error: PolicyError) -> list[Obstacle]:
    return [obstacle("policy", key=one.key, value=one.value, message=one.message) for one in error.problems]


def input_obstacles(error: InputProblems) -> list[Obstacle]:
    """Whatever the engine itself refuses; a circle of managers is what is left after ``check``."""
    return [
        obstacle("line_cycle", ids=one.value.split(" → "))
        if one.column == "manager_id"
        else obstacle("input", value=one.value, message=one.message)
        for one in error.problems
    ]


def check(snapshot: Snapshot) -> None:
    """Raise ``RunStopped`` with everything that a coordinator must mend before this can be matched."""
    found = [*_ungraded(snapshot.rows), *_idle_locks(snapshot), *_overbooked(snapshot), *_both_ways(snapshot.locked)]
    if not any(one["code"] == "no_grade" for one in found):
        found += _refused_locks(snapshot)
    if found:
        raise RunStopped(found)


def _ungraded(rows: Iterable[PersonRow]) -> Iterator[Obstacle]:
    ids = [row.person_id for row in rows if row.role and row.grade is None]
    if ids:
        yield obstacle("no_grade", ids=ids)


def _idle_locks(snapshot: Snapshot) -> Iterator[Obstacle]:
    for mentor, mentee in snapshot.idle_locks:
        sides = ((mentor, "mentor"), (mentee, "mentee"))
        away = [person for person, role in sides if not snapshot.looks(person, role)]
        yield obstacle("lock_idle", mentor=mentor, mentee=mentee, away=away)


def _overbooked(snapshot: Snapshot) -> Iterator[Obstacle]:
    free = {row.person_id: row.capacity for row in snapshot.rows}
    for side, role in enumerate(("mentor", "mentee")):
        for person, count in sorted(Counter(pair[side] for pair in snapshot.locked).items()):
            if count > free[person]:
                yield obstacle("locks_overbooked", person=person, role=role, locked=count, places=free[person])


def _both_ways(locked: tuple[IdPair, ...]) -> Iterator[Obstacle]:
    for mentor, mentee in locked:
        if mentor < mentee and (mentee, mentor) in locked:
            yield obstacle("lock_both_ways", mentor=mentor, mentee=mentee)


def _refused_locks(snapshot: Snapshot) -> Iterator[Obstacle]:
    """Locked pairs that a rule forbids, judged on the locked people alone."""
    if not snapshot.locked:
        return
    people = {person for pair in snapshot.locked for person in pair}
    told, policy = snapshot.told()
    rows = [row if row.person_id in people else replace(row, role="") for row in told]
    problem = problem_of(rows, policy)
    solution = solve(problem)
    for mentor, mentee in snapshot.locked:
        against = explain_pair(problem, solution, mentor, mentee).forbidden_by
        if against:
            yield obstacle("lock_refused", mentor=mentor, mentee=mentee, reasons=kept(against))


def problem_of(rows: Iterable[PersonRow], policy: Policy) -> Problem:
    """The engine's problem; raises ``RunStopped`` instead of the engine's own error."""
    everybody = tuple(rows)
    if ungraded := [*_ungraded(everybody)]:
        raise RunStopped(ungraded)
    try:
        return Problem.from_people(everybody, policy)
    except InputProblems as error:
        raise RunStopped(input_obstacles(error)) from error
