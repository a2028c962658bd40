"""Why, and why not: the facts, the rules with both values, the price, and silence about exclusions."""

import random

import pytest

from tests.matching.people import lenient, person, problem_of, random_people
from viceversa.formats.people import Want
from viceversa.matching import InputProblems, Policy, Problem, explain_pair, explain_unmatched, solve


def explained(people, mentor, mentee, policy=None):
    problem = problem_of(people, policy)
    return explain_pair(problem, solve(problem), mentor, mentee)


def test_the_points_add_up_to_the_score_and_facts_stand_behind_them():
    people = [
        person("m", offers={"Tax": 4}, interests=("Chess",), function="Law"),
        person("e", "mentee", wants={"tax": Want(3, 1)}, interests=("chess",), function="Design"),
    ]
    found = explained(people, "m", "e")
    assert found.status == "made"
    assert sum(part.points for part in found.parts) == pytest.approx(found.score, abs=1e-12)
    sentences = found.sentences()
    assert "The mentor knows tax at level 4; the leader, at level 1, wants to learn it with priority 3." in sentences
    assert "Both care about Chess." in sentences
    assert "They differ in function: Law and Design." in sentences


def test_every_rule_against_a_pair_is_told_with_both_values():
    people = [
        person("m", grade=4, languages=("fr",), manager_id="e"),
        person("e", "mentee", grade=5, languages=("en", "de"), wants={"tax": Want(3, 0)}),
    ]
    found = explained(people, "m", "e", Policy.default())
    assert found.status == "forbidden"
    told = {reason.code: reason.sentence() for reason in found.forbidden_by}
    assert set(told) == {"grade_gap_min", "reporting_line", "common_language", "must_teach"}
    assert told["grade_gap_min"].startswith("The leader's grade is 5 and the mentor's 4: a gap of 1")
    assert told["common_language"] == "They have no language in common: fr, and en, de."
    assert told["reporting_line"].startswith("e stands above m")


def test_unknown_values_and_styles_far_apart_are_cautions():
    people = [person("m", style_formality=1), person("e", "mentee", style_formality=5)]
    policy = lenient(rules={"common_language": True, "overlap_hours_min": 1.0, "same_manager": False})
    codes = {reason.code for reason in explained(people, "m", "e", policy).cautions}
    assert codes == {"language_unknown", "time_zone_unknown", "manager_unknown", "style_gap"}


@pytest.mark.parametrize(
    ("one", "other", "policy"),
    [
        ({"excludes": ("e",)}, {}, lenient()),
        ({}, {"excludes": ("m",), "prefers": ("m",)}, lenient()),
        ({}, {}, lenient(forbidden=[["m", "e"]])),
    ],
)
def test_an_exclusion_shows_neither_side_nor_reason(one, other, policy):
    found = explained([person("m", **one), person("e", "mentee", **other)], "m", "e", policy)
    assert found.status == "not_available"
    assert found.sentences() == ["These two are not available to each other."]
    assert found.parts == ()
    assert found.score is None


@pytest.mark.parametrize("objective", ["coverage", "quality"])
def test_what_a_pair_would_cost_is_never_more_than_locking_it_really_costs(objective):
    draw = random.Random(4)
    priced = 0
    for _ in range(25):
        people = random_people(draw, 9)
        policy = lenient(objective=objective, rules={"grade_gap_min": 1})
        problem = Problem.from_people(people, policy)
        solution = solve(problem)
        for mentor in problem.mentors.tolist():
            for mentee in problem.mentees.tolist():
                ids = problem.people[mentor].person_id, problem.people[mentee].person_id
                found = explain_pair(problem, solution, *ids)
                if found.status != "feasible":
                    continue
                locked = policy.replace(options={"locked": [list(ids)]})
                forced = solve(Problem.from_people(people, locked))
                if "loses_pairs" in {reason.code for reason in found.not_made}:
                    assert len(forced.mentors) < len(solution.mentors)
                elif len(forced.mentors) == len(solution.mentors) or objective == "quality":
                    loss = solution.total_score - forced.total_score
                    assert (found.loss or 0) <= loss + 1e-9
                    priced += bool(found.loss)
    assert priced > 5


def test_an_unknown_person_is_refused():
    with pytest.raises(InputProblems, match="nobody does not take part"):
        explained([person("m"), person("e", "mentee")], "nobody", "e")


def reasons(people, policy):
    problem = problem_of(people, policy)
    return {one.person_id: one for one in explain_unmatched(problem, solve(problem))}


def test_the_one_rule_that_binds_is_named_and_loosened():
    people = [person("m", grade=3), person("e", "mentee", grade=4)]
    found = reasons(people, lenient(rules={"grade_gap_min": 4}))
    assert found["e"].reason == "grade_gap_min"
    assert found["e"].feasible_partners == 0
    assert found["e"].relaxation_text == "grade_gap_min=1 (+1)"


@pytest.mark.parametrize(
    ("mentor", "mentee", "rules", "text"),
    [
        ({"languages": ("fr",)}, {"languages": ("en",)}, {"common_language": True}, "common_language=false (+1)"),
        ({"manager_id": "x"}, {"manager_id": "x"}, {"same_manager": False}, "same_manager=true (+1)"),
        ({"manager_id": "e"}, {}, {"reporting_line": "any"}, "reporting_line=0 (+1)"),
        (
            {"time_zone": "Asia/Tokyo"},
            {"time_zone": "America/Los_Angeles"},
            {"overlap_hours_min": 2.0},
            "overlap_hours_min=1 (+1)",
        ),
        ({"offers": {"tax": 2}}, {"wants": {"tax": Want(3, 0)}}, {"must_teach": True}, "teach_level_min=2 (+1)"),
        ({"offers": {"law": 5}}, {"wants": {"tax": Want(3, 0)}}, {"must_teach": True}, "must_teach=false (+1)"),
    ],
)
def test_each_rule_can_be_the_one_that_helps(mentor, mentee, rules, text):
    found = reasons([person("m", **mentor), person("e", "mentee", **mentee)], lenient(rules=rules))
    assert found["m"].relaxation_text == text
    assert found["e"].relaxation_text == text


@pytest.mark.parametrize("mentors", [1, 3, 9])
def test_each_value_that_would_help_tells_its_own_number_of_further_pairs(mentors):
    """Nine values of one rule, of which the looser give the same number as soon as the mentors run out."""
    people = [person(f"m{number}", grade=1) for number in range(mentors)]
    people += [person(f"e{gap}", "mentee", grade=1 + gap) for gap in range(1, 10)]
    found = reasons(people, lenient(rules={"grade_gap_min": 10}))
    for gap in range(1, 10):
        assert found[f"e{gap}"].relaxation_text == f"grade_gap_min={gap} (+{min(mentors, 10 - gap)})"


def test_a_pool_too_large_to_try_loosenings_is_explained_without():
    people = [person("m", grade=1), person("e", "mentee", grade=2), person("f", "mentee", grade=2)]
    problem = problem_of(people, lenient(rules={"grade_gap_min": 4}))
    for most, loosened in ((2, {"grade_gap_min=1 (+1)"}), (1, {""})):
        found = explain_unmatched(problem, solve(problem), loosened_up_to=most)
        assert {one.reason for one in found} == {"grade_gap_min"}
        assert {one.relaxation_text for one in found} == loosened


def test_a_mentee_without_wants_is_told_so_and_someone_outcompeted_too():
    wants = {"tax": Want(3, 0)}
    people = [
        person("m", offers={"tax": 5}),
        person("e", "mentee", wants=wants),
        person("f", "mentee", wants=wants),
        person("g", "mentee"),
    ]
    found = reasons(people, lenient(rules={"must_teach": True}))
    assert found["g"].reason == "no_wants"
    (left,) = set(found) - {"g"}
    assert found[left].reason == "outcompeted"
    assert found[left].feasible_partners == 1
    assert found[left].relaxation is None


def test_an_exclusion_is_never_suggested_away():
    people = [person("m", excludes=("e",)), person("e", "mentee")]
    found = reasons(people, lenient())
    assert found["e"].reason == "no_feasible_partner"
    assert found["e"].relaxation is None


def test_a_loosening_counts_all_the_pairs_it_gives_also_for_great_capacities():
    """Twelve pairs are there already, more than join a search at one step; twelve more need the language."""
    people = [person("m", capacity=30, languages=("en",))]
    people += [person(f"e{number:02}", "mentee", languages=("en",)) for number in range(12)]
    people += [person(f"f{number:02}", "mentee", languages=("de",)) for number in range(12)]
    found = reasons(people, lenient(rules={"common_language": True}))
    assert {one.relaxation_text for one in found.values()} == {"common_language=false (+12)"}
    assert len(found) == 12
