"""The benchmark's own arithmetic: what it hands to peers, and how it judges the pairs they bring back."""

import numpy as np
import pytest
from bench.figures.pool import (
    MATRIX,
    Shape,
    judged,
    people,
    people_of,
    with_those_above,
    write_matrix,
    write_pool,
)

from viceversa.matching import Policy, Problem, assign, solve
from viceversa.matching.field import feasible_field


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    problem = write_pool(folder, 40, seed=3)
    share = write_matrix(folder, problem)
    with np.load(folder / MATRIX) as file:
        return problem, file["cost"], float(file["prohibitive"]), share


def test_as_many_take_part_as_were_asked_for():
    rows = people(25, seed=2)
    assert sum(row.role == "mentor" for row in rows) == 25
    assert sum(row.role == "mentee" for row in rows) == 25
    assert {row.capacity for row in rows} == {1}
    assert not any(row.leave_date for row in rows)


def test_a_cheapest_assignment_of_what_peers_are_handed_is_the_engines_own_optimum(pool):
    problem, cost, prohibitive, _ = pool
    best = solve(problem)
    found = assign(np.rint(cost * 1e9).astype(np.int64))
    lawful = np.flatnonzero(cost[np.arange(len(cost)), found.column] < prohibitive)
    theirs = judged(problem, np.stack((lawful, found.column[lawful]), axis=1))
    assert best.certified
    assert theirs.faults == ()
    assert theirs.pairs == len(best.mentors)
    assert theirs.total == pytest.approx(best.total_score, abs=1e-7)


def test_exactly_the_lawful_pairs_are_priced_below_the_prohibitive_cost(pool):
    problem, cost, prohibitive, share = pool
    field = feasible_field(problem)
    assert (cost < prohibitive).sum() == len(field) == round(share * cost.size)
    assert (cost[field.mentor, field.mentee] == -field.score).all()
    assert prohibitive > len(cost)


def test_a_pair_that_breaks_a_rule_is_told(pool):
    problem, cost, prohibitive, _ = pool
    breaks = np.argwhere(cost == prohibitive)[:1]
    assert judged(problem, breaks).faults == ("a pair breaks a rule",)


def test_two_partners_for_one_are_told(pool):
    problem, cost, prohibitive, _ = pool
    lawful = np.argwhere(cost < prohibitive)
    mentor = np.bincount(lawful[:, 0]).argmax()
    assert judged(problem, lawful[lawful[:, 0] == mentor][:2]).faults == ("somebody has two partners",)
    mentee = np.bincount(lawful[:, 1]).argmax()
    assert judged(problem, lawful[lawful[:, 1] == mentee][:2]).faults == ("somebody has two partners",)


def test_no_pairs_are_no_fault(pool):
    found = judged(pool[0], np.zeros((0, 2), dtype=np.int64))
    assert (found.pairs, found.total, found.faults) == (0, 0.0, ())


def test_those_above_are_kept_and_change_no_rule():
    everybody = people_of(Shape(30, 12, 2), seed=4)
    few = with_those_above(everybody)
    assert len(few) < len(everybody)
    assert {row.person_id for row in few if row.role} == {row.person_id for row in everybody if row.role}
    assert {row.capacity for row in few if row.role} == {2}
    whole, part = (solve(Problem.from_people(rows, Policy.default())) for rows in (everybody, few))
    assert whole.total_score == part.total_score


@pytest.mark.parametrize("text", ["", "0", "5x0", "1x2x3x4", "many"])
def test_a_shape_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        Shape.of(text)
    assert str(Shape.of("60x5x3")) == "60x5x3"
