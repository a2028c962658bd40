"""The readiness of a large cohort: counted once a minute, and anew after a coordinator's own change."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.many import grow
from viceversa.programmes.models import Admission, Enrolment, Programme
from viceversa.programmes.readiness_check import Verdict, check_of
from viceversa.programmes.readiness_items import pool_for


@pytest.fixture
def coordinator(northmoor):
    return northmoor.sign_in(Client(), "coordinator")


def line_of(coordinator, northmoor) -> tuple[str, ...]:
    """How many mentors of how many report to a leader who takes part, as the page says."""
    page = coordinator.get(reverse("programme_readiness", args=[northmoor.programme.public_id])).content.decode()
    found = re.search(r"(\d+) of (\d+) mentors report to a leader", page)
    assert found is not None
    return (*found.groups(), "is counted once a minute" in page)


def test_a_large_cohort_is_counted_once_a_minute_and_says_so(northmoor, coordinator, clock):
    grow(northmoor, 200, now=clock())
    before = line_of(coordinator, northmoor)
    assert before[2] is False
    Enrolment.objects.filter(role="mentor", cohort=northmoor.cohort).order_by("-pk").first().delete()
    clock.forward(seconds=30)
    assert line_of(coordinator, northmoor) == (*before[:2], True)
    clock.forward(seconds=40)
    after = line_of(coordinator, northmoor)
    assert (int(after[1]), after[2]) == (int(before[1]) - 1, False)


def test_a_small_cohort_is_counted_each_time(northmoor, coordinator, clock):
    grow(northmoor, 10, now=clock())
    before = line_of(coordinator, northmoor)
    Enrolment.objects.filter(role="mentor", cohort=northmoor.cohort).order_by("-pk").first().delete()
    assert int(line_of(coordinator, northmoor)[1]) == int(before[1]) - 1


def test_only_mentors_below_a_leader_who_takes_part_stand_in_a_line(northmoor, clock):
    grow(northmoor, 40, now=clock())
    taking = Enrolment.objects.filter(cohort=northmoor.cohort).taking_part().select_related("person__manager")
    leaders = {one.person_id for one in taking if one.role == "mentee"}
    inside = [
        one
        for one in taking
        if one.role == "mentor"
        and one.person.manager
        and leaders & {one.person.manager_id, one.person.manager.manager_id}
    ]
    pool = pool_for(northmoor.programme, today=clock().date())
    assert 0 < len(inside) < pool.mentors.people
    assert (pool.mentors.in_line, pool.mentees.in_line) == (len(inside), 0)


@pytest.mark.parametrize(
    ("places", "held", "verdict"),
    [(None, 0, "caution"), (0, 0, "go"), (1, 1, "go"), (2, 1, "caution")],
)
def test_whoever_waits_waits_for_a_place_on_their_own_side(northmoor, clock, places, held, verdict):
    Enrolment.objects.filter(cohort=northmoor.cohort).exclude(role="mentor").update(state="declined")
    people = iter(northmoor.people[name] for name in ("line_manager", "other_mentor"))
    Enrolment.objects.filter(cohort=northmoor.cohort, role="mentee").delete()
    columns = {"cohort": northmoor.cohort, "role": "mentee"}
    Enrolment.objects.create(person=next(people), state="waiting", waits_at=1, **columns)
    for _number in range(held):
        Enrolment.objects.create(person=next(people), state="invited", place_held_at=clock(), **columns)
    Admission.objects.update_or_create(cohort=northmoor.cohort, defaults={"mentee_places": places, "mentor_places": 0})
    check = check_of(Programme.objects.get(pk=northmoor.programme.pk), now=clock() + timedelta(0))
    assert check.verdicts["waiting"] == Verdict(verdict)
