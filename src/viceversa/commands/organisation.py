"""``viceversa organisation``: a synthetic organisation to try things on."""

from __future__ import annotations

import argparse
from pathlib import Path

from viceversa.commands.arguments import positive_number, whole_number
from viceversa.commands.files import require_folder_or_nothing
from viceversa.commands.outcome import Answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=positive_number, required=True, metavar="N", help="how many people")
    parser.add_argument(
        "--seed", type=whole_number, default=0, metavar="S", help="the same seed, the same people (default 0)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV file to write")


def run(arguments: argparse.Namespace) -> Answer:
    out: Path = arguments.out
    require_folder_or_nothing(out.parent, option="--out")
    from viceversa.demo.organisation import write_organisation

    data = write_organisation(people=arguments.people, seed=arguments.seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return Answer(
        text=f"Wrote {arguments.people:,} {'person' if arguments.people == 1 else 'people'} to {out}.",
        data={"people": arguments.people, "seed": arguments.seed, "out": str(out), "bytes": len(data)},
    )
