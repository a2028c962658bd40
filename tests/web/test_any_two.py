"""“Why not these?” answers for any two people, in a sentence for each thing in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor, make_person
from viceversa.pairing.models import MatchRun
from viceversa.people.models import Person
from viceversa.programmes.enrol import withdraw_enrolment
from viceversa.programmes.models import Enrolment
from viceversa.programmes.pausing import pause_enrolment, seen_of


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    return pools.pool_of(northmoor, now=clock(), pairs=3)


@pytest.fixture
def run(pool: pools.Pool, northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    return run_now(northmoor, clock)


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def told(client: Client, run: MatchRun, one: str, other: str) -> str:
    address = reverse("run_compare", args=[run.public_id])
    answer = client.get(address, {"one": one, "other": other}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_mentor_and_a_leader_are_compared_whichever_is_named_first(run: MatchRun, coordinator: Client) -> None:
    for one, other in (("j000", "s001"), ("s001", "Junior J0")):
        assert "The comparison" in told(coordinator, run, one, other)


def test_two_of_one_side_nobody_with_themself_and_who_is_not_enrolled(
    run: MatchRun, coordinator: Client, clock: MovableClock
) -> None:
    assert "Both are enrolled as mentors; a pair is one mentor and one leader." in told(
        coordinator, run, "j000", "j001"
    )
    assert "Both are enrolled as leaders; a pair is one mentor and one leader." in told(
        coordinator, run, "s000", "s001"
    )
    assert "Nobody is paired with themself." in told(coordinator, run, "s000", "Senior S0")
    make_person("new-one", "Newly", "Come")
    make_person("gone-one", "Long", "Gone", leave_date=clock().date())
    page = told(coordinator, run, "new-one", "gone-one")
    assert "Newly Come is not enrolled in " in page
    assert "Long Gone has left the organisation." in page


def test_why_somebody_looks_for_nobody(
    run: MatchRun, pool: pools.Pool, coordinator: Client, clock: MovableClock
) -> None:
    paused, gone, invited = pool.mentees
    today = clock().date()
    days = {"from_on": today, "until_on": today + timedelta(days=7)}
    pause_enrolment(paused, **days, seen=seen_of(None), by=paused.person.user, now=clock(), today=today)
    withdraw_enrolment(gone, by=gone.person.user, now=clock())
    Enrolment.objects.filter(pk=invited.pk).update(state=Enrolment.State.INVITED)
    Person.objects.filter(pk=pool.mentors[1].person_id).update(leave_date=today)
    assert "Senior S0 pauses until 30 June 2026." in told(coordinator, run, "s000", "j000")
    page = told(coordinator, run, "s001", "j001")
    assert "Senior S1 has withdrawn from " in page
    assert "Junior J1 has left the organisation." in page
    assert "has not enrolled yet." in told(coordinator, run, "s002", "j000")
    assert "Both are enrolled as leaders" in (both := told(coordinator, run, "s000", "s001"))
    assert "pauses until" in both


def test_whose_places_are_taken_is_told(northmoor: Northmoor, run: MatchRun, coordinator: Client) -> None:
    taken = northmoor.enrolments["mentor"].person
    page = told(coordinator, run, taken.person_id, "s000")
    assert f"{taken.name} has no place free: pairs and open proposals take them all." in page


@pytest.mark.parametrize(
    ("one", "words"),
    [
        ("Nobody Atall", "Nobody is called “Nobody Atall”"),
        ("Junior", "“Junior” names several: Junior J0 (j000), Junior J1 (j001)"),
        ("", "Enter a name or number"),
    ],
)
def test_words_that_name_nobody_or_several_are_told_at_the_field(
    one: str, words: str, run: MatchRun, coordinator: Client
) -> None:
    page = told(coordinator, run, one, "s000")
    assert "<title>Error:" in page
    assert words in page


def test_it_asks_as_often_whoever_is_asked_about(
    run: MatchRun, pool: pools.Pool, coordinator: Client, django_assert_max_num_queries
) -> None:
    address = reverse("run_compare", args=[run.public_id])
    for one, other in (("j000", "j001"), ("s000", "Senior S0"), ("nobody", "s000")):
        with django_assert_max_num_queries(15):
            coordinator.get(address, {"one": one, "other": other})
    withdraw_enrolment(pool.mentees[0], by=pool.mentees[0].person.user, now=run.requested_at)
    two = {"mentor": pool.mentors[0].public_id, "mentee": pool.mentees[0].public_id}
    with django_assert_max_num_queries(15):
        assert "has withdrawn" in coordinator.get(address, two).content.decode()
