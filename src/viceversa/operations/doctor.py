"""Looks at an installation and says, one line each, what holds and what to do about the rest."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import DatabaseError, connection, connections

from viceversa.accounts.events import verify_chain
from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.keys.store import KeysMissing, master
from viceversa.outbox.installation import mail_leaves
from viceversa.outbox.readiness import database_reachable, migrations_applied, worker_alive

from .serving import is_loopback


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # lawful, and worth knowing
    MEND = "mend"


@dataclass(frozen=True)
class Finding:
    """What one look found."""

    name: str
    state: State
    says: str

    @property
    def must_be_mended(self) -> bool:
        return self.state is State.MEND


def examine(*, now: datetime) -> tuple[Finding, ...]:
    """Every look, in the order in which things are mended. No look stops another."""
    tables = migrations()
    return (
        variables(),
        database(),
        journal(),
        tables,
        *_in_the_tables(tables, now=now),
        mail(),
        address(),
        engine(),
    )


def _in_the_tables(tables: Finding, *, now: datetime) -> tuple[Finding, ...]:
    looks: dict[str, Callable[[], Finding]] = {
        "key store": key_store,
        "master key": master_key,
        "events": events,
        "worker": lambda: worker(now=now),
    }
    if tables.must_be_mended:
        return tuple(Finding(name, State.NOTE, "Not known until the migrations are applied.") for name in looks)
    return tuple(look() for look in looks.values())


def variables() -> Finding:
    """Names that look like ours and mean nothing: a typo in one silently leaves its default in force."""
    unknown: dict[str, str] = settings.UNKNOWN_VARIABLES
    if not unknown:
        return Finding("variables", State.OK, "Every VICEVERSA_ variable is known.")
    named = (f"{name} (nearest: {near})" if near else name for name, near in unknown.items())
    return Finding("variables", State.NOTE, f"Not known, so without effect: {', '.join(named)}.")


def database() -> Finding:
    check = database_reachable()
    engine = "PostgreSQL" if settings.ON_POSTGRESQL else f"SQLite {sqlite3.sqlite_version}"
    return Finding("database", State.OK if check.holds else State.MEND, f"{engine}. {check.says}")


def journal() -> Finding:
    """SQLite's journal mode, and why this one (docs/operating.md, "SQLite and its journal")."""
    if connection.vendor != "sqlite":
        return Finding("journal", State.OK, "PostgreSQL keeps its own.")
    version = sqlite3.sqlite_version
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            mode = str(cursor.fetchone()[0])
    except DatabaseError:
        return Finding("journal", State.MEND, "Not known while the database cannot be read.")
    if mode == "wal":
        return Finding("journal", State.OK, f"Write-ahead log: SQLite {version} carries the fix of its reset bug.")
    return Finding(
        "journal",
        State.NOTE,
        f"Rollback journal: SQLite {version} has the write-ahead log's reset bug (fixed in 3.51.3, 3.50.7, 3.44.6). "
        "Safe, and writes are slower.",
    )


def migrations() -> Finding:
    check = migrations_applied()
    return Finding("migrations", State.OK if check.holds else State.MEND, check.says)


def key_store() -> Finding:
    try:
        keys = OwnerKey.objects.count()
    except DatabaseError:
        return Finding(
            "key store", State.MEND, "It cannot be read: private fields stay closed. See VICEVERSA_KEY_STORE_URL."
        )
    if _same_database():
        return Finding(
            "key store", State.MEND, "It is the same database as the rest, so a backup holds the keys to itself."
        )
    return Finding("key store", State.OK, f"It answers and holds {keys:,} keys.")


def _same_database() -> bool:
    names = ("ENGINE", "NAME", "HOST", "PORT")
    first, second = (connections[alias].settings_dict for alias in ("default", "keys"))
    return all(first.get(name) == second.get(name) for name in names)


def master_key() -> Finding:
    path = Path(settings.FIELD_KEY_FILE)
    try:
        if not path.exists() and not OwnerKey.objects.exists():
            return Finding("master key", State.NOTE, "Not made yet; it is, with the first private words.")
        ring = master()
        first = OwnerKey.objects.first()
        if first is not None:
            ring.decrypt(bytes(first.wrapped))
    except (KeysMissing, InvalidToken, DatabaseError):
        return Finding(
            "master key",
            State.MEND,
            "It does not open the key store: put the file back that VICEVERSA_FIELD_KEY_FILE names.",
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding("master key", State.MEND, f"Others can read it (mode {mode:03o}); run: chmod 600 on its file.")
    return Finding("master key", State.OK, "It opens the key store, and only its owner can read it.")


def events() -> Finding:
    try:
        chain = verify_chain()
    except DatabaseError:
        return Finding("events", State.MEND, "The event log cannot be read.")
    if not chain.whole:
        return Finding(
            "events", State.MEND, f"The chain breaks at event {chain.broken_at}: a row was altered or removed."
        )
    return Finding("events", State.OK, f"The chain is whole: {chain.links:,} links.")


def worker(*, now: datetime) -> Finding:
    check = worker_alive(now=now)
    return Finding("worker", State.OK if check.holds else State.NOTE, check.says)


def mail() -> Finding:
    if mail_leaves():
        return Finding("mail", State.OK, f"Letters leave by {settings.EMAIL_HOST} port {settings.EMAIL_PORT}.")
    return Finding(
        "mail",
        State.NOTE,
        "No mail server: letters are kept as files in the data directory. See VICEVERSA_SMTP_URL.",
    )


def address() -> Finding:
    secure = settings.BASE_URL.startswith("https://")
    host = settings.BASE_URL.split("://", 1)[1].rsplit(":", 1)[0]
    if secure or is_loopback(host):
        return Finding("address", State.OK, f"Links point to {settings.BASE_URL}.")
    return Finding(
        "address", State.MEND, f"{settings.BASE_URL} is not https: passwords would cross the network readable."
    )


def engine() -> Finding:
    """Whether the matching engine is compiled already, so that nobody waits for it."""
    package = Path(__file__).resolve().parent.parent / "matching"
    if any(package.glob("__pycache__/*.nbi")):
        return Finding("engine", State.OK, "The matching engine is compiled.")
    return Finding(
        "engine", State.NOTE, "It compiles with the first large run; `python -m viceversa.matching.warm` does it now."
    )
