"""People from outside the organisation: added by hand or by their own registration, never by a people file."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User
from viceversa.people.models import Person

from .admission import register
from .invitations import invite
from .models import Cohort, Enrolment
from .places import hold_cohort

NUMBER_BEGINS = "outside-"  # so that no number of the organisation's own is taken


class AddressKnown(Exception):
    """Somebody here has this address already. Carries the person."""

    def __init__(self, person: Person) -> None:
        self.person = person
        super().__init__(person.public_id)


@transaction.atomic
def add_from_outside(
    cohort: Cohort,
    *,
    given_name: str,
    family_name: str,
    email: str,
    organisation: str,
    grade: int,
    role: Enrolment.Role,
    by: User,
    now: datetime,
) -> Enrolment:
    """Add somebody by hand and invite them. Raises ``AddressKnown`` and ``NotLaunched``."""
    hold_cohort(cohort.pk)
    person = _person(
        given_name=given_name, family_name=family_name, email=email, organisation=organisation, grade=grade
    )
    _note(person, by=by, now=now, scope=cohort.programme.public_id)
    [enrolment] = invite(cohort, people=[person], role=role, by=by, now=now)
    return enrolment


@transaction.atomic
def register_from_outside(
    cohort: Cohort, *, given_name: str, family_name: str, email: str, organisation: str, role: str, now: datetime
) -> Enrolment:
    """Somebody from outside puts themself forward. Whatever the way, the coordinator has to say a word first.

    Raises ``AddressKnown``, ``Closed`` and ``DoesNotFit``.
    """
    hold_cohort(cohort.pk)
    person = _person(given_name=given_name, family_name=family_name, email=email, organisation=organisation, grade=None)
    _note(person, by=None, now=now, scope=cohort.programme.public_id)
    return register(cohort, person=person, role=role, by=None, now=now)


def _person(*, given_name: str, family_name: str, email: str, organisation: str, grade: int | None) -> Person:
    address = email.strip().lower()
    there = Person.objects.filter(email__iexact=address).first()
    if there is not None:
        raise AddressKnown(there)
    return Person.objects.create(
        person_id=f"{NUMBER_BEGINS}{new_public_id()}",
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        email=address,
        organisation=organisation.strip(),
        grade=grade,
        is_external=True,
    )


def _note(person: Person, *, by: User | None, now: datetime, scope: str) -> None:
    record("person_from_outside_added", noun="person", object_id=person.public_id, by=by, now=now, scope=scope)
