"""Races with real threads and connections: the last place, whoever comes for it in the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connections

from tests.conftest import BOTH, MovableClock
from tests.pairing.test_races import together
from tests.personas import Northmoor, build_northmoor, make_person
from tests.programmes.test_admission import LEARN, admit, by
from viceversa.programmes.admission import accept, register
from viceversa.programmes.enrol import withdraw_enrolment
from viceversa.programmes.invitations import enrol_from_file
from viceversa.programmes.models import Enrolment

pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)
ROUNDS = 6


@pytest.fixture
def world(transactional_db: None, clock: MovableClock) -> Iterator[Northmoor]:
    yield build_northmoor(now=clock())
    connections.close_all()


def taken(world: Northmoor) -> int:
    return Enrolment.objects.filter(cohort=world.cohort, role=LEARN).with_a_place().count()


def leaders(round_: int, count: int) -> list:  # type: ignore[type-arg]
    return [make_person(f"r{round_}-{one}", "Lea", f"Wood{one}", grade=7) for one in range(count)]


def no_errors(results: list[object]) -> bool:
    return not [one for one in results if isinstance(one, Exception)]


def test_three_who_register_for_the_last_place_are_one_in_and_two_waiting(
    world: Northmoor, clock: MovableClock
) -> None:
    for round_ in range(ROUNDS):
        admit(world, clock, way="open", mentee_places=taken(world) + 1)
        acts: list[Callable[[], object]] = [
            lambda person=person: register(world.cohort, person=person, role=LEARN, by=None, now=clock())  # type: ignore[misc]
            for person in leaders(round_, 3)
        ]
        results = together(*acts)
        assert no_errors(results), results
        assert sorted(one.state for one in results) == ["invited", "waiting", "waiting"]  # type: ignore[attr-defined]
        places = Enrolment.objects.filter(cohort=world.cohort, state="waiting").values_list("waits_at", flat=True)
        assert len(set(places)) == len(places)
        Enrolment.objects.filter(cohort=world.cohort, state="waiting").delete()


def test_a_word_a_file_and_a_withdrawal_at_once_never_fill_a_place_twice(world: Northmoor, clock: MovableClock) -> None:
    user = by(world)
    for round_ in range(ROUNDS):
        admit(world, clock, way="approval", mentee_places=None)
        people = leaders(round_, 4)
        inside, applied = (
            enrol_from_file(world.cohort, people=people[:1], role=LEARN, by=user, now=clock())[0],
            [register(world.cohort, person=one, role=LEARN, by=None, now=clock()) for one in people[1:3]],
        )
        limit = taken(world)
        admit(world, clock, mentee_places=limit)
        results = together(
            lambda inside=inside: withdraw_enrolment(inside, by=user, now=clock()),  # type: ignore[misc]
            lambda ids=[one.public_id for one in applied]: accept(world.cohort, chosen=ids, by=user, now=clock()),  # type: ignore[misc]
            lambda person=people[3]: enrol_from_file(  # type: ignore[misc]
                world.cohort, people=[person], role=LEARN, by=user, now=clock()
            ),
        )
        assert no_errors(results), results
        assert taken(world) == limit
        Enrolment.objects.filter(cohort=world.cohort, state__in=["waiting", "applied"]).delete()
