"""Matching from a file: people and policy in, `pairs.csv`, `unmatched.csv` and `report.json` out.

The files appear together or not at all: they are written beside their place and renamed at the end.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import resource
import secrets
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from viceversa.formats.people import PersonRow, read_people
from viceversa.formats.problems import Problem as InputProblem
from viceversa.matching.engine import Progress, nobody, solve
from viceversa.matching.errors import InputProblems, policy_problem
from viceversa.matching.figures import figures_of
from viceversa.matching.policy import CRITERIA, Policy, PolicyError, with_seed
from viceversa.matching.problem import Problem
from viceversa.matching.quality import Quality, quality
from viceversa.matching.shares import BYTES_A_ROW, TAKING_PART, Whole, parts
from viceversa.matching.solution import Solution
from viceversa.matching.unmatched import LOOSENED_UP_TO, Unmatched, explain_unmatched

PAIRS, UNMATCHED, REPORT = "pairs.csv", "unmatched.csv", "report.json"


@dataclass(frozen=True, eq=False)
class RunReport:
    """A finished run: what was asked, what was found, and what `report.json` holds."""

    problem: Problem
    solution: Solution
    unmatched: tuple[Unmatched, ...]
    quality: Quality
    notes: tuple[InputProblem, ...]
    report: Mapping[str, Any]


def match_files(
    people: Path,
    policy: Path | None,
    out: Path,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> RunReport:
    """Match the people of a file and write the run into the folder `out`.

    `seed` replaces that of the policy. Raises `InputProblems` with everything wrong in either file; then
    nothing is written.
    """
    start = perf_counter()
    chosen, problems = _read_policy(policy, seed=seed)
    told = Whole(progress or nobody, _guessed(people))
    told("reading", 0.0)
    read = read_people(_bytes(people), file_name=people.name)
    problems += [found for found in read.problems if found.severity == "error"]
    if problems:
        raise InputProblems(problems)
    run = _run(read.rows, chosen, digest=read.sha256, notes=read.problems, told=told, threads=threads)
    told("writing", 0.0)
    return write_run(run, out, seconds=perf_counter() - start)


def _guessed(file: Path) -> dict[str, float]:
    rows = (file.stat().st_size if file.is_file() else 0) / BYTES_A_ROW
    people = rows * TAKING_PART
    return parts(rows=rows, people=people, pairs=people * people / 4)


def read_policy(path: Path | None) -> Policy:
    """The policy of a file, or the default one; raises `InputProblems`."""
    policy, problems = _read_policy(path, seed=None)
    if problems:
        raise InputProblems(problems)
    return policy


def write_run(run: RunReport, out: Path, *, seconds: float) -> RunReport:
    """Write the three files; a kill on the way leaves those of an earlier run as they were."""
    timed = _timed(run, seconds)
    contents = {
        PAIRS: pairs_csv(run.problem, run.solution),
        UNMATCHED: unmatched_csv(run.unmatched),
        REPORT: json.dumps(timed.report, ensure_ascii=False, indent=2) + "\n",
    }
    out.mkdir(parents=True, exist_ok=True)
    for name in contents:
        if (out / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder is in the way", str(out / name))
    unfinished = {name: _unfinished(out / name) for name in contents}
    try:
        for name, text in contents.items():
            _write(unfinished[name], text)
        for name, temporary in unfinished.items():
            temporary.replace(out / name)
    finally:
        for temporary in unfinished.values():
            temporary.unlink(missing_ok=True)
    return timed


def pairs_csv(problem: Problem, solution: Solution) -> str:
    """One line a pair, sorted by the ids."""
    ids = [person.person_id for person in problem.people]
    lines = (
        (ids[pair.mentor], ids[pair.mentee], _six(pair.score), *(_six(pair.criteria[c]) for c in CRITERIA))
        for pair in solution.pairs
    )
    return _csv(("mentor_id", "mentee_id", "score", *CRITERIA), lines)


def unmatched_csv(unmatched: Iterable[Unmatched]) -> str:
    """One line for each participant who has no partner in any role, sorted by id."""
    lines = (
        (one.person_id, one.role, str(one.feasible_partners), one.reason, one.relaxation_text) for one in unmatched
    )
    return _csv(("person_id", "role", "feasible_partners", "reason", "relaxation"), lines)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        problem = InputProblem(path.name, 0, "", "unreadable", str(path), f"{path} cannot be read: {why}.")
        raise InputProblems([problem]) from error


def _read_policy(path: Path | None, *, seed: int | None) -> tuple[Policy, list[InputProblem]]:
    if path is None:
        return with_seed(Policy.default(), seed), []
    try:
        return with_seed(Policy.from_toml(_bytes(path)), seed), []
    except InputProblems as error:
        return Policy.default(), list(error.problems)
    except PolicyError as error:
        found = [
            policy_problem(one.key, one.value, f"{one.key} {one.message}.", file=path.name) for one in error.problems
        ]
        return Policy.default(), found


def _run(
    rows: Sequence[PersonRow],
    policy: Policy,
    *,
    digest: str,
    notes: Sequence[InputProblem],
    told: Whole,
    threads: int | None,
) -> RunReport:
    told("encoding", 0.0)
    problem = Problem.from_people(rows, policy)
    sides = len(problem.mentors), len(problem.mentees)
    told.expect(
        parts(
            rows=len(rows),
            people=len(problem.people),
            pairs=math.prod(sides),
            explained=max(sides) <= LOOSENED_UP_TO,
        )
    )
    solution = solve(problem, progress=told, threads=threads)
    told("explaining", 0.0)
    measured = quality(problem, solution)
    unmatched = tuple(explain_unmatched(problem, solution))
    report = _report(problem, solution, measured, digest=digest)
    return RunReport(problem, solution, unmatched, measured, tuple(notes), report)


def _report(problem: Problem, solution: Solution, measured: Quality, *, digest: str) -> dict[str, Any]:
    return {
        "version": version("viceversa"),
        "input_sha256": digest,
        "policy": problem.policy.to_dict(),
        **figures_of(problem, solution, measured),
        "cautions": list(problem.cautions),
    }


def _timed(run: RunReport, seconds: float) -> RunReport:
    measured = {"seconds": round(seconds, 3), "peak_memory_mb": round(_peak_memory_mb(), 1)}
    return RunReport(run.problem, run.solution, run.unmatched, run.quality, run.notes, {**run.report, **measured})


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _unfinished(path: Path) -> Path:
    """A name beside `path` that nobody else has: two runs into one folder do not write into each other's files."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def _write(path: Path, text: str) -> None:
    with path.open("xb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))
        file.flush()
        os.fsync(file.fileno())


def _six(value: float) -> str:
    return f"{value:.6f}"


def _csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue()
