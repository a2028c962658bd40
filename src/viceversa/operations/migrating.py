"""Brings both databases up to date, one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from viceversa.outbox.readiness import DATABASES, unapplied_migrations

LOCK = 7_316_405  # any number, as long as every release uses the same one


def migrate_both() -> int:
    """Apply what waits, on the database and on the key store; how many migrations were applied.

    Processes that start at once wait for each other: on PostgreSQL by an advisory lock, which holds across
    hosts, otherwise by a locked file in the data directory.
    """
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    with _one_at_a_time():
        waiting = len(unapplied_migrations())
        if waiting:
            for alias in DATABASES:
                call_command("migrate", database=alias, interactive=False, verbosity=0)
    return waiting


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
