"""Which function does which kind of job. Nouns and edges register here at start-up; nothing is imported upwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import Job

Handler = Callable[[Job, datetime], None]


@dataclass(frozen=True)
class Kind:
    """How one kind of job is done: the handler, how long it may hold a job, how often it is tried."""

    handle: Handler
    lease: timedelta
    attempts: int


@dataclass(frozen=True)
class Recurring:
    """Work that comes back by itself."""

    every: timedelta
    run: Callable[[datetime], object]


KINDS: dict[str, Kind] = {}
RECURRING: dict[str, Recurring] = {}


class TryLater(Exception):
    """The handler could not finish for a reason that will pass; the job comes back later."""


def handles(kind: str, *, lease: timedelta = timedelta(minutes=1), attempts: int = 8) -> Callable[[Handler], Handler]:
    """Register a handler. It must be idempotent: a job whose worker died is handed out again."""

    def register(handle: Handler) -> Handler:
        KINDS[kind] = Kind(handle=handle, lease=lease, attempts=attempts)
        return handle

    return register


def recurs(name: str, *, every: timedelta) -> Callable[[Callable[[datetime], object]], Callable[[datetime], object]]:
    """Register work that comes back by itself. It runs at every start as well, so it must bear being repeated."""

    def register(run: Callable[[datetime], object]) -> Callable[[datetime], object]:
        RECURRING[name] = Recurring(every=every, run=run)
        return run

    return register
