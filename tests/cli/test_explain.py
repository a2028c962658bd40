"""``viceversa explain``: the truth about a pair of a run, and about a run that no longer fits its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from viceversa.cli import main

Capture = pytest.CaptureFixture[str]

PEOPLE = """person_id,grade,role,offers,wants,excludes
m1,1,mentor,ai:5,,
m2,1,mentor,ai:4,,e2
e1,3,mentee,,ai:3,
e2,2,mentee,,ai:3:2,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "policy.toml").write_text("[options]\nseed = 4\n", encoding="utf-8")
    arguments = ["--policy", str(tmp_path / "policy.toml"), "--out", str(tmp_path / "run")]
    assert main(["match", str(tmp_path / "people.csv"), *arguments]) == 0
    return tmp_path


def explain(folder: Path, mentor: str, mentee: str, *more: str) -> int:
    return main(["explain", str(folder / "people.csv"), "--run", str(folder / "run"), "--pair", mentor, mentee, *more])


def told(folder: Path, capsys: Capture, mentor: str, mentee: str) -> dict[str, Any]:
    capsys.readouterr()
    assert explain(folder, mentor, mentee, "--json") == 0
    return dict(json.loads(capsys.readouterr().out))


def test_a_pair_is_explained_with_points_that_add_up_to_its_score(folder: Path, capsys: Capture) -> None:
    data = told(folder, capsys, "m1", "e1")
    assert (data["status"], data["made_in_run"]) == ("made", True)
    assert sum(part["points"] for part in data["parts"]) == pytest.approx(data["score"], abs=1e-9)
    assert "remarks" not in data
    assert explain(folder, "m1", "e1") == 0
    out = capsys.readouterr().out
    assert out.startswith("m1 and e1 are a pair.")
    assert "ai" in out


def test_a_possible_pair_that_was_not_made_says_what_it_would_cost(folder: Path, capsys: Capture) -> None:
    data = told(folder, capsys, "m2", "e1")
    assert data["status"] == "feasible"
    assert data["not_made"]


def test_a_rule_is_named_with_both_values(folder: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert explain(folder, "m1", "e2") == 0
    out = capsys.readouterr().out
    assert out.startswith("m1 and e2 cannot be a pair.")
    assert "2" in out
    assert "grade" in out


def test_an_exclusion_is_told_without_side_or_reason(folder: Path, capsys: Capture) -> None:
    data = told(folder, capsys, "m2", "e2")
    assert [reason["code"] for reason in data["forbidden_by"]] == ["not_available"]
    assert data["parts"] == []


def test_an_altered_file_is_noticed(folder: Path, capsys: Capture) -> None:
    (folder / "people.csv").write_text(PEOPLE.replace("m1,1", "m1,2"), encoding="utf-8")
    data = told(folder, capsys, "m1", "e1")
    assert [remark["code"] for remark in data["remarks"]] == ["input_altered", "run_differs"]
    assert data["made_in_run"]
    assert data["status"] == "forbidden"


def test_another_policy_is_noticed(folder: Path, capsys: Capture) -> None:
    (folder / "other.toml").write_text("[rules]\ngrade_gap_min = 3\n", encoding="utf-8")
    capsys.readouterr()
    assert explain(folder, "m1", "e1", "--policy", str(folder / "other.toml")) == 0
    err = capsys.readouterr().err
    assert "another policy" in err
    assert "In the run itself m1 and e1 were a pair." in err


def test_altered_pairs_are_noticed(folder: Path, capsys: Capture) -> None:
    pairs = folder / "run" / "pairs.csv"
    pairs.write_bytes(pairs.read_bytes().replace(b"m1,e1", b"m2,e1"))
    data = told(folder, capsys, "m1", "e1")
    assert [remark["code"] for remark in data["remarks"]] == ["pairs_altered", "run_differs"]


def test_someone_unknown_is_a_problem_of_the_input(folder: Path, capsys: Capture) -> None:
    assert explain(folder, "m1", "nobody") == 1
    assert "nobody" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", b"{"),
        ("report.json", b"[]"),
        ("report.json", b'{"policy": 3, "input_sha256": ""}'),
        ("report.json", b'{"policy": {"rules": {"grade_gap_min": "x"}}, "input_sha256": ""}'),
        ("report.json", b"\xff"),
        ("pairs.csv", b"\xff"),
        ("pairs.csv", b"mentor_id\nm1\n"),
    ],
)
def test_a_folder_that_something_else_has_been_at_is_refused(
    name: str, content: bytes, folder: Path, capsys: Capture
) -> None:
    (folder / "run" / name).write_bytes(content)
    assert explain(folder, "m1", "e1") == 1
    err = capsys.readouterr().err
    assert name in err
    assert "Traceback" not in err


def test_a_folder_that_is_not_there_names_both_files(folder: Path, capsys: Capture) -> None:
    arguments = ["--run", str(folder / "elsewhere"), "--pair", "m1", "e1"]
    assert main(["explain", str(folder / "people.csv"), *arguments]) == 1
    err = capsys.readouterr().err
    assert "pairs.csv" in err
    assert "report.json" in err
