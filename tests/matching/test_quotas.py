"""Quotas: limits on groups of pairs and shares of all pairs, against trying everything."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from tests.matching.people import lenient, person
from viceversa.matching import Policy, Problem, certify, solve
from viceversa.matching.errors import InputProblems
from viceversa.matching.field import feasible_field
from viceversa.matching.policy import AtMost, PolicyError, Share
from viceversa.matching.quota_prices import FEW, priced
from viceversa.matching.quotas import broken_quotas, held_back, lines
from viceversa.matching.rules import feasible, unavailable
from viceversa.matching.scoring import scores
from viceversa.matching.solution import QuotaProof
from viceversa.matching.unmatched import explain_unmatched

PLACES = ("", "Oslo", "Pune")
AREAS = ("", "sales", "IT", "law")


def pool(seed: int) -> Problem:
    """A few people, some in both roles, with capacities, quotas and now and then a locked pair."""
    chance = random.Random(seed)
    people = [
        person(
            f"p{k}",
            chance.choice(("mentor", "mentee", "mentor", "mentee", "both")),
            function=chance.choice(AREAS),
            location=chance.choice(PLACES),
            grade=3,
            capacity=chance.choice((1, 1, 2)),
            interests=tuple(chance.sample(("a", "b", "c", "d"), 2)),
        )
        for k in range(6)
    ]
    sides = ("", "function", "location")
    at_most = [
        {"pairs": chance.randint(0, 2), "mentors": chance.choice(sides), "mentees": chance.choice(sides)}
        for _ in range(chance.randint(0, 2))
    ]
    kind, part = chance.choice(("different", "same")), chance.choice((0.25, 0.4, 0.5, 0.75, 1.0))
    share = [{"at_least": part, kind: chance.choice(("function", "location"))}] if chance.random() < 0.7 else []
    mentors = [one.person_id for one in people if one.role != "mentee"]
    mentees = [one.person_id for one in people if one.role != "mentor"]
    pairs = [[a, b] for a in mentors for b in mentees if a != b]
    policy = lenient(
        rules={"at_most": at_most, "share": share},
        weights={"interests": 1.0, "difference": 0.5, "complementarity": 0.1},
        objective=chance.choice(("coverage", "quality")),
        locked=[chance.choice(pairs)] if pairs and chance.random() < 0.25 else [],
        current=chance.sample(pairs, min(2, len(pairs))),
        keep=chance.choice((0.0, 0.3)),
        seed=seed,
    )
    return Problem.from_people(people, policy)


def best_by_trying(problem: Problem) -> tuple[int, float] | None:
    """Pairs and total of the best of all choices under the quotas; None where there is none."""
    mentor, mentee = (side.ravel() for side in np.meshgrid(problem.mentors, problem.mentees))
    made = scores(problem, mentor, mentee)
    lawful = feasible(problem, mentor, mentee, scores=made) & ~unavailable(problem, mentor, mentee)
    bonus = problem.traits.bonus.of(mentor * len(problem.people) + mentee)
    worth = {(a, b): w for a, b, w in zip(mentor[lawful], mentee[lawful], (made + bonus)[lawful], strict=True)}
    coverage = problem.policy.options.objective == "coverage"
    best: tuple[tuple[float, float], int, float] | None = None
    for size in range(len(worth) + 1):
        found = False
        for choice in combinations(worth, size):
            ends = np.array(choice, dtype=np.int64).reshape(size, 2)
            n = len(problem.people)
            if any((np.bincount(ends[:, side], minlength=n) > problem.capacity).any() for side in (0, 1)):
                continue
            found = True
            if len({frozenset(pair) for pair in choice}) < size or not set(problem.locked) <= set(choice):
                continue
            if broken_by_counting(problem, choice):
                continue
            total = sum(worth[pair] for pair in choice)
            rank = (size, total) if coverage else (round(total, 7), size)
            if best is None or rank > best[0]:
                best = rank, size, total
        if not found:
            break
    return best and best[1:]


def broken_by_counting(problem: Problem, choice: tuple[tuple[int, int], ...]) -> bool:
    """The quotas once more, pair by pair, without the engine's arrays."""
    people = problem.people
    for rule in problem.policy.rules.at_most:
        counts: dict[tuple[str, str], int] = {}
        for a, b in choice:
            one = getattr(people[a], rule.mentors) if rule.mentors else "all"
            other = getattr(people[b], rule.mentees) if rule.mentees else "all"
            if one and other:
                counts[one, other] = counts.get((one, other), 0) + 1
        if max(counts.values(), default=0) > rule.pairs:
            return True
    for rule in problem.policy.rules.share:
        ends = [
            (getattr(people[a], rule.different or rule.same), getattr(people[b], rule.different or rule.same))
            for a, b in choice
        ]
        good = sum(bool(x and y) and ((x != y) if rule.different else (x == y)) for x, y in ends)
        if good < rule.at_least * len(choice) - 1e-9:
            return True
    return False


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_the_best_under_quotas_is_that_of_trying_everything(first):
    proven = 0
    for seed in range(first, first + 50):
        problem = pool(seed)
        expected = best_by_trying(problem)
        if expected is None:
            with pytest.raises(InputProblems):
                solve(problem)
            proven += 1
            continue
        found = solve(problem)
        assert (len(found.mentors), pytest.approx(found.total_score + found.kept_bonus, abs=1e-7)) == expected, seed
        assert found.upper_bound >= expected[1] - 1e-9, seed
        assert found.max_pairs >= expected[0] or problem.policy.options.objective == "quality", seed
        assert not certify(problem, found).faults
        proven += found.certified
    assert proven >= 40


def crowd(seed: int, **rules) -> Problem:
    """Forty mentors and forty leaders in four departments and three places."""
    chance = random.Random(seed)
    people = [
        person(
            f"{role}{k}",
            role,
            function=chance.choice(("sales", "IT", "law", "logistics")),
            location=chance.choice(PLACES),
            grade=3,
            interests=tuple(chance.sample("abcdefghijkl", 4)),
        )
        for role in ("mentor", "mentee")
        for k in range(40)
    ]
    return Problem.from_people(people, lenient(rules=rules, weights={"interests": 1.0, "difference": 0.3}))


QUOTAS = [
    {"share": [{"at_least": 0.75, "same": "location"}]},
    {"at_most": [{"pairs": 3, "mentors": "function", "mentees": "function"}]},
    {"at_most": [{"pairs": 9, "mentors": "function"}], "share": [{"at_least": 0.6, "different": "function"}]},
]


@pytest.mark.parametrize("rules", QUOTAS)
@pytest.mark.parametrize("seed", range(3))
def test_prices_from_few_pairs_bound_as_well_as_those_from_all(rules, seed):
    problem = crowd(seed, **rules)
    field = feasible_field(problem)
    kept = lines(problem, field)
    worth = field.score + 1
    paid = [priced(kept, field, worth, liked=field.score, few=few) for few in (len(field), 100)]
    whole, grown = (kept.limits @ one.prices + np.maximum(0, one.over).sum() for one in paid)
    assert grown == pytest.approx(whole, abs=1e-7)


def test_a_pool_of_which_few_pairs_are_searched_has_the_best_that_it_has_without_binding_quotas():
    people = [replace(one, person_id=f"{one.person_id}-{k}") for k in range(4) for one in crowd(5).people]
    plain = Problem.from_people(people, lenient(weights={"interests": 1.0, "difference": 0.3}))
    slack = {
        "at_most": [{"pairs": 1000, "mentors": "function"}],
        "share": [{"at_least": 0.01, "different": "function"}],
    }
    ruled = plain.with_policy(plain.policy.replace(rules=slack))
    assert len(feasible_field(ruled)) > FEW
    best, found = solve(plain), solve(ruled)
    assert len(found.mentors) == len(best.mentors)
    assert found.total_score == pytest.approx(best.total_score, abs=1e-9)
    assert found.certified
    assert found.gap < 1e-9


def test_prices_that_do_not_bound_are_refused():
    problem = next(found for found in map(pool, range(100)) if has_gain(found))
    found = solve(problem)
    negative = replace(found.proof, weight_prices=found.proof.weight_prices - 1_000_000)
    short = replace(found.proof, pair_prices=found.proof.pair_prices[:-1])
    for planted in (negative, short):
        assert not certify(problem, replace(found, proof=planted)).certified


def has_gain(problem: Problem) -> bool:
    try:
        found = solve(problem)
    except InputProblems:
        return False
    return isinstance(found.proof, QuotaProof) and found.certified and found.total_score > 0 and not problem.locked


def test_pairs_that_break_a_quota_are_a_fault():
    problem = next(found for found in map(pool, range(100)) if has_gain(found))
    found = solve(problem)
    closed = replace(problem.policy, rules=replace(problem.policy.rules, at_most=(AtMost(0),), share=()))
    told = certify(problem.with_policy(closed), found)
    assert told.faults == ("the pairs break rules.at_most 1",)
    assert not told.certified


def two_departments(**rules) -> Problem:
    people = [person(f"m{k}", function="sales") for k in range(3)] + [
        person(f"e{k}", "mentee", function="IT" if k else "sales") for k in range(3)
    ]
    return Problem.from_people(people, lenient(rules=rules))


def test_who_is_held_back_by_one_quota_is_told_so():
    problem = two_departments(at_most=[{"pairs": 1, "mentees": "function"}])
    found = solve(problem)
    told = {one.person_id: one.reason for one in explain_unmatched(problem, found)}
    assert len(found.mentors) == 2
    assert found.certified
    assert set(told.values()) == {"at_most"}


@pytest.mark.parametrize("seed", range(60))
def test_who_is_held_back_is_found_as_by_adding_each_pair_alone(seed):
    problem = pool(seed)
    field = feasible_field(problem)
    kept = lines(problem, field)
    few = _few_pairs(problem, field, kept)
    made = (
        np.append(problem.mentors[field.mentor[few]], np.array([a for a, _ in problem.locked], dtype=np.int64)),
        np.append(problem.mentees[field.mentee[few]], np.array([b for _, b in problem.locked], dtype=np.int64)),
    )
    alone = sorted(set(range(len(problem.people))) - set(np.concatenate(made).tolist()))
    assert held_back(problem, field, made, alone) == held_back_one_by_one(problem, field, made, alone)


def _few_pairs(problem, field, kept):
    """Pairs that could be made, taken as they come, so that some people stay alone."""
    used = np.zeros(len(field), dtype=np.int64)
    for k in range(len(field)):
        used[k] = 1
        if (kept.factors @ used > kept.limits).any() or used.sum() > 2:
            used[k] = 0
    return np.flatnonzero(used)


def held_back_one_by_one(problem, field, made, alone) -> dict[int, str]:
    teach = problem.capacity - np.bincount(made[0], minlength=len(problem.people))
    learn = problem.capacity - np.bincount(made[1], minlength=len(problem.people))
    found: dict[int, set[str]] = {}
    for mentor, mentee in zip(problem.mentors[field.mentor], problem.mentees[field.mentee], strict=True):
        if teach[mentor] > 0 and learn[mentee] > 0:
            names = broken_quotas(problem, np.append(made[0], mentor), np.append(made[1], mentee))
            for one in {int(mentor), int(mentee)} & set(alone):
                found.setdefault(one, set()).update(name.split()[0].removeprefix("rules.") for name in names)
    return {one: keys.pop() for one, keys in found.items() if len(keys) == 1}


def test_a_share_that_few_pairs_fulfil_leaves_people_alone_and_says_so():
    problem = two_departments(share=[{"at_least": 1.0, "different": "function"}])
    found = solve(problem)
    assert len(found.mentors) == 2
    assert {one.reason for one in explain_unmatched(problem, found)} == {"share"}


def test_locked_pairs_beyond_a_limit_are_refused_by_its_name():
    problem = two_departments(at_most=[{"pairs": 1, "mentors": "function"}])
    policy = problem.policy.replace(options={"locked": [["m0", "e0"], ["m1", "e1"]]})
    with pytest.raises(InputProblems, match=r"rules\.at_most 1 allows"):
        solve(Problem.from_people(problem.people, policy))


def test_an_empty_value_belongs_to_no_group_and_fulfils_no_share():
    people = [person("m0"), person("m1"), person("e0", "mentee"), person("e1", "mentee")]
    limited = lenient(rules={"at_most": [{"pairs": 0, "mentors": "function"}]})
    assert len(solve(Problem.from_people(people, limited)).mentors) == 2
    shared = lenient(rules={"share": [{"at_least": 0.1, "same": "function"}]})
    assert len(solve(Problem.from_people(people, shared)).mentors) == 0


def test_a_pool_too_large_for_quotas_is_refused_in_a_sentence():
    people = [person(f"m{k}") for k in range(2001)] + [person(f"e{k}", "mentee") for k in range(2000)]
    problem = Problem.from_people(people, lenient(rules={"at_most": [{"pairs": 4}]}))
    with pytest.raises(InputProblems, match="up to 4,000,000 possible pairs"):
        solve(problem)


def test_quotas_survive_their_own_dictionary_and_leave_other_policies_as_they_were():
    text = '[[rules.at_most]]\npairs = 4\nmentors = "function"\n[[rules.share]]\nat_least = 0.4\nsame = "location"\n'
    policy = Policy.from_toml(text)
    assert policy.rules.at_most == (AtMost(4, "function"),)
    assert policy.rules.share == (Share(0.4, same="location"),)
    assert Policy.from_dict(policy.to_dict()) == policy
    assert "at_most" not in Policy.default().to_dict()["rules"]


def test_everything_wrong_with_quotas_is_told_at_once_with_its_place():
    text = (
        '[[rules.at_most]]\npairs = -1\nmentors = "functoin"\n[[rules.at_most]]\nmentee = "function"\n'
        '[[rules.share]]\nat_least = 1.5\ndifferent = "function"\nsame = "location"\n'
        '[[rules.share]]\nat_least = 0\nsame = "location"\n[[rules.share]]\nat_least = 0.33333\nsame = "location"\n'
    )
    with pytest.raises(PolicyError) as refused:
        Policy.from_toml(text)
    keys = [problem.key for problem in refused.value.problems]
    assert len(keys) == len(set(keys))
    assert set(keys) == {
        "rules.at_most 1.pairs", "rules.at_most 1.mentors", "rules.at_most 2", "rules.at_most 2.mentee",
        "rules.share 1.at_least", "rules.share 1", "rules.share 2.at_least", "rules.share 3.at_least",
    }  # fmt: skip


def test_quotas_and_fairness_are_refused_together():
    with pytest.raises(PolicyError, match="fairness"):
        Policy.from_toml("[[rules.at_most]]\npairs = 4\n[options]\nfairness = 0.1\n")


def test_broken_quotas_are_told_by_their_place():
    problem = two_departments(at_most=[{"pairs": 3}, {"pairs": 0}], share=[{"at_least": 0.9, "same": "function"}])
    found = broken_quotas(problem, problem.mentors, problem.mentees)
    assert found == ["rules.at_most 2", "rules.share 1"]
