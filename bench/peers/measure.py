"""What every runner shares: read what is handed over, time the peer alone, write what it found as JSON.

Runs in the peer's own environment: the standard library, and numpy where the peer has it anyway.

`prepare` turns what we hand over into the peer's own form (a graph, lists, whole numbers), `solve` is the peer.
Memory is that of the process: at its peak, and how far the peak lies above what it held when everything was
imported and the matrix or the people stood in memory. So the peer's own form of the input is counted.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

Pairs = Iterable[tuple[int, int]]


def measure(
    version: str, prepare: Callable[[], Any], solve: Callable[[Any], Any], pairs: Callable[[Any], Pairs]
) -> None:
    """Time both steps and write the figures to the file named last on the command line.

    `pairs` reads the places of the pairs out of what `solve` returns; it is not timed.
    """
    forget_peak()
    held = memory("VmRSS")
    start = perf_counter()
    form = prepare()
    prepared = perf_counter() - start
    wall, cpu = perf_counter(), process_time()
    found = solve(form)
    wall, cpu = perf_counter() - wall, process_time() - cpu
    peak = memory("VmHWM")
    figures = {
        "version": version,
        "prepare": prepared,
        "wall": wall,
        "cpu": cpu,
        "peak_mb": peak,
        "above_mb": peak - held,
        "pairs": [[int(one), int(other)] for one, other in pairs(found)],
    }
    Path(sys.argv[-1]).write_text(json.dumps(figures))


def forget_peak() -> None:
    """Let the peak of memory begin anew here, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        sys.stderr.write("The peak of memory counts from the start of the process here.\n")


def memory(name: str) -> float:
    """MB of this process by the system's name: VmRSS now, VmHWM at its peak; elsewhere the peak for both."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(f"{name}:"))


def matrix() -> tuple[Any, float]:
    """The costs of shape (n, n), and the cost of a pair that breaks a rule."""
    import numpy as np

    with np.load(sys.argv[1]) as file:
        return file["cost"], float(file["prohibitive"])


def lawful(cost: Any, prohibitive: float, rows: Any, columns: Any) -> Pairs:
    """The pairs that break no rule: one at the prohibitive cost is nobody's partner."""
    return ((i, j) for i, j in zip(rows, columns) if cost[i, j] < prohibitive)


def whole_numbers(cost: Any) -> Any:
    """Costs in units of 1e-7, for peers that know whole numbers only.

    Finer ones overflow in OR-tools, which multiplies by the number of people (seen at 1e-9 and 5,000, 9.15).
    """
    import numpy as np

    return np.rint(cost * 1e7).astype(np.int64)
