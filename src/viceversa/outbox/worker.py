"""Does the jobs that have fallen due: claim by conditional update, do the work, finish.

The same functions run in the in-process loop on SQLite and under Procrastinate on PostgreSQL. A job is
handed out with a lease; ``attempts`` is its fencing token, so a worker that comes back from the dead after
its lease ended cannot finish or fail a job that somebody else holds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections, connections
from django.db.models import F

from .models import Heartbeat, Job
from .registry import KINDS, RECURRING, TryLater

log = logging.getLogger("viceversa.outbox")
BEAT_SECONDS = 15.0


def claim(job: Job, *, now: datetime) -> bool:
    """Take the job if it is still free. Two workers race here, and the row count says who won."""
    kind = KINDS[job.kind]
    taken = (
        Job.objects.due(now=now)
        .filter(pk=job.pk, attempts=job.attempts)
        .order_by()
        .update(leased_until=now + kind.lease, attempts=F("attempts") + 1)
    )
    job.attempts += taken
    return bool(taken)


def run_job(job: Job, *, clock: Callable[[], datetime]) -> None:
    """Do a job that this worker has claimed, and write down how it ended."""
    kind = KINDS[job.kind]
    held = Job.objects.filter(pk=job.pk, attempts=job.attempts, done_at=None)
    about = {"job": job.public_id, "kind": job.kind, "attempts": job.attempts}
    try:
        kind.handle(job, clock())
    except Exception as problem:
        gave_up = job.attempts >= kind.attempts
        log.warning(
            "job failed" if gave_up else "job comes back",
            extra=about,
            exc_info=not isinstance(problem, TryLater),
        )
        now = clock()
        again = now + timedelta(seconds=min(2**job.attempts * 5, 6 * 3600))
        held.update(
            problem=type(problem).__name__,
            leased_until=None,
            due_at=again,
            failed_at=now if gave_up else None,
        )
        return
    held.update(done_at=clock(), leased_until=None, problem="")


def run_due(*, clock: Callable[[], datetime], at_most: int = 100) -> int:
    """Claim and do what is due now; how many jobs this worker did."""
    done = 0
    for job in Job.objects.due(now=clock()).filter(kind__in=KINDS)[:at_most]:
        if claim(job, now=clock()):
            run_job(job, clock=clock)
            done += 1
    return done


def run_until_idle(*, clock: Callable[[], datetime], rounds: int = 50) -> int:
    """Do everything that is due, and what that asks for in turn; for tests and set-up commands."""
    total = 0
    for _ in range(rounds):
        done = run_due(clock=clock)
        total += done
        if not done:
            break
    return total


class Rounds:
    """Recurring work at its times. The first round does all of it: a process that starts knows of no earlier one."""

    def __init__(self) -> None:
        self._next: dict[str, datetime] = {}

    def run(self, *, now: datetime) -> None:
        for name, work in RECURRING.items():
            if now < self._next.get(name, now):
                continue
            self._next[name] = now + work.every
            try:
                work.run(now)
            except Exception:
                log.exception("recurring work failed", extra={"kind": name})


class Loop:
    """An in-process worker: due jobs every second, a heartbeat for /readyz, recurring work where it has rounds."""

    def __init__(
        self, *, name: str, clock: Callable[[], datetime], rounds: Rounds | None = None, pause: float = 1.0
    ) -> None:
        self.name, self.clock, self.rounds, self.pause = name[:64], clock, rounds, pause
        self.stopping = threading.Event()

    def beat(self) -> None:
        Heartbeat.objects.update_or_create(worker=self.name, defaults={"at": self.clock()})

    def once(self) -> int:
        if self.rounds is not None:
            self.rounds.run(now=self.clock())
        return run_due(clock=self.clock, at_most=10)

    def run(self) -> None:
        """Until ``stopping`` is set. The heart beats beside the work, which may be a long match run."""
        heart = threading.Thread(target=self._keep_beating, name=f"{self.name}-heart", daemon=True)
        heart.start()
        while not self.stopping.is_set():
            try:
                busy = self.once()
            except Exception:
                log.exception("worker round failed")
                busy = 0
            close_old_connections()
            if not busy:
                self.stopping.wait(self.pause)
        connections.close_all()
        heart.join(timeout=5)

    def _keep_beating(self) -> None:
        while True:
            try:
                self.beat()
            except Exception:
                log.exception("heartbeat failed")
            close_old_connections()
            if self.stopping.wait(BEAT_SECONDS):
                break
        connections.close_all()
