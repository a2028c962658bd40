"""Inviting people into a cohort: once for each role, by a letter of their own, again at most once a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.people.models import Person

from .candidates import not_yet_invited
from .models import Cohort, Enrolment

LETTER = "send_invitation"
MAY_BE_ASKED_AGAIN = (Enrolment.State.INVITED, Enrolment.State.DRAFT)


class NotLaunched(Exception):
    """Nobody is invited into a programme that is not launched, or is closed."""


@transaction.atomic
def invite(
    cohort: Cohort, *, people: Iterable[Person], role: Enrolment.Role, by: User, now: datetime
) -> list[Enrolment]:
    """Invite whoever of these can be invited and is not yet; returns the new enrolments.

    Who has no e-mail or no grade, has left, or was invited in this role before, is passed over.
    Raises ``NotLaunched``.
    """
    programme = cohort.programme
    if not programme.is_launched:
        raise NotLaunched
    # Two coordinators who invite at once come one after the other, so nobody gets two letters.
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    wanted = Person.objects.filter(pk__in=[person.pk for person in people])
    fresh = not_yet_invited(wanted, cohort=cohort, role=role, on=now.date())
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, person=person, role=role, capacity=max(1, person.capacity), invited_at=now)
        for person in fresh
    )
    for enrolment in enrolments:
        _ask_for_letter(enrolment, by=by, now=now)
    if enrolments:
        record(
            "invited",
            noun="cohort",
            object_id=cohort.public_id,
            by=by,
            now=now,
            scope=programme.public_id,
            facts={"role": str(role), "people": len(enrolments)},
        )
    return enrolments


@transaction.atomic
def send_again(enrolment: Enrolment, *, by: User, now: datetime) -> bool:
    """Ask for the letter once more, unless one went today. Whoever said no, or sent theirs, is left in peace."""
    if enrolment.state not in MAY_BE_ASKED_AGAIN or not enrolment.person.email:
        return False
    new = _ask_for_letter(enrolment, by=by, now=now)
    if new:
        programme = enrolment.cohort.programme
        record(
            "invited_again",
            noun="enrolment",
            object_id=enrolment.public_id,
            by=by,
            now=now,
            scope=programme.public_id,
        )
    return new


def _ask_for_letter(enrolment: Enrolment, *, by: User, now: datetime) -> bool:
    """One letter an enrolment and day; whether it is new."""
    key = f"{enrolment.public_id}:{now.date()}"
    if Job.objects.filter(key=f"{LETTER}:{key}").exists():
        return False
    enqueue(LETTER, key=key, now=now, facts={"enrolment": enrolment.public_id, "by": by.public_id})
    return True
