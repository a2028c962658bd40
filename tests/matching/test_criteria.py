"""Each criterion by pencil."""

from datetime import date

import numpy as np
import pytest

from tests.matching.people import lenient, person, places, problem_of
from viceversa.formats.people import Want
from viceversa.matching import Policy
from viceversa.matching.hours import shared_minutes, working_day
from viceversa.matching.scoring import criteria, scores


def values(mentor, mentee, policy=None):
    problem = problem_of([mentor, mentee], policy)
    return {
        name: float(value[0])
        for name, value in criteria(problem, *places(problem, mentor.person_id, mentee.person_id)).items()
    }


def test_complementarity_weighs_what_can_be_taught_by_priority():
    mentor = person("m", offers={"Tax": 4, "law": 2})
    mentee = person("e", "mentee", wants={"tax": Want(3, 1), "law": Want(2, 3), "video": Want(1, 0)})
    # 3 × (4 - 1) / (5 - 1) = 2.25; law is below the leader's own level; video is not offered; ÷ 6
    assert values(mentor, mentee)["complementarity"] == pytest.approx(2.25 / 6)


def test_complementarity_is_zero_without_wants():
    assert values(person("m", offers={"tax": 5}), person("e", "mentee"))["complementarity"] == 0


def test_reciprocity_is_complementarity_with_the_roles_swapped():
    mentor = person("m", wants={"law": Want(1, 0)})
    mentee = person("e", "mentee", offers={"law": 3})
    assert values(mentor, mentee)["reciprocity"] == pytest.approx(3 / 5)


def test_interests_are_intersection_over_union():
    mentor = person("m", interests=("Chess", "rowing", "choir"))
    mentee = person("e", "mentee", interests=("ＣＨＥＳＳ", "baking"))
    assert values(mentor, mentee)["interests"] == pytest.approx(1 / 4)
    assert values(person("m"), person("e", "mentee"))["interests"] == 0


def test_synonyms_apply_only_where_given():
    mentor, mentee = person("m", offers={"JS": 5}), person("e", "mentee", wants={"javascript": Want(1, 0)})
    assert values(mentor, mentee)["complementarity"] == 0
    assert values(mentor, mentee, lenient(synonyms={"js": "JavaScript"}))["complementarity"] == 1


def test_difference_counts_attributes_known_on_both_sides():
    mentor = person("m", function="Finance", location="")
    mentee = person("e", "mentee", function="Design", location="Leeds")
    assert values(mentor, mentee)["difference"] == 0.5
    assert values(mentor, mentee, lenient(difference_on=[]))["difference"] == 0
    same = person("e", "mentee", function=" FINANCE ")
    assert values(mentor, same)["difference"] == 0


def test_style_is_the_mean_over_the_known_scales():
    mentor = person("m", style_formality=1, style_structure=4)
    mentee = person("e", "mentee", style_formality=5, style_structure=3)
    assert values(mentor, mentee)["style"] == pytest.approx((0 + 0.75) / 2)
    assert values(mentor, person("e", "mentee", style_structure=4))["style"] == 1
    assert values(mentor, person("e", "mentee"))["style"] == 0.5


def test_preference_is_the_mean_of_both_sides_and_counts_places_as_written():
    mentor = person("m", prefers=("someone else", "e"))
    mentee = person("e", "mentee", prefers=("m",))
    assert values(mentor, mentee)["preference"] == pytest.approx((2 / 3 + 1) / 2)
    assert values(mentor, mentee, lenient(ranked=1))["preference"] == 0.5


def test_tokyo_and_los_angeles_share_one_hour_in_january():
    mentor = person("m", time_zone="Asia/Tokyo")
    mentee = person("e", "mentee", time_zone="America/Los_Angeles")
    assert values(mentor, mentee)["overlap"] == pytest.approx(1 / 8)


def test_a_day_that_runs_past_midnight_meets_the_next_morning():
    day = date(2026, 1, 15)
    night = working_day("Etc/UTC", (22 * 60, 6 * 60), on=day)
    morning = working_day("Etc/UTC", (5 * 60, 13 * 60), on=day)
    assert night == (1320, 1800)
    assert shared_minutes(np.array([night]), np.array([morning]))[0, 0] == 60


def test_summer_time_follows_the_reference_date():
    mentor = person("m", time_zone="Europe/London")
    mentee = person("e", "mentee", time_zone="America/Phoenix", hours=(0, 480))
    winter = values(mentor, mentee, lenient())["overlap"]
    summer = values(mentor, mentee, lenient(rules={"reference_date": "2026-07-15"}))["overlap"]
    assert (winter, summer) == (pytest.approx(6 / 8), pytest.approx(7 / 8))


def test_overlap_is_zero_where_a_time_zone_is_unknown():
    assert values(person("m", time_zone="Asia/Tokyo"), person("e", "mentee"))["overlap"] == 0


def test_the_score_is_the_weighted_mean():
    mentor = person("m", offers={"tax": 5}, interests=("a",))
    mentee = person("e", "mentee", wants={"tax": Want(1, 0)}, interests=("a", "b"))
    policy = Policy.default().replace(weights={"complementarity": 3, "interests": 1})
    problem = problem_of([mentor, mentee], policy)
    assert scores(problem, *places(problem, "m", "e"))[0] == pytest.approx((3 * 1 + 1 * 0.5) / 4)
