"""The pairs behind the number of blocking pairs: all of them, each by its own score, those that gain most first."""

import random

import numpy as np

from tests.matching.people import lenient, problem_of, random_people, random_policy
from tests.matching.test_stable import two_sides
from viceversa.matching import InputProblems, Problem, quality, solve
from viceversa.matching.blocking import blocking_list


def test_as_many_are_listed_as_are_counted_and_none_is_made() -> None:
    draw = random.Random(4)
    seen = 0
    for _ in range(200):
        people = random_people(draw, 8)
        try:
            problem = Problem.from_people(people, random_policy(draw, [one.person_id for one in people]))
            solution = solve(problem)
        except InputProblems:
            continue
        listed = blocking_list(problem, solution, most=1000)
        assert listed.is_whole
        assert len(listed) == quality(problem, solution).blocking_pairs
        have = set(zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True))
        assert not have & set(zip(listed.mentors.tolist(), listed.mentees.tolist(), strict=True))
        assert (listed.scores > listed.mentor_has).all()
        assert (listed.scores > listed.mentee_has).all()
        gain = listed.scores - np.maximum(listed.mentor_has, listed.mentee_has)
        assert (np.diff(gain) <= 0).all()
        seen += len(listed)
    assert seen > 20


def crowd() -> Problem:
    return problem_of(two_sides(random.Random(1), 60), lenient(weights={"complementarity": 1}))


def test_the_most_that_are_asked_for_are_those_that_gain_most() -> None:
    problem = crowd()
    solution = solve(problem)
    whole = blocking_list(problem, solution, most=1000)
    few = blocking_list(problem, solution, most=5)
    assert len(whole) > 5
    assert not few.is_whole
    assert few.scores.tolist() == whole.scores[:5].tolist()


def test_where_too_many_pairs_would_be_looked_at_the_worst_off_mentors_are() -> None:
    problem = crowd()
    solution = solve(problem)
    part = blocking_list(problem, solution, most=1000, looked_at=3 * 60)
    whole = blocking_list(problem, solution, most=1000)
    assert not part.is_whole
    assert set(part.mentors.tolist()) <= set(whole.mentors.tolist())
    assert len(set(part.mentors.tolist())) <= 3
    worst_off = sorted(solution.scores.tolist())[2]
    assert part.mentor_has.max() <= worst_off


def test_an_empty_pool_has_none() -> None:
    problem = problem_of([])
    assert len(blocking_list(problem, solve(problem), most=5)) == 0
