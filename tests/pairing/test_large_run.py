"""A pool of the size of the survey's, 853 people, through the job: certified, complete, and told in progress."""

from __future__ import annotations

import random

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.people.models import Person, TopicOffer, TopicWant
from viceversa.programmes.models import Enrolment

MENTORS, MENTEES, TOPICS = 601, 252, 40


def people_of(prefix: str, count: int, **columns: object) -> list[Person]:
    rows = [Person(person_id=f"{prefix}{n:04}", given_name=f"G{n}", **columns) for n in range(count)]
    Person.objects.bulk_create(rows)
    return list(Person.objects.filter(person_id__startswith=prefix).order_by("person_id"))


def test_853_people_go_through_the_job(northmoor: Northmoor, clock: MovableClock) -> None:
    chance = random.Random(853)
    topics = [pools.topic(f"Topic {n}") for n in range(TOPICS)]
    juniors = people_of("jj", MENTORS, grade=2, languages=["en"], time_zone="Europe/London")
    seniors = people_of("ss", MENTEES, grade=7, languages=["en"], time_zone="Europe/Lisbon")
    for people, role in ((juniors, "mentor"), (seniors, "mentee")):
        Enrolment.objects.bulk_create(
            Enrolment(cohort=northmoor.cohort, person=one, role=role, state="submitted") for one in people
        )
    TopicOffer.objects.bulk_create(
        TopicOffer(person=one, topic=topic, level=chance.randint(1, 5))
        for one in juniors
        for topic in chance.sample(topics, 5)
    )
    TopicWant.objects.bulk_create(
        TopicWant(person=one, topic=topic, priority=chance.randint(1, 3))
        for one in seniors
        for topic in chance.sample(topics, 3)
    )
    run = run_now(northmoor, clock)
    assert run.state == MatchRun.State.DONE, run.problems
    assert (run.report["mentors"], run.report["mentees"]) == (MENTORS, MENTEES)
    assert run.report["certified"] is True
    assert run.report["gap"] == 0
    pairs = run.proposals.count()
    assert pairs == run.report["max_pairs"] > 240
    assert run.proposals.values("mentee").distinct().count() == pairs, "nobody twice"
    assert run.unmatched.count() == MENTORS + MENTEES - 2 * pairs
    total = sum(run.proposals.values_list("score", flat=True))
    assert abs(total - run.report["total_score"]) < 1e-9
    assert not Proposal.objects.filter(run=run, reasons=[]).exists()
