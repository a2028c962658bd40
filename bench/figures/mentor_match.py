"""mentor-match from its package on its own sample, and the same people through our import and our engine.

Its mentors are the seniors. Here leaders learn from juniors, so its mentors come in as mentees, and the other way
round; who may meet whom stays the same. Beyond the 50 of its sample, people are drawn from it again (seed 1).
"""

from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from figures.pool import PEOPLE, changed
from figures.runners import HEAD, OURS, Limits, Peer, Ran, ran
from viceversa.formats.export import read_export
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import ColumnUse, FileMapping
from viceversa.formats.people import PersonRow, read_people, write_people
from viceversa.formats.problems import ProblemLog
from viceversa.matching import Policy, Problem
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores

THEIRS = Peer("mentor-match", "run_mentor_match", "mentor_match")
BY_OWN_RULES = Peer("mentor-match by its app's rules", "run_mentor_match", "mentor_match")
FILES = {"mentors": "mentee", "mentees": "mentor"}
"""Their two files, and the role in which we take the people of each."""
POLICY = """
[rules]
grade_gap_min = 2
must_teach = false
[weights]
difference = 1
"""
Rows = list[dict[str, str]]
Places = NDArray[np.int64] | None


def beside_mentor_match(data: Path, sizes: Sequence[int], *, limits: Limits, skip: Sequence[str]) -> int:
    """Its own sample, then samples of `sizes` drawn from it; returns how many answers were wrong."""
    missing = [path for who in FILES if not (path := data / f"mentor_match_{who}.csv").is_file()]
    if missing or "mentor-match" in skip:
        print(f"\nmentor-match: {'left out' if not missing else f'its sample {missing[0]} is not there'}")
        return 0
    sample = {who: _table(data / f"mentor_match_{who}.csv") for who in FILES}
    print("\nmentor-match's own sample (50 × 50; larger ones drawn from it), one round, one point each for another")
    print("organisation and another profession, two grades apart at least; points: recomputed by us, of two a pair.")
    print("Its app's own rules are other rules, so that line has no points, and its pairs are not for comparison.")
    print(f"{'n':>5} {HEAD} {'pairs':>6} {'points':>8}")
    return sum(_one_sample(sample, n, limits) for n in [50, *sizes])


def _table(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _one_sample(sample: dict[str, Rows], n: int, limits: Limits) -> int:
    people = {who: _drawn(rows, n) for who, rows in sample.items()}
    mapped = {who: _imported(who, rows) for who, rows in people.items()}
    rows = [row for imported in mapped.values() for row in imported]
    problem = Problem.from_people(rows, Policy.from_toml(POLICY))
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as name:
        folder = Path(name)
        (folder / PEOPLE).write_bytes(write_people(rows))
        (folder / "policy.toml").write_text(POLICY)
        for who in FILES:
            (folder / f"{who}.csv").write_bytes(_with_numbers(people[who], mapped[who]))
        files = [folder / f"{who}.csv" for who in FILES]
        theirs = ran(THEIRS, [*files, "same"], folder=folder, limits=limits)
        by_own_rules = ran(BY_OWN_RULES, [*files, "own"], folder=folder, limits=limits)
        inputs = [folder / PEOPLE, folder / "policy.toml", folder / "proof.json"]
        ours = ran(OURS, inputs, folder=folder, limits=limits)
    wrong = _line(n, THEIRS, theirs, problem, _as_people(problem, mapped, theirs.places))
    wrong += _line(n, OURS, ours, problem, _ours_as_people(problem, ours.places))
    _own_rules(n, by_own_rules)
    if not ours.why:
        _times(theirs, ours)
        _times(by_own_rules, ours)
    return wrong


def _as_people(problem: Problem, mapped: dict[str, tuple[PersonRow, ...]], places: Places) -> Places:
    """Lines of their two files into participants: the junior first, as ours are."""
    if places is None:
        return None
    seniors, juniors = (np.array([problem.place[row.person_id] for row in mapped[who]]) for who in FILES)
    return np.stack((juniors[places[:, 1]], seniors[places[:, 0]]), axis=1)


def _ours_as_people(problem: Problem, places: Places) -> Places:
    if places is None:
        return None
    return np.stack((problem.mentors[places[:, 0]], problem.mentees[places[:, 1]]), axis=1)


def _own_rules(n: int, found: Ran) -> None:
    if found.why or found.places is None:
        print(f"{n:5} {BY_OWN_RULES.name:31} {found.why}", flush=True)
    else:
        print(f"{n:5} {BY_OWN_RULES.name:31} {found.figures()} {len(found.places):6}", flush=True)


def _times(theirs: Ran, ours: Ran) -> None:
    if not theirs.why:
        cpu, wall = theirs.cpu / ours.cpu, theirs.wall / ours.wall
        print(f"{'':5} {cpu:,.1f} times our CPU seconds, {wall:,.1f} times our wall", flush=True)


def _drawn(rows: Rows, n: int) -> Rows:
    """The sample itself up to its size; beyond, as many more of it as are wanted, each a person of their own."""
    draw = random.Random(1)
    more = [dict(draw.choice(rows)) for _ in range(n - len(rows))]
    for number, row in enumerate(more):
        row["email address"] = f"{number}.{row['email address']}"
    return [*rows[:n], *more]


def _imported(who: str, rows: Rows) -> tuple[PersonRow, ...]:
    """Through the import's own guess, corrected as a person would: the organisation is a place to differ in."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data, name = text.getvalue().encode(), f"mentor_match_{who}.csv"
    table = read_export(data, ProblemLog(name))
    if table is None:
        raise ValueError(f"{name}: the import finds no table in it.")
    guess = guess_mapping(table)
    columns = {**guess.columns, "organisation": ColumnUse("location")}
    columns["both mentor and mentee"] = ColumnUse(reason="unknown")
    mapping: FileMapping = replace(guess, columns=columns, role=FILES[who])
    read = read_people(data, file_name=name, mapping=mapping)
    if not read.ok:
        raise ValueError(f"{name}: {read.errors[0].message}")
    return tuple(changed(row, role=FILES[who]) for row in read.rows)


def _with_numbers(rows: Rows, imported: Sequence[PersonRow]) -> bytes:
    """Their file as their package reads it: grades as whole numbers, which are those of our import."""
    text = io.StringIO()
    names = ("email", "grade", "organisation", "profession")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row, person in zip(rows, imported, strict=True):
        writer.writerow((row["email address"], person.grade, row["organisation"], row["profession"]))
    return text.getvalue().encode()


def _line(n: int, peer: Peer, found: Ran, problem: Problem, pairs: Places) -> int:
    if found.why or pairs is None:
        print(f"{n:5} {peer.name:31} {found.why}", flush=True)
        return 0
    made = scores(problem, *pairs.T)
    faults = []
    if not feasible(problem, *pairs.T, scores=made).all():
        faults.append("a pair breaks a rule")
    if any(len(np.unique(side)) < len(side) for side in pairs.T):
        faults.append("somebody has two partners")
    points = round(float(made.sum()) * 2)
    print(f"{n:5} {peer.name:31} {found.figures()} {len(pairs):6} {points:8}  {'; '.join(faults)}", flush=True)
    return int(bool(faults))
