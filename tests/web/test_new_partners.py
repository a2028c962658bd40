"""The page on which a coordinator finds new partners: worked out, chosen, reviewed, published."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_new_partners import Chain, paired
from tests.personas import Northmoor
from tests.web.test_wishes import words
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import MatchRun, Pair, Study


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def page(world: Northmoor) -> str:
    return reverse("new_partners", args=[world.programme.public_id])


def test_from_the_runs_to_published_with_what_makes_way_named_before(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    chain = Chain(northmoor, clock)
    runs = coordinator.get(reverse("run_list", args=[northmoor.programme.public_id])).content.decode()
    assert page(northmoor) in runs
    assert "Not worked out yet" in coordinator.get(page(northmoor)).content.decode()
    coordinator.post(page(northmoor))
    assert "It is being worked out" in coordinator.get(page(northmoor)).content.decode()
    run_until_idle(clock=clock)
    shown = coordinator.get(page(northmoor)).content.decode()
    assert "Senior S1, Junior J1" in shown
    assert shown.count("Make it a draft") == 1
    answer = coordinator.post(page(northmoor), {"changes": "1"})
    run_until_idle(clock=clock)
    run = MatchRun.objects.get(method=MatchRun.Method.CHANGE)
    assert answer["Location"] == reverse("run", args=[run.public_id])
    assert "which makes way" in words(coordinator, "run", run)
    assert "1 running pair makes way and ends" in words(coordinator, "run_publish", run)
    publish = reverse("run_publish", args=[run.public_id])
    part = coordinator.get(publish, {"part": "1", "proposal": run.proposals.all()[0].public_id})
    assert part.status_code == 302
    seen = coordinator.get(publish).context["ahead"].seen
    coordinator.post(publish, {"seen": seen})
    assert not Pair.objects.get(pk=chain.pair.pk).is_running


def test_a_row_of_another_time_says_so(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    Chain(northmoor, clock)
    answer = coordinator.post(page(northmoor), {"changes": "x"}, follow=True)
    assert "This row is not there any more" in answer.content.decode()
    assert not MatchRun.objects.filter(method=MatchRun.Method.CHANGE).exists()


def test_many_running_pairs_ask_as_often_as_one(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    Chain(northmoor, clock)
    coordinator.post(page(northmoor))
    run_until_idle(clock=clock)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert coordinator.get(page(northmoor)).status_code == 200
        return len(queries)

    few = asked()
    more = [
        paired(
            northmoor,
            clock,
            pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock()),
            pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock()),
        )
        for n in range(50, 80)
    ]
    study = Study.objects.get()
    study.findings["rows"][1] |= {"changes": 30, "ends": [pair.public_id for pair in more]}
    study.save()
    assert asked() <= few <= 15
    assert "and 18 more" in coordinator.get(page(northmoor)).content.decode()
