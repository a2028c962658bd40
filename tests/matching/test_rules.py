"""Each rule by pencil, and the reporting line on random deep trees."""

import random
from datetime import date

import numpy as np
import pytest

from tests.matching.people import lenient, person, places, problem_of
from viceversa.formats.people import Want
from viceversa.matching import InputProblems, Problem, solve
from viceversa.matching.rules import broken, in_line
from viceversa.matching.scoring import scores


def broken_rules(people, mentor, mentee, **rules):
    problem = problem_of(people, lenient(rules=rules))
    pair = places(problem, mentor, mentee)
    return {name for name, mask in broken(problem, *pair, scores=scores(problem, *pair)).items() if mask[0]}


def test_the_grade_gap_is_that_of_the_mentee_over_the_mentor():
    people = [person("m", grade=3), person("e", "mentee", grade=4)]
    assert broken_rules(people, "m", "e", grade_gap_min=2) == {"grade_gap_min"}
    assert broken_rules(people, "m", "e", grade_gap_min=1) == set()


def test_two_people_with_one_manager_even_if_that_one_is_not_in_the_file():
    people = [person("m", manager_id="boss"), person("e", "mentee", manager_id="boss")]
    assert broken_rules(people, "m", "e", same_manager=False) == {"same_manager"}
    assert broken_rules(people, "m", "e", same_manager=True) == set()


def test_unknown_managers_languages_and_time_zones_forbid_nothing():
    people = [person("m", languages=("en",), time_zone="Asia/Tokyo"), person("e", "mentee")]
    strict = {"same_manager": False, "common_language": True, "overlap_hours_min": 8.0}
    assert broken_rules(people, "m", "e", **strict) == set()


def test_languages_are_matched_whole_ignoring_case():
    people = [person("m", languages=("EN",)), person("e", "mentee", languages=("en-GB", "de"))]
    assert broken_rules(people, "m", "e", common_language=True) == {"common_language"}
    people[1] = person("e", "mentee", languages=("en", "de"))
    assert broken_rules(people, "m", "e", common_language=True) == set()


def test_shared_hours_are_compared_with_the_least_asked_for():
    people = [
        person("m", time_zone="Asia/Tokyo"),
        person("e", "mentee", time_zone="America/Los_Angeles"),
    ]
    assert broken_rules(people, "m", "e", overlap_hours_min=1.0) == set()
    assert broken_rules(people, "m", "e", overlap_hours_min=1.1) == {"overlap_hours_min"}


@pytest.mark.parametrize(
    ("level", "wants", "forbidden"),
    [
        (3, {"tax": Want(3, 2)}, False),
        (2, {"tax": Want(3, 1)}, True),  # below teach_level_min
        (4, {"tax": Want(3, 4)}, True),  # not above the leader's own level
        (5, {"tax": Want(2, 0), "law": Want(3, 0)}, True),  # not what matters most
        (5, {"tax": Want(1, 0)}, False),  # the highest priority that occurs
        (5, {}, True),
    ],
)
def test_the_mentor_must_teach_something_that_matters_most(level, wants, forbidden):
    people = [person("m", offers={"tax": level}), person("e", "mentee", wants=wants)]
    assert broken_rules(people, "m", "e", must_teach=True) == ({"must_teach"} if forbidden else set())


def test_the_least_score_is_compared_at_six_decimals():
    people = [
        person("m", offers={"tax": 1}),
        person("e", "mentee", wants={"tax": Want(1, 2), "law": Want(2, 0)}),
    ]
    people[0] = person("m", offers={"tax": 3})  # 1/3 × 1/3 of complementarity alone
    policy = lenient(weights={"complementarity": 1}, rules={"score_min": 0.111111})
    assert len(solve(problem_of(people, policy)).mentors) == 1
    policy = lenient(weights={"complementarity": 1}, rules={"score_min": 0.111112})
    assert len(solve(problem_of(people, policy)).mentors) == 0


def naive_distance(managers, above, below):
    steps, person_id = 0, below
    while person_id is not None:
        if person_id == above:
            return steps
        person_id, steps = managers.get(person_id), steps + 1
    return None


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("limit", ["any", 1, 2, 5])
def test_the_reporting_line_agrees_with_a_walk_up_the_tree(seed, limit):
    draw = random.Random(seed)
    count = 60
    managers = {f"p{i}": f"p{draw.randint(max(0, i - 3), i - 1)}" for i in range(1, count) if draw.random() < 0.97}
    people = [person(f"p{i}", "both", manager_id=managers.get(f"p{i}", "")) for i in range(count)]
    draw.shuffle(people)
    problem = problem_of(people, lenient(rules={"reporting_line": limit}))
    first, second = (side.ravel() for side in np.meshgrid(problem.mentors, problem.mentees))
    found = in_line(problem, first, second)
    for a, b, related in zip(first.tolist(), second.tolist(), found.tolist(), strict=True):
        ids = problem.people[a].person_id, problem.people[b].person_id
        distances = [naive_distance(managers, *ids), naive_distance(managers, *ids[::-1])]
        steps = [distance for distance in distances if distance]
        assert related == any(limit == "any" or distance <= limit for distance in steps)


def test_the_line_runs_through_people_who_do_not_take_part():
    people = [
        person("top", "mentee"),
        person("middle", "", grade=None, manager_id="top"),
        person("m", manager_id="middle"),
    ]
    assert broken_rules(people, "m", "top", reporting_line="any") == {"reporting_line"}
    assert broken_rules(people, "m", "top", reporting_line=1) == set()


def test_whoever_has_left_by_the_reference_date_takes_no_part():
    people = [
        person("m", leave_date=date(2026, 1, 15)),
        person("n", leave_date=date(2026, 1, 16)),
        person("e", "mentee"),
    ]
    problem = problem_of(people)
    assert [problem.people[place].person_id for place in problem.mentors] == ["n"]


def test_an_exclusion_holds_from_either_side_and_a_forbidden_pair_one_way():
    for people, policy in (
        ([person("m", excludes=("e",)), person("e", "mentee")], lenient()),
        ([person("m"), person("e", "mentee", excludes=("m",))], lenient()),
        ([person("m"), person("e", "mentee")], lenient(forbidden=[["m", "e"]])),
    ):
        assert len(solve(problem_of(people, policy)).mentors) == 0


def test_a_circle_of_managers_is_shown():
    people = [person("a", manager_id="b"), person("b", "mentee", manager_id="a")]
    with pytest.raises(InputProblems, match=r"circle: (a → b → a|b → a → b)"):
        Problem.from_people(people, lenient())
