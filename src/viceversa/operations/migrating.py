"""Brings both databases up to date, one process at a time."""

from __future__ import annotations

import fcntl
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from viceversa.outbox.readiness import KEYS, unapplied_migrations

LOCK = 7_316_405  # any number, as long as every release uses the same one


def migrate_both() -> int:
    """Apply what waits, on the database and on the key store; how many migrations were applied.

    Processes that start at once wait for each other: on PostgreSQL by an advisory lock, which holds across
    hosts, otherwise by a locked file in the data directory.
    """
    close_to_others(Path(settings.DATA_DIR))
    with _one_at_a_time():
        waiting = len(unapplied_migrations())
        if waiting:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("migrate", KEYS, database=KEYS, interactive=False, verbosity=0)
            _bring_the_topics_along()
    return waiting


def _bring_the_topics_along() -> None:
    """A new installation begins with a catalogue of topics; one that has any keeps its own."""
    from viceversa.people.topic_catalogue import fill_catalogue

    fill_catalogue(by=None, now=settings.CLOCK())


def close_to_others(folder: Path) -> None:
    """Make the folder, and take what an earlier start left readable in it from everybody but its owner.

    A folder that everybody writes to (``/tmp``) stays as it is, and so does what belongs to another account:
    a mounted volume may. The files within are tightened either way.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shared = folder.stat().st_mode & stat.S_ISVTX
    open_before = [(file, 0o600) for pattern in ("*.sqlite3*", "*.lock") for file in folder.glob(pattern)]
    for path, mode in [*open_before, *([] if shared else [(folder, 0o700)])]:
        with suppress(PermissionError, FileNotFoundError):
            path.chmod(mode)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor != "postgresql":
        with (Path(settings.DATA_DIR) / "migrating.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
