"""`scale`: from a CSV file to written files through the command line, and the engine alone, as pools grow."""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from figures.fresh import Finished
from figures.pool import PEOPLE, Shape, write_shape
from figures.runners import OURS, Limits, Ran, matched, ran, warmed


@dataclass(frozen=True, slots=True)
class Size:
    """What one size took: the whole command, and the engine alone in a process of its own."""

    shape: Shape
    command: Finished
    engine: Ran


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--people",
        nargs="*",
        type=Shape.of,
        default=[Shape(n, n) for n in (1000, 2000, 5000, 10000)],
        metavar="N",
        help="a side; 60000x5000 for mentors and leaders, 10000x10000x3 for a capacity besides",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=1800, metavar="S", help="seconds a process may take (1800)")
    parser.add_argument("--memory", type=float, default=8, metavar="GB", help="memory a process may take (8)")


def run(asked: argparse.Namespace) -> int:
    """One line a size; exit code 1 where a run fails or is not certified."""
    limits = Limits(asked.limit, asked.memory * 1000)
    warmed(limits)
    print("command: `viceversa match` on a CSV file in a fresh process, start of Python and files written included.")
    print("engine: scores, solution and proof alone, in another fresh process; encoding is not counted.")
    print("× n^: how that figure grew from the line above, as a power of the number of people.")
    print(
        f"{'a side':>13} {'rows':>8} {'command s':>9} {'CPU s':>8} {'peak MB':>8} {'× n^':>5}"
        f" {'engine s':>9} {'CPU s':>8} {'peak MB':>8} {'× n^':>5} {'pairs':>7} {'total':>14} {'gap':>8}  certified"
    )
    before: Size | None = None
    certified = True
    for shape in asked.people:
        size, fine = one_size(shape, seed=asked.seed, limits=limits, before=before)
        certified &= fine
        before = size
    return int(not certified)


def one_size(shape: Shape, *, seed: int, limits: Limits, before: Size | None) -> tuple[Size, bool]:
    """Measure and print one line; also whether it was certified."""
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as name:
        folder = Path(name)
        # In a process of its own: a child's peak memory begins with what its parent held when it was made.
        drawn = get_context("spawn").Process(target=write_shape, args=(folder, shape), kwargs={"seed": seed})
        drawn.start()
        drawn.join()
        rows = (folder / PEOPLE).read_bytes().count(b"\n") - 1
        done = matched(folder / PEOPLE, folder / "run", limits=limits)
        report = json.loads((folder / "run" / "report.json").read_text()) if not done.why else {}
        engine = ran(OURS, [folder / PEOPLE, "default", folder / "proof.json"], folder=folder, limits=limits)
    size = Size(shape, done, engine)
    print(f"{shape!s:>13} {rows:8} {_command(size, before)} {_engine(size, before)} {_result(report)}", flush=True)
    return size, bool(report.get("certified"))


def _command(size: Size, before: Size | None) -> str:
    done = size.command
    if done.why:
        return f"{done.why:33}"
    grown = power(size, before, before.command.cpu if before else 0, done.cpu)
    return f"{done.wall:9.2f} {done.cpu:8.2f} {done.peak_mb:8.0f} {grown}"


def _engine(size: Size, before: Size | None) -> str:
    alone = size.engine
    if alone.why:
        return f"{alone.why:33}"
    grown = power(size, before, before.engine.cpu if before else 0, alone.cpu)
    return f"{alone.wall:9.2f} {alone.cpu:8.2f} {alone.peak_mb:8.0f} {grown}"


def _result(report: dict[str, Any]) -> str:
    if not report:
        return ""
    return (
        f"{report['pairs']:7} {report['total_score']:14.6f} {report['gap']:8.1e}"
        f"  {'yes' if report['certified'] else 'NO'}"
    )


def power(size: Size, before: Size | None, smaller: float, larger: float) -> str:
    """log of the growth in CPU seconds by log of the growth in people; a dash where the shape is another."""
    if before is None or smaller <= 0 or not size.shape.is_like(before.shape):
        return f"{'–':>5}"
    return f"{math.log(larger / smaller) / math.log(size.shape.mentors / before.shape.mentors):5.2f}"
