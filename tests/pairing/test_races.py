"""Races with real threads and connections: one pair, whoever answers in the same moment; one number a run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.db import close_old_connections, connections

from tests.conftest import BOTH, MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor, build_northmoor
from viceversa.pairing.actions import request_run
from viceversa.pairing.answers import answer_proposal
from viceversa.pairing.models import MatchRun, Pair, Proposal, SeatTaken

pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)
ROUNDS = 40


@pytest.fixture
def world(transactional_db: None, clock: MovableClock) -> Iterator[Northmoor]:
    yield build_northmoor(now=clock())
    connections.close_all()


def together(*acts: Callable[[], object]) -> list[object]:
    """Do these at once, each in a thread and on a connection of its own; what came out, errors included."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            results[place] = act()
        except Exception as problem:
            results[place] = problem
        finally:
            close_old_connections()
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def proposal_between(run: MatchRun, mentor, mentee, *, now: datetime) -> Proposal:  # type: ignore[no-untyped-def]
    return Proposal.objects.create(
        run=run, mentor=mentor, mentee=mentee, score=0.5, criteria={}, state="proposed", published_at=now
    )


def yes(proposal: Proposal, side: str, now: datetime) -> Callable[[], object]:
    enrolment = getattr(proposal, side)
    by = enrolment.person.user
    return lambda: answer_proposal(proposal=proposal, enrolment=enrolment, word="yes", by=by, now=now)


def no_errors(results: list[object]) -> bool:
    return not [result for result in results if isinstance(result, Exception) or result is None]


def test_two_who_say_yes_at_once_are_one_pair(world: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(world, now=clock(), pairs=ROUNDS)
    before = Pair.objects.count()
    for mentor, mentee in zip(pool.mentors, pool.mentees, strict=True):
        proposal = proposal_between(world.run, mentor, mentee, now=clock())
        results = together(yes(proposal, "mentor", clock()), yes(proposal, "mentee", clock()))
        assert no_errors(results), results
        assert Pair.objects.filter(proposal=proposal).count() == 1
        assert sorted(result.outcome.value for result in results) == ["paired", "waiting"]  # type: ignore[attr-defined]
    assert Pair.objects.count() == before + ROUNDS


def test_one_place_in_two_proposals_accepted_at_once_makes_one_pair(world: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(world, now=clock(), pairs=2 * ROUNDS)
    for number in range(ROUNDS):
        mentor = pool.mentors[number]
        first, second = (
            proposal_between(world.run, mentor, pool.mentees[2 * number + turn], now=clock()) for turn in (0, 1)
        )
        for proposal in (first, second):
            yes(proposal, "mentor", clock())()
        results = together(yes(second, "mentee", clock()), yes(first, "mentee", clock()))
        assert no_errors(results), results
        assert Pair.objects.filter(mentor=mentor).count() == 1
        assert SeatTaken.objects.filter(enrolment=mentor).count() == 1
        states = {Proposal.objects.get(pk=one.pk).state for one in (first, second)}
        assert states == {Proposal.State.ACCEPTED, Proposal.State.EXPIRED}


def test_a_yes_and_the_others_no_at_once_are_no_pair(world: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(world, now=clock(), pairs=10)
    for mentor, mentee in zip(pool.mentors, pool.mentees, strict=True):
        proposal = proposal_between(world.run, mentor, mentee, now=clock())
        by = mentee.person.user

        def no(proposal=proposal, mentee=mentee, by=by) -> object:  # type: ignore[no-untyped-def]
            return answer_proposal(proposal=proposal, enrolment=mentee, word="no", by=by, now=clock(), reason="why")

        results = together(yes(proposal, "mentor", clock()), no)
        assert no_errors(results), results
        assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.DECLINED
        assert not Pair.objects.filter(proposal=proposal).exists()


def test_runs_asked_for_at_once_never_share_a_number(world: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(world, now=clock(), pairs=1)
    for _ in range(10):
        results = together(*[lambda: request_run(cohort=world.cohort, by=None, now=clock())] * 4)
        assert no_errors(results), results
        assert len(set(results)) == 1, "pressed four times, asked once"
        MatchRun.objects.filter(state=MatchRun.State.QUEUED).update(state=MatchRun.State.FAILED)
    numbers = list(MatchRun.objects.filter(cohort=world.cohort).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 12))
