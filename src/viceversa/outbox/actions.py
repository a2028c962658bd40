"""Ask for work in the same transaction as the change it follows from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import connection

from .models import Job


def enqueue(
    kind: str,
    *,
    key: str,
    now: datetime,
    facts: Mapping[str, str | int | bool | None] | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Write the job, once for each ``key``. Facts are ids and codes; the handler reads the words when it runs.

    On PostgreSQL the wake-up is deferred in the same transaction, so it is sent only if the change is.
    """
    job, new = Job.objects.get_or_create(
        key=f"{kind}:{key}",
        defaults={"kind": kind, "facts": dict(facts or {}), "written_at": now, "due_at": due_at or now},
    )
    if new and settings.ON_POSTGRESQL and connection.vendor == "postgresql":
        from .procrastinate_wake import wake

        wake(job)
    return job
