"""Codes for the people of a cohort to whom no letter reaches: one by one, or all of them on a sheet to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q, QuerySet

from viceversa.accounts.codes import MadeCode, OwnPassword, account_without_mail, make_code, may_reset
from viceversa.accounts.models import User
from viceversa.people.models import Person

from .models import Cohort, Enrolment


class NobodyThere(Exception):
    """No person with this number, one who has left, or one whom letters reach."""


@dataclass(frozen=True)
class Slip:
    """What somebody is handed: who they are, and their code."""

    person: Person
    code: MadeCode


@dataclass(frozen=True)
class Sheet:
    """Codes that were made, and for how many of those chosen none was."""

    slips: list[Slip] = field(default_factory=list)
    passed_over: int = 0


def without_letters(cohort: Cohort, *, now: datetime) -> QuerySet[Enrolment]:
    """Everybody of the cohort without an e-mail who has not chosen a password: those for whom a code is."""
    here = Q(person__leave_date=None) | Q(person__leave_date__gt=now.date())
    no_password = Q(person__user=None) | Q(person__user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    rows = Enrolment.objects.filter(here, no_password, cohort=cohort, person__email="")
    rows = rows.exclude(state__in=Enrolment.GONE).select_related("person__user")
    return rows.order_by("person__family_name", "person__given_name", "pk")


@transaction.atomic
def make_codes(cohort: Cohort, *, chosen: Sequence[str], by: User, now: datetime) -> Sheet:
    """A code for each of these; whoever can have none meanwhile is passed over and counted."""
    rows = without_letters(cohort, now=now).filter(public_id__in=chosen)
    slips, seen, passed_over = [], set(), len(set(chosen))
    for enrolment in rows:
        passed_over -= 1
        if enrolment.person_id in seen:  # two roles, one person
            continue
        seen.add(enrolment.person_id)
        try:
            slips.append(Slip(enrolment.person, make_code(_account(enrolment.person, by=by, now=now), by=by, now=now)))
        except OwnPassword:
            passed_over += 1
    return Sheet(slips, passed_over=passed_over)


@transaction.atomic
def make_code_again(number: str, *, by: User, now: datetime) -> Slip:
    """A new way in for somebody without an e-mail who has forgotten their password.

    For administrators who run no programme. Raises ``NobodyThere`` and ``OwnPassword``.
    """
    if not may_reset(by):
        raise OwnPassword
    person = Person.objects.here(on=now.date()).filter(person_id=number.strip(), email="").first()
    if person is None:
        raise NobodyThere
    return Slip(person, make_code(_account(person, by=by, now=now), by=by, now=now))


def user_with_number(number: str, *, now: datetime) -> User | None:
    """Who signs in with this number: somebody here without an e-mail who was given a code once."""
    person = Person.objects.here(on=now.date()).select_related("user")
    found = person.filter(person_id=number.strip(), email="").exclude(user=None).first()
    return found.user if found else None


def _account(person: Person, *, by: User, now: datetime) -> User:
    held = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    if held.user is not None:
        return held.user
    user = account_without_mail(mark=held.public_id, name=held.name, time_zone=held.time_zone, by=by, now=now)
    held.user = user
    held.save(update_fields=["user", "changed_at"])
    held.enrolments.exclude(link_code="").update(link_code="")
    return user
