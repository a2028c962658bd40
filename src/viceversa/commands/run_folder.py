"""Read back what a match run wrote, refusing a folder that something else has been at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from viceversa.commands.outcome import FileProblem, InputRefused

PAIRS, REPORT = "pairs.csv", "report.json"


@dataclass(frozen=True)
class RunFolder:
    """A run as it stands in its folder; ``pairs`` are (mentor, mentee) ids."""

    pairs_file: Path
    report_file: Path
    pairs: frozenset[tuple[str, str]]
    policy: Mapping[str, Any]
    input_sha256: str


def read_run_folder(folder: Path) -> RunFolder:
    """Raises ``InputRefused`` with everything that keeps the folder from being read."""
    problems: list[FileProblem] = []
    pairs = _pairs(folder / PAIRS, problems)
    policy, sha256 = _report(folder / REPORT, problems)
    if problems:
        raise InputRefused(problems)
    return RunFolder(folder / PAIRS, folder / REPORT, pairs, policy, sha256)


def _pairs(path: Path, problems: list[FileProblem]) -> frozenset[tuple[str, str]]:
    pairs = set()
    try:
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline=""))
        for row in rows:
            if not row.get("mentor_id") or not row.get("mentee_id"):
                raise ValueError(f"line {rows.line_num} names no mentor and mentee")
            pairs.add((row["mentor_id"], row["mentee_id"]))
    except (ValueError, csv.Error) as error:
        problems.append(_broken(path, str(error)))
    return frozenset(pairs)


def _report(path: Path, problems: list[FileProblem]) -> tuple[Mapping[str, Any], str]:
    try:
        report = json.loads(path.read_bytes().decode("utf-8"))
        policy, sha256 = report["policy"], report["input_sha256"]
        if isinstance(policy, dict) and isinstance(sha256, str):
            return policy, sha256
        problems.append(_broken(path, "it holds no policy or no input_sha256"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        problems.append(_broken(path, f"{type(error).__name__}: {error}"))
    return {}, ""


def _broken(path: Path, why: str) -> FileProblem:
    message = f"This is not as a match run writes it ({why}); run viceversa match again."
    return FileProblem(str(path), 0, "", "run_broken", "", message)
