"""One peer on one pool: its runner in a fresh process of its own environment, and the line that it earns."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from figures.environments import OUR_OWN, PEERS, NotInstalled, python
from figures.fresh import Finished, finished
from figures.pool import PEOPLE, write_pool


@dataclass(frozen=True, slots=True)
class Peer:
    """A solver: its name, its runner in `bench/peers`, and the environment that has it."""

    name: str
    runner: str
    environment: str = "general"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take before it is stopped."""

    seconds: float
    memory_mb: float


@dataclass(frozen=True, eq=False)
class Ran:
    """What a runner measured, or why it did not; `places` are pairs of shape (pairs, 2)."""

    why: str
    version: str = ""
    prepare: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    above_mb: float = 0.0
    peak_mb: float = 0.0
    places: NDArray[np.int64] | None = None

    def figures(self) -> str:
        """The measured columns of a line."""
        return (
            f"{self.version:12} {self.prepare:9.3f} {self.wall:9.3f} {self.cpu:9.3f}"
            f" {self.above_mb:8.0f} {self.peak_mb:8.0f}"
        )


HEAD = f"{'solver':31} {'version':12} {'prep. s':>9} {'wall s':>9} {'CPU s':>9} {'above MB':>8} {'peak MB':>8}"


def ran(peer: Peer, inputs: Sequence[str | Path], *, folder: Path, limits: Limits) -> Ran:
    """Run a peer on what it is handed; never raises for what the peer does."""
    out = folder / "found.json"
    out.unlink(missing_ok=True)
    try:
        command = [python(peer.environment), PEERS / f"{peer.runner}.py", *inputs, out]
    except NotInstalled as error:
        return Ran(str(error))
    ended = finished(command, limit=limits.seconds, memory_mb=limits.memory_mb)
    if ended.why or not out.exists():
        so_far = f"{ended.cpu:.0f} CPU s, {ended.peak_mb:,.0f} MB"
        return Ran(f"{ended.why or 'ended without a result'} ({so_far})")
    found = json.loads(out.read_text())
    places = np.array(found.pop("pairs"), dtype=np.int64).reshape(-1, 2)
    return Ran("", **found, places=places)


OURS = Peer("Viceversa, scores and proof", "run_ours", OUR_OWN)
WARM_SIZE = 600
"""A side; smaller pools are solved without compiled code."""


def warmed(limits: Limits) -> None:
    """Compile what real pools need, in a process that nobody times.

    The set-up's own `warm` is not enough here: two people have arrays of other layouts than a pool.
    """
    with tempfile.TemporaryDirectory(prefix="viceversa-bench-") as name:
        folder = Path(name)
        write_pool(folder, WARM_SIZE, seed=1)
        patient = Limits(max(600.0, limits.seconds), limits.memory_mb)
        alone = ran(OURS, [folder / PEOPLE, "default", folder / "proof.json"], folder=folder, limits=patient)
        whole = matched(folder / PEOPLE, folder / "run", limits=patient)
    for why in filter(None, (alone.why, whole.why)):
        print(f"The warm-up did not end well: {why}", flush=True)


def matched(people: Path, out: Path, *, limits: Limits) -> Finished:
    """`viceversa match` on a people file, as its user starts it."""
    command = [sys.executable, "-m", "viceversa.cli", "match", str(people), "--out", str(out)]
    return finished(command, limit=limits.seconds, memory_mb=limits.memory_mb)
