"""What comes back by itself: sealing, forgetting, the heartbeat."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from viceversa.accounts.events import record
from viceversa.accounts.models import EventSeal
from viceversa.outbox.actions import enqueue
from viceversa.outbox.jobs import clear_sessions, forget_done_jobs, forget_failed_tries
from viceversa.outbox.models import Heartbeat, Job
from viceversa.outbox.registry import RECURRING, recurs
from viceversa.outbox.worker import Loop, Rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def rang(kinds):
    RECURRING.clear()
    seen: list[tuple[str, datetime]] = []
    recurs("minutely", every=timedelta(minutes=1))(lambda now: seen.append(("minutely", now)))
    recurs("hourly", every=timedelta(hours=1))(lambda now: seen.append(("hourly", now)))
    return seen


def test_recurring_work_runs_at_once_and_then_at_its_times(rang, clock):
    rounds = Rounds()
    for _ in range(61):
        rounds.run(now=clock())
        rounds.run(now=clock())
        clock.forward(minutes=1)
    assert [name for name, _ in rang].count("minutely") == 61
    assert [name for name, _ in rang].count("hourly") == 2


def test_one_that_fails_stops_neither_the_others_nor_itself(kinds, clock):
    RECURRING.clear()
    tries = []

    def fails(now):
        tries.append(now)
        raise RuntimeError

    recurs("fails", every=timedelta(minutes=1))(fails)
    recurs("works", every=timedelta(minutes=1))(lambda now: tries.append("works"))
    rounds = Rounds()
    rounds.run(now=clock())
    clock.forward(minutes=1)
    rounds.run(now=clock())
    assert tries == [clock() - timedelta(minutes=1), "works", clock(), "works"]


def test_a_clock_that_jumps_ahead_a_day_rings_once(rang, clock):
    rounds = Rounds()
    rounds.run(now=clock())
    clock.forward(days=1)
    rounds.run(now=clock())
    rounds.run(now=clock())
    assert [name for name, _ in rang] == ["minutely", "hourly"] * 2


def test_events_are_sealed_by_the_rounds(northmoor, clock):
    record("run.asked", noun="run", object_id="r", by=None, now=clock())
    Rounds().run(now=clock())
    assert EventSeal.objects.exists()


def test_sign_ins_that_have_run_out_are_forgotten(clock):
    Session.objects.create(session_key="old", session_data="", expire_date=clock() - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=clock() + timedelta(days=1))
    assert clear_sessions(clock()) == 1
    assert Session.objects.get().session_key == "new"


def test_done_jobs_are_forgotten_after_thirty_days_and_failed_ones_kept(clock):
    for key, ends in {
        "old": {"done_at": clock() - timedelta(days=31)},
        "new": {"done_at": clock() - timedelta(days=29)},
        "failed": {"failed_at": clock() - timedelta(days=400)},
        "open": {},
    }.items():
        enqueue("note", key=key, now=clock())
        Job.objects.filter(key=f"note:{key}").update(**ends)
    assert forget_done_jobs(clock()) == 1
    assert set(Job.objects.values_list("key", flat=True)) == {"note:new", "note:failed", "note:open"}


def test_failed_tries_to_sign_in_are_forgotten_after_a_day(clock):
    from axes.models import AccessAttempt

    for name, age in (("old", 25), ("new", 23)):
        attempt = AccessAttempt.objects.create(username=name, ip_address="192.0.2.1", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=clock() - timedelta(hours=age))
    assert forget_failed_tries(clock()) == 1
    assert AccessAttempt.objects.get().username == "new"


def test_a_loop_without_rounds_only_does_jobs(rang, kinds, clock):
    kinds("note")(lambda job, now: None)
    enqueue("note", key="one", now=clock())
    assert Loop(name="second", clock=clock).once() == 1
    assert rang == []


@pytest.mark.django_db(transaction=True)
def test_a_running_loop_beats_works_and_stops_when_told(kinds, clock):
    RECURRING.clear()
    done = threading.Event()
    kinds("note")(lambda job, now: done.set())
    enqueue("note", key="one", now=clock())
    loop = Loop(name="one", clock=clock, rounds=Rounds(), pause=0.01)
    thread = threading.Thread(target=loop.run)
    thread.start()
    assert done.wait(timeout=20)
    while not Heartbeat.objects.filter(worker="one").exists():
        loop.stopping.wait(0.01)
    loop.stopping.set()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert Heartbeat.objects.get().at == clock()
