"""Apply a people file that somebody asked for: read it again, compare again, write everything in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing, destroy_key

from .actions import content_of, mapping_of
from .models import RosterImport
from .roster import PeopleHere, RosterPreview, preview
from .roster_write import Plan, prepare, write

State = RosterImport.State
# How often a waiting page can see a difference.
_STEPS = 40


def preview_of(roster: RosterImport) -> RosterPreview:
    """What applying this file would do now. Raises ``KeysMissing`` when the file cannot be opened."""
    return preview(
        content_of(roster), file_name=roster.file_name, mapping=mapping_of(roster), against=PeopleHere.read()
    )


def apply_roster(roster: RosterImport, *, now: datetime) -> bool:
    """Apply the file if it is still waiting for that; whether it was applied by this call.

    Whatever stands in the way is written on the import as a code, and nothing is applied. Called twice, or
    by two workers at once, it applies once.
    """
    waiting = RosterImport.objects.filter(pk=roster.pk, state__in=(State.QUEUED, State.APPLYING))
    if not waiting.update(state=State.APPLYING, done=0, total=0):
        return False
    try:
        found = preview_of(roster)
        problem = _in_the_way(roster, found)
        if problem:
            fail(roster, problem)
            return False
        plan = prepare(found, tell=_progress(roster, total=len(found.rows)))
    except KeysMissing:
        fail(roster, "keys_missing")
        return False
    if not _write_once(roster, found, plan, now=now):
        return False
    destroy_key(roster.public_id)
    return True


def fail(roster: RosterImport, problem: str) -> None:
    RosterImport.objects.filter(pk=roster.pk, state=State.APPLYING).update(state=State.FAILED, problem=problem)


def _in_the_way(roster: RosterImport, found: RosterPreview) -> str:
    if not found.can_apply:
        return "cannot_apply"
    if not found.left_out <= set(roster.leave_out):
        return "changed_since_check"
    if found.many_leave and not roster.counts.get("leavers_agreed"):
        return "leavers_unconfirmed"
    return ""


def _progress(roster: RosterImport, *, total: int) -> Callable[[int], None]:
    """Writes how far we are, in short transactions of its own, a bounded number of times."""
    row = RosterImport.objects.filter(pk=roster.pk)
    row.update(total=total)
    every = max(1, total // _STEPS)

    def tell(done: int) -> None:
        if done % every == 0 or done == total:
            row.update(done=done)

    return tell


@transaction.atomic
def _write_once(roster: RosterImport, found: RosterPreview, plan: Plan, *, now: datetime) -> bool:
    counts = {
        "new": len(found.new),
        "changed": len(found.changed),
        "values": found.values_changed,
        "the_same": found.the_same,
        "left_out": len(found.left_out),
    }
    # The row count decides between two workers: the second waits here, and finds it done.
    finished = RosterImport.objects.filter(pk=roster.pk, state=State.APPLYING).update(
        state=State.APPLIED, applied_at=now, content=b"", counts=counts, problem=""
    )
    if not finished:
        return False
    write(plan)
    record("applied", noun="roster", object_id=roster.public_id, by=roster.uploaded_by, now=now, facts=counts)
    return True
