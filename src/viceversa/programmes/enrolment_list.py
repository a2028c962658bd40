"""Who is invited to a cohort and how far they are: the coordinator's list and its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, Q, QuerySet

from viceversa.people.models import Person

from .models import Cohort, Enrolment

STAGES: dict[str, tuple[str, ...]] = {
    "applied": (Enrolment.State.APPLIED,),
    "waiting": (Enrolment.State.WAITING,),
    "invited": (Enrolment.State.INVITED,),
    "begun": (Enrolment.State.DRAFT,),
    "taking_part": (Enrolment.State.SUBMITTED, Enrolment.State.MATCHED, Enrolment.State.COMPLETED),
    "declined": (Enrolment.State.DECLINED,),
    "withdrawn": (Enrolment.State.WITHDRAWN,),
    "not_now": (Enrolment.State.NOT_NOW,),
}

# From so many on, the index of all names is walked until a page is full; fewer are sorted in less time.
_MANY = 1_000

PERSON: Final = (
    *("person_id", "user_id", "given_name", "family_name", "preferred_name"),
    *("email", "job_title", "is_external", "organisation"),
)


class Sides(NamedTuple):
    mentees: int
    mentors: int

    @property
    def both(self) -> int:
        return self.mentees + self.mentors


@dataclass(frozen=True)
class Funnel:
    """How many of each side stand at each stage; ``asked`` is everybody who was ever on the list."""

    asked: Sides
    stages: dict[str, Sides]


def funnel_of(cohort: Cohort) -> Funnel:
    """One query, however many people there are."""
    rows = Enrolment.objects.filter(cohort=cohort).values_list("role", "state").annotate(people=Count("*"))
    counts = {(role, state): people for role, state, people in rows}

    def side(role: str, states: tuple[str, ...]) -> int:
        return sum(counts.get((role, state), 0) for state in states)

    def sides(states: tuple[str, ...]) -> Sides:
        return Sides(mentees=side(Enrolment.Role.MENTEE, states), mentors=side(Enrolment.Role.MENTOR, states))

    return Funnel(
        asked=sides(tuple(Enrolment.State)), stages={stage: sides(states) for stage, states in STAGES.items()}
    )


def enrolments_listed(
    cohort: Cohort, *, stage: str = "", role: str = "", words: str = "", known: int | None = None
) -> QuerySet[Any, int]:
    """The keys of the list through its filters, by name. A person without a name is found by their number.

    Asked of the people, in the order of the index of their names: a database reads those of one page and no others.
    ``known`` is how many they are, where that has been counted.
    """
    is_walked = known is not None and known >= _MANY
    standing = Q(enrolments__cohort__isnull=False) if is_walked else Q(enrolments__cohort=cohort)
    if stage in STAGES:
        standing &= Q(enrolments__state__in=STAGES[stage])
    if role in Enrolment.Role:
        standing &= Q(enrolments__role=role)
    people = Person.objects.filter(standing)  # at once, so that all is said of one and the same enrolment
    if is_walked:  # as a sum: SQLite would take the cohort's index, and sort all it finds there
        people = people.annotate(asked_to=F("enrolments__cohort") + 0).filter(asked_to=cohort.pk)
    if words.strip():
        people = people.filter(_named(words) | Q(person_id__iexact=words.strip()))
    in_order = people.order_by("family_name", "given_name", "pk", "enrolments__pk")
    return in_order.values_list("enrolments__pk", flat=True)


def rows_of(keys: Sequence[int]) -> list[Enrolment]:
    """The enrolments of one page in the order of its keys, with what the list says of each and no more."""
    found = Enrolment.objects.select_related("person").only(
        *("public_id", "role", "state", "invited_at"),
        *(f"person__{name}" for name in PERSON),
    )
    by_key = found.in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def _named(words: str) -> Q:
    named = Q()
    for word in words.split()[:5]:
        named &= Q(given_name__icontains=word) | Q(family_name__icontains=word)
    return named
