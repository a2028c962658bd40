"""Apply a people file that somebody asked for: read it again, compare again, write everything in one go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from viceversa.accounts.events import record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.keys.store import KeysMissing, destroy_key
from viceversa.outbox.actions import enqueue

from .actions import content_of, mapping_of
from .models import Exclusion, Person, RankedPreference, RosterImport, RosterPage, RosterTrace, TopicOffer, TopicWant
from .roster import PeopleHere, RosterPreview, preview
from .roster_plan import Plan, prepare
from .roster_rows import room_to_write
from .roster_write import write

State = RosterImport.State
# How often a waiting page can see a difference.
_STEPS = 40
# From here on the planner of PostgreSQL is told at once that the tables have grown.
_MANY_ROWS = 5_000


def preview_of(roster: RosterImport, *, now: datetime | None = None) -> RosterPreview:
    """What applying this file would do now. Raises ``KeysMissing`` when the file cannot be opened."""
    return preview(
        content_of(roster),
        file_name=roster.file_name,
        mapping=mapping_of(roster),
        against=PeopleHere.read(),
        scope=roster.scope,
        on=now.date() if now else None,
    )


def apply_roster(roster: RosterImport, *, now: datetime) -> bool:
    """Apply the file if it is still waiting for that; whether it was applied by this call.

    Whatever stands in the way is written on the import as a code, and nothing is applied. Called twice, or
    by two workers at once, it applies once: the one that began last holds the import, by the name of its traces.
    """
    owner = _begin(roster)
    if owner is None:
        return False
    try:
        found = preview_of(roster, now=now)
        problem = _in_the_way(roster, found)
        if problem:
            fail(roster, problem)
            return False
        counts, many = _counts(found), len(found.rows) + len(found.left) >= _MANY_ROWS
        plan = prepare(
            found,
            roster=roster.pk,
            trace_owner=owner,
            now=now,
            keep=_keep_traces(roster, owner=owner),
            tell=_progress(roster, total=len(found.rows)),
        )
        del found  # the rows of a large file take more room than what is written
    except KeysMissing:
        fail(roster, "keys_missing")
        return False
    with room_to_write():
        written = _write_once(roster, plan, owner=owner, counts=counts, now=now)
    if not written:
        return False
    destroy_key(roster.public_id)
    if many:
        _refresh_statistics()
    return True


def _begin(roster: RosterImport) -> str | None:
    """Take the import, and forget what an attempt that was cut off left behind; None when there is nothing to do."""
    owner = new_public_id()
    with transaction.atomic():
        waiting = RosterImport.objects.filter(pk=roster.pk, state__in=(State.QUEUED, State.APPLYING))
        old = waiting.values_list("trace_owner", flat=True).first() or ""
        if not waiting.update(state=State.APPLYING, done=0, total=0, trace_owner=owner):
            return None
        RosterTrace.objects.filter(roster=roster).delete()
    if old:
        destroy_key(old)
    return owner


def fail(roster: RosterImport, problem: str) -> None:
    """Nothing was applied; what was kept for undoing it goes too."""
    with transaction.atomic():
        failed = RosterImport.objects.filter(pk=roster.pk, state=State.APPLYING)
        owner = failed.values_list("trace_owner", flat=True).first() or ""
        if not failed.update(state=State.FAILED, problem=problem, trace_owner=""):
            return
        RosterTrace.objects.filter(roster=roster).delete()
    if owner and problem != "keys_missing":
        destroy_key(owner)


def _in_the_way(roster: RosterImport, found: RosterPreview) -> str:
    if not found.can_apply:
        return "cannot_apply"
    if not found.left_out <= set(roster.leave_out):
        return "changed_since_check"
    # More than were agreed to is not agreed to.
    if found.many_leave and found.leaving > int(roster.counts.get("leavers_agreed") or 0):
        return "leavers_unconfirmed"
    return ""


def _counts(found: RosterPreview) -> dict[str, int]:
    return {
        "new": len(found.new),
        "changed": len(found.changed),
        "values": found.values_changed,
        "the_same": found.the_same,
        "left_out": len(found.left_out),
        "left": found.leaving,
        "back": len(found.back),
    }


def _keep_traces(roster: RosterImport, *, owner: str) -> Callable[[list[RosterTrace]], None]:
    """Keeps traces in short transactions of their own, as long as this attempt holds the import."""

    def keep(traces: list[RosterTrace]) -> None:
        with transaction.atomic():
            mine = RosterImport.objects.select_for_update().filter(pk=roster.pk, trace_owner=owner)
            if mine.exists():
                RosterTrace.objects.bulk_create(traces)

    return keep


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
def _write_once(roster: RosterImport, plan: Plan, *, owner: str, counts: dict[str, int], now: datetime) -> bool:
    # The row count decides between two workers: the second waits here, and finds it done.
    finished = RosterImport.objects.filter(pk=roster.pk, state=State.APPLYING, trace_owner=owner).update(
        state=State.APPLIED, applied_at=now, content=b"", counts=counts, problem=""
    )
    if not finished:
        return False
    made = write(plan, roster=roster.pk)
    RosterImport.objects.filter(pk=roster.pk).update(made_topics=made)
    RosterPage.objects.filter(roster=roster).delete()
    record("applied", noun="roster", object_id=roster.public_id, by=roster.uploaded_by, now=now, facts=counts)
    if counts["left"]:
        enqueue("people_left", key=f"import:{roster.public_id}", now=now)
    return True


def _refresh_statistics() -> None:
    """Without it PostgreSQL would read a table of a hundred thousand as if it still had a hundred rows."""
    if connection.vendor != "postgresql":
        return
    quote = connection.ops.quote_name
    models = (Person, TopicOffer, TopicWant, RankedPreference, Exclusion, RosterTrace)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(quote(model._meta.db_table) for model in models))
