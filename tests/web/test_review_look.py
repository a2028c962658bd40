"""The table of proposals as its reader wants it: columns and keys are kept, and so is where they were."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.pairing.models import MatchRun


@pytest.fixture
def run(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    return run_now(northmoor, clock)


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def test_columns_are_chosen_by_a_form_and_kept(run: MatchRun, coordinator: Client) -> None:
    address = reverse("run", args=[run.public_id])
    before = coordinator.get(address).content.decode()
    assert "By criterion, 0 to 100" in before
    assert "data-keys" not in before
    assert "<script" not in before
    asked = {"look": "1", "column": "why", "sort": "leader", "q": "Senior"}
    answer = coordinator.get(address, asked)
    assert answer.headers["Location"] == f"{address}?sort=leader&q=Senior#prop"
    after = coordinator.get(address, {"sort": "leader"}).content.decode()
    assert "By criterion, 0 to 100" not in after
    assert "Director</small>" not in after
    assert "Why this pair" in after
    assert 'aria-sort="ascending"' in after
    coordinator.get(address, {"look": "1"})
    assert "What you decide" in (bare := coordinator.get(address).content.decode())
    assert "Publish" in bare
    coordinator.cookies["viceversa_review"] = "nonsense.\\..keys"
    assert "data-keys" in coordinator.get(address).content.decode()


def test_keys_are_off_until_turned_on_and_can_be_turned_off(run: MatchRun, coordinator: Client) -> None:
    address = reverse("run", args=[run.public_id])
    coordinator.get(address, {"look": "1", "column": ["jobs", "why"], "keys": "keys"})
    page = coordinator.get(address).content.decode()
    assert "data-keys" in page
    assert "review-keys.js" in page
    assert "J and K go down and up" in page
    coordinator.get(address, {"look": "1", "column": "why"})
    assert "review-keys.js" not in coordinator.get(address).content.decode()


def test_going_back_to_a_run_goes_back_to_where_one_was(run: MatchRun, coordinator: Client) -> None:
    address = reverse("run", args=[run.public_id])
    coordinator.get(address, {"show": "low", "sort": "mentor", "least": "3", "next": "//evil.example"})
    compare = coordinator.get(reverse("run_compare", args=[run.public_id])).content.decode()
    assert f'href="{address}?as=before"' in compare
    back = coordinator.get(address, {"as": "before"}).headers["Location"]
    assert back == f"{address}?show=low&sort=mentor&least=3#prop"
    coordinator.cookies["viceversa_place"] = "other-run?show=low"
    assert coordinator.get(address, {"as": "before"}).headers["Location"] == f"{address}#prop"
    coordinator.cookies["viceversa_place"] = f"{run.public_id}?show=low&as=before&look=1"
    assert coordinator.get(address, {"as": "before"}).headers["Location"] == f"{address}?show=low#prop"
