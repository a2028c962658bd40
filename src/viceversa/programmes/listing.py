"""The programmes that somebody has to do with, and in which way: one query each, however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from viceversa.people.models import Person

from .cohorts import cohorts_today
from .models import Cohort, Enrolment, Programme

GONE = Enrolment.GONE


@dataclass(frozen=True)
class Listed:
    """A programme, the cohort that is being run, and the reader's ways in: to run it, to read of it, to take part."""

    programme: Programme
    cohort: Cohort | None
    coordinates: bool
    sponsors: bool
    takes_part: bool


def programmes_of(
    *, person: Person | None, coordinated: Collection[str], sponsored: Collection[str], today: date
) -> list[Listed]:
    """Newest first, archived ones among them. ``coordinated`` and ``sponsored`` are programmes' public ids."""
    own = Enrolment.objects.filter(person=person).exclude(state__in=GONE) if person else Enrolment.objects.none()
    enrolled = set(own.values_list("cohort__programme__public_id", flat=True))
    programmes = list(Programme.objects.filter(public_id__in={*coordinated, *sponsored, *enrolled}))
    cohorts = cohorts_today(programmes, today=today)
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
