"""The certificate trusts nobody: wrong prices and corrupted pairs do not pass."""

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.matching.people import lenient, person, problem_of, random_people
from viceversa.matching import Problem, certify, solve
from viceversa.matching.certify import leaf_bound, pair_faults
from viceversa.matching.solution import Leaf


@pytest.fixture(params=["coverage", "quality"])
def solved(request):
    people = random_people(random.Random(11), 40)
    problem = Problem.from_people(people, lenient(objective=request.param, rules={"grade_gap_min": 1}))
    solution = solve(problem)
    assert solution.certified
    assert solution.gap == 0
    assert len(solution.mentors) > 5
    return problem, solution


def test_a_price_planted_too_low_cannot_lower_the_bound(solved):
    problem, solution = solved
    leaf = solution.proof
    true = leaf_bound(problem, leaf)
    for place in range(len(problem.mentees)):
        for change in (-(10**11), 10**11):
            price = leaf.mentee_price.copy()
            price[place] += change
            bound = leaf_bound(problem, replace(leaf, mentee_price=price))
            assert bound is None or bound.weight >= true.weight


def test_prices_that_are_wrong_give_an_honest_gap(solved):
    problem, solution = solved
    price = solution.proof.mentee_price + 10**11
    found = certify(problem, replace(solution, proof=replace(solution.proof, mentee_price=price)))
    assert found.gap > 0.01


def test_a_negative_price_where_none_may_be_proves_nothing():
    problem = problem_of([person("m"), person("e", "mentee")], lenient(objective="quality"))
    solution = solve(problem)
    leaf = replace(solution.proof, mentor_price=np.array([-(10**12)]), mentee_price=np.array([0]))
    found = certify(problem, replace(solution, proof=leaf))
    assert not found.certified


def test_a_cover_that_hides_pairs_is_found_out(solved):
    problem, solution = solved
    if problem.policy.options.objective == "quality":
        pytest.skip("a cover proves the number of pairs only under coverage")
    nobody = Leaf(
        (),
        np.zeros(len(problem.mentors), dtype=np.bool_),
        np.zeros(len(problem.mentees), dtype=np.bool_),
        np.zeros(len(problem.mentors), dtype=np.int64),
        np.zeros(len(problem.mentees), dtype=np.int64),
    )
    found = certify(problem, replace(solution, proof=nobody))
    assert found.max_pairs > len(solution.mentors)
    assert not found.certified


def test_fewer_pairs_than_possible_are_not_certified_under_coverage(solved):
    problem, solution = solved
    fewer = replace(
        solution,
        mentors=solution.mentors[1:],
        mentees=solution.mentees[1:],
        scores=solution.scores[1:],
    )
    assert not certify(problem, fewer).certified


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda s: {"mentees": np.roll(s.mentees, 1)}, "a score is not that of its pair"),
        (lambda s: {"scores": s.scores + 1e-9}, "a score is not that of its pair"),
        (lambda s: {"total_score": s.total_score + 1e-6}, "the total is not the sum of the scores"),
        (lambda s: {"mentors": np.full_like(s.mentors, s.mentors[0])}, "more partners than their capacity"),
        (lambda s: {"mentors": s.mentees, "mentees": s.mentors}, "role that is not theirs"),
    ],
)
def test_a_corrupted_pair_is_named(solved, change, fault):
    problem, solution = solved
    corrupted = replace(solution, **change(solution))
    assert any(fault in found for found in pair_faults(problem, corrupted))
    assert not certify(problem, corrupted).certified
