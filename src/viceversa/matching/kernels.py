"""Where the machine code of the compiled modules is kept.

numba takes a kernel's cached code for fresh as long as the kernel's own file is unchanged, though code from other
files is built into it. So the folder is named after the contents of all of them: after any change everything is
compiled anew.
"""

from __future__ import annotations

import hashlib
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from numba import njit, prange
from numba.core import config as numba_config

__all__ = ["kernel", "prange", "sweep_out"]

config: Any = numba_config
MODULES = ("compiled", "sieve", "sweeps", "forbidding", "sparse", "auction", "detours")


def _fingerprint() -> str:
    here = Path(__file__).parent
    text = b"".join((here / f"{name}.py").read_bytes() for name in MODULES)
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def kept_in() -> Path:
    """The folder for the code of these very sources."""
    base = config.CACHE_DIR or Path(__file__).parent / "__pycache__"
    return Path(base) / f"viceversa-{_fingerprint()}"


FOLDER = kept_in()
config.CACHE_DIR = str(FOLDER)
kernel: Any = partial(njit, cache=True)
"""Compile a function, and keep the code in `FOLDER`."""


def sweep_out() -> None:
    """Remove the code of earlier sources."""
    for folder in FOLDER.parent.glob("viceversa-*"):
        if folder != FOLDER:
            shutil.rmtree(folder, ignore_errors=True)
