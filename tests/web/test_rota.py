"""The page of a rota: proposed, read round by round, taken as a file, kept, and seen by those who meet."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import Rota

MOST_QUERIES = 15


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    return pools.pool_of(northmoor, now=clock(), pairs=5)


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def address(northmoor: Northmoor, name: str = "rota") -> str:
    return reverse(name, args=[northmoor.programme.public_id])


def words(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def propose(client: Client, northmoor: Northmoor, clock: MovableClock, **asked: str) -> Rota:
    given = {"rounds": "3", "minutes": "20"} | asked
    assert client.post(address(northmoor), given)["Location"] == address(northmoor)
    run_until_idle(clock=clock)
    return Rota.objects.get(kept_at=None)


def test_a_rota_is_proposed_waited_for_and_read_round_by_round(
    pool: pools.Pool, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    assert "No rota yet" in words(coordinator, address(northmoor))
    coordinator.post(address(northmoor), {"rounds": "3", "minutes": "20"})
    assert "Refresh" in coordinator.get(address(northmoor))
    run_until_idle(clock=clock)
    made = Rota.objects.get()
    told = words(coordinator, address(northmoor))
    assert f"{made.report['meetings']} short meetings in 3 rounds" in told
    assert "that is proven" in told
    assert all(f"Round {number}" in told for number in (1, 2, 3))
    assert "Senior S4" in told
    file = coordinator.get(address(northmoor, "rota_csv"))
    assert file["Content-Type"].startswith("text/csv")
    assert len(file.content.decode().splitlines()) == made.report["meetings"] + 1


def test_there_is_no_file_before_there_is_a_rota(northmoor: Northmoor, coordinator: Client) -> None:
    assert coordinator.get(address(northmoor, "rota_csv")).status_code == 404


def test_numbers_that_make_no_rota_come_back_with_what_to_enter(
    pool: pools.Pool, northmoor: Northmoor, coordinator: Client
) -> None:
    for rounds, minutes in (("0", "20"), ("13", "20"), ("x", ""), ("9" * 500, "\0"), ("3", "9"), ("3", "91")):
        answer = coordinator.post(address(northmoor), {"rounds": rounds, "minutes": minutes})
        assert answer.status_code == 422
    assert not Rota.objects.exists()


def test_once_kept_each_reads_whom_they_meet_and_nobody_elses_meetings(
    pool: pools.Pool, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    made = propose(coordinator, northmoor, clock)
    mentee = pool.mentees[0]
    mine = {one.mentor.person.name for one in made.meetings.filter(mentee=mentee).select_related("mentor__person")}
    others = {one.person.name for one in pool.mentors} - mine
    leader = Client()
    leader.force_login(mentee.person.user)
    assert "Your short meetings" not in words(leader, reverse("home"))
    coordinator.post(address(northmoor), {"keep": made.public_id})
    told = words(leader, reverse("home"))
    assert "20 minutes in each round" in told
    assert mine
    assert all(name in told for name in mine)
    assert not any(name in told for name in others)


def test_those_kept_before_stay_readable(
    pool: pools.Pool, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    first = propose(coordinator, northmoor, clock, rounds="1")
    coordinator.post(address(northmoor), {"keep": first.public_id})
    propose(coordinator, northmoor, clock, rounds="2")
    told = words(coordinator, address(northmoor))
    assert f"?rota={first.public_id}" in told
    assert "in 1 round" in words(coordinator, f"{address(northmoor)}?rota={first.public_id}")


def test_the_page_of_one_cohort_shows_no_rota_of_another(
    pool: pools.Pool, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    made = propose(coordinator, northmoor, clock)
    Rota.objects.filter(pk=made.pk).update(cohort=northmoor.other_programme.current_cohort)
    assert coordinator.get(address(northmoor, "rota_csv"), {"rota": made.public_id}).status_code == 404
    assert "short meetings in" not in words(coordinator, f"{address(northmoor)}?rota={made.public_id}")


def test_the_page_asks_as_often_for_many_as_for_few(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    propose(coordinator, northmoor, clock)
    few = queries(coordinator, address(northmoor))
    for n in range(10, 30):
        pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock())
        pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock())
    propose(coordinator, northmoor, clock)
    assert queries(coordinator, address(northmoor)) == few <= MOST_QUERIES
    assert queries(coordinator, address(northmoor, "rota_csv")) <= MOST_QUERIES


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
