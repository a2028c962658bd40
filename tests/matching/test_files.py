"""From a file to the three files of a run: the same bytes every time, all or nothing."""

import csv
import json
import random
import resource
from hashlib import sha256

import pytest

from tests.matching.people import random_people
from viceversa.formats.people import write_people
from viceversa.matching import InputProblems
from viceversa.matching.files import match_files, write_run
from viceversa.matching.policy import CRITERIA

POLICY = '[rules]\ngrade_gap_min = 1\nmust_teach = false\n[options]\nobjective = "quality"\n'


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(write_people(random_people(random.Random(1), 30)))
    return path


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    return path


def test_a_run_writes_pairs_unmatched_and_report(people, policy, tmp_path):
    run = match_files(people, policy, tmp_path / "out")
    with (tmp_path / "out" / "pairs.csv").open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    assert list(pairs[0]) == ["mentor_id", "mentee_id", "score", *CRITERIA]
    assert [(p["mentor_id"], p["mentee_id"]) for p in pairs] == sorted((p["mentor_id"], p["mentee_id"]) for p in pairs)
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["input_sha256"] == sha256(people.read_bytes()).hexdigest()
    assert report["pairs"] == len(pairs)
    assert report["total_score"] == pytest.approx(sum(float(p["score"]) for p in pairs), abs=1e-4)
    assert report["certified"]
    assert report["gap"] == 0
    assert report["policy"]["options"]["objective"] == "quality"
    assert run.report == report
    everyone = {one.person_id for one in run.problem.people}
    paired = {p[side] for p in pairs for side in ("mentor_id", "mentee_id")}
    assert {one.person_id for one in run.unmatched} == everyone - paired
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "pairs.csv",
        "report.json",
        "unmatched.csv",
    ]


def test_the_same_input_gives_the_same_bytes(people, policy, tmp_path):
    for name in ("one", "two"):
        match_files(people, policy, tmp_path / name)
    for file in ("pairs.csv", "unmatched.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    reports = [json.loads((tmp_path / name / "report.json").read_text()) for name in ("one", "two")]
    for report in reports:
        del report["seconds"], report["peak_memory_mb"]
    assert reports[0] == reports[1]


def test_problems_of_both_files_are_told_at_once_and_nothing_is_written(tmp_path):
    (tmp_path / "people.csv").write_text("person_id,role,grade\na,mentor,senior\nb,chief,2\n")
    (tmp_path / "policy.toml").write_text("[weights]\nstyle = -1\n[rules]\ngrade_gap = 2\n")
    with pytest.raises(InputProblems) as refused:
        match_files(tmp_path / "people.csv", tmp_path / "policy.toml", tmp_path / "out")
    told = {(problem.file, problem.column) for problem in refused.value.problems}
    assert told >= {
        ("people.csv", "grade"),
        ("people.csv", "role"),
        ("policy.toml", "weights.style"),
        ("policy.toml", "rules.grade_gap"),
    }
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_a_problem_too(tmp_path):
    with pytest.raises(InputProblems, match="cannot be read"):
        match_files(tmp_path / "none.csv", None, tmp_path / "out")


def test_a_run_that_cannot_be_written_leaves_the_earlier_one(people, policy, tmp_path):
    out = tmp_path / "out"
    match_files(people, policy, out)
    earlier = (out / "pairs.csv").read_bytes()
    (out / "report.json").unlink()
    (out / "report.json").mkdir()
    (out / "report.json" / "in the way").touch()
    with pytest.raises(OSError, match=r"report\.json"):
        match_files(people, None, out)
    assert (out / "pairs.csv").read_bytes() == earlier
    assert not list(out.glob("*.part"))
    assert not list(out.glob(".*.part"))


def test_a_disk_that_fills_up_midway_leaves_the_earlier_run_and_no_pieces(people, policy, tmp_path):
    run = match_files(people, policy, tmp_path / "out")
    earlier = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(earlier["report.json"]) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write_run(run, tmp_path / "out", seconds=99)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == earlier


@pytest.mark.parametrize("text", ["", "a,mentor,1\n", "b,mentee,5\n", "a,,\n"])
def test_no_pair_possible_is_nought_and_certified(tmp_path, text):
    (tmp_path / "people.csv").write_text("person_id,role,grade\n" + text)
    report = match_files(tmp_path / "people.csv", None, tmp_path / "out").report
    assert (report["pairs"], report["upper_bound"], report["gap"], report["certified"]) == (0, 0, 0, True)
