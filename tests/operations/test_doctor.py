"""What the doctor finds, each fault planted once."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from viceversa.accounts.events import record, seal_events
from viceversa.accounts.keys.store import seal
from viceversa.commands.doctor import MustBeMended, as_data
from viceversa.config.env import Environment
from viceversa.operations.doctor import State, examine
from viceversa.outbox.models import Heartbeat

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def sound(clock, settings):
    settings.BASE_URL = "https://mentoring.example.org"
    Heartbeat.objects.create(worker="one", at=clock())
    seal("words", owner="anna")


def found(clock):
    return {finding.name: finding for finding in examine(now=clock())}


def faults(clock):
    return {name for name, finding in found(clock).items() if finding.must_be_mended}


def test_nothing_to_mend_in_a_sound_installation(sound, clock):
    assert faults(clock) == set()
    assert {"database", "journal", "migrations", "key store", "master key", "events", "worker", "mail"} <= set(
        found(clock)
    )


def test_every_finding_is_one_line(sound, clock):
    assert all("\n" not in finding.says and finding.says.endswith(".") for finding in examine(now=clock()))


def test_a_waiting_migration_must_be_applied_and_the_tables_are_left_alone(sound, clock):
    MigrationRecorder(connection).record_unapplied("journey", "0001_initial")
    assert faults(clock) == {"migrations"}
    assert found(clock)["events"].state is State.NOTE


def test_an_altered_event_is_found(sound, clock):
    event = record("run.asked", noun="run", object_id="r", by=None, now=clock())
    seal_events()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_event SET verb = 'x' WHERE id = %s", [event.pk])
    assert faults(clock) == {"events"}


def test_a_lost_master_key_is_found(sound, clock, settings):
    Path(settings.FIELD_KEY_FILE).unlink()
    assert faults(clock) == {"master key"}


def test_another_master_key_is_found(sound, clock, settings):
    Path(settings.FIELD_KEY_FILE).write_text(Fernet.generate_key().decode(), encoding="ascii")
    assert faults(clock) == {"master key"}


def test_a_master_key_that_others_read_is_found(sound, clock, settings):
    Path(settings.FIELD_KEY_FILE).chmod(0o640)
    assert faults(clock) == {"master key"}
    assert "chmod 600" in found(clock)["master key"].says


def test_passwords_over_an_open_wire_are_found(sound, clock, settings):
    settings.BASE_URL = "http://mentoring.example.org:8000"
    assert faults(clock) == {"address"}
    settings.BASE_URL = "http://localhost:8000"
    assert faults(clock) == set()


def test_a_silent_worker_is_a_note_not_a_fault(sound, clock):
    clock.forward(minutes=9)
    assert faults(clock) == set()
    assert "9 minutes" in found(clock)["worker"].says


def test_letters_kept_as_files_are_said(sound, clock, settings):
    settings.EMAIL_BACKEND = "viceversa.outbox.kept_letters.KeptLetters"
    assert found(clock)["mail"].state is State.NOTE


def test_a_mistyped_variable_is_a_note_with_the_name_that_was_meant(sound, clock, settings):
    read = Environment({"VICEVERSA_DATABSE_URL": "postgresql://anna:hunter2@h/x"})
    read.text("VICEVERSA_DATABASE_URL")
    settings.UNKNOWN_VARIABLES = read.unknown()
    look = found(clock)["variables"]
    assert look.state is State.NOTE
    assert "VICEVERSA_DATABSE_URL (nearest: VICEVERSA_DATABASE_URL)" in look.says
    assert "hunter2" not in look.says


def test_the_refusal_carries_every_finding(sound, clock, settings):
    settings.BASE_URL = "http://mentoring.example.org"
    findings = examine(now=clock())
    refusal = MustBeMended(findings)
    assert refusal.exit_code == 1
    assert len(refusal.as_text().splitlines()) == len(findings)
    assert as_data(findings)["must_be_mended"] == 1
