"""Whether this installation can serve: asked by /readyz, by ``doctor`` and by whoever watches from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from .models import Heartbeat

SILENT_AFTER = timedelta(minutes=2)
KEYS = "keys"  # the key store's own database, and its app: nothing else is written there
DATABASES = (DEFAULT_DB_ALIAS, KEYS)


@dataclass(frozen=True)
class Check:
    """One thing that must hold. ``says`` is a sentence for whoever runs the installation, without private words."""

    name: str
    holds: bool
    says: str


def checks(*, now: datetime) -> tuple[Check, ...]:
    """The database, its migrations and the worker; what cannot be asked does not hold."""
    reachable = database_reachable()
    if not reachable.holds:
        unknown = "Not known while the database cannot be reached."
        return (reachable, Check("migrations", holds=False, says=unknown), Check("worker", holds=False, says=unknown))
    return (reachable, migrations_applied(), worker_alive(now=now))


def database_reachable() -> Check:
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        return Check("database", holds=False, says=f"The database cannot be reached ({type(problem).__name__}).")
    return Check("database", holds=True, says="The database answers.")


def unapplied_migrations() -> list[str]:
    """Migrations of either database that wait to be applied, as ``database: app.name``."""
    waiting: list[str] = []
    for alias in DATABASES:
        waiting += _unapplied(alias, _applied(MigrationRecorder(connections[alias])))
    return waiting


def _applied(recorder: MigrationRecorder) -> frozenset[tuple[str, str]]:
    return frozenset(recorder.migration_qs.values_list("app", "name") if recorder.has_table() else ())


@lru_cache(4)  # the files are those that this process began with: only what is applied can change
def _unapplied(alias: str, applied: frozenset[tuple[str, str]]) -> tuple[str, ...]:
    loader = MigrationLoader(connections[alias])
    leaves = [leaf for leaf in loader.graph.leaf_nodes() if (leaf[0] == KEYS) == (alias == KEYS)]
    wanted = dict.fromkeys(step for leaf in leaves for step in loader.graph.forwards_plan(leaf))
    return tuple(f"{alias}: {app}.{name}" for app, name in wanted if (app, name) not in applied)


def migrations_applied() -> Check:
    try:
        waiting = unapplied_migrations()
    except DatabaseError as problem:
        return Check("migrations", holds=False, says=f"A database cannot be read ({type(problem).__name__}).")
    if waiting:
        return Check(
            "migrations", holds=False, says=f"{len(waiting)} wait to be applied; `viceversa serve` applies them."
        )
    return Check("migrations", holds=True, says="All migrations are applied.")


def heartbeat_age(*, now: datetime) -> timedelta | None:
    """How long ago any worker last said that it is alive; None when none ever did."""
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    return None if last is None else now - last


def worker_alive(*, now: datetime) -> Check:
    try:
        age = heartbeat_age(now=now)
    except DatabaseError:
        return Check("worker", holds=False, says="Not known while the tables are not there.")
    if age is None:
        return Check("worker", holds=False, says="No worker has run yet; start one with `viceversa worker`.")
    if age > SILENT_AFTER:
        minutes = int(age.total_seconds() // 60)
        return Check(
            "worker", holds=False, says=f"No worker has been heard of for {minutes} minutes; start `viceversa worker`."
        )
    return Check("worker", holds=True, says="A worker is alive.")
