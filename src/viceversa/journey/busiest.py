"""Where somebody who coordinates a few programmes begins the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from viceversa.pairing.models import MatchRun, Proposal
from viceversa.programmes.models import Cohort, Programme

from .attention import rhythm_needs
from .models import CheckIn

MOST_COMPARED = 5  # a query each; whoever runs more chooses from a list


def busiest_of(public_ids: Collection[str], *, now: datetime) -> str:
    """The launched programme where most waits for its coordinator, by public id; "" if there is none or too many.

    It weighs pairs out of their rhythm, people who ask for contact and runs to review. Among equals, the newest.
    """
    if len(public_ids) > MOST_COMPARED:
        return ""
    cohorts = _newest_cohorts(public_ids)
    waiting = _asked(cohorts) + _to_review(cohorts)
    for cohort in cohorts:
        waiting[cohort.pk] += len(rhythm_needs(cohort, now=now))
    busiest = max(cohorts, key=lambda cohort: (waiting[cohort.pk], cohort.starts_on, cohort.pk), default=None)
    return busiest.programme.public_id if busiest else ""


def _newest_cohorts(public_ids: Collection[str]) -> list[Cohort]:
    launched = Cohort.objects.filter(programme__public_id__in=public_ids, programme__state=Programme.State.LAUNCHED)
    newest = {
        cohort.programme_id: cohort for cohort in launched.select_related("programme").order_by("starts_on", "pk")
    }
    return list(newest.values())


def _asked(cohorts: list[Cohort]) -> Counter[int]:
    asked = CheckIn.objects.filter(meeting__pair__cohort__in=cohorts, wants_contact=True, contacted_at=None)
    return Counter(asked.values_list("meeting__pair__cohort", flat=True))


def _to_review(cohorts: list[Cohort]) -> Counter[int]:
    runs = MatchRun.objects.filter(cohort__in=cohorts, state=MatchRun.State.DONE, published_at=None)
    return Counter(runs.filter(proposals__state=Proposal.State.DRAFT).distinct().values_list("cohort", flat=True))
