"""The state of the installation for the administrator's page: what holds, what waits, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q

from .models import Job
from .readiness import Check, checks

FAILED_SHOWN = 20


@dataclass(frozen=True)
class Work:
    """Background work by state; ``due`` should have run by now."""

    due: int
    later: int
    done: int
    failed: int


@dataclass(frozen=True)
class Installation:
    checks: tuple[Check, ...]
    work: Work
    failed: tuple[Job, ...]

    @property
    def to_mend(self) -> int:
        return sum(not check.holds for check in self.checks) + bool(self.work.failed)


def installation_state(*, now: datetime) -> Installation:
    work = Job.objects.aggregate(
        due=Count("pk", filter=Q(done_at=None, failed_at=None, due_at__lte=now)),
        later=Count("pk", filter=Q(done_at=None, failed_at=None, due_at__gt=now)),
        done=Count("pk", filter=~Q(done_at=None)),
        failed=Count("pk", filter=~Q(failed_at=None)),
    )
    failed = Job.objects.exclude(failed_at=None).order_by("-failed_at", "-pk")[:FAILED_SHOWN]
    return Installation(checks=checks(now=now), work=Work(**work), failed=tuple(failed))


def mail_leaves() -> bool:
    """Whether a mail server is set up; without one every letter is kept as a file."""
    return not settings.EMAIL_BACKEND.endswith("kept_letters.KeptLetters")
