"""How commands end: 0 done, 1 the input has problems, 2 wrong usage, 3 internal fault; one sentence each."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from viceversa.cli import COMMANDS, Command, main

Capture = pytest.CaptureFixture[str]

FAULTY = (Command("faulty", "tests.cli.faulty", "fail", "viceversa faulty fault"),)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(
        "person_id,grade,role,offers,wants\nm1,1,mentor,ai:5,\nm2,1,mentor,ai:4,\ne1,3,mentee,,ai:3\n",
        encoding="utf-8",
    )
    return path


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_of_each_command_shows_its_example(command: Command, capsys: Capture) -> None:
    assert main([command.name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"example: {command.example}" in out
    assert "--json" in out


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_example_can_be_parsed(command: Command) -> None:
    from viceversa.cli import parser_of

    assert parser_of(COMMANDS).parse_args(shlex.split(command.example)[1:]).run


def test_help_names_every_command(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert [command.name for command in COMMANDS if f"    {command.name}" not in out] == []


def test_help_loads_neither_engine_nor_django() -> None:
    loaded = python(
        "import sys\nfrom viceversa.cli import main\n"
        "[main([name, '--help']) for name in ('match', 'explain', 'organisation')]\nmain(['--help'])\n"
        "print(sorted({'numba', 'numpy', 'scipy', 'django', 'tqdm', 'openpyxl'} & set(sys.modules)), file=sys.stderr)\n"
        "sys.exit(bool({'numba', 'numpy', 'scipy', 'django', 'tqdm', 'openpyxl'} & set(sys.modules)))"
    )
    assert "example: viceversa match" in loaded


def test_a_small_match_waits_for_neither_compiler_nor_django(people: Path) -> None:
    told = python(
        "import sys\nfrom viceversa.cli import main\n"
        f"main(['match', {str(people)!r}, '--out', {str(people.parent / 'run')!r}])\n"
        "print(sorted({'numba', 'django'} & set(sys.modules)))"
    )
    assert told.endswith("[]\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["conquer"],
        ["match"],
        ["match", "people.csv"],
        ["match", "people.csv", "--out", "run", "--seed", "many"],
        ["match", "people.csv", "--out", "run", "--seed", "9" * 5000],
        ["match", "people.csv", "--out", "run", "--threads", "0"],
        ["match", "people.csv", "--out", "run", "--colour"],
        ["explain", "people.csv", "--run", "run", "--pair", "m1"],
        ["organisation", "--people", "0", "--out", "people.csv"],
        ["organisation", "--people", "²", "--out", "people.csv"],
    ],
    ids=lambda arguments: " ".join(arguments)[:60] or "nothing",
)
def test_wrong_usage_ends_with_two_and_says_how_it_is_used(arguments: list[str], capsys: Capture) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: viceversa" in err
    assert "Traceback" not in err


def test_an_out_that_is_a_file_is_wrong_usage(people: Path, capsys: Capture) -> None:
    assert main(["match", str(people), "--out", str(people)]) == 2
    assert main(["match", str(people), "--out", str(people / "run")]) == 2
    assert "is a file; name a folder" in capsys.readouterr().err


def test_every_missing_file_is_named(tmp_path: Path, capsys: Capture) -> None:
    missing = ["--policy", str(tmp_path / "policy.toml"), "--out", str(tmp_path / "run")]
    assert main(["match", str(tmp_path / "people.csv"), *missing]) == 1
    err = capsys.readouterr().err
    assert f"{tmp_path / 'people.csv'}: there is no such file" in err
    assert f"{tmp_path / 'policy.toml'}: there is no such file" in err
    assert main(["match", str(tmp_path), "--out", str(tmp_path / "run")]) == 1
    assert "this is a folder" in capsys.readouterr().err


def test_problems_of_people_and_policy_are_told_together(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "people.csv").write_text("person_id,grade,role\nm1,x,mentor\n", encoding="utf-8")
    (tmp_path / "policy.toml").write_text(
        "[rules]\ngrade_gap_mim = 1\nscore_min = nan\n[weights]\nstyle = -1\n", encoding="utf-8"
    )
    code = main(["match", str(tmp_path / "people.csv"), "--policy", str(tmp_path / "policy.toml"), "--out", "run"])
    err = capsys.readouterr().err
    assert code == 1
    for told in ("people.csv:2: grade", "grade_gap_min", "score_min", "weights.style"):
        assert told in err


@pytest.mark.parametrize(
    "policy", [b"[rules", b"\xff\xfe\x00", b"rules = 3\nweights = 4", b'[rules]\nreference_date="2026-13-01"']
)
def test_a_policy_of_nonsense_is_a_problem_of_the_input(policy: bytes, people: Path, capsys: Capture) -> None:
    path = people.parent / "policy.toml"
    path.write_bytes(policy)
    assert main(["match", str(people), "--policy", str(path), "--out", str(people.parent / "run")]) == 1
    err = capsys.readouterr().err
    assert "policy.toml" in err
    assert "Traceback" not in err


def test_a_fault_of_ours_is_one_sentence_and_its_traceback_only_on_demand(capsys: Capture) -> None:
    assert main(["faulty", "fault"], commands=FAULTY) == 3
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ZeroDivisionError: a whole number by zero" in err
    assert main(["faulty", "--debug", "fault"], commands=FAULTY) == 3
    assert "Traceback" in capsys.readouterr().err
    assert main(["--debug", "faulty", "fault"], commands=FAULTY) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("way", "code", "told"),
    [
        ("machine", 3, "There is no paper in the printer."),
        ("full disk", 3, "run/pairs.csv: No space left on device."),
        ("settings", 2, "VICEVERSA_DATABASE_URL"),
        ("interrupt", 130, "Interrupted"),
        ("interrupt of compiled code", 130, "Interrupted"),
        ("nothing", 0, ""),
    ],
)
def test_other_ends_are_one_sentence_too(way: str, code: int, told: str, capsys: Capture) -> None:
    assert main(["faulty", way], commands=FAULTY) == code
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == bool(told)


def test_machines_get_json_whatever_happens(people: Path, capsys: Capture) -> None:
    out = str(people.parent / "run")
    assert main(["match", str(people), "--out", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == 1
    assert main(["--json", "match", str(people.parent / "nobody.csv"), "--out", out]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["problems"][0]["code"] == "file_missing"
    assert main(["faulty", "fault", "--json"], commands=FAULTY) == 3
    assert json.loads(capsys.readouterr().out)["error"] == "fault"


def test_the_same_file_gives_the_same_bytes_again(people: Path, capsys: Capture) -> None:
    for name in ("one", "two"):
        assert main(["match", str(people), "--out", str(people.parent / name)]) == 0
    for name in ("pairs.csv", "unmatched.csv"):
        assert (people.parent / "one" / name).read_bytes() == (people.parent / "two" / name).read_bytes()
    reports = [json.loads((people.parent / name / "report.json").read_text()) for name in ("one", "two")]
    for report in reports:
        del report["seconds"], report["peak_memory_mb"]
    assert reports[0] == reports[1]
    assert "1 pair from 2 mentors and 1 mentee; no more are possible." in capsys.readouterr().out


def test_a_reader_who_goes_away_sees_no_complaint(people: Path) -> None:
    script = f"{shlex.quote(sys.executable)} -m viceversa.cli match {people.name} --out run --json | true"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, cwd=people.parent, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("closed", ["--json | true", "2>&1 | true"])
def test_a_reader_who_goes_away_during_a_refusal_sees_no_complaint(closed: str, people: Path) -> None:
    people.write_text("person_id,role,grade\n" + "=,boss,senior\n" * 400, encoding="utf-8")
    command = f"{shlex.quote(sys.executable)} -m viceversa.cli match {people.name} --out run {closed}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=people.parent, check=False)
    assert done.stderr == ""


def test_one_person_is_not_called_people(tmp_path: Path, capsys: Capture) -> None:
    assert main(["organisation", "--people", "1", "--out", str(tmp_path / "one.csv")]) == 0
    assert "Wrote 1 person to" in capsys.readouterr().out


def test_an_organisation_is_the_same_for_the_same_seed(tmp_path: Path, capsys: Capture) -> None:
    for name in ("one", "two"):
        arguments = ["--people", "60", "--seed", "7", "--out", str(tmp_path / "new" / f"{name}.csv"), "--json"]
        assert main(["organisation", *arguments]) == 0
    one, two = ((tmp_path / "new" / f"{name}.csv").read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.count(b"\n") == 61
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["one.csv", "two.csv"]
    assert main(["match", str(tmp_path / "new" / "one.csv"), "--out", str(tmp_path / "run")]) == 0
