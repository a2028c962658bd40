"""Many corrected pairs judged and applied by the worker: that takes longer than somebody waits for a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from viceversa.accounts.keys.store import KeysMissing
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles

from .correction_files import result_of, rows_of, sealed_result
from .corrections import Correction, NotAsSeen, Tell, apply_corrections, judge_corrections
from .models import CorrectionFile
from .obstacles import Obstacle, RunStopped, obstacle
from .progress import LEASE, WRITES_APART_SECONDS, LeaseLost, still_held
from .swapping import NotADraft

ATTEMPTS = 3
State = CorrectionFile.State


def request_judging(file: CorrectionFile, *, now: datetime) -> None:
    """Have a file judged that was kept to be judged."""
    enqueue("judge_corrections", key=file.public_id, now=now, facts={"file": file.public_id})


@transaction.atomic
def request_applying(file: CorrectionFile, *, now: datetime) -> None:
    """Have a judged file applied as it was judged; pressed twice, it is asked for once."""
    judged = CorrectionFile.objects.filter(pk=file.pk, state=State.JUDGED)
    if judged.update(state=State.APPLYING, is_other=False, done=0, total=0):
        key = f"{file.public_id}:{now.isoformat()}"
        enqueue("apply_corrections", key=key, now=now, facts={"file": file.public_id})


@handles("judge_corrections", lease=LEASE, attempts=ATTEMPTS)
def judge_kept(job: Job, now: datetime) -> None:
    """However often it is begun: the result is written once, whole."""
    _worked(job, State.JUDGING, lambda file: _judge(file, job=job, now=now))


@handles("apply_corrections", lease=LEASE, attempts=ATTEMPTS)
def apply_kept(job: Job, now: datetime) -> None:
    """All or nothing, however often it is begun: what is applied says so in the transaction that changes the draft."""
    _worked(job, State.APPLYING, lambda file: _apply(file, job=job, now=now))


def _worked(job: Job, state: State, work: Callable[[CorrectionFile], None]) -> None:
    files = CorrectionFile.objects.select_related("run__cohort__programme", "by")
    file = files.filter(public_id=job.facts["file"], state=state).first()
    if file is None:  # done by an earlier attempt, or another file was brought in
        return
    if job.attempts > ATTEMPTS:  # handed out again and again to workers that died over it
        _stop(file, [obstacle("fault")])
        return
    try:
        work(file)
    except RunStopped as stopped:
        _stop(file, stopped.obstacles)
    except KeysMissing:
        _stop(file, [obstacle("keys_missing")])
    except NotADraft:
        _stop(file, [obstacle("not_a_draft")])
    except LeaseLost:
        raise
    except Exception:
        if job.attempts == ATTEMPTS:
            _stop(file, [obstacle("fault")])
        raise


def _judge(file: CorrectionFile, *, job: Job, now: datetime) -> None:
    wanted, unread = rows_of(file)
    found = judge_corrections(file.run, wanted, now=now, unread=unread, tell=_telling(file, job))
    _keep(file, found, is_other=False)


def _apply(file: CorrectionFile, *, job: Job, now: datetime) -> None:
    wanted, _unread = rows_of(file)
    seen = result_of(file).seen
    try:
        apply_corrections(file, wanted, seen=seen, by=file.by, now=now, tell=_telling(file, job))
    except NotAsSeen as otherwise:
        _keep(file, otherwise.correction, is_other=True)


def keep_judged_anew(file: CorrectionFile, found: Correction) -> None:
    """What the file would do by now, for its coordinator to look at again."""
    _keep(file, found, is_other=True)


def _keep(file: CorrectionFile, found: Correction, *, is_other: bool) -> None:
    """Rows that have something against them are never applied: nothing of them is kept."""
    rows = b"" if found.troubles else bytes(file.sealed_rows)
    sealed = sealed_result(file.run, found)
    _here(file).update(state=State.JUDGED, sealed_rows=rows, sealed_result=sealed, is_other=is_other)


def _stop(file: CorrectionFile, obstacles: list[Obstacle]) -> None:
    _here(file).update(state=State.STOPPED, problems=obstacles, sealed_rows=b"", sealed_result=b"")


def _here(file: CorrectionFile) -> QuerySet[CorrectionFile]:
    """The row as long as nobody else went on with it."""
    return CorrectionFile.objects.filter(pk=file.pk, state=file.state)


def _telling(file: CorrectionFile, job: Job) -> Tell:
    """Writes how far it is at most twice a second, and keeps the job's lease. Raises ``LeaseLost``."""
    written = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal written
        if monotonic() - written < WRITES_APART_SECONDS:
            return
        written = monotonic()
        if not still_held(job).update(leased_until=settings.CLOCK() + LEASE):
            raise LeaseLost
        _here(file).update(done=done, total=total)

    return tell
