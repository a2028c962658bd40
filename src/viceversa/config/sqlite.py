"""Which SQLite journal mode is safe with the library that is linked (the write-ahead log's reset bug)."""

from __future__ import annotations

import sqlite3

FIXED = (3, 51, 3)
BACKPORTED = {(3, 50): 7, (3, 44): 6}


def wal_is_safe(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """True from 3.51.3 on, and in the two releases that carry the fix backported (3.50.7, 3.44.6)."""
    patched = BACKPORTED.get(version[:2])
    return version >= FIXED or (patched is not None and version[2] >= patched)


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    return "WAL" if wal_is_safe(version) else "TRUNCATE"


def init_command() -> str:
    return f"PRAGMA journal_mode={journal_mode()}; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
