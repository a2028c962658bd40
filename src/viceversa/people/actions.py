"""Bring in a people file: upload it, say what its columns mean, ask for it to be applied."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.keys.store import destroy_key
from viceversa.accounts.models import User
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import ColumnUse
from viceversa.formats.person import REQUIRED_COLUMNS
from viceversa.formats.problems import Problem, ProblemLog
from viceversa.formats.table import Table, read_table
from viceversa.outbox.actions import enqueue

from .models import RosterImport
from .roster_problems import BLOCKING
from .sealing import opened_file, sealed_file

State = RosterImport.State
# A file that nobody applies is somebody's list of people lying about.
KEEP_WAITING = timedelta(days=7)
_WAITING = (State.UPLOADED, State.CHECKED, State.FAILED)


class RosterRefused(Exception):
    """The file cannot be read as a table at all; ``problems`` say why."""

    def __init__(self, problems: Collection[Problem]) -> None:
        super().__init__("the file cannot be read")
        self.problems = tuple(problems)


def upload_roster(content: bytes, *, file_name: str, by: User | None, now: datetime) -> RosterImport:
    """Keep a people file, sealed, until it is applied. Nothing about anybody changes yet.

    With the headings of the people format it is ready to be checked; otherwise the mapping is a guess that
    somebody must look at. Raises ``RosterRefused`` with every reason why it is no table, ``KeysMissing``
    when it cannot be sealed.
    """
    table = readable_table(content, file_name=file_name)
    ready = frozenset(REQUIRED_COLUMNS) <= {heading.casefold() for heading in table.header}
    mapping = {} if ready else _remembered(table) or guess_mapping(table)
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
            mapping=mapping_as_data(mapping),
            state=State.CHECKED if ready else State.UPLOADED,
        )
        record("uploaded", noun="roster", object_id=public_id, by=by, now=now, facts={"sha256": roster.sha256})
    return roster


def readable_table(content: bytes, *, file_name: str) -> Table:
    """The file as a table. Raises ``RosterRefused`` where it is none, or its headings cannot be told apart."""
    log = ProblemLog(file_name)
    table = read_table(content, log)
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


def mapping_of(roster: RosterImport) -> dict[str, ColumnUse] | None:
    """What the columns mean; None for a file that has the headings of the people format."""
    if not roster.mapping:
        return None
    return {heading: ColumnUse.from_dict(use) for heading, use in roster.mapping.items()}


def mapping_as_data(mapping: Mapping[str, ColumnUse]) -> dict[str, dict[str, object]]:
    return {heading: use.as_dict() for heading, use in mapping.items()}


def _remembered(table: Table) -> dict[str, ColumnUse] | None:
    """The mapping of the last file that had the same headings and was applied."""
    headings = {heading for heading in table.header if heading}
    applied = RosterImport.objects.filter(state=State.APPLIED).exclude(mapping={}).order_by("-applied_at")
    for mapping in applied.values_list("mapping", flat=True)[:20]:
        if set(mapping) == headings:
            return {heading: ColumnUse.from_dict(use) for heading, use in mapping.items()}
    return None


@transaction.atomic
def set_mapping(roster: RosterImport, *, mapping: Mapping[str, ColumnUse], by: User | None, now: datetime) -> bool:
    """Say what the file's columns mean; False when the file is on its way already."""
    written = RosterImport.objects.filter(pk=roster.pk, state__in=_WAITING).update(
        mapping=mapping_as_data(mapping), state=State.CHECKED, problem=""
    )
    if written:
        record("mapped", noun="roster", object_id=roster.public_id, by=by, now=now)
    return bool(written)


@transaction.atomic
def request_roster(
    roster: RosterImport, *, leave_out: Collection[int], leavers_agreed: bool, by: User | None, now: datetime
) -> bool:
    """Ask for the file to be applied in the background; False when somebody has asked already.

    ``leave_out`` are the lines whose problems were seen and accepted: if others turn up, nothing is applied.
    """
    if not mark_requested(roster, leave_out=leave_out, leavers_agreed=leavers_agreed, by=by, now=now):
        return False
    enqueue(
        "apply_roster",
        key=f"{roster.public_id}:{new_public_id()}",  # the mark lets one through; after a failure, another
        now=now,
        facts={"roster": roster.public_id},
    )
    return True


@transaction.atomic
def mark_requested(
    roster: RosterImport, *, leave_out: Collection[int], leavers_agreed: bool, by: User | None, now: datetime
) -> bool:
    """The same without a job, for a process that applies the file itself."""
    asked = RosterImport.objects.filter(pk=roster.pk, state__in=(State.CHECKED, State.FAILED)).update(
        state=State.QUEUED,
        leave_out=sorted(leave_out),
        counts={"leavers_agreed": leavers_agreed},
        problem="",
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
        facts={"left_out": len(leave_out)},
    )
    return True


def forget_waiting_files(*, now: datetime) -> int:
    """Remove files that nobody applied within a week, and their keys; how many there were."""
    waiting = RosterImport.objects.filter(state__in=_WAITING, uploaded_at__lte=now - KEEP_WAITING)
    public_ids = list(waiting.values_list("public_id", flat=True))
    for public_id in public_ids:
        if RosterImport.objects.filter(public_id=public_id, state__in=_WAITING).delete()[0]:
            destroy_key(public_id)
    return len(public_ids)
