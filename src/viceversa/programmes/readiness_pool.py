"""Who could be matched, in numbers: from the cohort's enrolments, else from whom the people file names.

Three queries at most, however many people there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from viceversa.people.models import Person, Topic, TopicOffer, TopicWant

from .models import Cohort, Enrolment

TOP_TOPICS = 5
MENTOR, MENTEE, BOTH = "mentor", "mentee", "both"


class Source(StrEnum):
    COHORT = "cohort"
    FILE = "file"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Side:
    """One side of the pool. ``places``: partners that its people take on together; ``in_line``: of its mentors."""

    people: int
    places: int
    without_email: int
    without_manager: int
    in_line: int
    grades: dict[int, int]


@dataclass(frozen=True)
class TopicSupply:
    """A topic that leaders want: how many do, and how many mentors can teach it."""

    name: str
    wanted: int
    offered: int


@dataclass(frozen=True)
class Pool:
    """``in_line`` of the mentors: whose manager, or their manager's manager, is a leader of the pool."""

    source: Source
    everybody: Side
    mentors: Side
    mentees: Side
    topics: tuple[TopicSupply, ...]

    def leaders_without_junior(self, *, gap: int) -> int:
        """Leaders for whom no mentor of the pool is ``gap`` grades below."""
        lowest = min(self.mentors.grades, default=None)
        if lowest is None:
            return self.mentees.people
        return sum(count for grade, count in self.mentees.grades.items() if lowest > grade - gap)


def pool_of(cohort: Cohort, *, today: date, teach_level: int) -> Pool:
    """The pool of a cohort as it stands on a day; ``teach_level`` is the level at which somebody can teach."""
    rows = _enrolled(cohort)
    source = Source.COHORT
    if not {row["side"] for row in rows} >= {MENTOR, MENTEE}:
        rows, source = _named(today), Source.FILE
    if not rows:
        return Pool(Source.NOBODY, _side([]), _side([]), _side([]), ())
    sides = (_side(rows), _side(_on(rows, MENTOR)), _side(_on(rows, MENTEE)))
    return Pool(source, *sides, topics=_supply(cohort, source, today=today, teach_level=teach_level))


def _enrolled(cohort: Cohort) -> list[dict[str, Any]]:
    taking_part = Enrolment.objects.filter(cohort=cohort).taking_part()
    leaders = taking_part.filter(role=Enrolment.Role.MENTEE).values("person")
    reports = Q(person__manager__in=leaders) | Q(person__manager__manager__in=leaders)
    in_line = Q(role=Enrolment.Role.MENTOR) & reports
    rows = taking_part.values(side=F("role"), grade=F("person__grade")).order_by()
    counted = rows.annotate(
        people=Count("pk"),
        places=Sum("capacity"),
        without_email=Count("pk", filter=Q(person__email="")),
        without_manager=Count("pk", filter=Q(person__manager=None)),
        in_line=Count("pk", filter=in_line),
    )
    return [dict(row) for row in counted]


def _in_file(today: date) -> QuerySet[Person]:
    return Person.objects.here(on=today).exclude(role="").exclude(grade=None)


def _named(today: date) -> list[dict[str, Any]]:
    named = _in_file(today)
    leaders = named.filter(role__in=(MENTEE, BOTH)).values("pk")
    in_line = Q(role__in=(MENTOR, BOTH)) & (Q(manager__in=leaders) | Q(manager__manager__in=leaders))
    counted = (
        named.values("grade", side=F("role"))
        .order_by()
        .annotate(
            people=Count("pk"),
            places=Sum("capacity"),
            without_email=Count("pk", filter=Q(email="")),
            without_manager=Count("pk", filter=Q(manager=None)),
            in_line=Count("pk", filter=in_line),
        )
    )
    return [dict(row) for row in counted]


def _on(rows: Iterable[dict[str, Any]], side: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["side"] in (side, BOTH)]


def _side(rows: list[dict[str, Any]]) -> Side:
    grades: dict[int, int] = {}
    for row in rows:
        if row["grade"] is not None:
            grades[row["grade"]] = grades.get(row["grade"], 0) + row["people"]
    total = {name: sum(row[name] for row in rows) for name in ("people", "places", "without_email", "without_manager")}
    return Side(**total, in_line=sum(row["in_line"] for row in rows), grades=grades)


def _supply(cohort: Cohort, source: Source, *, today: date, teach_level: int) -> tuple[TopicSupply, ...]:
    """The topics that most leaders want, each with the mentors who can teach it."""
    if source is Source.COHORT:
        taking_part = Enrolment.objects.filter(cohort=cohort, person=OuterRef("person")).taking_part()
        leads = Exists(taking_part.filter(role=Enrolment.Role.MENTEE))
        teaches = Exists(taking_part.filter(role=Enrolment.Role.MENTOR))
    else:
        named = _in_file(today).filter(pk=OuterRef("person"))
        leads, teaches = Exists(named.filter(role__in=(MENTEE, BOTH))), Exists(named.filter(role__in=(MENTOR, BOTH)))
    wants = TopicWant.objects.filter(leads).order_by().values("topic")
    top = wants.annotate(wanted=Count("pk")).order_by("-wanted", "topic__name")[:TOP_TOPICS]
    offers = TopicOffer.objects.filter(teaches, topic=OuterRef("pk"), level__gte=teach_level).order_by().values("topic")
    topics = (
        Topic.objects.filter(pk__in=top.values("topic"))
        .annotate(
            wanted=Subquery(wants.filter(topic=OuterRef("pk")).annotate(rows=Count("pk")).values("rows")),
            offered=Coalesce(Subquery(offers.annotate(rows=Count("pk")).values("rows")), 0),
        )
        .order_by("-wanted", "name")
    )
    return tuple(TopicSupply(*row) for row in topics.values_list("name", "wanted", "offered"))
