"""Where somebody who coordinates a few programmes begins the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from viceversa.pairing.models import MatchRun, Proposal
from viceversa.programmes.cohorts import cohorts_today
from viceversa.programmes.models import Cohort, Programme

from .attention import late_pairs
from .kept import kept
from .models import CheckIn

MOST_COMPARED = 5  # a query each; whoever runs more chooses from a list


def busiest_of(public_ids: Collection[str], *, now: datetime) -> str:
    """The launched programme where most waits for its coordinator, by public id; "" if there is none or too many.

    It weighs pairs out of their rhythm, people who ask for contact and runs to review. Among equals, the newest.
    """
    if len(public_ids) > MOST_COMPARED:
        return ""
    cohorts = _running_cohorts(public_ids, now=now)
    waiting = _asked(cohorts) + _to_review(cohorts)
    for cohort in cohorts:
        waiting[cohort.pk] += len(_late(cohort, now=now))
    busiest = max(cohorts, key=lambda cohort: (waiting[cohort.pk], cohort.starts_on, cohort.pk), default=None)
    return busiest.programme.public_id if busiest else ""


def _running_cohorts(public_ids: Collection[str], *, now: datetime) -> list[Cohort]:
    """Of each programme that is launched and not archived, the cohort that is being run."""
    launched = Programme.objects.filter(public_id__in=public_ids, state=Programme.State.LAUNCHED, archived_at=None)
    programmes = {programme.pk: programme for programme in launched}
    cohorts = cohorts_today(programmes.values(), today=now.date())
    for key, cohort in cohorts.items():
        cohort.programme = programmes[key]
    return list(cohorts.values())


def _late(cohort: Cohort, *, now: datetime) -> frozenset[int]:
    return kept("late", cohort, now=now, count=lambda: late_pairs(cohort, now=now)).value


def _asked(cohorts: list[Cohort]) -> Counter[int]:
    asked = CheckIn.objects.filter(meeting__pair__cohort__in=cohorts, wants_contact=True, contacted_at=None)
    return Counter(asked.values_list("meeting__pair__cohort", flat=True))


def _to_review(cohorts: list[Cohort]) -> Counter[int]:
    runs = MatchRun.objects.filter(cohort__in=cohorts, state=MatchRun.State.DONE, published_at=None)
    return Counter(runs.filter(proposals__state=Proposal.State.DRAFT).distinct().values_list("cohort", flat=True))
