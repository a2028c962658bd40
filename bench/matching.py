"""How fast the engine is, what it needs, and how it stands beside its peers.

    python bench/matching.py engine 1000 5000 10000    the engine alone, beside dense scipy
    python bench/matching.py peers --people 100 1000   one pool through every peer, and mentor-match on its own data
    python bench/matching.py orlib ../shared/data      published assignment problems through the generic solver
    python bench/matching.py survey                    real people: coverage, complementarity, first wishes
    python bench/matching.py scale --people 1000 10000 from CSV to files, and how time grows
    python bench/matching.py again                     one pair or person changed, and other weights
    python bench/matching.py quotas                    limits on groups of pairs and shares of all pairs
    python bench/matching.py circles                   mentors divided into circles, and how well they are mixed
    python bench/matching.py rota                      rounds of flash mentoring without a repeat
    python bench/matching.py self-match                whom leaders may choose, and what all lose by it

Prints figures; asserts nothing about time. Every figure is measured in the run that prints it. Numbers without a
command are those of `engine`. docs/matching-measured.md holds a run of each; `--into docs/matching-measured.md`
after the command puts this run in its place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from figures import again, against, choosing, circles, engine, orlib, quotas, rotas, scale, survey
from figures.page import kept

COMMANDS = {
    "engine": engine,
    "peers": against,
    "orlib": orlib,
    "survey": survey,
    "scale": scale,
    "again": again,
    "quotas": quotas,
    "circles": circles,
    "rota": rotas,
    "self-match": choosing,
}


def main() -> int:
    """Run what was asked for."""
    words = sys.argv[1:]
    if not words or words[0] not in (*COMMANDS, "-h", "--help"):
        words = ["engine", *words]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=(module.__doc__ or "").splitlines()[0].partition(": ")[2])
        module.add_arguments(command)
        command.add_argument("--into", type=Path, metavar="PAGE", help="the page whose block is replaced")
        command.set_defaults(run=module.run, name=name)
    asked = parser.parse_args(words)
    with kept(asked.into, asked.name):
        return int(asked.run(asked))


if __name__ == "__main__":
    sys.exit(main())
