"""Whose turn it is: one import at a time changes people, and of two workers with one import the later goes on.

An import is applied, and undone, in parts that each last a moment, so that nobody else waits for long. A worker that
was cut off leaves some parts done; whoever takes the import next goes on from there, and an older attempt that is
still alive finds at its next part that it no longer holds the import.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from viceversa.accounts.ids import new_public_id

from .models import RosterImport

State = RosterImport.State
# Whoever waits for SQLite looks every tenth of a second.
_MOST_SECONDS_OF_WAY = 0.1
UNDER_WAY = (State.QUEUED, State.APPLYING, State.UNDOING)


@contextmanager
def a_part() -> Iterator[None]:
    """One transaction of many, and then way for others: SQLite lets in only who happens to ask between two."""
    began = time.monotonic()
    with transaction.atomic():
        yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(min(time.monotonic() - began, _MOST_SECONDS_OF_WAY))


class AnotherRuns(Exception):
    """Another import is being applied or undone: this one waits until that is through."""


class TakenOver(Exception):
    """Another worker has taken this import since, or it is finished."""


@dataclass(frozen=True)
class Turn:
    """One attempt's hold of an import. ``begun_at`` is when people were first changed by it; None: not yet."""

    roster: int
    attempt: int
    trace_owner: str
    begun_at: datetime | None

    def hold(self, **columns: Any) -> None:
        """Write these columns of the import, and keep it until the transaction ends. Raises ``TakenOver``."""
        mine = RosterImport.objects.filter(pk=self.roster, attempt=self.attempt, state__in=UNDER_WAY)
        if not mine.update(**(columns or {"attempt": self.attempt})):
            raise TakenOver

    def end(self, **columns: Any) -> None:
        """The same, and whoever waits may begin."""
        self.hold(held_since=None, **columns)


def half_done() -> RosterImport | None:
    """The import of which only a part is in, or back: until it is through, nobody can count on the list of people."""
    half = Q(state=State.APPLYING, applied_at__isnull=False) | Q(state=State.UNDOING, undone_at__isnull=False)
    shown = ("public_id", "state", "done", "total", "trace_owner", "uploaded_by", "undone_by")
    return RosterImport.objects.filter(half).only(*shown).first()


def take_turn(roster: RosterImport, *, now: datetime, becomes: str) -> Turn | None:
    """Take the import to apply or undo it; None when it waits for nothing of that kind. Raises ``AnotherRuns``."""
    waiting = (State.QUEUED, State.APPLYING) if becomes == State.APPLYING else (State.UNDOING,)
    with transaction.atomic():
        # All of them, in one order: of two that begin at once the second waits here, and sees the first.
        rows = RosterImport.objects.select_for_update().filter(state__in=UNDER_WAY).order_by("pk")
        under_way = {row.pk: row for row in rows.defer("content", "mapping", "leave_out")}
        mine = under_way.pop(roster.pk, None)
        if mine is None or mine.state not in waiting:
            return None
        if any(row.held_since for row in under_way.values()):
            raise AnotherRuns
        owner = mine.trace_owner or new_public_id()
        RosterImport.objects.filter(pk=roster.pk).update(
            state=becomes, held_since=now, attempt=F("attempt") + 1, trace_owner=owner
        )
        begun_at = mine.undone_at if becomes == State.UNDOING else mine.applied_at
        return Turn(roster.pk, mine.attempt + 1, owner, begun_at)
