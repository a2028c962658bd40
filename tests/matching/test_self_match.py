"""Whatever a leader picks of their list, as many pairs stay possible, and all lose what was told and no more."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest

from tests.matching.people import feasible_pairs, lenient, person, random_people, random_policy
from viceversa.formats.people import PersonRow, Want
from viceversa.matching import Problem
from viceversa.matching.dense import Transport
from viceversa.matching.self_match import Choices, choices, losses

Pair = tuple[int, int]


def one_way(problem: Problem) -> dict[Pair, int]:
    """Feasible pairs in millionths of score; of two of the same people the better, or the one with the lower key."""
    every = {(mentor, mentee): round(score * 10**6) for mentor, mentee, score in feasible_pairs(problem)}
    n = len(problem.people)
    return {
        (one, other): units
        for (one, other), units in every.items()
        if (other, one) not in every or (units, -(one * n + other)) > (every[other, one], -(other * n + one))
    }


def best_by_force(problem: Problem, *, wanted: Pair | None = None) -> tuple[int, int]:
    """Pairs and total of the best way to give each leader one mentor or none, by trying every one."""
    pairs = one_way(problem)
    leaders = [place for place in problem.mentees.tolist() if problem.capacity[place]]
    options = [[None, *(one for one, other in pairs if other == leader)] for leader in leaders]
    found = (-1, 0)
    for chosen in product(*options):
        made = [(one, leader) for one, leader in zip(chosen, leaders, strict=True) if one is not None]
        if wanted is not None and wanted not in made:
            continue
        if all(sum(one == mentor for one, _ in made) <= problem.capacity[mentor] for mentor, _ in made):
            found = max(found, (len(made), sum(pairs[pair] for pair in made)))
    return found


def told(found: Choices) -> dict[Pair, int]:
    problem = found.problem
    return {
        (int(mentor), int(leader)): int(found.loss[row, at])
        for row, leader in enumerate(problem.mentees)
        for at, mentor in enumerate(problem.mentors)
        if found.loss[row, at] >= 0
    }


@pytest.mark.parametrize("limit", [0.0, 0.05, 0.3, 1.0])
def test_a_choice_is_offered_exactly_where_no_pair_and_not_too_much_is_lost(limit: float) -> None:
    draw, made, offered, refused = random.Random(21), 0, 0, 0
    while made < 60:
        people = random_people(draw, draw.randint(3, 8))
        policy = random_policy(draw, [one.person_id for one in people]).replace(
            options={"locked": [], "current": [], "keep": 0.0}
        )
        problem = Problem.from_people(people, policy)
        pairs = one_way(problem)
        if not pairs:
            continue
        made += 1
        found = choices(problem, at_most=limit)
        most, total = best_by_force(problem)
        assert (found.pairs, round(found.total * 10**6)) == (most, total)
        forced = {pair: best_by_force(problem, wanted=pair) for pair in pairs}
        expected = {
            pair: total - left
            for pair, (count, left) in forced.items()
            if count == most and total - left <= round(limit * 10**6)
        }
        assert told(found) == expected
        offered, refused = offered + len(expected), refused + len(pairs) - len(expected)
    assert offered > 60
    assert refused > 20


def test_pools_too_large_for_trying_everything_keep_their_pairs_choice_after_choice() -> None:
    """Every leader picks at random from their list; in the end as many have a mentor, and the losses add up."""
    draw = random.Random(22)
    for _ in range(3):
        people, chosen, lost = random_people(draw, 40), [], 0.0
        policy = lenient(rules={"common_language": True, "grade_gap_min": 0})
        first = found = choices(Problem.from_people(people, policy), at_most=0.2)
        leaders = [one.person_id for one in people if one.role != "mentor"]
        draw.shuffle(leaders)
        for leader in leaders:
            mine = found.of(leader, among=[one.person_id for one in people])
            if mine:
                pick = draw.choice(mine[:5])
                chosen.append([pick.mentor_id, leader])
                lost += pick.loss
                locked = policy.replace(options={"locked": chosen})
                found = choices(Problem.from_people(people, locked), at_most=0.2)
                assert found.pairs == first.pairs
        assert len(chosen) == first.pairs
        problem = first.problem
        fit = {(mentor, mentee): units for (mentor, mentee), units in one_way(problem).items()}
        total = sum(fit[problem.place[one], problem.place[other]] for one, other in chosen)
        assert total / 10**6 == pytest.approx(first.total - lost, abs=1e-9)


def test_the_compiled_solver_offers_what_the_plain_one_does() -> None:
    """Where both can be asked: prices differ, what a choice costs does not."""
    draw = random.Random(23)
    for _ in range(3):
        problem = Problem.from_people(random_people(draw, 60), lenient(rules={"common_language": True}))
        plain, compiled = choices(problem, at_most=0.3), choices(problem, at_most=0.3, compiled=True)
        assert (plain.pairs, plain.total) == (compiled.pairs, compiled.total)
        assert told(plain) == told(compiled)
        assert len(told(plain)) > 60


@pytest.mark.parametrize("price", [0, 1, 2])
def test_whatever_prices_prove_the_best_pairs_a_choice_costs_the_same(price: int) -> None:
    """One leader, worth 5 with their mentor and 3 with another: a seat that is left empty costs what it was priced."""
    one = np.array([1])
    best = Transport(np.array([[True, False]]), np.array([5 - price]), np.array([price, 0]))
    found = losses(best, np.array([[5, 3]]), np.array([[True, True]]), supply=one, demand=np.array([1, 1]), limit=9)
    assert found.tolist() == [[0, 2]]


def test_the_same_people_in_another_order_are_offered_the_same() -> None:
    people = random_people(random.Random(24), 30)
    lists = [
        choices(Problem.from_people(rows, lenient()), at_most=0.1).lists(
            length=4, among=[one.person_id for one in rows]
        )
        for rows in (people, people[::-1])
    ]
    assert lists[0] == lists[1]


def taught() -> list[PersonRow]:
    """The leader e could learn of a or b, f of a alone."""
    return [
        person("a", offers={"tax": 4, "law": 4}),
        person("b", offers={"tax": 3}),
        person("e", "mentee", wants={"tax": Want(3, 0)}),
        person("f", "mentee", wants={"law": Want(3, 0)}),
    ]


TEACHES = {"weights": {"complementarity": 1.0}, "rules": {"must_teach": True, "teach_level_min": 1}}


def test_nobody_may_take_the_only_mentor_of_another() -> None:
    problem = Problem.from_people(taught(), lenient(**TEACHES))
    offered = choices(problem, at_most=1.0).lists(length=5, among="ab")
    assert {leader: [one.mentor_id for one in some] for leader, some in offered.items()} == {"e": ["b"], "f": ["a"]}


def test_whom_a_leader_has_seen_or_who_is_not_shown_is_not_listed() -> None:
    people = [person(one) for one in "abcd"] + [person("e", "mentee")]
    found = choices(Problem.from_people(people, lenient()), at_most=1.0)
    assert [one.mentor_id for one in found.lists(length=2, among="abcd")["e"]] == ["a", "b"]
    assert [one.mentor_id for one in found.lists(length=2, among="bcd", without={"e": ["c"]})["e"]] == ["b", "d"]


def test_a_locked_leader_chooses_no_more_and_the_place_is_gone() -> None:
    people = [person("a"), person("b"), person("e", "mentee"), person("f", "mentee")]
    found = choices(Problem.from_people(people, lenient(locked=[["a", "e"]])), at_most=1.0)
    assert found.pairs == 2
    assert found.of("e", among="ab") == []
    assert [one.mentor_id for one in found.of("f", among="ab")] == ["b"]


@pytest.mark.parametrize("limit", [-0.1, 1.1])
def test_a_limit_is_a_part_of_one_pair(limit: float) -> None:
    with pytest.raises(ValueError, match=str(limit)):
        choices(Problem.from_people([], lenient()), at_most=limit)


def test_nobody_chooses_where_nobody_is() -> None:
    assert choices(Problem.from_people([], lenient()), at_most=1.0).lists(length=5, among=()) == {}
    alone = Problem.from_people([person("e", "mentee")], lenient())
    assert choices(alone, at_most=1.0).lists(length=5, among=()) == {"e": []}


def test_a_policy_with_quotas_is_matched_in_bulk() -> None:
    policy = lenient(rules={"share": [{"different": "function", "at_least": 0.5}]})
    with pytest.raises(ValueError, match="quotas"):
        choices(Problem.from_people(taught(), policy), at_most=0.1)
