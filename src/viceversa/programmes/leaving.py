"""Whoever no longer works here takes part in nothing any more: their enrolments end, and what hangs on them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs

from .enrol import GOING, end_what_hangs_on
from .events import record_enrolment
from .models import Enrolment
from .places import hold_cohort


def end_enrolments_of_leavers(*, now: datetime) -> int:
    """Withdraw every enrolment of somebody who has left; how many. Each in a transaction of its own."""
    left = Enrolment.objects.filter(state__in=GOING, person__leave_date__lte=now.date())
    keys = list(left.order_by("pk").values_list("pk", "cohort_id"))
    return sum(_end(key, cohort=cohort, now=now) for key, cohort in keys)


@transaction.atomic
def _end(key: int, *, cohort: int, now: datetime) -> int:
    hold_cohort(cohort)
    Enrolment.objects.select_for_update(no_key=True).get(pk=key)
    held = Enrolment.objects.select_related("person", "cohort__programme").get(pk=key)
    if held.state not in GOING or not held.person.has_left(on=now.date()):
        return 0
    held.state, held.ended_at = Enrolment.State.WITHDRAWN, now
    held.save(update_fields=["state", "ended_at"])
    record_enrolment("ended_by_leaving", held, by=None, now=now)
    end_what_hangs_on(held, by=None, now=now)
    return 1


@handles("people_left", lease=timedelta(minutes=15))
def after_a_people_file(job: Job, now: datetime) -> None:
    end_enrolments_of_leavers(now=now)


@recurs("end_enrolments_of_leavers", every=timedelta(hours=1))
def when_the_last_day_comes(now: datetime) -> None:
    end_enrolments_of_leavers(now=now)
