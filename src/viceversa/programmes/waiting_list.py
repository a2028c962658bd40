"""The wait-list of a cohort's side: in order, moving up by itself, and never moved by hand without a reason kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from viceversa.accounts.models import User

from .enrol import on_withdrawal
from .events import record_enrolment
from .models import Cohort, Enrolment, Pause, Programme, WaitingMove
from .places import free_places, give_place, hold_cohort


class NotWaiting(Exception):
    """Has a place meanwhile, or has gone."""


def waiting_of(cohort: Cohort, *, role: str) -> QuerySet[Enrolment]:
    """Everybody who waits on this side, each with ``place``, counted from one."""
    rows = Enrolment.objects.filter(cohort=cohort, role=role).waiting()
    return rows.annotate(place=Window(RowNumber(), order_by=[F("waits_at"), F("pk")])).select_related("person")


def moves_of(cohort: Cohort, *, role: str, at_most: int) -> QuerySet[WaitingMove]:
    """Who was moved by hand on this side, newest first.

    Their keys come first, from the few moves to their enrolments; a plain join may look for moves at each
    enrolment of the cohort.
    """
    of_side = Enrolment.objects.filter(pk=OuterRef("enrolment"), cohort=cohort, role=role)
    newest = WaitingMove.objects.filter(Exists(of_side)).values("pk")[:at_most]
    return WaitingMove.objects.filter(pk__in=newest).select_related("enrolment__person", "by__person")


def place_of(enrolment: Enrolment) -> int:
    """Which place somebody has in the wait-list; 0 where they do not wait."""
    if enrolment.state != Enrolment.State.WAITING:
        return 0
    before = Q(waits_at__lt=enrolment.waits_at) | Q(waits_at=enrolment.waits_at, pk__lt=enrolment.pk)
    rows = Enrolment.objects.filter(cohort=enrolment.cohort_id, role=enrolment.role, state=Enrolment.State.WAITING)
    return rows.filter(before).count() + 1


@transaction.atomic
def move_up(cohort: Cohort, *, role: str, by: User | None, now: datetime) -> list[Enrolment]:
    """Let in whoever comes next, as many as there are places; returns them. Each is told by letter.

    Who is on a pause is passed over and keeps their number; when the pause is over, this is called again.
    """
    hold_cohort(cohort.pk)
    if not _admits(cohort):
        return []
    free = free_places(cohort, role=role)
    paused = Pause.objects.over(now.date()).values("enrolment")
    rows = Enrolment.objects.filter(cohort=cohort, role=role).exclude(pk__in=paused).waiting()
    lifted = list(rows.select_related("person", "cohort__programme")[:free])
    for enrolment in lifted:
        give_place(enrolment, news="moved_up", by=by, now=now)
    return lifted


def _admits(cohort: Cohort) -> bool:
    programme = Programme.objects.get(pk=cohort.programme_id)
    return programme.is_launched and not cohort.is_closed


@on_withdrawal
def _move_up_in_their_place(enrolment: Enrolment, by: User | None, now: datetime) -> None:
    """Whoever goes leaves a place to the next."""
    move_up(enrolment.cohort, role=enrolment.role, by=by, now=now)


@transaction.atomic
def move_by_hand(enrolment: Enrolment, *, to: int, reason: str, by: User, now: datetime) -> None:
    """Put somebody at another place of the wait-list, counted from one. Raises ``NotWaiting``.

    A place behind the last is the last. The reason stays with the move, for the coordinators.
    """
    hold_cohort(enrolment.cohort_id)
    queue = list(Enrolment.objects.filter(cohort=enrolment.cohort_id, role=enrolment.role).waiting())
    if enrolment not in queue:
        raise NotWaiting
    at = queue.index(enrolment)
    moved = queue.pop(at)
    place = max(1, min(to, len(queue) + 1))
    queue.insert(place - 1, moved)
    for number, each in enumerate(queue, start=1):
        each.waits_at = number
    Enrolment.objects.bulk_update(queue, ["waits_at"], batch_size=200)
    WaitingMove.objects.create(enrolment=moved, from_place=at + 1, to_place=place, reason=reason.strip(), by=by, at=now)
    record_enrolment("moved_in_wait_list", moved, by=by, now=now, facts={"from": at + 1, "to": place})
