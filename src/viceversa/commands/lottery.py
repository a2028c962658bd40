"""``viceversa lottery``: draws again from the record of a lottery and says whether the same people come out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from viceversa.commands.files import require_files
from viceversa.commands.outcome import Answer, FileProblem, InputRefused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", metavar="RECORD", type=Path, help="the record that was downloaded, a JSON file")


def run(arguments: argparse.Namespace) -> Answer:
    """Nothing but the record is read: no database, no settings, no network."""
    from viceversa.stats.lottery import RecordProblem, replay

    require_files(arguments.record)
    try:
        text = arguments.record.read_text(encoding="utf-8")
        done = replay(text)
    except UnicodeDecodeError:
        raise InputRefused([_problem(arguments.record, "The file is not UTF-8. Get the record again.")]) from None
    except RecordProblem as refusal:
        raise InputRefused([_problem(arguments.record, each) for each in refusal.problems]) from None
    record = json.loads(text)
    said = [
        f"The record replays: the same {len(done.drawn)} of {len(done.drawn) + len(done.waiting)} people are drawn.",
        f"List   {record['list_hash']}",
        f"Seed   {record['seed']} ({record['seed_from']})",
        *(f"{quota[-1]:>6}  {', '.join(quota[:-1]) or 'everybody'}" for quota in record["quotas"]),
        "Hold the hash to the one that was shown before the seed was known, and the seed to where it comes from.",
    ]
    data = {"replays": True, "list_hash": record["list_hash"], "drawn": list(done.drawn), "waiting": list(done.waiting)}
    return Answer("\n".join(said), data)


def _problem(path: Path, message: str) -> FileProblem:
    return FileProblem(file=str(path), line=0, column="", code="record", value="", message=message)
