"""What each page of enrolment asks, where the answer is kept, and how it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from viceversa.accounts.keys.store import seal, unseal
from viceversa.formats.topics import normal
from viceversa.people.models import Exclusion, Person, Topic, TopicOffer, TopicWant

from .enrolment_steps import AVOID, GIVE, INTERESTS, LEARN, SHOW, STYLE, TIME, TODAY
from .models import Enrolment


@dataclass(frozen=True)
class TimeAnswer:
    languages: tuple[str, ...]
    time_zone: str
    hours_start: int
    hours_end: int
    capacity: int


@dataclass(frozen=True)
class LearnAnswer:
    """Topic name → priority 1 to 3; what is not named is wanted no more."""

    wants: Mapping[str, int]
    hope: str


@dataclass(frozen=True)
class TodayAnswer:
    """Topic key → how well the person knows it today, 0 to 4."""

    current: Mapping[str, int]


@dataclass(frozen=True)
class OffersAnswer:
    """Topic name → level 1 to 5; what is not named is offered no more."""

    offers: Mapping[str, int]


@dataclass(frozen=True)
class InterestsAnswer:
    interests: tuple[str, ...]


@dataclass(frozen=True)
class StyleAnswer:
    formality: int | None
    structure: int | None


@dataclass(frozen=True)
class AvoidAnswer:
    """Which of the people named before stay named, and who is added."""

    keep: frozenset[int]
    add: tuple[Person, ...]


@dataclass(frozen=True)
class Avoided:
    """Somebody the author must not be paired with, unsealed for the author's own page."""

    exclusion: int
    person_id: str
    name: str
    about: str


Answer = TimeAnswer | LearnAnswer | TodayAnswer | OffersAnswer | InterestsAnswer | StyleAnswer | AvoidAnswer


def values_of(enrolment: Enrolment, *, step: str) -> dict[str, Any]:
    """What a step holds now, as plain values. People to avoid appear as row numbers, never as names."""
    person = enrolment.person
    if step == TIME:
        names = ("languages", "time_zone", "hours_start", "hours_end")
        return {name: getattr(person, name) for name in names} | {"capacity": enrolment.capacity}
    if step in (LEARN, TODAY):
        rows = person.wants.values_list("topic__key", "priority", "current")
        levels = {key: current if step == TODAY else priority for key, priority, current in rows}
        return {"wants": levels} | ({"hope": enrolment.hope} if step == LEARN else {})
    if step in (SHOW, GIVE):
        return {"offers": dict(person.offers.values_list("topic__key", "level"))}
    if step == INTERESTS:
        return {"interests": person.interests}
    if step == STYLE:
        return {"formality": person.style_formality, "structure": person.style_structure}
    if step == AVOID:
        return {"exclusions": sorted(person.exclusions.values_list("pk", flat=True))}
    return {}


@singledispatch
def store(answer: Any, *, enrolment: Enrolment) -> None:
    """Keep an answer where it belongs."""
    raise TypeError(f"no page of enrolment asks for {type(answer).__name__}")


@store.register
def _store_time(answer: TimeAnswer, *, enrolment: Enrolment) -> None:
    person = enrolment.person
    person.languages, person.time_zone = list(answer.languages), answer.time_zone
    person.hours_start, person.hours_end = answer.hours_start, answer.hours_end
    person.save(update_fields=["languages", "time_zone", "hours_start", "hours_end", "changed_at"])
    enrolment.capacity = answer.capacity
    enrolment.save(update_fields=["capacity"])


@store.register
def _store_wants(answer: LearnAnswer, *, enrolment: Enrolment) -> None:
    person, topics = enrolment.person, topics_called(answer.wants)
    person.wants.exclude(topic__in=topics.values()).delete()
    TopicWant.objects.bulk_create(
        [TopicWant(person=person, topic=topics[name], priority=level) for name, level in answer.wants.items()],
        update_conflicts=True,
        update_fields=["priority"],
        unique_fields=["person", "topic"],
    )
    enrolment.hope = answer.hope
    enrolment.save(update_fields=["hope"])


@store.register
def _store_today(answer: TodayAnswer, *, enrolment: Enrolment) -> None:
    wants = list(enrolment.person.wants.select_related("topic"))
    for want in wants:
        want.current = answer.current.get(want.topic.key, want.current)
    TopicWant.objects.bulk_update(wants, ["current"])


@store.register
def _store_offers(answer: OffersAnswer, *, enrolment: Enrolment) -> None:
    person, topics = enrolment.person, topics_called(answer.offers)
    person.offers.exclude(topic__in=topics.values()).delete()
    TopicOffer.objects.bulk_create(
        [TopicOffer(person=person, topic=topics[name], level=level) for name, level in answer.offers.items()],
        update_conflicts=True,
        update_fields=["level"],
        unique_fields=["person", "topic"],
    )


@store.register
def _store_interests(answer: InterestsAnswer, *, enrolment: Enrolment) -> None:
    enrolment.person.interests = list(answer.interests)
    enrolment.person.save(update_fields=["interests", "changed_at"])


@store.register
def _store_style(answer: StyleAnswer, *, enrolment: Enrolment) -> None:
    person = enrolment.person
    person.style_formality, person.style_structure = answer.formality, answer.structure
    person.save(update_fields=["style_formality", "style_structure", "changed_at"])


@store.register
def _store_avoided(answer: AvoidAnswer, *, enrolment: Enrolment) -> None:
    """Sealed with the author's own key. Raises ``KeysMissing``: then nothing of this page is saved."""
    author = enrolment.person
    author.exclusions.exclude(pk__in=answer.keep).delete()
    Exclusion.objects.bulk_create(
        Exclusion(author=author, sealed_person_id=seal(other.person_id, owner=author.public_id))
        for other in answer.add
        if other.pk != author.pk
    )


def people_to_avoid(author: Person) -> list[Avoided]:
    """For the author's own eyes. Raises ``KeysMissing`` when the key store cannot be reached."""
    sealed = list(author.exclusions.order_by("pk"))
    ids = {each.pk: unseal(each.sealed_person_id, owner=author.public_id) for each in sealed}
    people = {person.person_id: person for person in Person.objects.filter(person_id__in=ids.values())}
    return [
        Avoided(
            exclusion=pk,
            person_id=person_id,
            name=people[person_id].name if person_id in people else person_id,
            about=people[person_id].job_title if person_id in people else "",
        )
        for pk, person_id in ids.items()
    ]


def topics_called(names: Mapping[str, int]) -> dict[str, Topic]:
    """The topics with these names, found by their normal form; those that are new are added."""
    keys = {name: normal(name) for name in names}
    known = set(Topic.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    new = {key: name for name, key in keys.items() if key not in known}
    Topic.objects.bulk_create([Topic(key=key, name=name) for key, name in new.items()], ignore_conflicts=True)
    topics = {topic.key: topic for topic in Topic.objects.filter(key__in=keys.values())}
    return {name: topics[key] for name, key in keys.items()}
