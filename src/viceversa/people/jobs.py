"""Background work about people."""

from __future__ import annotations

from datetime import datetime, timedelta

from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs

from .actions import forget_traces, forget_waiting_files
from .models import RosterImport
from .roster_apply import apply_roster, fail
from .roster_check import check_roster
from .roster_undo import fail_undo, undo_roster

ATTEMPTS = 4


# 100,000 people take a minute or two; the lease leaves room for a slow disk.
@handles("apply_roster", lease=timedelta(minutes=15), attempts=ATTEMPTS)
def apply_requested_roster(job: Job, now: datetime) -> None:
    roster = RosterImport.objects.select_related("uploaded_by").get(public_id=job.facts["roster"])
    try:
        apply_roster(roster, now=now)
    except Exception:
        if job.attempts >= ATTEMPTS:
            fail(roster, "fault")
        raise


@handles("check_roster", lease=timedelta(minutes=15), attempts=ATTEMPTS)
def check_uploaded_roster(job: Job, now: datetime) -> None:
    roster = RosterImport.objects.filter(public_id=job.facts["roster"]).first()
    if roster is not None:
        check_roster(roster, now=now)


@handles("undo_roster", lease=timedelta(minutes=15), attempts=ATTEMPTS)
def undo_requested_roster(job: Job, now: datetime) -> None:
    roster = RosterImport.objects.select_related("undone_by").get(public_id=job.facts["roster"])
    try:
        undo_roster(roster, now=now)
    except Exception:
        if job.attempts >= ATTEMPTS:
            fail_undo(roster, "fault")
        raise


@recurs("forget_waiting_people_files", every=timedelta(days=1))
def forget_people_files(now: datetime) -> None:
    forget_waiting_files(now=now)


@recurs("forget_what_undoes_an_import", every=timedelta(days=1))
def forget_undo_material(now: datetime) -> None:
    forget_traces(now=now)
