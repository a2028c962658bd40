"""The compiled path: the same bits as numpy, the optimum of scipy, the same bytes whatever the threads."""

import random
import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from tests.matching.people import lenient, person, random_people, random_policy
from viceversa.formats.people import Want
from viceversa.matching import InputProblems, Policy, Problem, certify, solve
from viceversa.matching.branching import search
from viceversa.matching.breaches import breach_bits, breach_matrix, swept_matrix
from viceversa.matching.certify import proved, swept_blocks, swept_rows
from viceversa.matching.engine import small_relaxation
from viceversa.matching.field import blocks, feasible_block, is_small
from viceversa.matching.files import pairs_csv
from viceversa.matching.large import large_relaxation
from viceversa.matching.locks import check_locks
from viceversa.matching.objective import stretch
from viceversa.matching.pricing import Pricing
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores
from viceversa.matching.solution import Leaf
from viceversa.matching.swept import Swept
from viceversa.matching.unmatched import explain_unmatched

TOPICS = [f"topic {number}" for number in range(60)]


def organisation(mentors, mentees, *, seed, capacity=(1,), interests=(0, 4)):
    draw = random.Random(seed)

    def someone(number, role):
        return person(
            f"{role}{number:05}",
            role,
            grade=draw.randint(1, 4) if role == "mentor" else draw.randint(4, 8),
            capacity=draw.choice(capacity),
            offers={topic: draw.randint(1, 5) for topic in draw.sample(TOPICS, draw.randint(1, 6))},
            wants={topic: Want(draw.randint(1, 3), draw.randint(0, 3)) for topic in draw.sample(TOPICS, 3)},
            interests=tuple(draw.sample("abcdefghijklmnop", draw.randint(*interests))),
            languages=tuple(draw.sample(["en", "de", "fr"], draw.randint(1, 3))),
            function=draw.choice("abcde"),
            location=draw.choice("lmno"),
            time_zone=draw.choice(["Europe/Berlin", "Asia/Tokyo", "America/New_York"]),
            style_formality=draw.choice([None, 1, 2, 3, 4, 5]),
        )

    return [
        *(someone(number, "mentor") for number in range(mentors)),
        *(someone(number, "mentee") for number in range(mentees)),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_both_paths_find_the_same_totals_prices_and_breaches(seed):
    draw = random.Random(seed)
    for _ in range(12):
        people = random_people(draw, 24)
        policy = random_policy(draw, [one.person_id for one in people])
        try:
            problem = Problem.from_people(people, policy)
            check_locks(problem)
        except InputProblems:
            continue
        small, _ = search(small_relaxation(problem))
        large, _ = search(large_relaxation(problem, lambda share: None))
        assert small.rank == large.rank
        for leaf in (small.leaf, large.leaf):
            assert swept_blocks(problem, leaf) == swept_rows(problem, leaf)
        assert np.array_equal(breach_matrix(problem), swept_matrix(problem))


def dense_optimum(problem):
    """Best total with the most pairs, by scipy on the whole matrix."""
    shape = len(problem.mentors), len(problem.mentees)
    weight = np.full(shape, -1e3)
    for mentor, mentee in blocks(problem):
        pair = problem.mentors[mentor], problem.mentees[mentee]
        made = scores(problem, *pair)
        free = feasible(problem, *pair, scores=made)
        weight[mentor[free], mentee[free]] = made[free]
    rows, columns = linear_sum_assignment(weight, maximize=True)
    chosen = weight[rows, columns]
    return int((chosen >= 0).sum()), float(chosen[chosen >= 0].sum())


@pytest.mark.parametrize(("mentors", "mentees"), [(1000, 1000), (2000, 1900), (900, 1200), (31, 8300), (8300, 31)])
def test_large_and_lopsided_pools_agree_with_dense_scipy(mentors, mentees):
    problem = Problem.from_people(organisation(mentors, mentees, seed=5), Policy.default())
    assert not is_small(problem)
    solution = solve(problem)
    pairs, total = dense_optimum(problem)
    assert len(solution.mentors) == pairs
    assert solution.total_score == pytest.approx(total, abs=1e-6)
    assert solution.certified
    assert solution.gap == 0


def test_threads_and_the_order_of_the_rows_change_no_byte():
    people = organisation(600, 550, seed=6)
    written = set()
    for threads in (1, 2, 4):
        random.Random(threads).shuffle(people)
        problem = Problem.from_people(people, Policy.default())
        assert not is_small(problem)
        written.add(pairs_csv(problem, solve(problem, threads=threads)))
    assert len(written) == 1


def test_the_seed_changes_pairs_but_no_total():
    people = organisation(40, 40, seed=7)
    policy = lenient(weights={"difference": 1})
    solutions = [solve(Problem.from_people(people, policy.replace(options={"seed": s}))) for s in (0, 1)]
    problems = [Problem.from_people(people, policy.replace(options={"seed": s})) for s in (0, 1)]
    assert solutions[0].total_score == pytest.approx(solutions[1].total_score, abs=1e-12)
    assert pairs_csv(problems[0], solutions[0]) != pairs_csv(problems[1], solutions[1])


def test_capacities_above_one_on_both_sides_are_exact_in_large_pools():
    problem = Problem.from_people(organisation(560, 520, seed=8, capacity=(1, 2, 3)), Policy.default())
    solution = solve(problem)
    assert solution.certified
    assert solution.gap == 0
    assert not certify(problem, solution).faults
    assert np.bincount(solution.mentors).max() > 1


def test_a_pool_in_which_everyone_is_alike_is_solved():
    people = [person(f"m{i:04}", "mentor") for i in range(510)]
    people += [person(f"e{i:04}", "mentee") for i in range(520)]
    solution = solve(Problem.from_people(people, lenient()))
    assert len(solution.mentors) == 510
    assert solution.certified
    assert solution.gap == 0


def test_breach_bits_are_nought_exactly_for_feasible_pairs():
    people = random_people(random.Random(2), 30)
    problem = Problem.from_people(people, lenient(rules={"grade_gap_min": 0, "must_teach": True}))
    mentor, mentee = (side.ravel() for side in np.meshgrid(problem.mentors, problem.mentees))
    free = feasible(problem, mentor, mentee, scores=scores(problem, mentor, mentee))
    assert np.array_equal(breach_bits(problem, mentor, mentee) == 0, free)
    assert free.any()


def test_a_small_pool_never_waits_for_a_compiler():
    program = (
        "import sys\n"
        "from tests.matching.people import person, lenient\n"
        "from viceversa.matching import Problem, solve, explain_unmatched, quality\n"
        "problem = Problem.from_people([person('m'), person('n'), person('e', 'mentee')], lenient())\n"
        "solution = solve(problem)\n"
        "explain_unmatched(problem, solution), quality(problem, solution)\n"
        "sys.exit('numba' in sys.modules or len(solution.mentors) != 1)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("rules", [{}, {"must_teach": False, "score_min": 0.35}])
@pytest.mark.parametrize("options", [{}, {"objective": "quality"}])
def test_prices_learnt_from_a_part_of_the_people_change_no_total(rules, options):
    policy = Policy.default().replace(rules=rules, options=options)
    for mentors, mentees in ((400, 380), (700, 90)):
        problem = Problem.from_people(organisation(mentors, mentees, seed=9, capacity=(1, 2)), policy)
        plain, _ = search(large_relaxation(problem, lambda share: None))
        sampled, proof = search(large_relaxation(problem, lambda share: None, sample=50))
        assert sampled.rank == plain.rank
        assert sampled.leaf.mentee_price.any()
        assert proved(problem, proof).weight == sampled.weight


@pytest.mark.parametrize("sides", [(0,), (1,), (0, 1)], ids=["mentors", "mentees", "both"])
@pytest.mark.parametrize("objective", ["coverage", "quality"])
def test_pricing_again_those_alone_whose_price_fell_misses_no_pair(objective, sides):
    policy = Policy.default().replace(options={"objective": objective})
    problem = Problem.from_people(organisation(150, 140, seed=13), policy)
    draw, pricing = np.random.default_rng(4), Pricing(problem)
    everybody = np.ones(150, dtype=np.bool_), np.zeros(140, dtype=np.bool_)
    unit = stretch(problem) * 10**9
    prices = [draw.integers(200, 260, size) * unit for size in (150, 140)]
    first = Leaf((), *everybody, *(side.copy() for side in prices))
    known, later = _pairs(pricing.offenders(first)), 0
    for _ in range(6):
        for side in sides:
            few = draw.choice(len(prices[side]), 6, replace=False)
            prices[side][few] += draw.integers(-200, 20, 6) * unit
        leaf = Leaf((), *everybody, *(side.copy() for side in prices))
        found = _pairs(pricing.offenders(leaf)) - known
        known, later = known | found, later + len(found)
        whole = Swept.of(problem).excess(leaf, room=140, all_count=objective == "quality").worst
        crowded = {row for row, many in zip(*np.unique(whole.row, return_counts=True), strict=True) if many >= 9}
        assert {pair for pair in _pairs(whole) if pair[0] not in crowded} <= known
        assert len(crowded) < 150
    assert later


def _pairs(found):
    return set(zip(found.row.tolist(), found.column.tolist(), strict=True))


def sharp(**weights):
    return Policy.default().replace(weights=weights)


@pytest.mark.parametrize(
    "policy",
    [
        Policy.default(),
        sharp(reciprocity=1, interests=0.2, overlap=0.5),
        sharp(complementarity=0.05, style=1, difference=0.4),
        Policy.default().replace(rules={"must_teach": False, "overlap_hours_min": 0, "score_min": 0.3}),
    ],
    ids=["default", "reciprocity", "style", "anyone"],
)
@pytest.mark.parametrize("interests", [(0, 4), (6, 14)], ids=["few in common", "many in common"])
def test_nothing_that_weighs_more_than_its_prices_falls_through_the_sieve(policy, interests):
    problem = Problem.from_people(organisation(90, 80, seed=10, interests=interests), policy)
    listed = interests == (0, 4) and policy.weights["interests"] > 0
    assert (len(Swept.of(problem).sieve.like_place) > 0) == listed
    draw = np.random.default_rng(1)
    nobody = np.zeros(90, dtype=np.bool_), np.zeros(80, dtype=np.bool_)
    every = [feasible_block(problem, *block) for block in blocks(problem)]
    weight = np.full((90, 80), -1, dtype=np.int64)
    for field in every:
        weight[field.mentor, field.mentee] = field.weight
    swept = Swept.of(problem)
    for height in (0, 1e11, 3e11, 6e11, 1e12):
        prices = [draw.integers(0, int(height) + 1, size) for size in (90, 80)]
        left = np.where(weight >= 0, weight - prices[0][:, None] - prices[1], 0)
        found = swept.excess(Leaf((), *nobody, *prices), room=80, all_count=True)
        assert found.over == int(np.maximum(left, 0).sum())
        assert found.outside == int((weight >= 0).sum())
        kept = {(row, column) for row, column in zip(found.worst.row, found.worst.column, strict=True)}
        assert kept == set(zip(*np.nonzero(weight >= 0), strict=True))


@pytest.mark.parametrize("flip", [False, True])
def test_the_best_of_each_row_are_the_best_there_are(flip):
    problem = Problem.from_people(organisation(90, 80, seed=11), Policy.default())
    weight = np.full((90, 80), -(10**15), dtype=np.int64)
    for block in blocks(problem):
        field = feasible_block(problem, *block)
        weight[field.mentor, field.mentee] = field.weight
    weight = weight.T if flip else weight
    price = np.random.default_rng(2).integers(0, 10**11, weight.shape[1])
    worth = np.sort(weight - price, axis=1)[:, ::-1]
    found = Swept.of(problem, flip=flip).best(price, np.full(len(weight), -np.inf), room=80)
    assert len(found.row) == (weight >= 0).sum()
    assert np.array_equal(weight[found.row, found.column], found.weight)
    few = Swept.of(problem, flip=flip).best(price, np.full(len(weight), -np.inf), room=3)
    first = np.searchsorted(few.row, np.arange(len(weight)))
    some = np.bincount(few.row, minlength=len(weight)) > 0
    best = few.weight[first[some]] - price[few.column[first[some]]]
    assert (best >= worth[some, 0] - 0.05 * 10**12).all()


def test_whoever_has_nobody_is_explained_alike_in_blocks_of_any_size():
    people = organisation(620, 480, seed=12)
    problem = Problem.from_people(people, Policy.default().replace(rules={"grade_gap_min": 5}))
    solution = solve(problem)
    told = explain_unmatched(problem, solution)
    assert told == explain_unmatched(problem, solution, at_once=7_000)
    possible = {person.person_id: 0 for person in problem.people}
    for block in blocks(problem):
        field = feasible_block(problem, *block)
        for side, places in ((problem.mentors, field.mentor), (problem.mentees, field.mentee)):
            for place, count in zip(*np.unique(places, return_counts=True), strict=True):
                possible[problem.people[side[place]].person_id] += int(count)
    assert [one.feasible_partners for one in told] == [possible[one.person_id] for one in told]
    assert len({one.reason for one in told}) > 1
