from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from viceversa.accounts.ids import new_public_id


class JobQuerySet(models.QuerySet["Job"]):
    def open(self) -> JobQuerySet:
        return self.filter(done_at=None, failed_at=None)

    def due(self, *, now: datetime) -> JobQuerySet:
        """Whose time has come, and whom nobody holds: never leased, or leased by somebody who went silent."""
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        return self.open().filter(free, due_at__lte=now).order_by("due_at", "pk")


class Job(models.Model):
    """A piece of work that falls due: written in the transaction of the change that asks for it.

    ``key`` names the work once and for all, so that asking twice does it once.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=48)
    key = models.CharField(max_length=120, unique=True)
    facts = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=120, blank=True, help_text="a code or an exception's type, never its words")

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="job_due", condition=Q(done_at=None, failed_at=None)),
            models.Index(fields=["kind", "done_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Heartbeat(models.Model):
    """That a worker was alive: one row a worker, for /readyz."""

    worker = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
