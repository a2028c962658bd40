"""Supply and demand as the coordinator's page, reached from the runs, the day and the readiness check."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_supply import short_pool
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def supply_url(world: Northmoor) -> str:
    return reverse("programme_supply", args=[world.programme.public_id])


def shown(client: Client, world: Northmoor, clock: MovableClock, query: str = "") -> str:
    client.get(supply_url(world))
    run_until_idle(clock=clock)
    response = client.get(supply_url(world) + query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_first_look_waits_and_then_tells(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    waiting = coordinator.get(supply_url(northmoor))
    assert waiting["Refresh"].startswith("2; url=/")
    assert "Waiting for its turn" in waiting.content.decode()
    told = shown(coordinator, northmoor, clock)
    assert "2 places with a mentor are missing, whatever the matching" in told
    assert "2 more mentors for “Prompting”, grade 6 or lower, in Warsaw would help 3 leaders." in told.replace(
        ", who speaks English", ""
    )
    assert "It makes 2 more pairs possible." in told


def test_one_press_leads_to_those_who_could_teach_it(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    short_pool(northmoor, clock)
    told = shown(coordinator, northmoor, clock)
    query = "?side=mentor&file_role=&teaches=Prompting&grade_most=6"
    assert query.replace("&", "&amp;") in told
    invite = coordinator.get(reverse("invite", args=[northmoor.programme.public_id]) + query).content.decode()
    assert "Junior J1" in invite
    assert "Junior J2" not in invite


def test_mentors_nobody_could_have_stand_with_what_to_ask_them_for(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    short_pool(northmoor, clock)
    told = shown(coordinator, northmoor, clock, "?show=mentors")
    assert "Junior J2" in told
    assert "No leader wants what they teach." in told
    assert "Falconry" in told
    assert "Junior J1" not in told


def test_it_is_reached_from_the_runs_the_day_and_the_readiness_check(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    short_pool(northmoor, clock)
    for route in ("run_list", "programme", "programme_readiness"):
        page = coordinator.get(reverse(route, args=[northmoor.programme.public_id])).content.decode()
        assert supply_url(northmoor) in page, route


def test_counting_again_is_one_press(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    shown(coordinator, northmoor, clock)
    clock.forward(minutes=1)
    assert coordinator.post(supply_url(northmoor))["Location"] == supply_url(northmoor)
    assert "it is being counted again" in coordinator.get(supply_url(northmoor)).content.decode()


@pytest.mark.parametrize("query", ["", "?show=mentors"])
def test_the_page_asks_no_more_of_many_than_of_few(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock, query: str
) -> None:
    short_pool(northmoor, clock)

    def queries() -> int:
        shown(coordinator, northmoor, clock, query)
        with CaptureQueriesContext(connection) as asked:
            coordinator.get(supply_url(northmoor) + query)
        return len(asked)

    few = queries()
    for number in range(10, 45):
        pools.mentor(northmoor.cohort, number, offers={f"Craft {number}": 5}, now=clock())
        pools.mentee(northmoor.cohort, number, wants=[f"Wish {number}"], now=clock())
    clock.forward(minutes=1)
    assert queries() == few <= 15
