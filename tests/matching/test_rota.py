"""A rota has the most meetings and the best total of all, no pair twice, and nobody in two meetings of a round."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.matching.people import feasible_pairs, lenient, person, random_people, random_policy
from viceversa.matching import Policy, Problem, certify
from viceversa.matching.rota import Rota, rota


def check_rounds(told: Rota) -> None:
    """Nobody twice a round, no pair twice in any, and rounds equally full."""
    pairs = [frozenset((one.mentor_id, one.mentee_id)) for one in told.meetings]
    assert len(set(pairs)) == len(pairs)
    for side in ("mentor_id", "mentee_id"):
        turns = [(one.round, getattr(one, side)) for one in told.meetings]
        assert len(set(turns)) == len(turns)
    full = Counter(one.round for one in told.meetings)
    sizes = [full[number] for number in range(1, told.rounds + 1)]
    assert sum(sizes) == len(told.meetings)
    assert max(sizes) - min(sizes) <= 1


def best_by_force(problem: Problem, *, rounds: int, coverage: bool) -> tuple[int, float]:
    """Meetings and total of the best rota, by filling round after round in every way that is lawful."""
    pairs = feasible_pairs(problem)
    choices = [
        chosen
        for count in range(len(pairs) + 1)
        for chosen in combinations(range(len(pairs)), count)
        if all(len({pairs[k][side] for k in chosen}) == count for side in (0, 1))
        and len({frozenset(pairs[k][:2]) for k in chosen}) == count
    ]
    found = {(): (0, 0.0)}
    for _ in range(rounds):
        found = {
            tuple(sorted({*before, *now})): (
                len(before) + len(now),
                sum(pairs[k][2] for k in (*before, *now)),
            )
            for before in found
            for now in choices
            if len({frozenset(pairs[k][:2]) for k in (*before, *now)}) == len(before) + len(now)
        }
    return max(found.values(), key=lambda one: one if coverage else (round(one[1], 9), one[0]))


def test_small_rotas_are_as_good_as_trying_everything_finds() -> None:
    draw, made = random.Random(11), 0
    while made < 60:
        people = random_people(draw, draw.randint(3, 6))
        policy = random_policy(draw, [one.person_id for one in people])
        rounds = draw.choice([1, 2, 3])
        told = rota(people, policy, rounds=rounds)
        if not 0 < len(feasible_pairs(told.problem)) <= 7:
            continue
        made += 1
        check_rounds(told)
        coverage = policy.options.objective == "coverage"
        best = best_by_force(told.problem, rounds=rounds, coverage=coverage)
        assert len(told.meetings) == best[0]
        assert told.solution.total_score == pytest.approx(best[1], abs=1e-9)
        assert told.solution.certified


def test_greater_pools_are_dealt_without_a_repeat_and_the_certificate_holds() -> None:
    draw = random.Random(12)
    for rounds in (2, 3, 5, 12):
        people = random_people(draw, 60)
        told = rota(people, random_policy(draw, [one.person_id for one in people]), rounds=rounds)
        check_rounds(told)
        proof = certify(told.problem, told.solution)
        assert proof.certified
        assert proof.upper_bound == pytest.approx(told.solution.total_score)


def test_round_after_round_would_have_been_worse() -> None:
    """The best first round takes what the second needs: together they are better."""
    rows = pool({"a": {"x": 5, "y": 5}, "b": {"x": 4}}, wants={"e": "x", "f": "y"})
    policy = lenient(weights={"complementarity": 1}, rules={"must_teach": True, "teach_level_min": 1})
    assert len(rota(rows, policy, rounds=1).meetings) == 2
    assert [(one.mentor_id, one.mentee_id) for one in rota(rows, policy, rounds=2).meetings].count(("a", "e")) == 1
    assert len(rota(rows, policy, rounds=2).meetings) == 3


def pool(offers: dict[str, dict[str, int]], *, wants: dict[str, str]) -> list[Any]:
    from viceversa.formats.people import Want

    mentors = [person(one, offers=some) for one, some in offers.items()]
    return [*mentors, *(person(one, "mentee", wants={topic: Want(3, 0)}) for one, topic in wants.items())]


def test_whoever_has_met_does_not_meet_again_whichever_way_round() -> None:
    people = [person(one, "both") for one in "abcd"]
    first = rota(people, lenient(), rounds=1)
    met = [(one.mentor_id, one.mentee_id) for one in first.meetings]
    assert met
    again = rota(people, lenient(), rounds=3, met=[(b, a) for a, b in met])
    assert not {frozenset(pair) for pair in met} & {frozenset((one.mentor_id, one.mentee_id)) for one in again.meetings}


def test_locks_and_pairs_of_now_and_capacities_are_for_longer_partners() -> None:
    people = [person("a", capacity=1), person("b"), person("e", "mentee"), person("f", "mentee", capacity=9)]
    told = rota(people, lenient(locked=[["a", "e"]], current=[["a", "f"]], keep=1.0), rounds=2)
    assert len(told.meetings) == 4
    assert told.problem.locked == ()
    assert told.solution.kept_bonus == 0


def test_the_same_people_in_another_order_get_the_same_rota() -> None:
    people = random_people(random.Random(13), 24)
    policy = Policy.default().replace(rules={"grade_gap_min": 0, "must_teach": False})
    assert rota(people, policy, rounds=3).meetings == rota(people[::-1], policy, rounds=3).meetings
    assert np.isfinite(rota(people, policy, rounds=3).solution.upper_bound)


@pytest.mark.parametrize("rounds", [0, 13])
def test_a_rota_has_a_round_and_ends_some_day(rounds: int) -> None:
    with pytest.raises(ValueError, match=str(rounds)):
        rota([], lenient(), rounds=rounds)


def test_nobody_meets_nobody() -> None:
    told = rota([], lenient(), rounds=3)
    assert told.meetings == ()
    assert told.solution.certified
