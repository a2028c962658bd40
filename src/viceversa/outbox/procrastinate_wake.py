"""PostgreSQL only: Procrastinate wakes the workers, on any number of hosts. The job row stays the truth.

A wake-up that comes twice, late or never does no harm: the claim decides, and the minute's sweep finds
what was missed.
"""

from __future__ import annotations

from typing import cast

from django.conf import settings
from procrastinate import App
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.django_connector import DjangoConnector

from .models import Heartbeat, Job
from .worker import Rounds, claim, run_due, run_job

rounds = Rounds()


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
    rounds.run(now=now)
    run_due(clock=settings.CLOCK)


def wake(job: Job) -> None:
    """Defer the wake-up in the transaction that is under way."""
    do_job.configure(schedule_at=job.due_at if job.due_at > job.written_at else None).defer(job_id=job.pk)


def worker_app() -> App:
    """The app that a worker process runs: our tasks over a connection that can listen.

    The tasks keep their link to the app of the Django connection, so a wake-up that a handler asks for is
    still deferred in the handler's own transaction.
    """
    django_connection = cast(DjangoConnector, app.connector)
    listening = DjangoApp(connector=django_connection.get_worker_connector())
    listening.tasks, listening.periodic_registry = app.tasks, app.periodic_registry
    return listening
