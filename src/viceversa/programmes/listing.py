"""The programmes that somebody has to do with, and in which way: one query each, however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from viceversa.people.models import Person

from .models import Cohort, Enrolment, Programme

GONE = (Enrolment.State.WITHDRAWN, Enrolment.State.DECLINED)


@dataclass(frozen=True)
class Listed:
    """A programme with its current cohort and the reader's ways in: to run it, to read its facts, to take part."""

    programme: Programme
    cohort: Cohort | None
    coordinates: bool
    sponsors: bool
    takes_part: bool


def programmes_of(*, person: Person | None, coordinated: Collection[str], sponsored: Collection[str]) -> list[Listed]:
    """Newest first. ``coordinated`` and ``sponsored`` are programmes' public ids."""
    own = Enrolment.objects.filter(person=person).exclude(state__in=GONE) if person else Enrolment.objects.none()
    enrolled = set(own.values_list("cohort__programme__public_id", flat=True))
    programmes = Programme.objects.filter(public_id__in={*coordinated, *sponsored, *enrolled})
    cohorts: dict[int, Cohort] = {}
    for cohort in Cohort.objects.filter(programme__in=programmes).order_by("starts_on", "pk"):
        cohorts[cohort.programme_id] = cohort
    return [
        Listed(
            programme=programme,
            cohort=cohorts.get(programme.pk),
            coordinates=programme.public_id in coordinated,
            sponsors=programme.public_id in sponsored,
            takes_part=programme.public_id in enrolled,
        )
        for programme in programmes
    ]
