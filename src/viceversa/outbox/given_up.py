"""Work that was given up: an administrator lets it be tried again, or lets it go. Both are written down."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from viceversa.accounts.events import record
from viceversa.accounts.models import User

from .models import Job

LET_GO = "let_go"


@transaction.atomic
def try_again(job: Job, *, by: User, now: datetime) -> bool:
    """Let it run from its first try on; false where it is not given up any more."""
    given_up = Job.objects.filter(pk=job.pk, done_at=None).exclude(failed_at=None)
    if not given_up.update(failed_at=None, attempts=0, due_at=now, leased_until=None):
        return False
    _record("tried_again", job, by=by, now=now)
    if settings.ON_POSTGRESQL and connection.vendor == "postgresql":
        from .procrastinate_wake import wake

        job.refresh_from_db()
        wake(job)
    return True


@transaction.atomic
def let_go(job: Job, *, by: User, now: datetime) -> bool:
    """Have looked at it, and leave it undone; its key stays taken, so it is not asked for again by itself."""
    given_up = Job.objects.filter(pk=job.pk, done_at=None).exclude(failed_at=None)
    if not given_up.update(failed_at=None, done_at=now, leased_until=None, problem=LET_GO):
        return False
    _record("let_go", job, by=by, now=now)
    return True


def _record(verb: str, job: Job, *, by: User, now: datetime) -> None:
    record(verb, noun="job", object_id=job.public_id, by=by, now=now, facts={"kind": job.kind})
