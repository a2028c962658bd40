"""A run that is asked for while a people file is half in, or half back, waits for it and goes on by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from tests.pairing.pool import pool_of
from tests.people.files import FULL, bring_in
from tests.people.test_in_parts import AtHold, Killed, kill, requested
from tests.people.test_undo import SECOND
from tests.web.test_roster import text_of
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import request_run
from viceversa.pairing.models import MatchRun
from viceversa.pairing.people_first import LONGEST_WAIT
from viceversa.people.actions import request_undo
from viceversa.people.models import RosterImport
from viceversa.people.roster_apply import apply_roster
from viceversa.people.roster_undo import undo_roster


@pytest.fixture
def coordinator(northmoor, clock):
    pool_of(northmoor, now=clock(), pairs=2)
    bring_in(FULL, clock=clock)
    clock.forward(days=1)
    return northmoor.users["coordinator"]


def half_in(coordinator, clock) -> RosterImport:
    roster = requested(SECOND, clock)
    RosterImport.objects.filter(pk=roster.pk).update(uploaded_by=coordinator)
    with pytest.raises(Killed), connection.execute_wrapper(AtHold(7, kill)):
        apply_roster(roster, now=clock(), at_once=1)
    return roster


def half_back(coordinator, clock) -> RosterImport:
    roster = bring_in(SECOND, clock=clock)
    request_undo(roster, by=coordinator, now=clock())
    Job.objects.filter(done_at=None).delete()  # this test is the worker that undoes it
    with pytest.raises(Killed), connection.execute_wrapper(AtHold(4, kill)):
        undo_roster(roster, now=clock(), at_once=1)
    return roster


def looked(run: MatchRun, clock, *, times: int = 1) -> MatchRun:
    for _ in range(times):
        clock.forward(minutes=1)
        run_until_idle(clock=clock)
    run.refresh_from_db()
    return run


CASES = pytest.mark.parametrize(
    ("half_done", "goes_on", "says"),
    [
        (half_in, apply_roster, ["until a people file is in", "brought it", "1 of 3 so far"]),
        (half_back, undo_roster, ["until an import of people is undone", "asked for that", "1 of 3 so far"]),
    ],
    ids=["coming in", "going back"],
)


@CASES
def test_a_run_waits_for_the_whole_import_and_goes_on_by_itself(
    coordinator, northmoor, clock, half_done, goes_on, says
):
    roster = half_done(coordinator, clock)
    run = looked(request_run(cohort=northmoor.cohort, by=coordinator, now=clock()), clock, times=5)
    assert (run.state, run.started_at) == ("queued", None)
    goes_on(roster, now=clock(), at_once=1)
    assert looked(run, clock).state == "done"
    assert not Job.objects.filter(kind="match_run", done_at=None).exists()


@CASES
def test_its_page_says_what_it_waits_for_and_who_began_that(
    coordinator, northmoor, client, clock, half_done, goes_on, says
):
    roster = half_done(coordinator, clock)
    run = looked(request_run(cohort=northmoor.cohort, by=coordinator, now=clock()), clock)
    signed_in, address = northmoor.sign_in(client, "coordinator"), f"/programmes/runs/{run.public_id}/"
    page = text_of(signed_in.get(address))
    assert all(words in page for words in [*says, coordinator.shown_name, "Then it goes on by itself."])
    goes_on(roster, now=clock(), at_once=1)
    assert "goes on by itself" not in text_of(signed_in.get(address))


def test_an_import_whose_keys_are_missing_holds_up_no_run(coordinator, northmoor, clock, settings, tmp_path):
    half_in(coordinator, clock)
    settings.FIELD_KEY_FILE = tmp_path / "another-key"
    settings.FIELD_KEY_FILE.write_bytes(Fernet.generate_key())
    run = looked(request_run(cohort=northmoor.cohort, by=coordinator, now=clock()), clock)
    assert (run.state, [one["code"] for one in run.problems]) == ("failed", ["keys_missing"])


def test_an_import_that_stands_still_for_hours_holds_up_no_run(coordinator, northmoor, client, clock):
    half_in(coordinator, clock)
    run = looked(request_run(cohort=northmoor.cohort, by=coordinator, now=clock()), clock)
    clock.forward(seconds=LONGEST_WAIT / timedelta(seconds=1))
    assert looked(run, clock).state == "failed"
    page = text_of(northmoor.sign_in(client, "coordinator").get(f"/programmes/runs/{run.public_id}/"))
    assert "stood half done for hours" in page


def test_a_worker_that_died_while_the_run_waited_asks_for_no_second_look(coordinator, northmoor, clock):
    half_in(coordinator, clock)
    run = request_run(cohort=northmoor.cohort, by=coordinator, now=clock())
    run_until_idle(clock=clock)
    Job.objects.filter(key=f"match_run:{run.public_id}").update(
        done_at=None
    )  # it did not come to write that it is done
    run_until_idle(clock=clock)
    assert Job.objects.filter(kind="match_run").count() == 2
