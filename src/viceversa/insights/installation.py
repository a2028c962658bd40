"""The installation in figures, for whoever keeps it running: counts, sizes, versions and times, no content."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Func, IntegerField, QuerySet, Subquery

from viceversa.accounts.access import Role
from viceversa.accounts.event_list import last_verification
from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.models import ChainVerification, RoleGrant, User
from viceversa.people.models import Person, RosterImport

IMPORTS_SHOWN = 5
STEP = 10_000_000  # bytes


@dataclass(frozen=True)
class Storage:
    """Bytes, in whole steps that no single act of anybody shows in; None where they cannot be read."""

    database: int | None
    disk_free: int | None
    disk: int | None

    @property
    def is_short(self) -> bool:
        """Less than a tenth of the disk is free, or less than a gigabyte."""
        if self.disk_free is None or self.disk is None:
            return False
        return self.disk_free < min(self.disk / 10, 1_000_000_000)


@dataclass(frozen=True)
class People:
    here: int
    left: int
    with_account: int
    coordinators: int


@dataclass(frozen=True)
class InstallationFacts:
    """``keys`` is None where the key store does not answer."""

    engine: str
    versions: tuple[tuple[str, str], ...]
    storage: Storage
    people: People
    keys: int | None
    verified: ChainVerification | None
    imports: tuple[RosterImport, ...]


def installation_facts(*, now: datetime) -> InstallationFacts:
    """A fixed number of queries, however many people there are."""
    return InstallationFacts(
        engine=_engine(),
        versions=_versions(),
        storage=_storage(),
        people=_people(on=now.date()),
        keys=_keys(),
        verified=last_verification(),
        imports=tuple(_imports()),
    )


def _engine() -> str:
    if connection.vendor == "postgresql":
        whole = int(getattr(connection, "pg_version", 0))
        return f"PostgreSQL {whole // 10_000}.{whole % 10_000}"
    import sqlite3

    return f"SQLite {sqlite3.sqlite_version}"


def _versions() -> tuple[tuple[str, str], ...]:
    return (
        ("Viceversa", version("viceversa")),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
    )


def _storage() -> Storage:
    database = _in_steps(_database_size())
    try:
        disk = shutil.disk_usage(settings.DATA_DIR)
    except OSError:
        return Storage(database, None, None)
    return Storage(database, _in_steps(disk.free), disk.total)


def _in_steps(size: int | None) -> int | None:
    return None if size is None else max(1, round(size / STEP)) * STEP


def _database_size() -> int | None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    try:
        return Path(str(connection.settings_dict["NAME"])).stat().st_size
    except OSError:
        return None


def _people(*, on: date) -> People:
    """By one query of an account: whoever asks has one, also where nobody stands in the directory yet."""
    gone = Person.objects.filter(leave_date__lte=on)
    counted = User.objects.order_by().values_list(
        _number(Person.objects.all()),
        _number(gone),
        _number(User.objects.filter(is_active=True)),
        _number(gone.filter(user__is_active=True)),
        _number(RoleGrant.objects.standing().filter(role=Role.COORDINATOR.value)),
    )
    everybody, left, active, active_and_left, coordinators = counted[0]
    return People(everybody - left, left, active - active_and_left, coordinators)


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many rows, as a number of its own: Django's Count would group them."""
    return Subquery(rows.order_by().values(number=Func(F("pk"), function="COUNT")), output_field=IntegerField())


def _keys() -> int | None:
    try:
        return OwnerKey.objects.count()
    except DatabaseError:
        return None


def _imports() -> list[RosterImport]:
    """Without the files' content, names and mapping."""
    columns = ("public_id", "uploaded_at", "applied_at", "undone_at", "state", "done", "total")
    return list(RosterImport.objects.only(*columns).order_by("-uploaded_at", "-pk")[:IMPORTS_SHOWN])
