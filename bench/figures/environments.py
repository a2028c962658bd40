"""An environment of its own for each list of pinned peers, made once and kept in the temporary folder.

`lap` and `lapx` install the same package, so do `mentor-match` and `matching`: they cannot share one.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent / "peers"
OUR_OWN = ""
"""The environment that this bench runs in."""


class NotInstalled(Exception):
    """The environment could not be made; the message says why in one line."""


def python(name: str) -> Path:
    """The interpreter that has what `bench/peers/<name>.txt` pins; raises `NotInstalled`."""
    if name == OUR_OWN:
        return Path(sys.executable)
    made = _made(name)
    if isinstance(made, str):
        raise NotInstalled(made)
    return made


@cache
def _made(name: str) -> Path | str:
    """The interpreter, or why there is none; tried once in a run."""
    pins = PEERS / f"{name}.txt"
    digest = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"viceversa-peers-{os.getuid()}" / f"{name}-{digest}"
    inside, whole = folder / "bin" / "python", folder / "whole"
    if whole.exists():
        return inside
    print(f"Making an environment for {name}, once, in {folder}", file=sys.stderr, flush=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(inside), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        + ["--only-binary", ":all:", "-r", str(pins)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            errors = [line for line in lines if line.startswith("ERROR")] or lines
            return f"not installed: {errors[-1]}"
    whole.touch()
    return inside
