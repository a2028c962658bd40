"""More drafts than somebody waits for are judged and published by the worker."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.accounts.keys.store import seal
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing import publishing
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.people.models import Exclusion, Person
from viceversa.programmes.enrol import withdraw_enrolment


def asked(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    by = northmoor.users["coordinator"]
    assert by is not None
    run = run_now(northmoor, clock)
    publishing.request_publication(run=run, by=by, now=clock())
    return run


def test_the_page_says_that_it_is_under_way_and_then_what_came_of_it(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=3)
    run = asked(northmoor, clock)
    client = northmoor.sign_in(Client(), "coordinator")
    address = reverse("run", args=[run.public_id])
    waiting = client.get(address)
    assert "being judged once more and published" in waiting.content.decode()
    assert waiting["Refresh"].startswith("2; url=/")
    withdraw_enrolment(pool.mentors[0], by=pool.mentors[0].person.user, now=clock())
    run_until_idle(clock=clock)
    assert "being judged once more" not in client.get(address).content.decode()
    states = sorted(run.proposals.values_list("state", flat=True))
    assert states == [Proposal.State.EXPIRED, Proposal.State.PROPOSED, Proposal.State.PROPOSED]


def test_pressed_twice_it_is_published_once(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = asked(northmoor, clock)
    by = northmoor.users["coordinator"]
    assert by is not None
    clock.forward(seconds=1)
    publishing.request_publication(run=run, by=by, now=clock())
    assert Job.objects.filter(kind="publish_run").count() == 1


def test_what_stops_it_is_told_and_nothing_is_published(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run = asked(northmoor, clock)
    Person.objects.filter(pk=pool.mentors[0].person_id).update(grade=None)
    run_until_idle(clock=clock)
    assert set(run.proposals.values_list("state", flat=True)) == {Proposal.State.DRAFT}
    run.refresh_from_db()
    assert run.published_at is None
    page = northmoor.sign_in(Client(), "coordinator").get(reverse("run", args=[run.public_id])).content.decode()
    assert "The publication stopped, and nothing was published." in page
    assert "No grade is known for" in page
    assert not mail.outbox


def test_what_it_left_out_is_told_with_the_reason_and_stays_told(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=4)
    run = asked(northmoor, clock)
    withdraw_enrolment(pool.mentors[0], by=pool.mentors[0].person.user, now=clock())
    Person.objects.filter(pk=pool.mentors[1].person_id).update(manager=pool.mentees[1].person)
    author = pool.mentees[2].person
    Exclusion.objects.create(author=author, sealed_person_id=seal("j002", owner=author.public_id))
    run_until_idle(clock=clock)
    client = northmoor.sign_in(Client(), "coordinator")
    page = client.get(reverse("run", args=[run.public_id])).content.decode()
    assert "3 pairs were left out of the publication, since they hold no longer." in page
    assert "nothing was published" not in page
    told = {name: f"Senior S{number} and Junior J{number}: " for number, name in enumerate(("away", "line", "apart"))}
    assert told["away"] + "Junior J0 looks for no partner now, or has no place left." in page
    assert told["line"] + "Senior S1 stands above Junior J1 in the reporting line." in page
    assert told["apart"] + "These two are not available to each other." in page


@pytest.mark.parametrize(("drafts", "by_worker"), [(2, False), (3, True)])
def test_only_many_drafts_are_left_to_the_worker(
    drafts: int, by_worker: bool, northmoor: Northmoor, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=drafts)
    run = run_now(northmoor, clock)
    assert publishing.takes_a_worker(run, only=None, at_once=2) is by_worker


@pytest.mark.parametrize(("drafts", "by_worker"), [(19, False), (20, True)])
def test_from_twenty_drafts_on_nobody_waits_for_the_page(
    drafts: int, by_worker: bool, northmoor: Northmoor, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=drafts)
    run = run_now(northmoor, clock)
    client = northmoor.sign_in(Client(), "coordinator")
    client.post(reverse("run_publish", args=[run.public_id]))
    assert Job.objects.filter(kind="publish_run").exists() is by_worker
    assert run.proposals.filter(state=Proposal.State.DRAFT).exists() is by_worker
