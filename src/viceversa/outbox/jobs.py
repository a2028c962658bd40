"""What comes back by itself whatever the nouns do: sealing events, and forgetting what is spent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from viceversa.accounts.events import seal_events

from . import password_letters  # noqa: F401 - registers its handler
from .models import Job
from .registry import recurs

KEEP_DONE_JOBS = timedelta(days=30)


@recurs("seal_events", every=timedelta(minutes=1))
def seal(now: datetime) -> int:
    return seal_events()


@recurs("clear_sessions", every=timedelta(days=1))
def clear_sessions(now: datetime) -> int:
    """Sign-ins that have run out."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


@recurs("forget_done_jobs", every=timedelta(days=1))
def forget_done_jobs(now: datetime) -> int:
    """Done jobs only: what failed stays until somebody has looked at it."""
    return Job.objects.filter(done_at__lt=now - KEEP_DONE_JOBS).delete()[0]
