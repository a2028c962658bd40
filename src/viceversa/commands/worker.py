"""``viceversa worker``: background work on a database that several processes share."""

from __future__ import annotations

import argparse
import sys

from viceversa.commands.arguments import positive_number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--threads",
        type=positive_number,
        default=2,
        metavar="N",
        help="how many pieces of work at once (default 2, so that letters leave during a match run)",
    )


def run(arguments: argparse.Namespace) -> None:
    from viceversa.operations.setup import set_up

    set_up()
    from viceversa.operations.migrating import migrate_both
    from viceversa.operations.working import work_until_stopped

    migrate_both()
    threads: int = arguments.threads
    words = f"Working with {threads} threads (stop with Ctrl+C)."
    work_until_stopped(threads=threads, started=lambda: print(words, file=sys.stderr, flush=True))
