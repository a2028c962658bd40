"""WAL only where the linked SQLite carries the fix of its reset bug (3.51.3, backported to 3.50.7 and 3.44.6)."""

import pytest
from django.db import connection

from viceversa.config.sqlite import journal_mode


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 7, 0), "TRUNCATE"),
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 45, 9), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_the_mode_follows_the_library(version, mode):
    assert journal_mode(version) == mode


@pytest.mark.django_db
def test_the_connection_obeys_the_rule():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no such mode")
    with connection.cursor() as cursor:
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"journal_mode": journal_mode().lower(), "synchronous": 2, "foreign_keys": 1}
