"""Words that mean the same are one topic to the matching; the run remembers which."""

from __future__ import annotations

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import request_run
from viceversa.pairing.models import MatchRun
from viceversa.people import topics
from viceversa.people.models import Topic
from viceversa.people.topics import TopicContent


def run_now(world: Northmoor, clock: MovableClock) -> MatchRun:
    run = request_run(cohort=world.cohort, by=world.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    run.refresh_from_db()
    return run


def add(world: Northmoor, clock: MovableClock, name: str, *synonyms: str) -> Topic:
    content = TopicContent(name, "Digital tools", "", synonyms)
    return topics.add_topic(content, by=world.users["coordinator"], now=clock(), public_id=f"id-{name}"[:24])


def two_who_say_it_differently(world: Northmoor, clock: MovableClock) -> None:
    pools.mentor(world.cohort, 0, offers={"JavaScript": 5}, now=clock())
    pools.mentee(world.cohort, 0, wants=["JS"], now=clock())


def test_without_the_catalogue_two_spellings_are_two_topics(northmoor: Northmoor, clock: MovableClock) -> None:
    two_who_say_it_differently(northmoor, clock)
    assert run_now(northmoor, clock).proposals.count() == 0


def test_with_the_catalogue_they_are_one_and_the_proposal_says_the_catalogues_name(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    two_who_say_it_differently(northmoor, clock)
    add(northmoor, clock, "JavaScript", "JS", "ECMAScript")
    run = run_now(northmoor, clock)
    assert run.policy["options"]["synonyms"] == {"js": "JavaScript"}
    reason = run.proposals.get().reasons[0]
    assert (reason["code"], reason["params"]["topic"]) == ("teaches", "JavaScript")


def test_a_catalogue_that_changes_later_changes_nothing_of_a_run(northmoor: Northmoor, clock: MovableClock) -> None:
    two_who_say_it_differently(northmoor, clock)
    run = run_now(northmoor, clock)
    add(northmoor, clock, "JavaScript", "JS")
    run.refresh_from_db()
    assert run.policy["options"]["synonyms"] == {}
    assert run_now(northmoor, clock).policy["options"]["synonyms"] == {"js": "JavaScript"}


def test_a_synonym_written_into_the_policy_stands_above_the_catalogue(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    two_who_say_it_differently(northmoor, clock)
    add(northmoor, clock, "JavaScript", "JS")
    northmoor.programme.policy = {"options": {"synonyms": {"js": "Journalism"}}}
    northmoor.programme.save()
    run = run_now(northmoor, clock)
    assert run.policy["options"]["synonyms"] == {"js": "Journalism"}
    assert run.proposals.count() == 0


def test_interests_that_are_synonyms_are_shared(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.mentor(northmoor.cohort, 0, offers={"Python": 5}, interests=["Esports"], now=clock())
    pools.mentee(northmoor.cohort, 0, wants=["Python"], interests=["video games"], now=clock())
    add(northmoor, clock, "Gaming", "Esports", "Video games")
    run = run_now(northmoor, clock)
    shared = [one["params"]["interests"] for one in run.proposals.get().reasons if one["code"] == "shared_interests"]
    assert shared == [["Gaming"]]
