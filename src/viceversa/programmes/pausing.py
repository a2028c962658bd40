"""A pause from one's own enrolment: for some days nobody is proposed. A pair that runs goes on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue

from .events import record_enrolment
from .models import Enrolment, Pause
from .places import hold_cohort
from .waiting_list import move_up

PAUSE_OVER = "pause_over"


def pause_of(enrolment: Enrolment, *, on: date) -> Pause | None:
    """The pause that holds on this day or is still to come."""
    return enrolment.pauses.ahead_or_over(on).first()


def paused_until(enrolments: Collection[int], *, on: date) -> dict[int, date]:
    """Who of these is paused on this day, and until when, by primary key; one query."""
    rows = Pause.objects.over(on).filter(enrolment__in=enrolments)
    return dict(rows.values_list("enrolment_id", "until_on"))


def seen_of(pause: Pause | None) -> str:
    return fingerprint(_values(pause))


@transaction.atomic
def pause_enrolment(
    enrolment: Enrolment, *, from_on: date, until_on: date, seen: str, by: User, now: datetime, today: date
) -> None:
    """Pause from one day to another, both included; a pause that stood before is replaced.

    Raises ``ChangedMeanwhile``.
    """
    hold_cohort(enrolment.cohort_id)
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    stands = pause_of(enrolment, on=today)
    if stands and (stands.from_on, stands.until_on) == (from_on, until_on):
        return
    check_unchanged(_values(stands), seen=seen)
    enrolment.pauses.filter(ended_at=None).update(ended_at=now)
    pause = Pause.objects.create(enrolment=enrolment, from_on=from_on, until_on=until_on, made_at=now)
    record_enrolment("paused", enrolment, by=by, now=now)
    first_day_back = datetime.combine(until_on + timedelta(days=1), time(), tzinfo=UTC)
    facts = {"enrolment": enrolment.public_id}
    enqueue(PAUSE_OVER, key=str(pause.pk), now=now, due_at=first_day_back, facts=facts)
    _let_in(enrolment, now=now)


@transaction.atomic
def resume_enrolment(enrolment: Enrolment, *, by: User, now: datetime) -> None:
    """Take part again at once; resuming twice is resuming once."""
    hold_cohort(enrolment.cohort_id)
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.pauses.filter(ended_at=None).update(ended_at=now):
        record_enrolment("resumed", enrolment, by=by, now=now)
        _let_in(enrolment, now=now)


def pause_is_over(enrolment: Enrolment, *, now: datetime) -> None:
    """Its last day has gone by: who waited meanwhile may come in."""
    _let_in(enrolment, now=now)


def _let_in(enrolment: Enrolment, *, now: datetime) -> None:
    """A place that was left to nobody because of a pause is given now."""
    if Enrolment.objects.filter(pk=enrolment.pk, state=Enrolment.State.WAITING).exists():
        move_up(enrolment.cohort, role=enrolment.role, by=None, now=now)


def _values(pause: Pause | None) -> dict[str, object]:
    return {"from": pause.from_on, "until": pause.until_on} if pause else {}
