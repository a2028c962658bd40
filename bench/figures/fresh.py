"""One command in a process of its own, within a limit of time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended. `why` is empty when it ended well; seconds and MB are those of the whole process."""

    why: str
    wall: float
    cpu: float
    peak_mb: float


def finished(command: Sequence[str | Path], *, limit: float, memory_mb: float) -> Finished:
    """Run to the end, or until the process takes more seconds or memory than it may."""
    with tempfile.TemporaryFile() as said:
        began = monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=said, stderr=said, start_new_session=True)
        stopped = ""
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if not stopped and (stopped := _too_much(process.pid, monotonic() - began, limit, memory_mb)):
                os.killpg(process.pid, signal.SIGKILL)
            sleep(0.02)
        wall = monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().decode("utf-8", "replace").strip().splitlines()
    why = stopped or ("" if process.returncode == 0 else (lines or [f"ended with {process.returncode}"])[-1])
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Finished(why, wall, usage.ru_utime + usage.ru_stime, peak)


def _too_much(pid: int, seconds: float, limit: float, memory_mb: float) -> str:
    if seconds > limit:
        return f"stopped after {limit:g} s"
    if resident_mb(pid) > memory_mb:
        return f"stopped at {memory_mb / 1000:g} GB"
    return ""


def resident_mb(pid: int) -> float:
    """Resident memory of a process now; 0 where the system has no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    resident = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(resident[0]) / 1024 if resident else 0.0
