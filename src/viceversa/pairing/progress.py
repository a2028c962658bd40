"""How far a run is: written beside the work, so that a page can show it and a dead worker's lease runs out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from viceversa.outbox.models import Job, JobQuerySet

from .models import MatchRun

LEASE = timedelta(minutes=15)
"""Longer than the engine is ever silent; a worker that died is replaced after this."""

WRITES_APART_SECONDS = 0.5


class LeaseLost(Exception):
    """Another worker holds the job now: this one must not write any more."""


class Progress:
    """Writes phase and counts at most twice a second, each write in a short transaction of its own."""

    def __init__(self, *, run: MatchRun, job: Job, clock: Callable[[], datetime]) -> None:
        self.run, self.job, self.clock = run, job, clock
        self._phase, self._written = "", 0.0

    def __call__(self, phase: str, done: int, total: int) -> None:
        if phase == self._phase and monotonic() - self._written < WRITES_APART_SECONDS:
            return
        self._phase, self._written = phase, monotonic()
        if not still_held(self.job).update(leased_until=self.clock() + LEASE):
            raise LeaseLost
        MatchRun.every.filter(pk=self.run.pk, state=MatchRun.State.RUNNING).update(
            phase=phase, done=done, total=max(total, 1)
        )


def still_held(job: Job) -> JobQuerySet:
    """The job's row as long as this attempt holds it; ``attempts`` is the fencing token."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, done_at=None)
