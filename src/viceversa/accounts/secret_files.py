"""Secrets that are kept in files of their own."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_secret(path: Path, secret: str) -> None:
    """Write a new file that only its owner can read; two processes that start at once agree on the first.

    The file gets its name when it is whole: whoever finds it there can read all of it.
    """
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secret + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
