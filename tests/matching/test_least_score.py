"""The least score is held against what a pair scores without identity attributes, in both engines."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from tests.matching.people import best_by_force, feasible_pairs, lenient, person, random_people
from viceversa.formats.people import Want
from viceversa.matching import Policy, Problem, certify, explain_pair, explain_unmatched, solve
from viceversa.matching.branching import search
from viceversa.matching.breaches import breach_matrix, swept_matrix
from viceversa.matching.engine import small_relaxation
from viceversa.matching.large import large_relaxation

GENDER = "identity:gender"


def heeding_identity(policy: Policy) -> Policy:
    """The same policy, which weighs an attribute of identity besides."""
    table = policy.to_dict()
    table["options"]["difference_on"] = [*table["options"]["difference_on"], GENDER]
    return Policy.from_dict(table, identity=[GENDER])


def told(people, draw):
    """These people, each of whom has agreed to be matched by an attribute, or has not."""
    return [replace(one, identity={"gender": draw()}) for one in people]


@pytest.mark.parametrize("least", [0.05, 0.15, 0.3])
def test_who_may_be_paired_does_not_hang_on_what_anybody_said(least):
    draw = random.Random(least)
    differs = 0
    for _ in range(40):
        people = random_people(draw, 14)
        policy = lenient(rules={"score_min": least}, difference_on=["function"])
        said = told(people, lambda: draw.choice(["", "a", "b"]))
        plain, weighed = Problem.from_people(people, policy), Problem.from_people(said, heeding_identity(policy))
        may = {(one, other) for one, other, _ in feasible_pairs(plain)}
        assert {(one, other) for one, other, _ in feasible_pairs(weighed)} == may
        assert np.array_equal(breach_matrix(weighed), breach_matrix(plain))
        assert np.array_equal(swept_matrix(weighed), breach_matrix(plain))
        differs += feasible_pairs(weighed) != feasible_pairs(plain)
    assert differs, "it does weigh"


def test_both_engines_find_and_prove_the_best():
    draw = random.Random(7)
    for _ in range(30):
        people = told(random_people(draw, 10), lambda: draw.choice(["", "a", "b"]))
        fairness = draw.choice([0.0, 0.3])
        plain = lenient(rules={"score_min": 0.2}, difference_on=["function"], fairness=fairness)
        problem = Problem.from_people(people, heeding_identity(plain))
        small, _ = search(small_relaxation(problem))
        large, _ = search(large_relaxation(problem, lambda share: None))
        assert small.rank == large.rank
        solution = solve(problem)
        proof = certify(problem, solution)
        assert proof.certified
        assert not proof.faults
        if not fairness and len(feasible_pairs(problem)) <= 11:
            assert len(solution.mentors) == best_by_force(problem)[0]


def test_a_pair_below_the_least_stays_below_however_different_the_two_are():
    mentor = person("m", offers={"law": 3}, function="x", identity={"gender": "canary"})
    mentee = person("e", "mentee", wants={"law": Want(3, 1)}, function="x", identity={"gender": "other"})
    weights = {"complementarity": 0.5, "difference": 0.5}
    plain = lenient(rules={"score_min": 0.4}, difference_on=["function"], weights=weights)
    problem = Problem.from_people([mentor, mentee], heeding_identity(plain))
    solution = solve(problem)
    assert not solution.pairs
    found = explain_pair(problem, solution, "m", "e")
    assert [(one.code, one.params["found"]) for one in found.forbidden_by] == [("score_min", 0.25)]
    alone = explain_unmatched(problem, solution)
    assert {(one.reason, one.feasible_partners) for one in alone} == {("score_min", 0)}
    assert {str(one.relaxation) for one in alone} == {"score_min=0.25"}
