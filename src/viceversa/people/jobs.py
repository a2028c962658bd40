"""Background work about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from viceversa.accounts.keys.store import KeysMissing
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs

from .actions import LEASE, ask_again, forget_traces, forget_waiting_files
from .models import RosterImport
from .roster_apply import apply_roster, give_up
from .roster_check import check_roster
from .roster_turn import AnotherRuns
from .roster_undo import give_up_undoing, undo_roster

ATTEMPTS = 4
# One import at a time: the next looks again so often.
_NEXT_LOOK = timedelta(seconds=15)
# Some of an import is in, or back, and it cannot go on: somebody has to mend the keys, or the machine, first.
_UNTIL_MENDED = timedelta(minutes=30)


@handles("apply_roster", lease=LEASE, attempts=ATTEMPTS)
def apply_requested_roster(job: Job, now: datetime) -> None:
    roster = RosterImport.objects.select_related("uploaded_by").get(public_id=job.facts["roster"])
    try:
        apply_roster(roster, now=now)
    except AnotherRuns:
        ask_again(roster, kind=job.kind, now=now, due_at=now + _NEXT_LOOK)
    except KeysMissing:
        ask_again(roster, kind=job.kind, now=now, due_at=now + _UNTIL_MENDED)
    except Exception:
        if job.attempts >= ATTEMPTS:
            _take_back(roster, job, now=now)
        raise


def _take_back(roster: RosterImport, job: Job, *, now: datetime) -> None:
    try:
        give_up(roster, now=now)
    except KeysMissing:
        ask_again(roster, kind=job.kind, now=now, due_at=now + _UNTIL_MENDED)


@handles("check_roster", lease=LEASE, attempts=ATTEMPTS)
def check_uploaded_roster(job: Job, now: datetime) -> None:
    roster = RosterImport.objects.filter(public_id=job.facts["roster"]).first()
    if roster is not None:
        check_roster(roster, now=now)


@handles("undo_roster", lease=LEASE, attempts=ATTEMPTS)
def undo_requested_roster(job: Job, now: datetime) -> None:
    roster = RosterImport.objects.select_related("undone_by").get(public_id=job.facts["roster"])
    try:
        undo_roster(roster, now=now)
    except AnotherRuns:
        ask_again(roster, kind=job.kind, now=now, due_at=now + _NEXT_LOOK)
    except KeysMissing:
        ask_again(roster, kind=job.kind, now=now, due_at=now + _UNTIL_MENDED)
    except Exception:
        if job.attempts >= ATTEMPTS and not give_up_undoing(roster, now=now):
            ask_again(roster, kind=job.kind, now=now, due_at=now + _UNTIL_MENDED)
        raise


@recurs("forget_waiting_people_files", every=timedelta(days=1))
def forget_people_files(now: datetime) -> None:
    forget_waiting_files(now=now)


@recurs("forget_what_undoes_an_import", every=timedelta(days=1))
def forget_undo_material(now: datetime) -> None:
    forget_traces(now=now)
