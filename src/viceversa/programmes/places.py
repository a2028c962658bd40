"""The places of a cohort: how many a side has, how many are free, and that nobody takes one twice.

Whoever gives or takes a place holds the cohort's row first (``hold_cohort``), before any enrolment. So two who
come for the last place come one after the other, and nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max, Sum

from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue

from .events import record_enrolment
from .models import Admission, Cohort, Enrolment, Lottery

STANDING_LETTER = "send_standing"
MANAGER_LETTER = "tell_manager"


def hold_cohort(cohort_id: int) -> None:
    """Hold the cohort until the transaction ends. Call before an enrolment of it is held."""
    Cohort.objects.select_for_update().get(pk=cohort_id)


def admission_of(cohort: Cohort) -> Admission:
    """How people come in; a cohort for which nobody has said it admits by invitation, without a limit."""
    return Admission.objects.filter(cohort=cohort).first() or Admission(cohort=cohort)


def free_places(cohort: Cohort, *, role: str) -> int | None:
    """How many may still come in on this side; None: as many as like. Places of a frozen lottery are kept for it."""
    limit = admission_of(cohort).places(role)
    if limit is None:
        return None
    taken = Enrolment.objects.filter(cohort=cohort, role=role).with_a_place().count()
    frozen = Lottery.objects.filter(cohort=cohort, role=role, drawn_at=None).order_by()
    return max(0, limit - taken - (frozen.aggregate(places=Sum("places"))["places"] or 0))


def has_a_free_place(cohort: Cohort, *, role: str) -> bool:
    return free_places(cohort, role=role) != 0


def keeps_place(enrolment: Enrolment) -> bool:
    """Whether an invitation keeps a place: one is held, or there are places without a limit."""
    if enrolment.place_held_at is not None:
        return True
    return admission_of(enrolment.cohort).places(enrolment.role) is None


def send_in(enrolment: Enrolment, *, by: User | None, now: datetime) -> None:
    """The answers are there: take part, or wait where no place is left. The cohort is held; the caller saves."""
    enrolment.submitted_at = now
    if enrolment.place_held_at is not None or has_a_free_place(enrolment.cohort, role=enrolment.role):
        enrolment.state, enrolment.waits_at = Enrolment.State.SUBMITTED, None
        tell_manager(enrolment, now=now)
    else:
        put_last(enrolment)
        tell(enrolment, news="waiting", now=now)


def give_place(enrolment: Enrolment, *, news: str, by: User | None, now: datetime) -> None:
    """Let somebody in who has applied or waits. Who has sent their answers takes part; for the others it is kept."""
    if enrolment.submitted_at is not None:
        enrolment.state = Enrolment.State.SUBMITTED
        tell_manager(enrolment, now=now)
    else:
        enrolment.state = Enrolment.State.DRAFT if enrolment.steps_done else Enrolment.State.INVITED
        enrolment.invited_at = now
    enrolment.place_held_at, enrolment.waits_at, enrolment.ended_at = now, None, None
    _save(enrolment)
    record_enrolment("place_given", enrolment, by=by, now=now, facts={"way": news})
    tell(enrolment, news=news, now=now)


def keep_waiting(enrolment: Enrolment, *, news: str, by: User | None, now: datetime) -> None:
    """Put somebody at the end of the wait-list, and tell them where they stand."""
    put_last(enrolment)
    _save(enrolment)
    record_enrolment("waits", enrolment, by=by, now=now)
    tell(enrolment, news=news, now=now)


def put_last(enrolment: Enrolment) -> None:
    enrolment.state, enrolment.place_held_at, enrolment.ended_at = Enrolment.State.WAITING, None, None
    enrolment.waits_at = next_number(enrolment.cohort, role=enrolment.role)


def next_number(cohort: Cohort, *, role: str) -> int:
    """The number behind everybody who waits on this side."""
    waiting = Enrolment.objects.filter(cohort=cohort, role=role, state=Enrolment.State.WAITING).order_by()
    return (waiting.aggregate(last=Max("waits_at"))["last"] or 0) + 1


def tell(enrolment: Enrolment, *, news: str, now: datetime) -> None:
    """A letter about how they stand; it is written when it leaves, and not sent where it is no longer true."""
    key = f"{enrolment.public_id}:{news}:{int(now.timestamp())}"
    enqueue(STANDING_LETTER, key=key, now=now, facts={"enrolment": enrolment.public_id, "news": news})


def tell_manager(enrolment: Enrolment, *, now: datetime) -> None:
    """The line manager is told the hours once, where the cohort says so."""
    if enrolment.person.manager_id is None or not admission_of(enrolment.cohort).tells_managers:
        return
    enqueue(MANAGER_LETTER, key=enrolment.public_id, now=now, facts={"enrolment": enrolment.public_id})


def held_enrolments(cohort: Cohort, *, chosen: Sequence[str]) -> list[Enrolment]:
    """These enrolments of the cohort as they are now, held after the cohort, in the order in which they applied."""
    hold_cohort(cohort.pk)
    rows = Enrolment.objects.filter(cohort=cohort, public_id__in=chosen)
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    return list(rows.select_related("person__user", "cohort__programme").order_by("applied_at", "pk"))


def _save(enrolment: Enrolment) -> None:
    enrolment.save(update_fields=["state", "place_held_at", "waits_at", "ended_at", "invited_at", "submitted_at"])
