"""What each page of enrolment asks, where the answer is kept, and how it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from viceversa.accounts.keys.store import seal, unseal
from viceversa.formats.topics import normal
from viceversa.people.identity import IdentitySaid
from viceversa.people.models import Exclusion, Person, Topic, TopicOffer, TopicWant
from viceversa.people.own_profile import boundaries_of, sealed_boundaries

from .enrolment_steps import (
    ABOUT,
    AVOID,
    GIVE,
    IDENTITY,
    INTERESTS,
    LEARN,
    QUESTIONS,
    SHOW,
    STYLE,
    TIME,
    TODAY,
)
from .models import Enrolment
from .question_answers import AnswerValue, answers_of, keep_answers
from .questions import questions_for


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


@dataclass(frozen=True)
class AboutAnswer:
    """How a partner is to address somebody, and what not to ask them; None keeps what cannot be opened."""

    preferred_name: str
    pronouns: str
    boundaries: str | None


@dataclass(frozen=True)
class QuestionsAnswer:
    """Question's public id → answer; None takes one back."""

    answers: Mapping[str, AnswerValue | None]


@dataclass(frozen=True)
class IdentityStepAnswer:
    """What somebody said of each attribute, and what it may be used for."""

    said: tuple[IdentitySaid, ...]


Answer = (
    TimeAnswer
    | LearnAnswer
    | TodayAnswer
    | OffersAnswer
    | InterestsAnswer
    | StyleAnswer
    | AvoidAnswer
    | AboutAnswer
    | QuestionsAnswer
    | IdentityStepAnswer
)


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
    if step == ABOUT:
        sealed = bytes(person.sealed_boundaries).hex()
        return {"preferred_name": person.preferred_name, "pronouns": person.pronouns, "boundaries": sealed}
    if step == QUESTIONS:
        asked = list(questions_for(enrolment).values_list("public_id", flat=True))
        return {"asked": asked, "answers": answers_of(enrolment)}
    if step == IDENTITY:
        return _identity_values(enrolment)
    return {}


def _identity_values(enrolment: Enrolment) -> dict[str, Any]:
    """Consents and answers as they stand, the answers as they are sealed; and what is asked."""
    programme, person = enrolment.cohort.programme, enrolment.person
    consents = person.identity_consents.standing().filter(scope=programme.public_id)
    answers = person.identity_answers.order_by("attribute").values_list("attribute", "sealed_value")
    return {
        "asked": [(one.attribute, one.choices, one.purposes) for one in programme.identity_questions.all()],
        "consents": sorted(consents.values_list("attribute", "purpose", "words_digest")),
        "answers": [(attribute, bytes(sealed).hex()) for attribute, sealed in answers],
    }


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


@store.register
def _store_about(answer: AboutAnswer, *, enrolment: Enrolment) -> None:
    """Raises ``KeysMissing`` when the boundaries cannot be sealed; then nothing of this page is saved."""
    person = enrolment.person
    person.preferred_name, person.pronouns = answer.preferred_name, answer.pronouns
    fields = ["preferred_name", "pronouns"]
    if answer.boundaries is not None and answer.boundaries != boundaries_of(person):
        person.sealed_boundaries = sealed_boundaries(answer.boundaries, of=person)
        fields.append("sealed_boundaries")
    person.save(update_fields=[*fields, "changed_at"])


@store.register
def _store_questions(answer: QuestionsAnswer, *, enrolment: Enrolment) -> None:
    keep_answers(enrolment, answers=answer.answers)


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
