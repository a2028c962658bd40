"""Taking back an enrolment from the people file: whom nothing has happened to since is off the list again.

People enrolled at once have one moment in common, and by it they are found. Nobody of them ever said anything here,
so their rows go, and they can be asked again like anybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.db.models.fields.reverse_related import ForeignObjectRel

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.models import Job

from .models import Cohort, Enrolment
from .places import MANAGER_LETTER, hold_cohort
from .waiting_list import move_up

# Offered for as long as a mistake is likely to be seen: our guess.
OFFERED_FOR: Final = timedelta(days=7)
_AT_ONCE: Final = 500

UsedSince = Callable[[Cohort, datetime], bool]
_used_since: list[UsedSince] = []


class UsedMeanwhile(Exception):
    """A match run has looked at these people; what it found names them."""


@dataclass(frozen=True)
class FromFile:
    """Those whom one press of the button enrolled: when, on which side, and whom nothing has happened to."""

    at: datetime
    role: str
    untouched: list[Enrolment]
    touched: int
    is_used: bool

    @property
    def can_be_taken_back(self) -> bool:
        return bool(self.untouched) and not self.is_used


def used_since(asks: UsedSince) -> UsedSince:
    """Register what makes it too late for everybody of a cohort who was enrolled before."""
    _used_since.append(asks)
    return asks


def latest_from_file(cohort: Cohort, *, now: datetime) -> datetime | None:
    """When people were last enrolled from the file, if that was lately. One query."""
    rows = _from_file(cohort).filter(submitted_at__gt=now - OFFERED_FOR, steps_done=[])
    return rows.order_by("-submitted_at").values_list("submitted_at", flat=True).first()


def from_file(cohort: Cohort, *, at: datetime) -> FromFile | None:
    """Those enrolled at that moment; None where nobody was."""
    together = _from_file(cohort).filter(submitted_at=at)
    rows = list(together.select_related("person__user").order_by("pk"))
    if not rows:
        return None
    busy = {row.pk for row in rows if _has_moved(row)} | _named_elsewhere(together) | _letter_went(rows, at=at)
    untouched = [row for row in rows if row.pk not in busy]
    is_used = any(asks(cohort, at) for asks in _used_since)
    return FromFile(at, rows[0].role, untouched, touched=len(rows) - len(untouched), is_used=is_used)


@transaction.atomic
def take_back(cohort: Cohort, *, at: datetime, by: User, now: datetime) -> int:
    """Take off the list whom nothing has happened to since; how many. Twice is once. Raises ``UsedMeanwhile``."""
    hold_cohort(cohort.pk)
    found = from_file(cohort, at=at)
    if found is None or not found.untouched:
        return 0
    if found.is_used:
        raise UsedMeanwhile
    keys = [row.pk for row in found.untouched]
    for begin in range(0, len(keys), _AT_ONCE):
        Enrolment.objects.filter(pk__in=keys[begin : begin + _AT_ONCE]).delete()
    record(
        "taken_back",
        noun="cohort",
        object_id=cohort.public_id,
        by=by,
        now=now,
        scope=cohort.programme.public_id,
        facts={"role": found.role, "people": len(keys)},
    )
    move_up(cohort, role=found.role, by=by, now=now)
    return len(found.untouched)


def _from_file(cohort: Cohort) -> QuerySet[Enrolment]:
    """Whoever was brought in without being asked and has not put themself forward."""
    return Enrolment.objects.filter(cohort=cohort, invited_at=None, applied_at=None, submitted_at__isnull=False)


def _has_moved(row: Enrolment) -> bool:
    """They answered, were moved, have a way in, or have signed in since."""
    stands = row.state in (Enrolment.State.SUBMITTED, Enrolment.State.WAITING)
    said = row.steps_done or row.hope or row.link_code or row.opened_at or row.place_held_at
    return not stands or bool(said) or _may_have_seen(row)


def _may_have_seen(row: Enrolment) -> bool:
    """Who has no address came to an account by a code that was handed over."""
    user, since = row.person.user, row.submitted_at
    if user is None or since is None:
        return False
    return not row.person.email or (user.last_login is not None and user.last_login >= since)


def _named_elsewhere(together: QuerySet[Enrolment]) -> set[int]:
    """Keys of those whom any other row names: a pause, a consent, a proposal, a decision …"""
    busy: set[int] = set()
    for relation in Enrolment._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and isinstance(relation.field, ForeignKey):
            name = relation.field.name
            rows = relation.field.model._base_manager.filter(**{f"{name}__in": together.order_by().values("pk")})
            busy |= set(rows.values_list(name, flat=True))
    return busy


def _letter_went(rows: list[Enrolment], *, at: datetime) -> set[int]:
    """Keys of those whose manager was told already."""
    begun = Job.objects.filter(kind=MANAGER_LETTER, written_at__gte=at, attempts__gt=0)
    told = set(begun.values_list("key", flat=True))
    return {row.pk for row in rows if f"{MANAGER_LETTER}:{row.public_id}" in told}
