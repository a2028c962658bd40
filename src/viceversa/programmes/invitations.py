"""Bringing people into a cohort, once for each role: by a letter of their own, by hand, or from the people file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.people.models import Person

from .candidates import not_yet_enrolled, not_yet_invited
from .events import record_enrolment
from .models import Cohort, Enrolment
from .personal_link import PersonalLink, make_link
from .places import admission_of, free_places, next_number, tell_manager

LETTER = "send_invitation"
MAY_BE_ASKED_AGAIN = (Enrolment.State.INVITED, Enrolment.State.DRAFT)


class NotLaunched(Exception):
    """Nobody is brought into a programme that is not launched, or is closed."""


class CannotBeInvited(Exception):
    """Who has no grade, has left, or was asked in this role before."""


@transaction.atomic
def invite(
    cohort: Cohort, *, people: Iterable[Person], role: Enrolment.Role, by: User, now: datetime
) -> list[Enrolment]:
    """Invite whoever of these can be invited and is not yet; returns the new enrolments.

    Who has no e-mail or no grade, has left, or was invited in this role before, is passed over.
    Raises ``NotLaunched``.
    """
    _hold_launched(cohort)
    fresh = not_yet_invited(_these(people), cohort=cohort, role=role, on=now.date())
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, person=person, role=role, capacity=max(1, person.capacity), invited_at=now)
        for person in fresh
    )
    for enrolment in enrolments:
        _ask_for_letter(enrolment, by=by, now=now)
    if enrolments:
        _record("invited", enrolments, by=by, now=now)
    return enrolments


@transaction.atomic
def invite_by_hand(cohort: Cohort, *, person: Person, role: Enrolment.Role, by: User, now: datetime) -> PersonalLink:
    """Invite somebody without a letter, by a link to hand over. Raises ``NotLaunched`` and ``CannotBeInvited``."""
    _hold_launched(cohort)
    fresh = not_yet_enrolled(_these([person]), cohort=cohort, role=role, on=now.date()).first()
    if fresh is None or fresh.user_id is not None:
        raise CannotBeInvited
    enrolment = Enrolment.objects.create(
        cohort=cohort, person=fresh, role=role, capacity=max(1, fresh.capacity), invited_at=now
    )
    _record("invited_by_hand", [enrolment], by=by, now=now)
    return make_link(enrolment, by=by, now=now)


@transaction.atomic
def enrol_from_file(
    cohort: Cohort, *, people: Iterable[Person], role: Enrolment.Role, by: User, now: datetime
) -> list[Enrolment]:
    """Let these take part with what the people file says of them; returns the new enrolments.

    For people who said yes elsewhere: no invitation goes out. Who has no grade, has left, or was asked in this role
    before, is passed over; whom no place is left for, waits. Raises ``NotLaunched``.
    """
    _hold_launched(cohort)
    fresh = not_yet_enrolled(_these(people), cohort=cohort, role=role, on=now.date())
    enrolments = Enrolment.objects.bulk_create(_with_places(list(fresh), cohort=cohort, role=role, now=now))
    _tell_managers(enrolments, now=now)
    if enrolments:
        _record("enrolled_from_file", enrolments, by=by, now=now)
    return enrolments


def _with_places(people: list[Person], *, cohort: Cohort, role: Enrolment.Role, now: datetime) -> list[Enrolment]:
    """Each takes part, by name, until the places are full; from there on they wait."""
    free = free_places(cohort, role=role)
    next_in_line = next_number(cohort, role=role)
    enrolments = []
    for number, person in enumerate(people):
        one = Enrolment(cohort=cohort, person=person, role=role, capacity=max(1, person.capacity), submitted_at=now)
        one.state = Enrolment.State.SUBMITTED
        if free is not None and number >= free:
            one.state, one.waits_at = Enrolment.State.WAITING, next_in_line + number - free
        enrolments.append(one)
    return enrolments


def _tell_managers(enrolments: list[Enrolment], *, now: datetime) -> None:
    if not enrolments or not admission_of(enrolments[0].cohort).tells_managers:
        return
    for enrolment in enrolments:
        if enrolment.state == Enrolment.State.SUBMITTED:
            tell_manager(enrolment, now=now)


def _hold_launched(cohort: Cohort) -> None:
    """Two coordinators who bring people in at once come one after the other, so nobody is asked twice."""
    if not cohort.programme.is_launched:
        raise NotLaunched
    Cohort.objects.select_for_update().get(pk=cohort.pk)


def _these(people: Iterable[Person]) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=[person.pk for person in people])


def _record(verb: str, enrolments: list[Enrolment], *, by: User, now: datetime) -> None:
    """What happened to the cohort, to how many, in which role."""
    first = enrolments[0]
    record(
        verb,
        noun="cohort",
        object_id=first.cohort.public_id,
        by=by,
        now=now,
        scope=first.cohort.programme.public_id,
        facts={"role": str(first.role), "people": len(enrolments)},
    )


@transaction.atomic
def send_again(enrolment: Enrolment, *, by: User, now: datetime) -> bool:
    """Ask for the letter once more, unless one went today. Whoever said no, or sent theirs, is left in peace."""
    if enrolment.state not in MAY_BE_ASKED_AGAIN or not enrolment.person.email:
        return False
    new = _ask_for_letter(enrolment, by=by, now=now)
    if new:
        record_enrolment("invited_again", enrolment, by=by, now=now)
    return new


def _ask_for_letter(enrolment: Enrolment, *, by: User, now: datetime) -> bool:
    """One letter an enrolment and day; whether it is new."""
    key = f"{enrolment.public_id}:{now.date()}"
    if Job.objects.filter(key=f"{LETTER}:{key}").exists():
        return False
    enqueue(LETTER, key=key, now=now, facts={"enrolment": enrolment.public_id, "by": by.public_id})
    return True
