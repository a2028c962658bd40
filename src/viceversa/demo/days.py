"""The demo's clock, which walks from the first day to today, and its workers, who do the work of that day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from viceversa.outbox.models import Job
from viceversa.outbox.worker import claim, run_job

SEASONS = ("Winter", "Winter", "Spring", "Spring", "Spring", "Summer", "Summer", "Summer", "Autumn", "Autumn", "Autumn")


class DemoClock:
    """The clock that the jobs of the past are run by."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def do(kind: str, *, now: datetime) -> None:
    """Do the waiting jobs of one kind, as a worker of that day would have."""
    clock, before = DemoClock(now), settings.CLOCK
    settings.CLOCK = clock
    try:
        for job in Job.objects.due(now=now).filter(kind=kind):
            if claim(job, now=now):
                run_job(job, clock=clock)
    finally:
        settings.CLOCK = before


def season(day: datetime) -> str:
    return f"{(*SEASONS, 'Winter')[day.month - 1]} {day.year}"


def months_after(day: date, months: int) -> date:
    return day + timedelta(days=round(months * 30.44))
