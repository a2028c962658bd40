"""Who is invited to a cohort and how far they are: the coordinator's list and its counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

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
    rows = Enrolment.objects.filter(cohort=cohort).values_list("role", "state").annotate(people=Count("pk"))
    counts = {(role, state): people for role, state, people in rows}

    def side(role: str, states: tuple[str, ...]) -> int:
        return sum(counts.get((role, state), 0) for state in states)

    def sides(states: tuple[str, ...]) -> Sides:
        return Sides(mentees=side(Enrolment.Role.MENTEE, states), mentors=side(Enrolment.Role.MENTOR, states))

    return Funnel(
        asked=sides(tuple(Enrolment.State)), stages={stage: sides(states) for stage, states in STAGES.items()}
    )


def enrolments_listed(cohort: Cohort, *, stage: str = "", role: str = "", words: str = "") -> QuerySet[Enrolment]:
    """The list through its filters, by name. A person without a name is found by their number."""
    rows = Enrolment.objects.filter(cohort=cohort).select_related("person")
    if stage in STAGES:
        rows = rows.filter(state__in=STAGES[stage])
    if role in Enrolment.Role:
        rows = rows.filter(role=role)
    if words.strip():
        rows = rows.filter(_named(words) | Q(person__person_id__iexact=words.strip()))
    return rows.order_by("person__family_name", "person__given_name", "pk")


def _named(words: str) -> Q:
    named = Q()
    for word in words.split()[:5]:
        named &= Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word)
    return named
