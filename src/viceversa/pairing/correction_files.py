"""Corrected pairs between the upload and the decision: kept sealed for its coordinator, and not for long."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime, timedelta

from django.db import transaction

from viceversa.accounts.models import User
from viceversa.people.sealing import opened_file, sealed_file

from .corrections import Wanted
from .models import CorrectionFile, MatchRun

KEPT = timedelta(days=1)


@transaction.atomic
def keep_corrections(run: MatchRun, wanted: Iterable[Wanted], *, by: User, now: datetime) -> CorrectionFile:
    """Instead of what this coordinator brought in for the run before. Raises ``KeysMissing``."""
    rows = json.dumps([astuple(one) for one in wanted])
    sealed = sealed_file(rows.encode(), owner=run.cohort.programme.public_id)
    CorrectionFile.objects.filter(run=run, by=by).delete()
    return CorrectionFile.objects.create(run=run, by=by, at=now, sealed_rows=sealed)


def kept_corrections(run: MatchRun, public_id: str, *, by: User, now: datetime) -> list[Wanted] | None:
    """What the file asks for; None for one of somebody else or of another run, or gone. Raises ``KeysMissing``."""
    file = next((one for one in CorrectionFile.objects.filter(run=run, by=by) if one.public_id == public_id), None)
    if file is None or file.at <= now - KEPT:
        return None
    rows = json.loads(opened_file(file.sealed_rows, owner=run.cohort.programme.public_id))
    return [Wanted(*row) for row in rows]


def drop_corrections(run: MatchRun, *, by: User) -> None:
    CorrectionFile.objects.filter(run=run, by=by).delete()


def forget_corrections(*, now: datetime) -> int:
    """Files that nobody has applied within a day."""
    return CorrectionFile.objects.filter(at__lte=now - KEPT).delete()[0]
