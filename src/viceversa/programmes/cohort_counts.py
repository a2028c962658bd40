"""How many people were asked and take part, cohort by cohort: one query for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from .models import Cohort, Enrolment

PART = (*Enrolment.TAKING_PART, Enrolment.State.COMPLETED)


@dataclass(frozen=True)
class Counts:
    """``taking_part``: of those asked, whoever said yes and did not withdraw."""

    asked: int = 0
    taking_part: int = 0
    matched: int = 0


def counts_of(cohorts: Sequence[Cohort]) -> dict[int, Counts]:
    """By the cohort's key; a coordinator sees these exactly."""
    rows = (
        Enrolment.objects.filter(cohort__in=cohorts)
        .order_by()
        .values("cohort")
        .annotate(
            asked=Count("pk"),
            taking_part=Count("pk", filter=Q(state__in=PART)),
            matched=Count("pk", filter=Q(state__in=(Enrolment.State.MATCHED, Enrolment.State.COMPLETED))),
        )
    )
    found = {row["cohort"]: Counts(row["asked"], row["taking_part"], row["matched"]) for row in rows}
    return {cohort.pk: found.get(cohort.pk, Counts()) for cohort in cohorts}
