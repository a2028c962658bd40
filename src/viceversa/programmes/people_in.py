"""The organisation's people by where they stand in one cohort."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from viceversa.people.models import Person

from .models import Cohort, Enrolment

IN, OUT = "in", "out"
STANDINGS: tuple[str, ...] = (IN, OUT, *Enrolment.State.values)


def cohorts_of(programme_ids: Collection[str]) -> list[Cohort]:
    """The cohorts of these programmes, by public id, the programme's name first, then the newest."""
    cohorts = Cohort.objects.filter(programme__public_id__in=programme_ids).select_related("programme")
    return list(cohorts.order_by("programme__name", "-starts_on", "-pk"))


def people_in(people: QuerySet[Person], *, cohort: Cohort, standing: str) -> QuerySet[Person]:
    """Those of ``people`` who stand so in the cohort: in one state, ``IN`` in any, ``OUT`` of it altogether."""
    enrolled = Enrolment.objects.filter(cohort=cohort).order_by()
    if standing == OUT:
        return people.exclude(pk__in=enrolled.values("person"))
    if standing in Enrolment.State.values:
        enrolled = enrolled.filter(state=standing)
    return people.filter(pk__in=enrolled.values("person"))
