"""Whole runs from files, each promise of docs/files.md checked by the reference."""

from __future__ import annotations

import csv
import io
import operator
import random
from pathlib import Path

import pytest

from tests.matching.reference import Pool, read_pool
from tests.matching.reference_check import disagreements
from tests.matching.reference_optimum import assigned, exhaustive, programmed
from tests.matching.reference_pools import Case, random_case, toml_table, written
from viceversa.matching.errors import InputProblems
from viceversa.matching.files import match_files

EVERYBODY_FITS = {
    "grade_gap_min": 1,
    "overlap_hours_min": 0.5,
    "same_manager": True,
    "must_teach": False,
    "common_language": False,
}


def run(case: Case, folder: Path) -> Path:
    """Match a case from files; the folder of the run, which raises as ``match_files`` does."""
    folder.mkdir(parents=True)
    (folder / "people.csv").write_bytes(case.people.encode())
    (folder / "policy.toml").write_bytes(case.policy.encode())
    match_files(folder / "people.csv", folder / "policy.toml", folder / "run")
    return folder / "run"


def pool_of(case: Case) -> Pool:
    return read_pool(case.people, case.policy)


@pytest.mark.parametrize("first", range(0, 320, 40))
def test_every_tiny_run_keeps_every_promise(first: int, tmp_path: Path) -> None:
    found = []
    for seed in range(first, first + 40):
        case = random_case(seed, most_people=8)
        pool = pool_of(case)
        try:
            folder = run(case, tmp_path / str(seed))
        except InputProblems as refusal:
            if exhaustive(pool) is not None:
                found.append(f"{seed}: refused although the locks fit: {refusal}")
            continue
        found += [
            f"{seed}: {sentence}" for sentence in disagreements(pool, case.people.encode(), folder, optimum=exhaustive)
        ]
    assert not found


@pytest.mark.parametrize("seed", range(1000, 1010))
def test_a_run_of_forty_keeps_every_promise(seed: int, tmp_path: Path) -> None:
    case = random_case(seed, most_people=40)
    try:
        folder = run(case, tmp_path / "case")
    except InputProblems:
        assert programmed(pool_of(case)) is None
        return
    assert not disagreements(pool_of(case), case.people.encode(), folder, optimum=programmed)


@pytest.mark.parametrize("objective", ["coverage", "quality"])
def test_three_hundred_a_side_agree_with_dense_assignment(objective: str, tmp_path: Path) -> None:
    case = two_sides(300, objective=objective, seed=5)
    pool = read_pool(case.people, case.policy, ratio=operator.truediv)
    folder = run(case, tmp_path / "case")
    assert not disagreements(pool, case.people.encode(), folder, optimum=assigned)


def two_sides(each: int, *, objective: str, seed: int) -> Case:
    """``each`` mentors and mentees of capacity one who can mostly be paired with one another."""
    chance = random.Random(seed)
    rows = [
        {
            "person_id": f"p{number:04d}",
            "grade": chance.choice([1, 2, 2]) if number < each else chance.choice([2, 3]),
            "role": "mentor" if number < each else "mentee",
            "function": chance.choice(["Law", "IT", "Sales", ""]),
            "location": chance.choice(["Oslo", "Pune", "Lima"]),
            "offers": ";".join(f"topic {chance.randint(1, 30)}:{chance.randint(1, 5)}" for _ in range(5)),
            "wants": ";".join(f"topic {chance.randint(1, 30)}:{chance.randint(1, 3)}" for _ in range(3)),
            "interests": ";".join(f"interest {chance.randint(1, 12)}" for _ in range(3)),
            "time_zone": chance.choice(["Europe/Oslo", "Asia/Kolkata", "America/Lima", ""]),
            "style_formality": chance.randint(1, 5),
            "manager_id": f"p{chance.randint(0, number - 1):04d}" if number else "",
        }
        for number in range(2 * each)
    ]
    policy = toml_table("rules", EVERYBODY_FITS) + toml_table("options", {"objective": objective})
    return Case(people=written(rows), policy=policy)


def test_the_same_files_give_the_same_bytes_and_the_order_of_rows_none_other(tmp_path: Path) -> None:
    for seed in range(40, 60):
        case = random_case(seed, most_people=9)
        once, again = (run(case, tmp_path / f"{seed}-{turn}") for turn in (1, 2))
        turned = run(Case(people=turned_round(case.people), policy=case.policy), tmp_path / f"{seed}-3")
        for name in ("pairs.csv", "unmatched.csv"):
            assert (once / name).read_bytes() == (again / name).read_bytes(), (seed, name)
            assert (once / name).read_bytes() == (turned / name).read_bytes(), (seed, name)


def turned_round(people: str) -> str:
    rows = list(csv.DictReader(io.StringIO(people, newline="")))
    return written(rows[::-1])


SPOILT = (
    ("pairs.csv", "0.", "1.", "should be"),
    ("pairs.csv", ",0.000000", ",0", "is written"),
    ("pairs.csv", "\n", "\r\n", "carriage return"),
    ("pairs.csv", "m1,e2", "m1,e1", "beyond the capacity"),
    ("unmatched.csv", "e3,mentee", "e4,mentee", "unmatched.csv lists"),
    ("unmatched.csv", "outcompeted", "no_wants", "is unmatched for"),
    ("unmatched.csv", "mentee,2", "mentee,1", "feasible partners"),
    ("report.json", '"certified"', '"sure"', "lacks"),
    ("report.json", '"pairs": 2', '"pairs": 3', "should be 2"),
    ("report.json", '"max_pairs": 2', '"max_pairs": 3', "max_pairs is 3"),
    ("report.json", '"upper_bound": ', '"upper_bound": 1', "gap is"),
    ("report.json", '"total_score": ', '"total_score": 1', "the pairs add up"),
    ("report.json", '"blocking_pairs": ', '"blocking_pairs": 1', "blocking_pairs is 1"),
)


@pytest.fixture
def sound_run(tmp_path: Path) -> tuple[Case, Path]:
    rows = [
        {"person_id": "m1", "grade": 1, "role": "mentor", "offers": "ai:5"},
        {"person_id": "m2", "grade": 1, "role": "mentor", "offers": "ai:3"},
        {"person_id": "e1", "grade": 3, "role": "mentee", "wants": "ai:3:0"},
        {"person_id": "e2", "grade": 3, "role": "mentee", "wants": "ai:3:1", "interests": "chess"},
        {"person_id": "e3", "grade": 3, "role": "mentee", "wants": "ai:3:2"},
    ]
    case = Case(people=written(rows), policy="")
    return case, run(case, tmp_path / "sound")


def test_the_reference_finds_nothing_wrong_with_a_sound_run(sound_run: tuple[Case, Path]) -> None:
    case, folder = sound_run
    assert not disagreements(pool_of(case), case.people.encode(), folder, optimum=exhaustive)


@pytest.mark.parametrize(("name", "truth", "lie", "told"), SPOILT)
def test_the_reference_sees_a_spoilt_run(
    name: str, truth: str, lie: str, told: str, sound_run: tuple[Case, Path]
) -> None:
    case, folder = sound_run
    text = (folder / name).read_bytes().decode()
    assert truth in text, text
    (folder / name).write_bytes(text.replace(truth, lie, 1).encode())
    found = disagreements(pool_of(case), case.people.encode(), folder, optimum=exhaustive)
    assert any(told in sentence for sentence in found), found
