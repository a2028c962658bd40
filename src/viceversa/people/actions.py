"""Bring in a people file: upload it, say what its columns mean, ask for it to be applied, or undone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.keys.store import destroy_key
from viceversa.accounts.models import User
from viceversa.formats.export import read_export
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import FileMapping
from viceversa.formats.person import REQUIRED_COLUMNS
from viceversa.formats.problems import Problem, ProblemLog
from viceversa.formats.table import Table, read_table
from viceversa.outbox.actions import enqueue

from .mapping_profiles import remembered
from .memory import release_memory
from .models import RosterExclusion, RosterImport, RosterPage, RosterTrace
from .roster_problems import BLOCKING
from .sealing import opened_file, sealed_file

State = RosterImport.State
# A file that nobody applies is somebody's list of people lying about.
KEEP_WAITING = timedelta(days=7)
# What was there before an import holds personal data: it is kept as long as somebody may want it back.
UNDO_WITHIN = timedelta(days=30)
# 100,000 people take a minute or two; this leaves room for a slow disk before somebody else goes on with an import.
LEASE = timedelta(minutes=15)
# Bytes as they are kept, of some twenty thousand rows: what reading them took is given back at once.
LARGE = 2_000_000
_WAITING = (State.UPLOADED, State.CHECKED, State.FAILED)


class RosterRefused(Exception):
    """The file cannot be read as a table at all; ``problems`` say why."""

    def __init__(self, problems: Collection[Problem]) -> None:
        super().__init__("the file cannot be read")
        self.problems = tuple(problems)


def upload_roster(
    content: bytes, *, file_name: str, by: User | None, now: datetime, scope: str = RosterImport.Scope.EVERYBODY
) -> RosterImport:
    """Keep a people file, sealed, until it is applied. Nothing about anybody changes yet.

    With the headings of the people format it is ready to be checked; otherwise the mapping is a guess that
    somebody must look at. Raises ``RosterRefused`` with every reason why it is no table, ``KeysMissing``
    when it cannot be sealed.
    """
    table = readable_table(content, file_name=file_name)
    ready = has_own_headings(table)
    mapping = None if ready else remembered(table) or guess_mapping(table)
    public_id = new_public_id()
    sealed = sealed_file(content, owner=public_id)
    with transaction.atomic():
        roster = RosterImport.objects.create(
            public_id=public_id,
            uploaded_by=by,
            uploaded_at=now,
            file_name=file_name[:200],
            content=sealed,
            sha256=hashlib.sha256(content).hexdigest(),
            mapping=mapping.as_data() if mapping else {},
            scope=scope,
            state=State.CHECKED if ready else State.UPLOADED,
        )
        record("uploaded", noun="roster", object_id=public_id, by=by, now=now, facts={"sha256": roster.sha256})
    if len(sealed) > LARGE:
        del table
        release_memory()
    return roster


def readable_table(content: bytes, *, file_name: str) -> Table:
    """The file as a table. Raises ``RosterRefused`` where it is none, or its headings cannot be told apart."""
    log = ProblemLog(file_name)
    table = read_table(content, log)
    if table is None or not has_own_headings(table):
        log = ProblemLog(file_name)
        table = read_export(content, log)
    if table is None:
        # Whatever its line: nothing below can be read, and a refusal without a reason helps nobody.
        raise RosterRefused([one for one in log.listed() if one.severity == "error" or one.code == "more_errors"])
    errors = [one for one in log.listed() if one.severity == "error" and (not one.line or one.code in BLOCKING)]
    if errors:
        raise RosterRefused(errors)
    return table


def content_of(roster: RosterImport) -> bytes:
    """The uploaded file. Raises ``KeysMissing`` when its key is gone."""
    return opened_file(roster.content, owner=roster.public_id)


def has_own_headings(table: Table) -> bool:
    """Whether the headings are those of the people format, so that nothing needs to be mapped."""
    return frozenset(REQUIRED_COLUMNS) <= {heading.casefold() for heading in table.header}


def mapping_of(roster: RosterImport) -> FileMapping | None:
    """What the columns mean; None for a file that has the headings of the people format."""
    return FileMapping.from_data(roster.mapping) if roster.mapping else None


@transaction.atomic
def set_mapping(roster: RosterImport, *, mapping: FileMapping, by: User | None, now: datetime) -> bool:
    """Say what the file's columns mean; False when the file is on its way already.

    Whoever the file says has left, without saying when, has left today.
    """
    told = replace(mapping, left_on=now.date().isoformat())
    written = RosterImport.objects.filter(pk=roster.pk, state__in=_WAITING).update(
        mapping=told.as_data(), state=State.CHECKED, problem="", checked_at=None, counts={}
    )
    if written:
        forget_check(roster)
        record("mapped", noun="roster", object_id=roster.public_id, by=by, now=now)
    return bool(written)


@transaction.atomic
def set_scope(roster: RosterImport, *, scope: str) -> bool:
    """Say whether the file holds everybody or some of us; False when the file is on its way already."""
    waiting = RosterImport.objects.filter(pk=roster.pk, state__in=_WAITING)
    return bool(waiting.update(scope=RosterImport.Scope(scope)))


def forget_check(roster: RosterImport) -> None:
    """What was found in the file no longer holds."""
    RosterImport.objects.filter(pk=roster.pk).update(checked_at=None)
    RosterPage.objects.filter(roster=roster).delete()


@transaction.atomic
def request_roster(
    roster: RosterImport,
    *,
    leave_out: Collection[int],
    leavers_agreed: int,
    by: User | None,
    now: datetime,
    scope: str = "",
) -> bool:
    """Ask for the file to be applied in the background; False when somebody has asked already.

    ``leave_out`` are the lines whose problems were seen and accepted: if others turn up, nothing is applied.
    ``leavers_agreed`` is how many people somebody agreed to see leave: if many would, and more than these, nothing
    is applied either. ``scope`` says whom the file holds; empty: as said before.
    """
    if not _mark_requested(roster, leave_out=leave_out, leavers_agreed=leavers_agreed, by=by, now=now, scope=scope):
        return False
    ask_again(roster, kind="apply_roster", now=now, due_at=now)
    return True


def ask_again(roster: RosterImport, *, kind: str, now: datetime, due_at: datetime) -> None:
    """A further job for this import; the import itself tells whether there is something left to do."""
    key = f"{roster.public_id}:{new_public_id()}"
    enqueue(kind, key=key, now=now, due_at=due_at, facts={"roster": roster.public_id})


@transaction.atomic
def claim_request(
    roster: RosterImport, *, leave_out: Collection[int], leavers_agreed: int, by: User | None, now: datetime
) -> bool:
    """The same for a process that applies the file itself; should it be cut off, a worker goes on."""
    if not _mark_requested(roster, leave_out=leave_out, leavers_agreed=leavers_agreed, by=by, now=now):
        return False
    ask_again(roster, kind="apply_roster", now=now, due_at=now + LEASE)
    return True


def withdraw_request(roster: RosterImport) -> None:
    """The file waits to be asked for again, unless somebody is applying it."""
    RosterImport.objects.filter(pk=roster.pk, state=State.QUEUED).update(state=State.CHECKED)


def _mark_requested(
    roster: RosterImport,
    *,
    leave_out: Collection[int],
    leavers_agreed: int,
    by: User | None,
    now: datetime,
    scope: str = "",
) -> bool:
    if scope:
        set_scope(roster, scope=scope)
    asked = RosterImport.objects.filter(pk=roster.pk, state__in=(State.CHECKED, State.FAILED)).update(
        state=State.QUEUED,
        leave_out=sorted(leave_out),
        counts={"leavers_agreed": int(leavers_agreed)},
        problem="",
        checked_at=None,
        done=0,
        total=0,
    )
    if not asked:
        return False
    record(
        "requested",
        noun="roster",
        object_id=roster.public_id,
        by=by,
        now=now,
        facts={"left_out": len(leave_out), "leavers_agreed": int(leavers_agreed)},
    )
    return True


@transaction.atomic
def request_undo(roster: RosterImport, *, by: User, now: datetime) -> bool:
    """Ask for an applied import to be undone in the background; False when there is nothing (left) to undo."""
    applied = RosterImport.objects.filter(pk=roster.pk, state=State.APPLIED).exclude(trace_owner="")
    if not applied.update(state=State.UNDOING, problem="", undone_by=by, done=0):
        return False
    RosterPage.objects.filter(roster=roster).delete()
    record("undo_requested", noun="roster", object_id=roster.public_id, by=by, now=now)
    ask_again(roster, kind="undo_roster", now=now, due_at=now)
    return True


def forget_traces(*, now: datetime) -> int:
    """Remove what undoing needs, a month after each import, and its keys; how many imports there were."""
    old = RosterImport.objects.filter(state=State.APPLIED, applied_at__lte=now - UNDO_WITHIN).exclude(trace_owner="")
    rosters = list(old.values_list("pk", "trace_owner"))
    for key, owner in rosters:
        with transaction.atomic():
            if RosterImport.objects.filter(pk=key, state=State.APPLIED).update(trace_owner="", made_topics=[]):
                forget_undo(key)
        destroy_key(owner)
    return len(rosters)


def forget_undo(roster_key: int) -> None:
    """The rows that undoing an import needs, without loading them: there may be a hundred thousand."""
    for model in (RosterTrace, RosterExclusion, RosterPage):
        rows = model._default_manager.filter(roster=roster_key)
        rows._raw_delete(rows.db)


def forget_waiting_files(*, now: datetime) -> int:
    """Remove files that nobody applied within a week, and their keys; how many there were."""
    waiting = RosterImport.objects.filter(state__in=_WAITING, uploaded_at__lte=now - KEEP_WAITING)
    public_ids = list(waiting.values_list("public_id", flat=True))
    for public_id in public_ids:
        if RosterImport.objects.filter(public_id=public_id, state__in=_WAITING).delete()[0]:
            destroy_key(public_id)
    return len(public_ids)
