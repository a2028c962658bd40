"""The pages about what a run leaves open: who would rather swap, and what wishes cost."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_wish_price import lenient, swappers, wish_badly
from tests.personas import Northmoor
from tests.web.test_bench import sent
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.bench import variants_of
from viceversa.pairing.models import BlockingPair, MatchRun, Study


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def words(client: Client, name: str, run: MatchRun) -> str:
    page = client.get(reverse(name, args=[run.public_id]))
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_who_would_rather_swap_is_listed_with_what_all_would_lose(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    run = swappers(northmoor, clock)
    assert (
        reverse("run_blocking", args=[run.public_id])
        in coordinator.get(reverse("run", args=[run.public_id])).content.decode()
    )
    text = words(coordinator, "run_blocking", run)
    assert "1 time two people fit each other better" in text
    assert "Senior S2" in text
    assert "Junior J1" in text
    assert "asked for on its page" in text
    BlockingPair.objects.update(points_lost=4.96)
    assert "5.0 points of fit at least" in words(coordinator, "run_blocking", run)
    BlockingPair.objects.update(pairs_lost=1)
    assert "1 pair at least" in words(coordinator, "run_blocking", run)
    BlockingPair.objects.update(pairs_lost=None, points_lost=None)
    assert "This run keeps no prices" in words(coordinator, "run_blocking", run)


def test_a_run_that_leaves_nobody_wanting_says_so(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    MatchRun.objects.filter(pk=run.pk).update(report=run.report | {"blocking_pairs": 0})
    assert "No two people fit each other better" in words(coordinator, "run_blocking", run)


def test_an_older_run_says_why_it_lists_nobody(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    run = swappers(northmoor, clock)
    BlockingPair.objects.all().delete()
    assert "They are not listed for this run" in words(coordinator, "run_blocking", run)


def test_what_wishes_cost_is_asked_for_waited_for_and_shown(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=12)
    lenient(northmoor)
    wish_badly(pool, clock)
    run = run_now(northmoor, clock)
    address = reverse("run_wishes", args=[run.public_id])
    assert "Not worked out yet" in words(coordinator, "run_wishes", run)
    assert coordinator.post(address).status_code == 302
    waiting = coordinator.get(address)
    assert "It is being worked out" in waiting.content.decode()
    assert waiting["Refresh"].startswith("2;")
    run_until_idle(clock=clock)
    text = words(coordinator, "run_wishes", run)
    assert "≥ 90 %" in text
    assert "≤ 10 %" in text
    assert "0.2 in force" in text
    assert "held" not in coordinator.get(address).content.decode()


def test_too_few_wishes_are_not_told(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=3)
    run = run_now(northmoor, clock)
    coordinator.post(reverse("run_wishes", args=[run.public_id]))
    run_until_idle(clock=clock)
    text = words(coordinator, "run_wishes", run)
    assert text.count("too few wish") == 2 * len(Study.objects.get().findings["rows"])
    assert " %" not in text.replace("0.0 %", "")


def test_nothing_is_worked_out_where_nobody_looks(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    run.cohort.enrolments.filter(role="mentor").update(state="withdrawn")
    coordinator.post(reverse("run_wishes", args=[run.public_id]))
    assert not Study.objects.exists()


def test_hundreds_of_rows_ask_as_often_as_one(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    run = swappers(northmoor, clock)
    one = run.blocking.get()

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert coordinator.get(reverse(name, args=[run.public_id])).status_code == 200
        return len(queries)

    few = asked("run_blocking"), asked("run_wishes")
    BlockingPair.objects.bulk_create(
        BlockingPair(
            run=run, rank=rank, mentor=one.mentor, mentee=one.mentee, score=0.9, mentor_has=0.1, mentee_has=0.2
        )
        for rank in range(2, 302)
    )
    many = asked("run_blocking"), asked("run_wishes")
    assert many <= few
    assert max(few) <= 15


def test_stable_pairs_are_one_more_column_of_the_bench(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    swappers(northmoor, clock)
    northmoor.programme.refresh_from_db()
    address = reverse("bench", args=[northmoor.programme.public_id])
    coordinator.post(address, sent(northmoor, stable="on", fairness="2"))
    run_until_idle(clock=clock)
    variant = variants_of(northmoor.cohort).get()
    assert variant.method == MatchRun.Method.STABLE
    assert variant.policy["options"]["fairness"] == 0
    page = coordinator.get(address)
    text = page.content.decode()
    assert "Stable pairs 1" in text
    assert "below the best total" in text
    row = next(row for row in page.context["rows"] if row.label == "Would rather swap")
    assert [(cell.words, cell.is_best) for cell in row.cells] == [("1", False), ("0", True)]
    begun = coordinator.get(address, {"from": variant.public_id})
    assert begun.context["form"]["stable"].value() is True
