"""What comes back by itself whatever the nouns do: sealing events, and forgetting what is spent."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from viceversa.accounts.event_list import last_verification
from viceversa.accounts.events import seal_events, write_verification

from . import password_letters, role_letters  # noqa: F401 - register their handlers
from .models import Job
from .registry import handles, recurs

KEEP_DONE_JOBS = timedelta(days=30)
KEEP_FAILED_TRIES = timedelta(days=1)  # the wait after too many is a quarter of an hour


@recurs("seal_events", every=timedelta(minutes=1))
def seal(now: datetime) -> int:
    return seal_events()


@recurs("verify_chain", every=timedelta(days=1))
def verify_daily(now: datetime) -> bool:
    """Walk the whole chain once a day, also where processes start often; whether it was done now."""
    last = last_verification()
    if last is not None and now - last.at < timedelta(hours=20):
        return False
    write_verification(now=now)
    return True


@handles("verify_chain", lease=timedelta(minutes=10))
def verify_now(job: Job, now: datetime) -> None:
    """Because somebody asked for it on the page of events."""
    write_verification(now=now)


@recurs("clear_sessions", every=timedelta(days=1))
def clear_sessions(now: datetime) -> int:
    """Sign-ins that have run out."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


@recurs("forget_failed_tries", every=timedelta(days=1))
def forget_failed_tries(now: datetime) -> int:
    """Who tried to sign in from where, kept no longer than guessing needs to be slowed down."""
    return AccessAttempt.objects.filter(attempt_time__lt=now - KEEP_FAILED_TRIES).delete()[0]


@recurs("forget_done_jobs", every=timedelta(days=1))
def forget_done_jobs(now: datetime) -> int:
    """Done jobs only: what failed stays until somebody has looked at it."""
    return Job.objects.filter(done_at__lt=now - KEEP_DONE_JOBS).delete()[0]
