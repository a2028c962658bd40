"""The page of circles: proposed, waited for, read, changed by hand with refusals in words, kept, seen by members."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import CircleDivision, CircleMember, Pair
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort

MOST_QUERIES = 15


@pytest.fixture
def cohort(northmoor: Northmoor, clock: MovableClock) -> Cohort:
    for n in range(9):
        columns = {"function": ("Sales", "Care", "Finance")[n % 3], "location": ("Leeds", "Lyon")[n % 2]}
        mentor = pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock(), **columns)
        mentee = pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock())
        Pair.objects.create(
            cohort=northmoor.cohort, mentor=mentor, mentee=mentee, state=Pair.State.ACTIVE, formed_at=clock()
        )
    return northmoor.cohort


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def address(cohort: Cohort) -> str:
    return reverse("circles", args=[cohort.programme.public_id])


def words(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def propose(client: Client, cohort: Cohort, clock: MovableClock, *, size: int = 5) -> CircleDivision:
    assert client.post(address(cohort), {"size": size})["Location"] == address(cohort)
    run_until_idle(clock=clock)
    return CircleDivision.objects.get(kept_at=None)


def moving(cohort: Cohort, member: CircleMember) -> str:
    about = {"division": member.division.public_id, "person": member.enrolment.public_id}
    return f"{reverse('circle_move', args=[cohort.programme.public_id])}?{urlencode(about)}"


def place(division: CircleDivision, number: str) -> CircleMember:
    found = division.members.select_related("enrolment__person", "division", "circle")
    return found.get(enrolment__person__person_id=number)


def test_circles_are_proposed_waited_for_and_read(cohort: Cohort, coordinator: Client, clock: MovableClock) -> None:
    assert "No circles yet" in words(coordinator, address(cohort))
    coordinator.post(address(cohort), {"size": 5})
    waiting = coordinator.get(address(cohort))
    assert "Refresh" in waiting
    assert "are being made" in waiting.content.decode()
    run_until_idle(clock=clock)
    told = words(coordinator, address(cohort))
    assert "2 circles of mentors" in told
    assert "Nobody sees it yet" in told
    assert "Junior J3" in told
    assert "Refresh" not in coordinator.get(address(cohort))


def test_a_size_that_makes_no_circle_comes_back_with_what_to_enter(cohort: Cohort, coordinator: Client) -> None:
    for size in ("2", "13", "six", "", "9" * 400, "\0"):
        answer = coordinator.post(address(cohort), {"size": size})
        assert answer.status_code == 422
        assert "Enter a whole number from 3 to 12" in answer.content.decode()
    assert not CircleDivision.objects.exists()


def test_once_kept_each_mentor_reads_their_own_circle_at_home_and_nobody_else_does(
    cohort: Cohort, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    division = propose(coordinator, cohort, clock)
    member = place(division, "j003")
    assert member.circle
    inside = {one.enrolment.person.name for one in member.circle.members.select_related("enrolment__person")}
    outside = {f"Junior J{n}" for n in range(9)} - inside
    mentor, leader = Client(), Client()
    mentor.force_login(member.enrolment.person.user)
    leader.force_login(Person.objects.get(person_id="s003").user)
    assert "Your circle" not in words(mentor, reverse("home"))
    coordinator.post(address(cohort), {"keep": division.public_id})
    told = words(mentor, reverse("home"))
    assert "Your circle" in told
    assert all(name in told for name in inside)
    assert not any(name in told for name in outside)
    assert "Your circle" not in words(leader, reverse("home"))


def test_what_is_not_proposed_any_more_is_not_kept(cohort: Cohort, coordinator: Client, clock: MovableClock) -> None:
    first = propose(coordinator, cohort, clock)
    second = propose(coordinator, cohort, clock)
    coordinator.post(address(cohort), {"keep": first.public_id})
    assert CircleDivision.objects.get(pk=second.pk).kept_at is None
    coordinator.post(address(cohort), {"keep": second.public_id})
    assert CircleDivision.objects.get(pk=second.pk).kept_at == clock()
    third = propose(coordinator, cohort, clock, size=3)
    assert "See those in force" in words(coordinator, address(cohort))
    assert "See the proposal" in words(coordinator, f"{address(cohort)}?kept")
    coordinator.post(address(cohort), {"keep": third.public_id})
    assert CircleDivision.objects.get(pk=second.pk).replaced_at == clock()


def test_a_move_is_refused_in_words_and_what_was_typed_stays(
    cohort: Cohort, coordinator: Client, clock: MovableClock
) -> None:
    boss = Person.objects.get(person_id="j000")
    Person.objects.filter(person_id="j001").update(manager=boss)
    division = propose(coordinator, cohort, clock)
    member, other = place(division, "j001"), place(division, "j000")
    assert other.circle
    path = moving(cohort, member)
    page = coordinator.get(path)
    assert page.status_code == 200
    sent = {"seen": page.context["seen"], "circle": str(other.circle.number)}
    refused = coordinator.post(path, sent)
    assert refused.status_code == 422
    told = refused.content.decode()
    assert f"One reporting line with {boss.name}" in told
    assert f'value="{other.circle.number}"' in told
    assert place(division, "j001").circle_id == member.circle_id


def test_somebody_is_moved_and_a_page_that_is_old_by_then_moves_nobody(
    cohort: Cohort, coordinator: Client, clock: MovableClock
) -> None:
    division = propose(coordinator, cohort, clock)
    member = place(division, "j004")
    assert member.circle
    to = next(one for one in division.circles.all() if one != member.circle)
    path = moving(cohort, member)
    seen = coordinator.get(path).context["seen"]
    sent = {"seen": seen, "circle": str(to.number)}
    assert coordinator.post(path, sent).status_code == 302
    assert place(division, "j004").circle == to
    assert "Changed by hand once" in words(coordinator, address(cohort))
    again = coordinator.post(path, {"seen": seen, "circle": str(member.circle.number)})
    assert again.status_code == 409
    assert place(division, "j004").circle == to
    for number in ("0", "99", "x", ""):
        assert coordinator.post(path, sent | {"circle": number}).status_code == 422


def test_nobody_is_moved_who_is_in_no_circle_of_this_cohort(
    cohort: Cohort, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    division = propose(coordinator, cohort, clock)
    path = reverse("circle_move", args=[cohort.programme.public_id])
    stranger = northmoor.enrolments["other_mentor"].public_id
    for query in ({}, {"division": division.public_id, "person": stranger}, {"division": "x", "person": stranger}):
        assert coordinator.get(path, query).status_code == 404


def test_too_few_mentors_are_told_and_nothing_is_offered(northmoor: Northmoor, coordinator: Client) -> None:
    told = words(coordinator, address(northmoor.cohort))
    assert "A circle needs three mentors in running pairs" in told
    assert "Propose circles" not in told


def test_the_page_asks_as_often_for_many_circles_as_for_few(
    cohort: Cohort, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    propose(coordinator, cohort, clock)
    few = queries(coordinator, address(cohort))
    for n in range(20, 60):
        mentor = pools.mentor(cohort, n, offers={}, now=clock())
        mentee = pools.mentee(cohort, n, wants=[], now=clock())
        Pair.objects.create(cohort=cohort, mentor=mentor, mentee=mentee, state=Pair.State.ACTIVE, formed_at=clock())
    division = propose(coordinator, cohort, clock, size=3)
    assert division.circles.count() > 15
    assert queries(coordinator, address(cohort)) == few <= MOST_QUERIES
    path = moving(cohort, place(division, "j003"))
    assert queries(coordinator, path) <= MOST_QUERIES


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_whoever_has_no_place_is_named_with_what_keeps_them_from_others(
    cohort: Cohort, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    Person.objects.filter(person_id__startswith="j").update(languages=["en"])
    Person.objects.filter(person_id="j008").update(languages=["cy"])
    propose(coordinator, cohort, clock, size=4)
    told = words(coordinator, address(cohort))
    assert "1 mentor has no place" in told
    why = told.split("<b>Junior J8</b>: ")[1].split("<")[0].strip()
    assert re.fullmatch(r"Cannot sit with \d+ mentors for want of a language\.", why)
