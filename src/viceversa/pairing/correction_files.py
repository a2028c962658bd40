"""Corrected pairs between the upload and the decision: kept sealed for its coordinator, and not for long."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from viceversa.accounts.models import User
from viceversa.people.sealing import opened_file, sealed_file

from .correction_reading import Trouble, Wanted
from .corrections import Change, Correction
from .models import CorrectionFile, MatchRun

KEPT = timedelta(days=1)


@transaction.atomic
def keep_corrections(
    run: MatchRun,
    wanted: Iterable[Wanted],
    *,
    by: User,
    now: datetime,
    unread: Iterable[Trouble] = (),
    judged: Correction | None = None,
) -> CorrectionFile:
    """Instead of what this coordinator brought in for the run before; to be judged, where it is not yet.

    ``unread`` is what could not be read. Raises ``KeysMissing``.
    """
    CorrectionFile.objects.filter(run=run, by=by).delete()
    rows = {"rows": [astuple(one) for one in wanted], "unread": [astuple(one) for one in unread]}
    return CorrectionFile.objects.create(
        run=run,
        by=by,
        at=now,
        sealed_rows=_sealed(run, rows),
        sealed_result=sealed_result(run, judged) if judged else b"",
        state=CorrectionFile.State.JUDGED if judged else CorrectionFile.State.JUDGING,
    )


def _sealed(run: MatchRun, table: dict[str, Any]) -> bytes:
    return sealed_file(json.dumps(table).encode(), owner=run.cohort.programme.public_id)


def sealed_result(run: MatchRun, judged: Correction) -> bytes:
    return _sealed(
        run,
        {
            "troubles": [astuple(one) for one in judged.troubles],
            "changes": [astuple(one) for one in judged.changes],
            "stays": judged.stays,
            "seen": judged.seen,
        },
    )


def kept_corrections(run: MatchRun, public_id: str, *, by: User, now: datetime) -> CorrectionFile | None:
    """None for a file of somebody else or of another run, or one that is gone."""
    file = latest_corrections(run, by=by, now=now)
    return file if file is not None and file.public_id == public_id else None


def latest_corrections(run: MatchRun, *, by: User, now: datetime) -> CorrectionFile | None:
    """What this coordinator brought in last for the run, unless a day has gone by."""
    file = CorrectionFile.objects.filter(run=run, by=by, at__gt=now - KEPT).first()
    if file is not None:
        file.run = run
    return file


def rows_of(file: CorrectionFile) -> tuple[list[Wanted], list[Trouble]]:
    """What the file asks for, and what could not be read of it. Raises ``KeysMissing``."""
    table = _opened(file.sealed_rows, file=file)
    return [Wanted(*row) for row in table["rows"]], [Trouble(*row) for row in table["unread"]]


def result_of(file: CorrectionFile) -> Correction:
    """What the file would do, as it was judged last. Raises ``KeysMissing``."""
    table = _opened(file.sealed_result, file=file)
    return Correction(
        troubles=tuple(Trouble(*row) for row in table["troubles"]),
        changes=tuple(Change(*row) for row in table["changes"]),
        stays=table["stays"],
        seen=table["seen"],
    )


def _opened(sealed: bytes | memoryview, *, file: CorrectionFile) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(opened_file(sealed, owner=file.run.cohort.programme.public_id))
    return table


def drop_corrections(run: MatchRun, *, by: User) -> None:
    CorrectionFile.objects.filter(run=run, by=by).delete()


def forget_corrections(*, now: datetime) -> int:
    """Files that nobody has applied within a day."""
    return CorrectionFile.objects.filter(at__lte=now - KEPT).delete()[0]
