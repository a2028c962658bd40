"""The rounds of a programme: which one a page opens where nobody chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from .models import Cohort, Programme


def cohort_today(cohorts: Sequence[Cohort], *, today: date) -> Cohort:
    """The cohort that is being run; else the next to begin; else the last that was run. Archived ones come last.

    Parameters
    ----------
    cohorts
        All of one programme, at least one, newest first.
    """
    listed = [cohort for cohort in cohorts if cohort.archived_at is None] or list(cohorts)
    begun = [cohort for cohort in listed if cohort.starts_on <= today]
    running = [cohort for cohort in begun if not cohort.is_closed and not cohort.is_over(on=today)]
    if running:
        return running[0]
    ahead = [cohort for cohort in listed if cohort.starts_on > today and not cohort.is_closed]
    return ahead[-1] if ahead else listed[0]


def cohorts_of(programme: Programme) -> list[Cohort]:
    """All of them, newest first, by one query."""
    found = list(programme.cohorts.order_by("-starts_on", "-pk"))
    for cohort in found:
        cohort.programme = programme
    return found


def cohorts_today(programmes: Iterable[Programme], *, today: date) -> dict[int, Cohort]:
    """For each programme, by its key, the cohort that a page opens; one query for all of them."""
    by_programme: dict[int, list[Cohort]] = {}
    for cohort in Cohort.objects.filter(programme__in=programmes).order_by("-starts_on", "-pk"):
        by_programme.setdefault(cohort.programme_id, []).append(cohort)
    return {key: cohort_today(rows, today=today) for key, rows in by_programme.items()}
