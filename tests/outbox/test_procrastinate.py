"""PostgreSQL alone: the wake-up goes with the change, and a worker process does what it is woken for."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as chosen
from django.db import connection, connections, transaction

from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Heartbeat, Job

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not chosen.ON_POSTGRESQL, reason="SQLite has no Procrastinate; its loop is in test_recurring"),
]


def woken():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'job_id' FROM procrastinate_jobs WHERE task_name = 'viceversa.do_job' ORDER BY id"
        )
        return [int(row[0]) for row in cursor.fetchall()]


def work_once():
    from viceversa.outbox.procrastinate_wake import worker_app

    worker_app().run_worker(wait=False, queues=["viceversa"], install_signal_handlers=False, listen_notify=False)
    # Procrastinate defers its periodic tasks from asgiref's own thread, whose connection outlives the worker.
    asyncio.run(sync_to_async(connections.close_all)())


def test_the_wake_up_goes_with_the_change_or_not_at_all(kinds, clock):
    kinds("note")(lambda job, now: None)
    before = woken()

    def change_and_fail():
        with transaction.atomic():
            enqueue("note", key="lost", now=clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    job = enqueue("note", key="kept", now=clock())
    assert woken() == [*before, job.pk]


def test_a_worker_does_what_it_is_woken_for_and_what_that_asks_for(kinds, clock):
    seen = []
    kinds("second")(lambda job, now: seen.append("second"))

    def first(job, now):
        seen.append("first")
        with transaction.atomic():
            enqueue("second", key="from-first", now=now)

    kinds("first")(first)
    enqueue("first", key="one", now=clock())
    work_once()
    assert seen == ["first", "second"]
    assert not Job.objects.filter(done_at=None).exists()


def test_a_wake_up_that_comes_twice_does_the_job_once(kinds, clock):
    from viceversa.outbox.procrastinate_wake import wake

    seen = []
    kinds("note")(lambda job, now: seen.append(job.pk))
    job = enqueue("note", key="one", now=clock())
    wake(job)
    work_once()
    assert seen == [job.pk]


def test_the_sweep_finds_what_no_wake_up_told_of_and_beats(kinds, clock):
    from viceversa.outbox.procrastinate_wake import sweep

    seen = []
    kinds("note")(lambda job, now: seen.append(job.pk))
    job = Job.objects.create(kind="note", key="note:lost", written_at=clock(), due_at=clock())
    sweep(timestamp=0)
    assert seen == [job.pk]
    assert Heartbeat.objects.get(worker="procrastinate").at == clock()
