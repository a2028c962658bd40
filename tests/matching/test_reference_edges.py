"""Corners of the contract that random pools seldom reach, run from files and checked by the reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.matching.reference import read_pool
from tests.matching.reference_check import disagreements
from tests.matching.reference_optimum import exhaustive
from tests.matching.reference_pools import policy_text, written
from viceversa.matching.errors import InputProblems
from viceversa.matching.files import match_files

FREE = {
    "grade_gap_min": -9,
    "reporting_line": 0,
    "same_manager": True,
    "common_language": False,
    "overlap_hours_min": 0,
    "must_teach": False,
}
Row = dict[str, Any]


def mentor(name: str, **cells: Any) -> Row:
    return {"person_id": name, "grade": 1, "role": "mentor", **cells}


def mentee(name: str, **cells: Any) -> Row:
    return {"person_id": name, "grade": 3, "role": "mentee", **cells}


def checked(
    rows: list[Row],
    folder: Path,
    *,
    rules: dict[str, Any] | None = None,
    weights: dict[str, float] | None = None,
    options: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Run the rows under everything free but ``rules``; the report, once the reference has agreed."""
    policy = policy_text({**FREE, **(rules or {})}, weights, options or {})
    (folder / "people.csv").write_bytes(written(rows).encode())
    (folder / "policy.toml").write_bytes(policy.encode())
    match_files(folder / "people.csv", folder / "policy.toml", folder / "run")
    found = disagreements(read_pool(written(rows), policy), written(rows).encode(), folder / "run", optimum=exhaustive)
    assert not found
    return dict(json.loads((folder / "run" / "report.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "prefers", ["m;e", "x;e", "x;x;e", "stranger;e", "e;e", "x;m;e", "x;m;stranger;e"], ids=lambda ids: ids
)
def test_a_rank_is_the_place_in_the_list_as_written(prefers: str, tmp_path: Path) -> None:
    rows = [mentor("m", prefers=prefers, excludes="x"), mentee("e"), mentee("x")]
    checked(rows, tmp_path, weights={"preference": 1})


def test_among_equal_totals_quality_makes_more_pairs_also_where_thirds_are_rounded(tmp_path: Path) -> None:
    rows = [
        mentor("m", style_formality=1, prefers="e"),
        mentor("n", style_formality=1),
        mentee("e", style_formality=1),
        mentee("f", style_formality=1, excludes="n"),
    ]
    # Style counts 1 of 3, preference 2 of 3 and half of it from one side: m–e 2/3, n–e and m–f 1/3 each.
    options = {"objective": "quality", "ranked": 1}
    report = checked(rows, tmp_path, weights={"style": 1, "preference": 2}, options=options)
    assert report["pairs"] == 2
    assert report["total_score"] == pytest.approx(2 / 3, abs=1e-9)


def test_a_score_that_rounds_up_to_the_least_is_enough(tmp_path: Path) -> None:
    # 2/3 of the weight is style, half a point each: 1/3, which is 0.333333 to six decimals.
    rows = [mentor("m", style_formality=1), mentee("e", style_formality=3)]
    rules = {"score_min": 0.333333}
    assert checked(rows, tmp_path, rules=rules, weights={"style": 2, "overlap": 1})["pairs"] == 1


def test_a_score_just_below_the_least_is_not(tmp_path: Path) -> None:
    rows = [mentor("m", style_formality=1), mentee("e", style_formality=3)]
    rules = {"score_min": 0.333334}
    assert checked(rows, tmp_path, rules=rules, weights={"style": 2, "overlap": 1})["pairs"] == 0


def test_rows_who_take_no_part_still_stand_in_the_line(tmp_path: Path) -> None:
    rows = [
        mentor("m", manager_id="mid"),
        {"person_id": "mid", "manager_id": "e"},
        mentee("e"),
        mentee("f", manager_id="gone", leave_date="2026-01-15"),
    ]
    report = checked(rows, tmp_path, rules={"reporting_line": "any"})
    assert (report["pairs"], report["mentees"]) == (0, 1)


def test_one_manager_outside_the_file_is_still_one_manager(tmp_path: Path) -> None:
    rows = [mentor("m", manager_id="boss"), mentee("e", manager_id="boss"), mentee("f")]
    report = checked(rows, tmp_path, rules={"same_manager": False})
    assert report["pairs"] == 1


def test_forbidden_holds_one_way_round_and_exclusion_both(tmp_path: Path) -> None:
    rows = [{"person_id": name, "grade": 2, "role": "both"} for name in ("a", "b")]
    assert checked(rows, tmp_path, options={"forbidden": [["a", "b"]]})["pairs"] == 1


@pytest.mark.parametrize("objective", ["coverage", "quality"])
def test_a_large_bonus_keeps_a_pair_and_enters_bound_and_gap_alone(objective: str, tmp_path: Path) -> None:
    rows = [
        mentor("m", interests="a"),
        mentor("n", interests="b"),
        mentee("e", interests="a"),
        mentee("f", interests="b"),
    ]
    options = {"objective": objective, "current": [["m", "f"]], "keep": 5.0}
    report = checked(rows, tmp_path, options=options, weights={"interests": 1})
    assert report["total_score"] == 0
    assert report["upper_bound"] == pytest.approx(5)
    assert report["gap"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("locked", "told"),
    [
        ([["m", "e"], ["m", "f"]], "capacity"),
        ([["m", "x"]], "not available"),
        ([["m", "low"]], "grade_gap_min"),
        ([["e", "m"]], "mentor"),
        ([["m", "nobody"]], "nobody"),
    ],
)
def test_a_lock_that_cannot_hold_names_what_stands_in_its_way(
    locked: list[list[str]], told: str, tmp_path: Path
) -> None:
    rows = [mentor("m", excludes="x"), mentee("e"), mentee("f"), mentee("x"), mentee("low", grade=1)]
    with pytest.raises(InputProblems) as refused:
        checked(rows, tmp_path, rules={"grade_gap_min": 1}, options={"locked": locked})
    assert any(told in problem.message for problem in refused.value.problems)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("rows", [[], [mentor("m")], [mentee("e")], [{"person_id": "a", "grade": 1, "role": "both"}]])
def test_no_pair_possible_is_nought_and_certain(rows: list[Row], tmp_path: Path) -> None:
    report = checked(rows, tmp_path)
    assert [report[key] for key in ("pairs", "total_score", "upper_bound", "gap", "certified")] == [0, 0, 0, 0, True]


@pytest.mark.parametrize("reason", ["must_teach", "no_wants"])
def test_a_rule_that_binds_through_topic_and_level_is_one_rule(reason: str, tmp_path: Path) -> None:
    # One mentor teaches something else, the other the right thing at too low a level: must_teach forbids both.
    rows = [
        mentor("m", offers="law:5"),
        mentor("n", offers="ai:1"),
        mentee("e", wants="ai:3" * (reason == "must_teach")),
    ]
    checked(rows, tmp_path, rules={"must_teach": True})
    lines = (tmp_path / "run" / "unmatched.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith(f"e,mentee,0,{reason},")


def test_topics_meet_through_width_case_and_synonyms_alone(tmp_path: Path) -> None:
    rows = [
        mentor("m", offers="ＡＩ :5; JS:3"),
        mentee("e", wants="ai:3"),
        mentee("f", wants="JavaScript:3"),
        mentee("g", wants="A I:3"),
    ]
    options = {"synonyms": {"js": "Javascript"}}
    report = checked([{**row, "capacity": 3} for row in rows], tmp_path, rules={"must_teach": True}, options=options)
    assert report["pairs"] == 2


def test_turning_must_teach_off_also_counts_pairs_that_only_the_level_forbids(tmp_path: Path) -> None:
    # e is offered nothing, f something at too low a level: without the rule both find a mentor.
    rows = [
        mentor("m", offers="law:5"),
        mentor("n", offers="tax:1"),
        mentee("e", wants="ai:3", excludes="n"),
        mentee("f", wants="tax:3", excludes="m"),
    ]
    checked(rows, tmp_path, rules={"must_teach": True})
    lines = (tmp_path / "run" / "unmatched.csv").read_text(encoding="utf-8").splitlines()
    assert "e,mentee,0,must_teach,must_teach=false (+2)" in lines
