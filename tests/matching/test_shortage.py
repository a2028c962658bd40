"""Supply and demand: what is counted, what is short, and whom to seek; by pencil and against brute force."""

from __future__ import annotations

import random
from itertools import combinations, permutations
from typing import Any

import pytest

from tests.matching.people import lenient, person, random_people
from viceversa.formats.people import PersonRow, Want
from viceversa.matching import Policy, Problem, solve
from viceversa.matching.shortage import Shortage, shortage


def teaching(**rules: Any) -> Policy:
    return lenient(rules={"grade_gap_min": 2, "must_teach": True, "teach_level_min": 3} | rules)


def pool(rows: list[PersonRow], policy: Policy) -> tuple[Problem, Shortage]:
    problem = Problem.from_people(rows, policy)
    return problem, shortage(problem)


def topics(problem: Problem, found: Shortage) -> dict[str, tuple[Any, ...]]:
    names = problem.traits.topics
    return {names[one.topic]: (one.wanted, one.able, one.places, one.dearest, one.missing) for one in found.topics}


LEADERS = [person(f"e{n}", "mentee", grade=5 + n % 2, wants={"ai": Want(3, 0), "tax": Want(1, 2)}) for n in range(4)]


def test_a_wish_is_counted_with_those_who_could_teach_it_and_what_is_missing() -> None:
    rows = [*LEADERS, person("m1", offers={"ai": 4}, grade=2), person("m2", offers={"ai": 2, "tax": 5}, grade=1)]
    problem, found = pool(rows, teaching())
    assert topics(problem, found) == {"ai": ((0, 0, 4), 1, 1, 4, 3), "tax": ((4, 0, 0), 1, 1, 0, 0)}
    assert (found.seats_wanted, found.pairs, found.short_of) == (4, 1, 3)
    assert (found.none, found.few) == (0, 4)


def test_a_mentor_too_senior_for_everybody_is_not_able() -> None:
    problem, found = pool([*LEADERS, person("m1", offers={"ai": 4}, grade=5)], teaching())
    assert topics(problem, found)["ai"] == ((0, 0, 4), 0, 0, 4, 4)
    assert [(problem.people[who].person_id, why) for who, why in found.idle] == [("m1", "grade_gap_min")]
    assert found.none == 4
    gap = next(one for one in found.rules if one.key == "grade_gap_min")
    assert (gap.alone, gap.left) == (4, 4)


def test_a_level_that_is_not_above_the_leaders_own_teaches_nothing() -> None:
    rows = [person("e1", "mentee", wants={"ai": Want(3, 3)}), person("m1", offers={"ai": 3})]
    problem, found = pool(rows, teaching())
    assert topics(problem, found)["ai"][1] == 0


def test_advice_names_the_topic_the_number_and_the_grade() -> None:
    rows = [*LEADERS, person("m1", offers={"ai": 4}, grade=2), person("m2", offers={"dance": 5}, grade=1)]
    problem, found = pool(rows, teaching())
    (advice,) = found.advice
    assert (problem.traits.topics[advice.topic], advice.mentors, advice.grade_most) == ("ai", 3, 3)
    assert {problem.people[one].person_id for one in advice.group} == {"e0", "e1", "e2", "e3"}
    assert [(problem.people[who].person_id, why) for who, why in found.idle] == [("m2", "no_topic")]


def test_nobody_is_sought_below_the_lowest_grade_there_is() -> None:
    rows = [person("e1", "mentee", grade=2, wants={"ai": Want(3, 0)}), person("m1", offers={"ai": 4}, grade=1)]
    _problem, found = pool(rows, teaching())
    assert found.short_of == 1
    assert found.advice == ()


def test_where_everybody_can_have_one_nobody_is_sought() -> None:
    _problem, found = pool([*LEADERS[:2], *(person(f"m{n}", offers={"ai": 4}) for n in range(2))], teaching())
    assert (found.short_of, found.advice) == (0, ())


def test_whoever_wants_nothing_is_told_apart() -> None:
    _problem, found = pool([person("e1", "mentee"), person("m1", offers={"ai": 4})], teaching())
    assert (found.wishless, found.none, found.advice) == (1, 1, ())


def test_an_exclusion_is_told_as_not_available_and_nothing_else() -> None:
    rows = [person("e1", "mentee", wants={"ai": Want(3, 0)}), person("m1", offers={"ai": 4}, excludes=("e1",))]
    _, found = pool(rows, teaching())
    assert [why for _who, why in found.idle] == ["unavailable"]


@pytest.mark.parametrize("seed", range(25))
def test_the_greatest_number_of_pairs_is_the_engines(seed: int) -> None:
    rows = [one for one in random_people(random.Random(seed), 12) if one.role != "both"]
    problem, found = pool(rows, teaching(grade_gap_min=1))
    assert found.pairs == len(solve(problem).mentors)


@pytest.mark.parametrize("seed", range(25))
def test_advice_keeps_its_word(seed: int) -> None:
    """With mentors as advised in the pool, the engine makes at least so many pairs more."""
    rows = [one for one in random_people(random.Random(seed), 12) if one.role != "both"]
    problem, found = pool(rows, teaching(grade_gap_min=1))
    more, promised = list(rows), 0
    for one in found.advice:
        name = problem.traits.topics[one.topic]
        more += [person(f"new-{name}-{n}", offers={name: 5}, grade=one.grade_most) for n in range(one.mentors)]
        promised += one.mentors
    policy = teaching(grade_gap_min=1)
    assert len(solve(Problem.from_people(more, policy)).mentors) == found.pairs + promised


@pytest.mark.parametrize("seed", range(15))
def test_what_is_missing_is_what_no_assignment_could_give(seed: int) -> None:
    rows = [one for one in random_people(random.Random(seed), 5) if one.role != "both" and one.capacity == 1]
    problem, found = pool(rows, teaching(grade_gap_min=1))
    for need in found.topics:
        name = problem.traits.topics[need.topic]
        learners = [
            one
            for one in problem.people
            if one.role == "mentee"
            and name in one.wants
            and one.wants[name][0] == max(p for p, _ in one.wants.values())
        ]
        teachers = [one for one in problem.people if one.role == "mentor" and one.offers.get(name, 0) >= 3]
        assert need.dearest - need.missing == _brute(learners, teachers, name)


def _brute(learners: list[PersonRow], teachers: list[PersonRow], name: str) -> int:
    def fits(learner: PersonRow, teacher: PersonRow) -> bool:
        assert learner.grade is not None
        assert teacher.grade is not None
        return learner.grade - teacher.grade >= 1 and teacher.offers[name] > learner.wants[name][1]

    for count in range(min(len(learners), len(teachers)), 0, -1):
        for some in combinations(learners, count):
            for others in permutations(teachers, count):
                if all(fits(one, other) for one, other in zip(some, others, strict=True)):
                    return count
    return 0
