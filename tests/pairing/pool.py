"""A pool to be matched: junior people who know topics, senior ones who want them, in Northmoor's cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.personas import Northmoor, make_person, make_user
from viceversa.formats.topics import normal
from viceversa.people.models import Person, Topic, TopicOffer, TopicWant
from viceversa.programmes.models import Cohort, Enrolment

TOPICS = ("How our meetings feel", "Short video", "Dashboards", "Prompting", "Climate claims", "Accessible shops")


@dataclass
class Pool:
    cohort: Cohort
    mentors: list[Enrolment]
    mentees: list[Enrolment]


def topic(name: str) -> Topic:
    return Topic.objects.get_or_create(key=normal(name), defaults={"name": name})[0]


def enrolled(person: Person, cohort: Cohort, role: str, *, now: datetime, capacity: int = 1) -> Enrolment:
    return Enrolment.objects.create(
        cohort=cohort,
        person=person,
        role=role,
        state=Enrolment.State.SUBMITTED,
        capacity=capacity,
        invited_at=now,
        submitted_at=now,
    )


def mentor(
    cohort: Cohort, number: int, *, offers: dict[str, int], now: datetime, capacity: int = 1, **columns: Any
) -> Enrolment:
    user = make_user(f"junior{number}@northmoor.example", name=f"Junior {number}")
    person = make_person(f"j{number:03}", "Junior", f"J{number}", user=user, **{"grade": 2} | columns)
    TopicOffer.objects.bulk_create(
        TopicOffer(person=person, topic=topic(name), level=level) for name, level in offers.items()
    )
    return enrolled(person, cohort, "mentor", now=now, capacity=capacity)


def mentee(
    cohort: Cohort, number: int, *, wants: Sequence[str], now: datetime, capacity: int = 1, **columns: Any
) -> Enrolment:
    user = make_user(f"senior{number}@northmoor.example", name=f"Senior {number}")
    columns = {"grade": 8, "function": "Finance", "job_title": "Director"} | columns
    person = make_person(f"s{number:03}", "Senior", f"S{number}", user=user, **columns)
    TopicWant.objects.bulk_create(
        TopicWant(person=person, topic=topic(name), priority=3 if place == 0 else 1) for place, name in enumerate(wants)
    )
    return enrolled(person, cohort, "mentee", now=now, capacity=capacity)


def pool_of(world: Northmoor, *, now: datetime, pairs: int = 6) -> Pool:
    """As many juniors as seniors; each senior's first wish is what at least one junior knows well."""
    count = len(TOPICS)
    mentors = [
        mentor(world.cohort, n, offers={TOPICS[n % count]: 5, TOPICS[(n + 1) % count]: 3}, now=now)
        for n in range(pairs)
    ]
    mentees = [
        mentee(world.cohort, n, wants=[TOPICS[n % count], TOPICS[(n + 2) % count]], now=now) for n in range(pairs)
    ]
    return Pool(world.cohort, mentors, mentees)
