"""Brute force on thousands of pools: the engine finds the best choice and proves it."""

import random

import pytest

from tests.matching.people import best_by_force, feasible_pairs, random_people, random_policy
from viceversa.matching import InputProblems, Problem, certify, solve

POOLS_PER_SEED = 250
MOST_PAIRS_BY_FORCE = 11


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_beats_that_of_the_engine(seed):
    draw = random.Random(seed)
    compared = 0
    for _ in range(POOLS_PER_SEED):
        people = random_people(draw, draw.randint(0, 6))
        policy = random_policy(draw, [person.person_id for person in people])
        try:
            problem = Problem.from_people(people, policy)
            solution = solve(problem)
        except InputProblems:
            continue
        if len(feasible_pairs(problem)) > MOST_PAIRS_BY_FORCE:
            continue
        pairs, total = best_by_force(problem)
        assert len(solution.mentors) == pairs
        assert solution.total_score + solution.kept_bonus == pytest.approx(total, abs=1e-9)
        proof = certify(problem, solution)
        assert proof.certified
        assert proof.gap <= 1e-12
        assert not proof.faults
        compared += 1
    assert compared > POOLS_PER_SEED // 3


def test_a_lock_that_breaks_a_rule_is_refused_by_the_name_of_the_rule():
    draw = random.Random(3)
    refused = set()
    for _ in range(200):
        people = random_people(draw, 5)
        policy = random_policy(draw, [person.person_id for person in people])
        try:
            solve(Problem.from_people(people, policy))
        except InputProblems as error:
            refused |= {problem.message for problem in error.problems}
    assert any("rules.grade_gap_min forbids it" in message for message in refused)
    assert any("does not take part as" in message for message in refused)
    assert any("not available to each other" in message for message in refused)
