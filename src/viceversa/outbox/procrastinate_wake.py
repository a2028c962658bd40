"""PostgreSQL only: Procrastinate wakes the workers, on any number of hosts. The job row stays the truth.

A wake-up that comes twice, late or never does no harm: the claim decides, and the minute's sweep finds
what was missed.
"""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from .models import Heartbeat, Job
from .registry import RECURRING
from .worker import claim, run_due, run_job


@app.task(name="viceversa.do_job", queue="viceversa")
def do_job(job_id: int) -> None:
    job = Job.objects.due(now=settings.CLOCK()).filter(pk=job_id).first()
    if job and claim(job, now=settings.CLOCK()):
        run_job(job, clock=settings.CLOCK)


@app.periodic(cron="* * * * *")
@app.task(name="viceversa.sweep", queue="viceversa", queueing_lock="viceversa.sweep")
def sweep(timestamp: int) -> None:
    now = settings.CLOCK()
    Heartbeat.objects.update_or_create(worker="procrastinate", defaults={"at": now})
    for work in RECURRING.values():
        work.run(now)
    run_due(clock=settings.CLOCK)


def wake(job: Job) -> None:
    """Defer the wake-up in the transaction that is under way."""
    do_job.configure(schedule_at=job.due_at if job.due_at > job.written_at else None).defer(job_id=job.pk)
