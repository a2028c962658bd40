"""``viceversa match``: the best possible pairs for the people of a file, without server or database."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viceversa.commands.arguments import positive_number, whole_number
from viceversa.commands.files import require_files, require_folder_or_nothing
from viceversa.commands.outcome import Answer, InputRefused
from viceversa.commands.own_words import own_words
from viceversa.commands.progress import progress_bar

if TYPE_CHECKING:
    from viceversa.matching.files import RunReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("people", type=Path, metavar="PEOPLE", help="the people, as CSV or XLSX")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="rules, weights and options as TOML")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write the run to")
    parser.add_argument("--seed", type=whole_number, metavar="S", help="breaks ties; replaces that of the policy")
    parser.add_argument("--threads", type=positive_number, metavar="N", help="how many threads; all by default")


def run(arguments: argparse.Namespace) -> Answer:
    require_files(arguments.people, arguments.policy)
    require_folder_or_nothing(arguments.out, option="--out")
    # Millions of small objects are made once and kept to the end: looking for cycles among them took a third of
    # the reading and encoding.
    gc.disable()
    try:
        found = _matched(arguments)
    finally:
        gc.enable()
    return Answer(
        text=_in_words(found, arguments.out),
        data={**found.report, "out": str(arguments.out), "unmatched": len(found.unmatched)},
        remarks=found.notes,
    )


def _matched(arguments: argparse.Namespace) -> RunReport:
    from viceversa.matching.errors import InputProblems
    from viceversa.matching.files import match_files

    with progress_bar(quiet=hasattr(arguments, "json")) as progress, own_words():
        try:
            return match_files(
                arguments.people,
                arguments.policy,
                arguments.out,
                seed=arguments.seed,
                progress=progress,
                threads=arguments.threads,
            )
        except InputProblems as error:
            raise InputRefused(error.problems) from error


def _in_words(found: RunReport, out: Path) -> str:
    report = found.report
    lines = [
        f"{_counted(report['pairs'], 'pair')} from {_counted(report['mentors'], 'mentor')} "
        f"and {_counted(report['mentees'], 'mentee')}; {_most(report)}.",
        f"Total score {report['total_score']:.6f}; {_proof(report)}.",
    ]
    if found.unmatched:
        lines.append(
            f"{_counted(len(found.unmatched), 'participant')} without a partner: {out / 'unmatched.csv'} says why."
        )
    lines += [f"Caution: {caution}" for caution in report.get("cautions", ())]
    lines.append(f"Written to {out}: pairs.csv, unmatched.csv and report.json, in {report['seconds']:.1f} s.")
    return "\n".join(lines)


def _most(report: Mapping[str, Any]) -> str:
    if report["pairs"] == report["max_pairs"]:
        return "no more are possible"
    return f"{report['max_pairs']} are possible"


def _proof(report: Mapping[str, Any]) -> str:
    if not report["certified"]:
        return f"not proven to be the best: at most {100 * report['gap']:.4f} % below it"
    if report["gap"] < 1e-9:
        return "proven to be the best possible"
    return f"proven to be within {100 * report['gap']:.4f} % of the best"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
