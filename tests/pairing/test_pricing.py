"""What a pair would cost everybody: at least so much at once by the run's prices, exactly by the worker."""

from __future__ import annotations

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import decide
from viceversa.pairing.comparing import compare
from viceversa.pairing.models import PairPrice, RunPrices
from viceversa.pairing.pricing import ask_price
from viceversa.people.models import TopicOffer


def test_the_bound_is_never_above_what_it_costs(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=4)
    for mentor, level in zip(pool.mentors, (5, 4, 3, 2), strict=True):
        TopicOffer.objects.filter(person=mentor.person).update(level=level)
    run = run_now(northmoor, clock)
    judged = 0
    for mentor in pool.mentors:
        for mentee in pool.mentees:
            bound = compare(run, mentor=mentor, mentee=mentee).price
            if bound is None:
                continue
            assert not bound.is_exact
            ask_price(run, mentor=mentor, mentee=mentee, now=clock())
            run_until_idle(clock=clock)
            exact = compare(run, mentor=mentor, mentee=mentee).price
            assert exact is not None
            assert exact.is_exact
            assert (bound.pairs, 0) <= (exact.pairs, 0)
            assert exact.pairs or bound.points <= exact.points + 1e-6
            judged += 1
    assert judged


def test_prices_are_kept_by_names_that_no_database_takes_for_places(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    prices = RunPrices.objects.get(run=run)
    assert set(prices.mentor) == {f"e{one.pk}" for one in pool.mentors}
    assert set(prices.mentee) == {f"e{one.pk}" for one in pool.mentees}


def test_asked_twice_it_is_worked_out_once(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    two = {"mentor": pool.mentors[0], "mentee": pool.mentees[1]}
    ask_price(run, **two, now=clock())
    clock.forward(minutes=1)
    ask_price(run, **two, now=clock())
    assert Job.objects.filter(kind="pair_price").count() == 1


@pytest.mark.parametrize("kind", ["locked", "forbidden"])
def test_a_decision_makes_what_was_worked_out_another_figure(
    kind: str, northmoor: Northmoor, clock: MovableClock
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    ask_price(run, mentor=pool.mentors[0], mentee=pool.mentees[1], now=clock())
    run_until_idle(clock=clock)
    by = northmoor.users["coordinator"]
    assert by is not None
    decide(run=run, mentor=pool.mentors[0], mentee=pool.mentees[0], kind=kind, by=by, now=clock())
    assert not PairPrice.objects.exists()


def test_a_place_that_a_locked_pair_needs_is_taken(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    by = northmoor.users["coordinator"]
    assert by is not None
    decide(run=run, mentor=pool.mentors[0], mentee=pool.mentees[0], kind="locked", by=by, now=clock())
    price = compare(run, mentor=pool.mentors[0], mentee=pool.mentees[1]).price
    assert price is not None
    assert price.taken
