"""The stable variant: nobody would both leave what they have for each other, checked pair by pair."""

import random

import numpy as np
import pytest

from tests.matching.people import feasible_pairs, lenient, person, problem_of, random_people, random_policy
from viceversa.formats.people import Want
from viceversa.matching import InputProblems, Policy, Problem, Solution, quality, solve
from viceversa.matching.stable import SHORT_LIST, stable_pairs

TOPICS = [f"topic {number}" for number in range(40)]


def stable_of(problem: Problem) -> Solution:
    return stable_pairs(problem, solve(problem))


def made(problem: Problem, solution: Solution) -> set[tuple[str, str]]:
    ids = [one.person_id for one in problem.people]
    return {(ids[a], ids[b]) for a, b in zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True)}


def dear(problem: Problem, one: int, other: int, score: float) -> tuple[int, float, int]:
    """How much `one` wants `other`: wishes in their order, then the score, then the turn; higher is better."""
    ranked = problem.policy.options.ranked if problem.policy.weights["preference"] else 0
    wishes = problem.people[one].prefers[:ranked]
    name = problem.people[other].person_id
    return (ranked - wishes.index(name) if name in wishes else 0), score, -other


def blocking_by_force(problem: Problem, solution: Solution) -> list[tuple[int, int]]:
    """Free feasible pairs, not made either way round, that both ends rank above their worst or an empty place."""
    pairs = {(a, b): score for a, b, score in feasible_pairs(problem)}
    locked = set(problem.locked)
    mine: dict[tuple[str, int], list[tuple[int, float, int]]] = {}
    have = set(zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True))
    for a, b in have - locked:
        mine.setdefault(("mentor", a), []).append(dear(problem, a, b, pairs[a, b]))
        mine.setdefault(("mentee", b), []).append(dear(problem, b, a, pairs[a, b]))
    room = {("mentor", a): int(problem.capacity[a]) for a in problem.mentors.tolist()}
    room |= {("mentee", b): int(problem.capacity[b]) for b in problem.mentees.tolist()}
    for a, b in locked:
        room["mentor", a] -= 1
        room["mentee", b] -= 1

    def would(side: tuple[str, int], wanted: tuple[int, float, int]) -> bool:
        held = mine.get(side, [])
        return len(held) < room[side] or bool(held and room[side] > 0 and wanted > min(held))

    settled = have | {(b, a) for a, b in have}
    return [
        (a, b)
        for (a, b), score in pairs.items()
        if (a, b) not in settled
        and would(("mentor", a), dear(problem, a, b, score))
        and would(("mentee", b), dear(problem, b, a, score))
    ]


@pytest.mark.parametrize("seed", range(6))
def test_no_two_would_leave_what_they_have_for_each_other(seed: int) -> None:
    draw = random.Random(seed)
    looked_at = 0
    for _ in range(120):
        people = random_people(draw, draw.randint(0, 9))
        policy = random_policy(draw, [one.person_id for one in people])
        policy = policy.replace(options={"keep": 0.0})
        try:
            problem = Problem.from_people(people, policy)
            solution = stable_of(problem)
        except InputProblems:
            continue
        in_both = any(one.role == "both" for one in problem.people)
        assert in_both or not blocking_by_force(problem, solution)
        taught = np.bincount(solution.mentors, minlength=len(problem.people))
        learnt = np.bincount(solution.mentees, minlength=len(problem.people))
        assert (taught <= problem.capacity).all()
        assert (learnt <= problem.capacity).all()
        have = set(zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True))
        assert set(problem.locked) <= have
        assert not any((b, a) in have for a, b in have)
        assert {(a, b) for a, b, _ in feasible_pairs(problem)} >= have - set(problem.locked)
        looked_at += not in_both and bool(len(have))
    assert looked_at > 5


def test_one_side_pools_with_many_places_and_wishes_are_stable() -> None:
    draw = random.Random(11)
    for _ in range(60):
        problem = problem_of(two_sides(draw, 7, capacity=3), lenient(weights={"complementarity": 1, "preference": 0.3}))
        solution = stable_of(problem)
        assert len(solution.mentors)
        assert not blocking_by_force(problem, solution)


def test_a_wish_goes_before_any_score() -> None:
    people = [
        person("m1", offers={"a": 5}, prefers=("e2",)),
        person("m2", offers={"a": 2}),
        person("e1", "mentee", wants={"a": Want(3, 0)}),
        person("e2", "mentee", wants={"a": Want(3, 0)}, prefers=("m1",)),
    ]
    problem = problem_of(people, lenient(weights={"complementarity": 1, "preference": 0.001}))
    assert made(problem, stable_of(problem)) == {("m1", "e2"), ("m2", "e1")}
    unheard = problem_of(people, lenient(weights={"complementarity": 1, "preference": 0}))
    assert made(unheard, stable_of(unheard)) == greedy(unheard)


def greedy(problem: Problem) -> set[tuple[str, str]]:
    """Best score first while both have room."""
    room = {("mentor", a): int(problem.capacity[a]) for a in problem.mentors.tolist()}
    room |= {("mentee", b): int(problem.capacity[b]) for b in problem.mentees.tolist()}
    chosen = []
    for a, b, _score in sorted(feasible_pairs(problem), key=lambda pair: (-pair[2], pair[0], pair[1])):
        if room["mentor", a] and room["mentee", b]:
            room["mentor", a] -= 1
            room["mentee", b] -= 1
            chosen.append((problem.people[a].person_id, problem.people[b].person_id))
    return set(chosen)


def two_sides(draw: random.Random, count: int, *, capacity: int = 1) -> list:  # type: ignore[type-arg]
    ids = [f"m{k}" for k in range(count)], [f"e{k}" for k in range(count)]
    few = min(3, count)
    return [
        *(
            person(
                name,
                offers={t: draw.randint(1, 5) for t in draw.sample(TOPICS, 8)},
                capacity=draw.randint(1, capacity),
                prefers=tuple(draw.sample(ids[1], few)),
            )
            for name in ids[0]
        ),
        *(
            person(
                name,
                "mentee",
                wants={t: Want(draw.randint(1, 3), draw.randint(0, 2)) for t in draw.sample(TOPICS, 5)},
                capacity=draw.randint(1, capacity),
                prefers=tuple(draw.sample(ids[0], few)),
            )
            for name in ids[1]
        ),
    ]


def test_without_wishes_it_is_greedy_by_score_and_blocks_nobody() -> None:
    problem = problem_of(two_sides(random.Random(2), 40), lenient(weights={"complementarity": 1, "interests": 0.2}))
    solution = stable_of(problem)
    by_score = {round(score, 12) for _, _, score in feasible_pairs(problem)}
    assert len(by_score) > 100
    assert quality(problem, solution).blocking_pairs == 0
    assert solution.total_score == pytest.approx(
        sum(
            s
            for a, b, s in feasible_pairs(problem)
            if (problem.people[a].person_id, problem.people[b].person_id) in greedy(problem)
        )
    )


def test_the_price_of_stability_stands_in_its_gap() -> None:
    problem = problem_of(two_sides(random.Random(5), 30), lenient(weights={"complementarity": 1}))
    best = solve(problem)
    stable = stable_pairs(problem, best)
    assert not stable.certified
    assert stable.max_pairs == best.max_pairs
    assert stable.total_score < best.total_score
    assert stable.gap == pytest.approx(1 - stable.total_score / best.upper_bound)


def test_a_large_pool_is_stable_though_only_short_lists_are_looked_at() -> None:
    problem = problem_of(two_sides(random.Random(7), 520), lenient(weights={"complementarity": 1, "preference": 0.2}))
    assert not blocking_by_force(problem, stable_of(problem))


def test_whoever_comes_to_the_end_of_a_short_list_asks_on() -> None:
    """Everybody is alike, so all ask the same mentors first, and only the whole list shows that others are free."""
    juniors = [person(f"m{k}", offers={"a": 5}) for k in range(510)]
    seniors = [person(f"e{k}", "mentee", wants={"a": Want(3, 0)}) for k in range(510)]
    problem = problem_of([*juniors, *seniors], lenient(weights={"complementarity": 1}))
    assert len(juniors) > 2 * SHORT_LIST
    assert len(stable_of(problem).mentors) == 510


def test_nobody_and_one_person_give_no_pair() -> None:
    for people in ([], [person("m1")], [person("m1", "both")]):
        assert not len(stable_of(Problem.from_people(people, Policy.default())).mentors)
