"""People and pools for the tests of the engine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from viceversa.formats.people import PersonRow, Want
from viceversa.matching import Policy, Problem
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores

TOPICS = ("dashboards", "tax", "short video", "law")


def person(person_id: str, role: str = "mentor", **values: Any) -> PersonRow:
    """Someone about whom nothing is known but what is given."""
    nothing: dict[str, Any] = {
        "given_name": "",
        "family_name": "",
        "email": "",
        "job_title": "",
        "function": "",
        "location": "",
        "external_id": "",
        "manager_id": "",
        "grade": 1 if role == "mentor" else 5,
        "capacity": 1,
        "offers": {},
        "wants": {},
        "interests": (),
        "languages": (),
        "time_zone": "",
        "hours": (540, 1020),
        "style_formality": None,
        "style_structure": None,
        "prefers": (),
        "excludes": (),
        "hire_date": None,
        "leave_date": None,
        "line": 0,
    }
    return PersonRow(person_id=person_id, role=role, **(nothing | values))


def lenient(**changes: Any) -> Policy:
    """A policy without hard rules, with the given options and weights."""
    rules = {
        "grade_gap_min": -100,
        "reporting_line": 0,
        "same_manager": True,
        "common_language": False,
        "overlap_hours_min": 0.0,
        "must_teach": False,
    }
    rules |= changes.pop("rules", {})
    weights = changes.pop("weights", None)
    return Policy.default().replace(rules=rules, weights=weights, options=changes)


def problem_of(people: list[PersonRow], policy: Policy | None = None) -> Problem:
    return Problem.from_people(people, policy or lenient())


def places(problem: Problem, mentor: str, mentee: str) -> tuple[np.ndarray, np.ndarray]:
    return np.array([problem.place[mentor]]), np.array([problem.place[mentee]])


def random_people(draw: random.Random, count: int) -> list[PersonRow]:
    """A small pool in which every rule bites now and then."""
    ids = [f"p{number}" for number in range(count)]
    return [_random_person(draw, ids, number) for number in range(count)]


def _random_person(draw: random.Random, ids: list[str], number: int) -> PersonRow:
    few = min(len(ids), draw.randint(0, 2))
    return person(
        ids[number],
        draw.choice(["mentor", "mentee", "mentor", "mentee", "both"]),
        grade=draw.randint(1, 4),
        capacity=draw.choice([1, 1, 1, 2]),
        manager_id=draw.choice([*ids[:number], ""]),
        offers={topic: draw.randint(1, 5) for topic in draw.sample(TOPICS, draw.randint(0, 3))},
        wants={
            topic: Want(draw.randint(1, 3), draw.randint(0, 4)) for topic in draw.sample(TOPICS, draw.randint(0, 3))
        },
        interests=tuple(draw.sample("abc", draw.randint(0, 2))),
        languages=tuple(draw.sample(["en", "de"], draw.randint(0, 2))),
        function=draw.choice(["", "x", "y"]),
        location=draw.choice(["", "l", "m"]),
        time_zone=draw.choice(["", "Europe/Berlin", "Asia/Tokyo"]),
        style_formality=draw.choice([None, 1, 5]),
        prefers=tuple(draw.sample(ids, few)),
        excludes=tuple(draw.sample(ids, draw.choice([0, 0, 0, 1]))),
    )


def random_policy(draw: random.Random, ids: list[str]) -> Policy:
    """A policy with locks, forbidden and current pairs now and then."""

    def pairs(count: int) -> list[list[str]]:
        return [[draw.choice(ids), draw.choice(ids)] for _ in range(count)] if ids else []

    return Policy.default().replace(
        rules={
            "grade_gap_min": draw.choice([-3, -1, 0, 1]),
            "must_teach": draw.random() < 0.3,
            "teach_level_min": draw.randint(1, 3),
            "reporting_line": draw.choice(["any", 0, 1]),
            "same_manager": draw.random() < 0.5,
            "overlap_hours_min": draw.choice([0, 2.0]),
            "score_min": draw.choice([0, 0.1]),
        },
        options={
            "objective": draw.choice(["coverage", "quality"]),
            "forbidden": pairs(draw.choice([0, 1])),
            "current": pairs(draw.choice([0, 3])),
            "keep": draw.choice([0, 0.3]),
            "locked": pairs(draw.choice([0, 0, 0, 1])),
            "seed": draw.randint(0, 9),
        },
    )


def feasible_pairs(problem: Problem) -> list[tuple[int, int, float]]:
    """All feasible pairs of participants with score plus bonus, from the vectorised rules."""
    mentors, mentees = (side.ravel() for side in np.meshgrid(problem.mentors, problem.mentees, indexing="ij"))
    made = scores(problem, mentors, mentees)
    free = feasible(problem, mentors, mentees, scores=made)
    worth = made + problem.traits.bonus.of(mentors * len(problem.people) + mentees)
    chosen = zip(mentors[free].tolist(), mentees[free].tolist(), worth[free].tolist(), strict=True)
    return list(chosen)


def best_by_force(problem: Problem) -> tuple[int, float]:
    """Pairs and total of the best choice, by trying every one."""
    coverage = problem.policy.options.objective == "coverage"
    lawful = [
        (len(chosen), sum(worth for _, _, worth in chosen))
        for chosen in _choices(problem, feasible_pairs(problem))
        if set(problem.locked) <= {(a, b) for a, b, _ in chosen}
    ]
    return max(lawful, key=lambda one: one if coverage else (round(one[1], 9), one[0]))


def _choices(problem: Problem, pairs: list[tuple[int, int, float]]) -> Iterator[list[tuple[int, int, float]]]:
    if not pairs:
        yield []
        return
    first, *rest = pairs
    for chosen in _choices(problem, rest):
        yield chosen
        if _fits(problem, first, chosen):
            yield [first, *chosen]


def _fits(problem: Problem, pair: tuple[int, int, float], chosen: list[tuple[int, int, float]]) -> bool:
    mentor, mentee, _ = pair
    if any((a, b) == (mentee, mentor) for a, b, _ in chosen):
        return False
    teaches = sum(a == mentor for a, _, _ in chosen)
    learns = sum(b == mentee for _, b, _ in chosen)
    return teaches < problem.capacity[mentor] and learns < problem.capacity[mentee]
