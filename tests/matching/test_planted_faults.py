"""An engine that errs is found out by its certificate: in a small pool and in one that is swept by compiled code."""

from dataclasses import replace

import pytest

from tests.matching.test_large_pools import organisation
from viceversa.matching import Policy, Problem, certify, solve
from viceversa.matching.field import is_small


@pytest.fixture(params=[(40, 36), (510, 500)], ids=["small", "large"])
def people(request):
    return organisation(*request.param, seed=21)


def errs(people, *, believed, true_policy=None):
    """What the certificate says of pairs that were made for other people, or under another policy."""
    true = Problem.from_people(people, true_policy or Policy.default())
    assert is_small(true) == (len(people) < 100)
    return certify(true, solve(believed))


def test_an_exclusion_that_was_ignored_is_told(people):
    made = solve(Problem.from_people(people, Policy.default()))
    everybody = Problem.from_people(people, Policy.default()).people
    one, other = everybody[made.mentors[0]].person_id, everybody[made.mentees[0]].person_id
    wary = [replace(row, excludes=(one,)) if row.person_id == other else row for row in people]
    found = errs(wary, believed=Problem.from_people(people, Policy.default()))
    assert not found.certified
    assert "a pair is not available" in found.faults


def test_a_grade_gap_that_is_one_too_small_is_told(people):
    lax = Policy.default().replace(rules={"grade_gap_min": Policy.default().rules.grade_gap_min - 1})
    found = errs(people, believed=Problem.from_people(people, lax))
    assert not found.certified
    assert "a pair breaks grade_gap_min" in found.faults


@pytest.mark.parametrize("rule", ["common_language", "must_teach"])
def test_a_rule_that_was_forgotten_is_told(people, rule):
    found = errs(people, believed=Problem.from_people(people, Policy.default().replace(rules={rule: False})))
    assert not found.certified
    assert f"a pair breaks {rule}" in found.faults


def test_prices_of_another_policy_prove_nothing_exact(people):
    problem = Problem.from_people(people, Policy.default())
    solution = solve(problem)
    other = solve(Problem.from_people(people, Policy.default().replace(weights={"style": 1.0})))
    found = certify(problem, replace(solution, proof=other.proof))
    assert found.gap > 0 or not found.certified
    raised = replace(solution.proof, mentee_price=solution.proof.mentee_price + 10**9)
    assert certify(problem, replace(solution, proof=raised)).gap > 0
