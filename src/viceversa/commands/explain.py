"""``viceversa explain``: why two people are a pair of a run, or why they are not."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viceversa.commands.files import require_files
from viceversa.commands.outcome import Answer, FileProblem, InputRefused
from viceversa.commands.progress import progress_bar
from viceversa.commands.run_folder import PAIRS, REPORT, RunFolder, read_run_folder

if TYPE_CHECKING:
    from viceversa.matching import Policy, Problem, Solution
    from viceversa.matching.explain import PairExplanation
    from viceversa.matching.reasons import Reason

HEADLINES = {
    "made": "{mentor} and {mentee} are a pair.",
    "feasible": "{mentor} and {mentee} could be a pair, and are not.",
    "forbidden": "{mentor} and {mentee} cannot be a pair.",
    "not_available": "{mentor} and {mentee} cannot be a pair.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("people", type=Path, metavar="PEOPLE", help="the people that were matched")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the policy; that of the run by default")
    parser.add_argument("--run", type=Path, required=True, metavar="DIR", dest="folder", help="the folder of the run")
    parser.add_argument("--pair", nargs=2, required=True, metavar=("MENTOR", "MENTEE"), help="the two ids")


def run(arguments: argparse.Namespace) -> Answer:
    people: Path = arguments.people
    require_files(people, arguments.policy, arguments.folder / PAIRS, arguments.folder / REPORT)
    folder = read_run_folder(arguments.folder)
    from viceversa.formats.people import read_people
    from viceversa.matching import InputProblems, Problem, solve
    from viceversa.matching.explain import explain_pair

    read = read_people(people.read_bytes(), file_name=people.name)
    if not read.ok:
        raise InputRefused(read.problems)
    mentor, mentee = arguments.pair
    with progress_bar(quiet=hasattr(arguments, "json")) as progress:
        try:
            policy = _policy(arguments.policy, folder)
            problem = Problem.from_people(read.rows, policy)
            solution = solve(problem, progress=progress)
            explanation = explain_pair(problem, solution, mentor, mentee)
        except InputProblems as error:
            raise InputRefused(error.problems) from error
    remarks = _remarks(folder, people=people, sha256=read.sha256, policy=policy, problem=problem, solution=solution)
    was_made = (mentor, mentee) in folder.pairs
    if was_made != (explanation.status == "made"):
        remarks.append(_remark(folder.pairs_file, "run_differs", _in_the_run(mentor, mentee, was_made=was_made)))
    return Answer(text=_in_words(explanation), data={**_in_data(explanation), "made_in_run": was_made}, remarks=remarks)


def _policy(path: Path | None, folder: RunFolder) -> Policy:
    from viceversa.matching import Policy, PolicyError
    from viceversa.matching.files import read_policy

    if path is not None:
        return read_policy(path)
    try:
        return Policy.from_dict(folder.policy)
    except PolicyError as error:
        raise InputRefused(
            [
                FileProblem(str(folder.report_file), 0, one.key, "policy", one.value, f"{one.key} {one.message}.")
                for one in error.problems
            ]
        ) from error


def _remarks(
    folder: RunFolder, *, people: Path, sha256: str, policy: Policy, problem: Problem, solution: Solution
) -> list[FileProblem]:
    """What makes this explanation one of something other than the run in the folder."""
    remarks = []
    if sha256 != folder.input_sha256:
        message = "This is not the file that the run was made from; the explanation is of a fresh match of this file."
        remarks.append(_remark(people, "input_altered", message))
    elif policy.to_dict() != folder.policy:
        message = "The run was made under another policy; the explanation is of a fresh match under this one."
        remarks.append(_remark(folder.report_file, "policy_altered", message))
    elif folder.pairs != _ids(problem, solution):
        message = "The pairs in this file are not those that the people and the policy give; it has been altered."
        remarks.append(_remark(folder.pairs_file, "pairs_altered", message))
    return remarks


def _remark(file: Path, code: str, message: str) -> FileProblem:
    return FileProblem(str(file), 0, "", code, "", message, severity="caution")


def _in_the_run(mentor: str, mentee: str, *, was_made: bool) -> str:
    return f"In the run itself {mentor} and {mentee} {'were' if was_made else 'were not'} a pair."


def _ids(problem: Problem, solution: Solution) -> frozenset[tuple[str, str]]:
    ids = [person.person_id for person in problem.people]
    sides = zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True)
    return frozenset((ids[mentor], ids[mentee]) for mentor, mentee in sides)


def _in_words(explanation: PairExplanation) -> str:
    headline = HEADLINES[explanation.status]
    lines = [headline.format(mentor=explanation.mentor_id, mentee=explanation.mentee_id)]
    lines += [f"  {reason.sentence()}" for reason in (*explanation.forbidden_by, *explanation.not_made)]
    if explanation.score is not None:
        lines += ["", f"Score {explanation.score:.6f}", "  points     value  × weight  criterion"]
    for part in sorted(explanation.parts, key=lambda part: -part.points):
        lines.append(f"  {part.points:.6f}  {part.value:.3f}  × {part.weight:<6g}  {part.name}")
        lines += [f"      {reason.sentence()}" for reason in part.reasons]
    lines += [f"Caution: {caution.sentence()}" for caution in explanation.cautions]
    return "\n".join(lines)


def _in_data(explanation: PairExplanation) -> dict[str, Any]:
    data = asdict(explanation)
    for name in ("cautions", "forbidden_by", "not_made"):
        data[name] = [_reason(reason) for reason in getattr(explanation, name)]
    data["parts"] = [
        {**asdict(part), "reasons": [_reason(reason) for reason in part.reasons]} for part in explanation.parts
    ]
    # Facts may be numbers of numpy's or tuples: what JSON cannot hold is told as text.
    return dict(json.loads(json.dumps(data, default=str)))


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "params": dict(reason.params), "sentence": reason.sentence()}
