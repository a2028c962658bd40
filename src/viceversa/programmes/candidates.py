"""Whom a coordinator could bring in: the people of the organisation through the filters of the invitation page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from viceversa.formats.topics import normal
from viceversa.people.models import Person, TopicOffer
from viceversa.people.models.person import PersonQuerySet

from .models import Cohort, Enrolment


@dataclass(frozen=True)
class CandidateFilter:
    """What the coordinator asked for; an empty part asks for nothing."""

    words: str = ""
    function: str = ""
    file_role: str = ""
    grade_least: int | None = None
    grade_most: int | None = None
    teaches: str = ""


# What a row of the page tells of somebody, and no more.
TOLD = (
    *("public_id", "person_id", "user_id", "given_name", "family_name", "preferred_name"),
    *("email", "job_title", "function", "grade", "role"),
)


@dataclass(frozen=True)
class Candidate:
    """A person on the invitation page: why they cannot be invited (no_email, no_grade), or how they stand."""

    person: Person
    state: str
    obstacle: str

    @property
    def can_be_enrolled(self) -> bool:
        return not self.state and self.obstacle != "no_grade"


def placeable(people: QuerySet[Person], *, on: date) -> QuerySet[Person]:
    """Those the matching can place: here, with a grade."""
    here = Q(leave_date=None) | Q(leave_date__gt=on)
    return people.filter(here, grade__isnull=False)


def candidates(asked: CandidateFilter, *, on: date) -> PersonQuerySet:
    """The people who meet the filter, by name; also those who cannot be invited, so that nobody is missing."""
    people = Person.objects.here(on=on)
    if asked.words:
        people = people.filter(_named(asked.words))
    if asked.function:
        people = people.filter(function=asked.function)
    if asked.file_role:
        people = people.filter(role__in=[asked.file_role, "both"])
    if asked.grade_least is not None:
        people = people.filter(grade__gte=asked.grade_least)
    if asked.grade_most is not None:
        people = people.filter(grade__lte=asked.grade_most)
    if asked.teaches:
        knowing = TopicOffer.objects.filter(topic__key=normal(asked.teaches))
        people = people.filter(pk__in=knowing.values("person"))
    return people


def _named(words: str) -> Q:
    """Every word stands somewhere in a name, or all of it in the number or the address."""
    named = Q()
    for word in words.split()[:5]:
        named &= Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(preferred_name__icontains=word)
    return named | Q(person_id__iexact=words.strip()) | Q(email__icontains=words.strip())


def not_yet_enrolled(people: QuerySet[Person], *, cohort: Cohort, role: str, on: date) -> QuerySet[Person]:
    """The people who could take part in this role and have not been asked in any way."""
    asked = Enrolment.objects.filter(cohort=cohort, role=role, person=OuterRef("pk"))
    return placeable(people, on=on).filter(~Exists(asked))


def not_yet_invited(people: QuerySet[Person], *, cohort: Cohort, role: str, on: date) -> QuerySet[Person]:
    """Those of them whom a letter reaches."""
    return not_yet_enrolled(people, cohort=cohort, role=role, on=on).exclude(email="")


def named_in_file(people: QuerySet[Person], *, role: str) -> QuerySet[Person]:
    """Those whom the people file itself puts on this side."""
    return people.filter(role__in=[role, "both"])


@dataclass(frozen=True)
class WithinReach:
    """How many could still be brought in: in any way, by a letter, and with what the people file says of them."""

    anyhow: int
    by_letter: int
    from_file: int


def within_reach(people: QuerySet[Person], *, cohort: Cohort, role: str, on: date) -> WithinReach:
    """One query for all counts."""
    fresh = not_yet_enrolled(people, cohort=cohort, role=role, on=on).order_by()
    counts = fresh.aggregate(
        anyhow=Count("*"),
        by_letter=Count("pk", filter=~Q(email="")),
        from_file=Count("pk", filter=Q(role__in=[role, "both"])),
    )
    return WithinReach(**counts)


def as_candidates(people: list[Person], *, cohort: Cohort, role: str) -> list[Candidate]:
    """A page of people with how each stands to this cohort in this role."""
    enrolled = Enrolment.objects.filter(cohort=cohort, role=role, person__in=[person.pk for person in people])
    states = dict(enrolled.values_list("person_id", "state"))
    return [Candidate(person, states.get(person.pk, ""), _obstacle(person)) for person in people]


def _obstacle(person: Person) -> str:
    if person.grade is None:
        return "no_grade"
    return "" if person.email else "no_email"


def functions_of_people() -> list[str]:
    """The functions that occur, for the filter."""
    named = Person.objects.exclude(function="").order_by("function")
    return list(named.values_list("function", flat=True).distinct())
