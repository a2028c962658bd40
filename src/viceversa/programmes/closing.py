"""How a cohort ends: what is still open is counted, said before, and ended in one transaction.

Proposals and pairs belong to a higher noun. It registers here how it counts what is open and how it ends it, so
that a closing is whole without importing upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import models, transaction

from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue

from .events import record_programme
from .models import Cohort, Enrolment, Programme
from .places import hold_cohort

LETTER = "cohort_closed_letter"
NOT_ANSWERED = (Enrolment.State.INVITED, Enrolment.State.DRAFT)
KEEP_THEIR_STATE = (*Enrolment.GONE, Enrolment.State.MATCHED, Enrolment.State.COMPLETED)


@dataclass(frozen=True)
class Open:
    """What a closing would meet: people asked, people without a partner, proposals out, pairs that run.

    ``aside`` have no partner either, and look for none today: they paused or have left. ``standing_by`` have no place.
    """

    unanswered: int = 0
    waiting: int = 0
    aside: int = 0
    standing_by: int = 0
    proposals: int = 0
    pairs: int = 0

    def __add__(self, other: Open) -> Open:
        return Open(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def is_nothing(self) -> bool:
        return not any(getattr(self, each.name) for each in fields(self))


Count = Callable[[Iterable[Cohort], date], Open]
End = Callable[[Cohort, User, datetime], None]
_counts: list[Count] = []
_ends: list[End] = []


class AlreadyClosed(Exception):
    """The cohort was closed before; nothing was done again."""


class StillOpen(Exception):
    """What has not been closed, or is not over, is not archived."""


def on_closing(*, count: Count, end: End) -> None:
    """Register what else is open in a cohort, and how it ends. ``end`` runs in the closing's own transaction.

    ``end`` reads from the cohort's ``pairs_end`` whether running pairs end now or on their own day.
    """
    if count not in _counts:
        _counts.append(count)
        _ends.append(end)


def open_in(cohorts: Iterable[Cohort], *, on: date) -> Open:
    """Everything that a closing of these cohorts would end on that day."""
    rows = list(cohorts)
    asked = (*NOT_ANSWERED, *Enrolment.STANDS_BY)
    # Both roles are named so that the index on cohort, role and state leads straight to the few who are meant.
    enrolments = Enrolment.objects.filter(cohort__in=rows, role__in=Enrolment.Role.values, state__in=asked)
    counts = dict(enrolments.order_by().values_list("state").annotate(n=models.Count("pk")))
    own = Open(
        unanswered=sum(counts.get(state, 0) for state in NOT_ANSWERED),
        standing_by=sum(counts.get(state, 0) for state in Enrolment.STANDS_BY),
    )
    for count in _counts:
        own += count(rows, on)
    return own


@transaction.atomic
def close_cohort(cohort: Cohort, *, pairs_end: Cohort.PairsEnd, by: User, now: datetime) -> Cohort:
    """End what nobody answered, whoever waits, and open proposals; running pairs as chosen. Everybody is told.

    Raises ``AlreadyClosed``.
    """
    hold_cohort(cohort.pk)
    held = Cohort.objects.select_related("programme").get(pk=cohort.pk)
    if held.is_closed:
        raise AlreadyClosed
    held.closed_at, held.pairs_end = now, pairs_end
    held.save(update_fields=["closed_at", "pairs_end"])
    for end in _ends:
        end(held, by, now)
    _end_enrolments(held, now=now)
    facts = {"cohort": held.public_id, "pairs_end": pairs_end.value}
    record_programme("cohort_closed", held.programme, by=by, now=now, facts=facts)
    return held


def _end_enrolments(cohort: Cohort, *, now: datetime) -> None:
    """Whoever has no partner is free again, and gets one letter. Nobody moves up for them: there is no round left."""
    ending = Enrolment.objects.filter(cohort=cohort).exclude(state__in=KEEP_THEIR_STATE).order_by("pk")
    for enrolment in ending.select_for_update(no_key=True):
        was_asked_only = enrolment.state in NOT_ANSWERED
        enrolment.state, enrolment.ended_at = Enrolment.State.WITHDRAWN, now
        enrolment.save(update_fields=["state", "ended_at"])
        facts: dict[str, str | bool] = {"enrolment": enrolment.public_id, "asked_only": was_asked_only}
        enqueue(LETTER, key=enrolment.public_id, now=now, facts=dict(facts))


@transaction.atomic
def close_programme(programme: Programme, *, pairs_end: Cohort.PairsEnd, by: User, now: datetime) -> Programme:
    """Close every cohort that is open, and the programme with them. Raises ``AlreadyClosed``."""
    for cohort in programme.cohorts.filter(closed_at=None).order_by("pk"):
        close_cohort(cohort, pairs_end=pairs_end, by=by, now=now)
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if held.state == Programme.State.CLOSED:
        raise AlreadyClosed
    held.state, held.closed_at = Programme.State.CLOSED, now
    held.save(update_fields=["state", "closed_at"])
    record_programme("closed", held, by=by, now=now)
    return held


@transaction.atomic
def archive_programme(programme: Programme, *, by: User, now: datetime) -> None:
    """Out of the lists, readable, and shut. Raises ``StillOpen`` for a launched programme that is not closed."""
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if held.is_launched:
        raise StillOpen
    if held.archived_at is None:
        held.archived_at = now
        held.save(update_fields=["archived_at"])
        record_programme("archived", held, by=by, now=now)


@transaction.atomic
def take_out_programme(programme: Programme, *, by: User, now: datetime) -> None:
    """Back into the lists."""
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if held.archived_at is not None:
        held.archived_at = None
        held.save(update_fields=["archived_at"])
        record_programme("taken_out", held, by=by, now=now)


@transaction.atomic
def archive_cohort(cohort: Cohort, *, by: User, now: datetime) -> None:
    """One cohort out of the way. Raises ``StillOpen`` while it is neither closed nor over, or the only one listed."""
    programme = Programme.objects.select_for_update(no_key=True).get(pk=cohort.programme_id)
    held = Cohort.objects.get(pk=cohort.pk)
    others = programme.cohorts.in_lists().exclude(pk=held.pk)
    if not (held.is_closed or held.is_over(on=now.date())) or not others.exists():
        raise StillOpen
    if held.archived_at is None:
        held.archived_at = now
        held.save(update_fields=["archived_at"])
        record_programme("cohort_archived", programme, by=by, now=now, facts={"cohort": held.public_id})


@transaction.atomic
def take_out_cohort(cohort: Cohort, *, by: User, now: datetime) -> None:
    programme = Programme.objects.select_for_update(no_key=True).get(pk=cohort.programme_id)
    held = Cohort.objects.get(pk=cohort.pk)
    if held.archived_at is not None:
        held.archived_at = None
        held.save(update_fields=["archived_at"])
        record_programme("cohort_taken_out", programme, by=by, now=now, facts={"cohort": held.public_id})
