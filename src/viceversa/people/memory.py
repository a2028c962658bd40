"""Memory that a large people file took, back to the machine: a process keeps it else, in small pieces."""

from __future__ import annotations

import ctypes
import gc
import sys


def release_memory() -> None:
    """After the work with a large file, when nothing of it is needed any more."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it; others give memory back by themselves
        if trim is not None:
            trim(0)
