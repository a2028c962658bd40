"""The reference itself, against cases worked out with a pencil and against a second exact method."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.matching.reference import CRITERIA, Pool, read_pool, shared_minutes
from tests.matching.reference_optimum import Optimum, exhaustive, programmed
from tests.matching.reference_pools import random_case

HEAD = "person_id,grade,role,capacity,offers,wants,interests,languages,time_zone,hours,prefers,excludes,manager_id"
OPEN = """
[rules]
grade_gap_min = -9
reporting_line = 0
same_manager = true
common_language = false
overlap_hours_min = 0
must_teach = false
"""


def pool_of(*rows: str, policy: str = OPEN) -> Pool:
    return read_pool("\n".join([HEAD, *rows, ""]), policy)


def test_complementarity_weighs_what_is_learnt_by_priority_and_room_to_grow() -> None:
    pool = pool_of("m,1,mentor,,ai:4;data:2", "e,3,mentee,,,ai:3:1;DATA:1:2;law:2")
    # ai: 3 × 3/4; data: nothing above the own level; law: not offered; of 6 priorities.
    assert pool.criteria("m", "e")["complementarity"] == Fraction(9, 4) / 6


def test_a_doubled_want_keeps_its_highest_priority_then_its_highest_level() -> None:
    pool = pool_of("m,1,mentor,,ai:5", "e,3,mentee,,,ai:2:4;AI:3:0;Ai:3:1")
    assert dict(pool.people["e"].wants) == {"ai": (3, 1)}


def test_preference_counts_strangers_in_the_list() -> None:
    pool = pool_of("m,1,mentor,,,,,,,,stranger;e", "e,3,mentee,,,,,,,,m")
    assert pool.criteria("m", "e")["preference"] == Fraction(2, 3) / 2 + Fraction(1, 2)


def test_tokyo_and_los_angeles_share_one_hour() -> None:
    pool = pool_of("m,1,mentor,,,,,,Asia/Tokyo", "e,3,mentee,,,,,,America/Los_Angeles")
    m, e = pool.people["m"], pool.people["e"]
    assert shared_minutes(m.day, e.day) == shared_minutes(e.day, m.day) == 60
    assert pool.criteria("m", "e")["overlap"] == Fraction(1, 8)


def test_a_night_shift_meets_the_morning_after() -> None:
    pool = pool_of("m,1,mentor,,,,,,UTC,22:00-06:00", "e,3,mentee,,,,,,UTC,05:00-13:00")
    assert shared_minutes(pool.people["m"].day, pool.people["e"].day) == 60


def test_style_and_overlap_of_the_unknown() -> None:
    pool = pool_of("m,1,mentor,,,,,,Asia/Tokyo", "e,3,mentee")
    assert pool.criteria("m", "e")["style"] == Fraction(1, 2)
    assert pool.criteria("m", "e")["overlap"] == 0


@pytest.mark.parametrize(("depth", "broken"), [('"any"', True), ("0", False), ("1", False), ("2", True)])
def test_a_manager_two_levels_up_is_in_the_line_from_depth_two(depth: str, broken: bool) -> None:
    rows = ("boss,5,mentee", "mid,3,", "m,1,mentor,,,,,,,,,,mid")
    policy = OPEN.replace("reporting_line = 0", f"reporting_line = {depth}")
    pool = pool_of(rows[0], "mid,3,,,,,,,,,,,boss", rows[2], policy=policy)
    assert ("reporting_line" in pool.broken_rules("m", "boss")) is broken


def test_exclusion_counts_from_either_side_and_unknown_breaks_nothing() -> None:
    pool = pool_of("m,1,mentor,,,,,en", "e,3,mentee,,,,,,,,,m", "f,3,mentee,,,", policy="[rules]\nmust_teach=false")
    assert not pool.possible("m", "e")
    assert pool.feasible("m", "f")


def test_must_teach_looks_only_at_the_topics_wanted_most() -> None:
    pool = pool_of("m,1,mentor,,law:5;ai:3", "e,3,mentee,,,ai:3:2;law:2", "f,3,mentee,,,ai:3:3;law:2", policy="")
    assert not list(pool.broken_rules("m", "e"))
    assert list(pool.broken_rules("m", "f")) == ["must_teach"]


def test_coverage_makes_more_pairs_and_quality_the_better_total() -> None:
    rows = ("a,1,mentor,,ai:5", "b,1,mentor,,ai:1", "e,3,mentee,,,ai:3", "f,3,mentee,,,,,,,,,b")
    policy = OPEN + "[weights]\ncomplementarity = 1\n[options]\nobjective = "
    wide, best = (exhaustive(pool_of(*rows, policy=f'{policy}"{name}"')) for name in ("coverage", "quality"))
    assert wide is not None
    assert best is not None
    assert (wide.pairs, wide.value) == (2, Fraction(1, 5))
    assert (best.pairs, best.value) == (1, Fraction(1))


def test_quality_still_makes_a_pair_that_scores_nothing() -> None:
    policy = OPEN + '[weights]\ncomplementarity = 1\n[options]\nobjective = "quality"'
    assert exhaustive(pool_of("m,1,mentor", "e,3,mentee", policy=policy)) == Optimum(pairs=1, value=Fraction(0))


def test_two_people_of_both_roles_form_one_pair() -> None:
    optimum = exhaustive(pool_of("a,1,both,3", "b,1,both,3"))
    assert optimum is not None
    assert optimum.pairs == 1


def test_locks_that_do_not_fit_have_no_optimum() -> None:
    locked = '[options]\nlocked = [["m", "e"], ["m", "f"]]'
    assert exhaustive(pool_of("m,1,mentor,1", "e,3,mentee", "f,3,mentee", policy=OPEN + locked)) is None


def test_two_exact_methods_agree_on_random_pools() -> None:
    kinds = set()
    for seed in range(60):
        case = random_case(seed, most_people=9)
        pool = read_pool(case.people, case.policy)
        tried, programme = exhaustive(pool), programmed(pool)
        assert (tried is None) is (programme is None), seed
        if tried is None or programme is None:
            continue
        kinds.add((pool.policy.options["objective"], (tried.pairs or 0) > 1))
        assert float(tried.value) == pytest.approx(float(programme.value), abs=1e-6), seed
        assert programme.pairs in (None, tried.pairs), seed
    assert kinds == {("coverage", True), ("coverage", False), ("quality", True), ("quality", False)}


def test_the_weights_of_a_criterion_and_its_column_share_a_name() -> None:
    pool = pool_of("m,1,mentor", "e,3,mentee")
    assert tuple(pool.criteria("m", "e")) == CRITERIA == tuple(pool.policy.weights)
