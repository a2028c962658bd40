"""Supply and demand of a cohort: counted in the background, kept until the pool changes, without anybody's secrets."""

from __future__ import annotations

import json

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.accounts.keys.store import seal
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import SupplyCount
from viceversa.pairing.supply import counted
from viceversa.people.models import Exclusion, TopicWant
from viceversa.programmes.models import Enrolment


def short_pool(world: Northmoor, clock: MovableClock) -> None:
    """Three leaders want prompting most; one junior knows it, and one knows what nobody wants."""
    for number in range(3):
        pools.mentee(world.cohort, number, wants=["Prompting"], now=clock(), location="Warsaw")
    pools.mentor(world.cohort, 1, offers={"Prompting": 4}, now=clock())
    pools.mentor(world.cohort, 2, offers={"Falconry": 5}, now=clock())


def count(world: Northmoor, clock: MovableClock, *, again: bool = False) -> SupplyCount:
    counted(world.cohort, now=clock(), again=again)
    run_until_idle(clock=clock)
    return SupplyCount.objects.get(cohort=world.cohort)


def test_a_short_pool_says_what_is_missing_and_whom_to_seek(northmoor: Northmoor, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    found = count(northmoor, clock)
    assert found.state == SupplyCount.State.DONE
    result = found.result
    assert (result["seats_wanted"], result["pairs"]) == (3, 1)
    (row,) = result["topics"]
    assert (row["name"], row["wanted"], row["able"], row["missing"]) == ("Prompting", [0, 0, 3], 1, 2)
    (advice,) = result["advice"]
    assert (advice["topic"], advice["mentors"], advice["grade"], advice["helped"]) == ("Prompting", 2, 6, 3)
    assert advice["places"] == ["Warsaw"]
    assert result["idle"] == [["j002", "no_topic"]]


def test_drafts_are_counted_apart(northmoor: Northmoor, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    late = pools.mentee(northmoor.cohort, 9, wants=["Prompting"], now=clock())
    Enrolment.objects.filter(pk=late.pk).update(state=Enrolment.State.DRAFT)
    (row,) = count(northmoor, clock).result["topics"]
    assert (sum(row["wanted"]), row["begun_wanted"], row["begun_able"]) == (3, 1, 0)


def test_the_same_pool_is_counted_once_and_a_changed_one_again(northmoor: Northmoor, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    first = count(northmoor, clock)
    clock.forward(minutes=1)
    assert count(northmoor, clock).counted_at == first.counted_at
    pools.mentor(northmoor.cohort, 3, offers={"Prompting": 4}, now=clock())
    assert counted(northmoor.cohort, now=clock()).state == SupplyCount.State.WAITING
    run_until_idle(clock=clock)
    assert SupplyCount.objects.get().result["pairs"] == 2
    assert Job.objects.filter(kind="supply_count").count() == 2


def test_pressing_again_counts_what_no_quick_sign_shows(northmoor: Northmoor, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    count(northmoor, clock)
    TopicWant.objects.filter(person__person_id="s000").delete()
    clock.forward(minutes=1)
    found = count(northmoor, clock, again=True)
    assert found.result["wishless"] == 1
    assert found.result["topics"][0]["wanted"] == [0, 0, 2]


def test_whom_people_exclude_is_nowhere_in_what_is_kept(northmoor: Northmoor, clock: MovableClock) -> None:
    leader = pools.mentee(northmoor.cohort, 1, wants=["Prompting"], now=clock())
    junior = pools.mentor(northmoor.cohort, 1, offers={"Prompting": 4}, now=clock())
    sealed = seal(leader.person.person_id, owner=junior.person.public_id)
    Exclusion.objects.create(author=junior.person, sealed_person_id=sealed)
    found = count(northmoor, clock)
    assert found.result["idle"] == [["j001", "unavailable"]]
    assert "s001" not in json.dumps(found.result)


def test_a_pool_that_cannot_be_read_says_why(northmoor: Northmoor, clock: MovableClock) -> None:
    short_pool(northmoor, clock)
    northmoor.programme.policy = {"rules": {"grade_gap_min": "two"}}
    northmoor.programme.save()
    assert count(northmoor, clock).state == SupplyCount.State.FAILED
