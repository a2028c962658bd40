"""What machines read: alive, ready, figures."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Heartbeat

TOKEN = "a-token-of-the-tests-" + "t" * 32


def ready(client):
    answer = client.get(reverse("readyz"))
    return answer.status_code, {name: check["ok"] for name, check in answer.json()["checks"].items()}


def test_alive_needs_no_database(client):
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_when_database_migrations_and_worker_hold(northmoor, client, clock):
    Heartbeat.objects.create(worker="one", at=clock())
    assert ready(client) == (200, {"database": True, "migrations": True, "worker": True})


def test_not_ready_without_a_worker(northmoor, client):
    assert ready(client) == (503, {"database": True, "migrations": True, "worker": False})


def test_not_ready_when_the_last_worker_went_silent(northmoor, client, clock):
    Heartbeat.objects.create(worker="one", at=clock())
    clock.forward(minutes=2)
    assert ready(client)[0] == 200
    clock.forward(seconds=1)
    assert ready(client) == (503, {"database": True, "migrations": True, "worker": False})


def test_not_ready_while_a_migration_waits(northmoor, client, clock):
    Heartbeat.objects.create(worker="one", at=clock())
    MigrationRecorder(connection).record_unapplied("journey", "0001_initial")
    assert ready(client) == (503, {"database": True, "migrations": False, "worker": True})


def test_readiness_says_nothing_of_anybody(northmoor, client):
    assert "northmoor" not in client.get(reverse("readyz")).content.decode().lower()


@pytest.mark.parametrize("given", [{}, {"HTTP_AUTHORIZATION": "Bearer wrong"}, {"HTTP_AUTHORIZATION": "Bearer "}])
def test_figures_are_not_there_without_the_token(given, northmoor, client, settings):
    for token in (TOKEN, ""):
        settings.METRICS_TOKEN = token
        assert client.get(reverse("metrics"), **given).status_code == 404


def test_figures_count_work_and_beats(northmoor, client, clock, settings):
    settings.METRICS_TOKEN = TOKEN
    Heartbeat.objects.create(worker="one", at=clock())
    enqueue("nothing", key="due", now=clock())
    clock.forward(seconds=30)
    text = client.get(reverse("metrics"), HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content.decode()
    assert 'viceversa_jobs{state="due"} 1\n' in text
    assert 'viceversa_jobs{state="failed"} 0\n' in text
    assert "viceversa_worker_heartbeat_age_seconds 30.0\n" in text
    named = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert {line.split("{")[0].split()[0] for line in text.splitlines() if not line.startswith("#")} == named
