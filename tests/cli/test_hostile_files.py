"""The command line survives hostile files: the right result, or every problem at its place; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.hostile import HOSTILE, NAMED, OLD_ENCODINGS, Hostile
from viceversa.cli import main

Capture = pytest.CaptureFixture[str]


def match(path: Path, *more: str) -> int:
    return main(["match", str(path), "--out", str(path.parent / "run"), *more])


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_each_file_has_its_one_outcome(case: Hostile, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / f"people{case.suffix}"
    path.write_bytes(case.data)
    code = match(path, "--json")
    out, err = capsys.readouterr()
    assert (code, "Traceback" in err) == (case.code, False), out
    told = json.loads(out)
    if code:
        errors = [problem for problem in told["problems"] if problem["severity"] == "error"]
        assert sorted((problem["line"], problem["column"]) for problem in errors) == sorted(case.places), told
        assert {problem["file"] for problem in errors} == {path.name}
        assert all(len(problem["message"]) > 20 for problem in errors)
        assert not (tmp_path / "run").exists()
    else:
        assert told["pairs"] == case.pairs
        assert sorted(file.name for file in (tmp_path / "run").iterdir()) == [
            "pairs.csv",
            "report.json",
            "unmatched.csv",
        ]


@pytest.mark.parametrize("encoding", OLD_ENCODINGS)
def test_an_old_encoding_is_read_or_refused_with_its_line(encoding: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(NAMED.encode(encoding))
    code = match(path)
    err = capsys.readouterr().err
    assert code in (0, 1)
    assert "ine 2" in err
    assert "Traceback" not in err


def test_people_are_shown_each_problem_as_file_line_column_and_sentence(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "people.csv"
    path.write_text("person_id,grade,role\nm1,senior,mentor\nm2,2,guru\n", encoding="utf-8")
    assert match(path) == 1
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert lines[0].startswith("people.csv:2: grade: ")
    assert "senior" in lines[0]
    assert lines[1].startswith("people.csv:3: role: ")
    assert "guru" in lines[1]
    assert lines[-1] == "There are 2 problems in the input; nothing was done."
