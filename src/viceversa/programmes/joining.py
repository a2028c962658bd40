"""Answering an invitation: yes with an account, which is made here if there is none, or no without a reason."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.people.models import Person

from .invitation_token import Invitation
from .models import Enrolment


class Standing(StrEnum):
    """How the link stands to whoever opened it."""

    EXPIRED = "expired"
    DECLINED = "declined"
    ENDED = "ended"
    LEFT = "left"
    SOMEBODY_ELSE = "somebody_else"
    SIGN_IN = "sign_in"
    NEW_ACCOUNT = "new_account"
    WELCOME = "welcome"


class CannotAnswer(Exception):
    """The invitation does not stand open in the way the answer needs. Carries how it stands."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        super().__init__(standing.value)


def account_for(person: Person) -> User | None:
    """The account that this invitation leads to: the person's own, else one under the invited address.

    An account is never linked by its address alone: whoever holds it has to sign in, and to hold the link.
    """
    if person.user is not None:
        return person.user
    return User.objects.filter(email=person.email.strip().lower(), person=None).first()


def standing_of(invitation: Invitation, *, user: User | None, now: datetime) -> Standing:
    enrolment = invitation.enrolment
    account = account_for(enrolment.person)
    mine = user is not None and user == account
    if enrolment.state == Enrolment.State.DECLINED:
        return Standing.DECLINED
    if enrolment.state in (Enrolment.State.WITHDRAWN, Enrolment.State.COMPLETED):
        return Standing.ENDED
    if enrolment.person.has_left(on=now.date()):
        return Standing.LEFT
    if user is not None and not mine:
        return Standing.SOMEBODY_ELSE
    if invitation.has_expired(now=now) and not (mine and enrolment.person.user == user):
        return Standing.EXPIRED
    if mine:
        return Standing.WELCOME
    return Standing.SIGN_IN if account else Standing.NEW_ACCOUNT


@transaction.atomic
def accept_as_new(invitation: Invitation, *, password: str, now: datetime) -> User:
    """Make the account and open the enrolment. Once: a link used a second time asks to sign in.

    Raises ``CannotAnswer``. The password has been checked by the form.
    """
    held = _held(invitation)
    standing = standing_of(held, user=None, now=now)
    if standing is not Standing.NEW_ACCOUNT:
        raise CannotAnswer(standing)
    person = held.enrolment.person
    user = User.objects.create_user(person.email, password, name=person.name, time_zone=person.time_zone)
    record("joined", noun="user", object_id=user.public_id, by=user, now=now)
    _link(person, user=user)
    _open(held.enrolment, by=user, now=now)
    return user


@transaction.atomic
def accept_as_user(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Open the enrolment for somebody who has signed in. Raises ``CannotAnswer``."""
    held = _held(invitation)
    standing = standing_of(held, user=by, now=now)
    if standing is not Standing.WELCOME:
        raise CannotAnswer(standing)
    if held.enrolment.person.user is None:
        _link(held.enrolment.person, user=by)
    _open(held.enrolment, by=by, now=now)


@transaction.atomic
def decline_invitation(invitation: Invitation, *, by: User | None, now: datetime) -> None:
    """No thank you. Lawful without an account while nothing has been sent; raises ``CannotAnswer`` otherwise."""
    held = _held(invitation)
    enrolment, standing = held.enrolment, standing_of(held, user=by, now=now)
    if standing not in (Standing.SIGN_IN, Standing.NEW_ACCOUNT, Standing.WELCOME):
        raise CannotAnswer(standing)
    if enrolment.state not in (Enrolment.State.INVITED, Enrolment.State.DRAFT):
        raise CannotAnswer(Standing.ENDED)
    enrolment.state, enrolment.ended_at = Enrolment.State.DECLINED, now
    enrolment.save(update_fields=["state", "ended_at"])
    _record("declined", enrolment, by=by, now=now)


def _held(invitation: Invitation) -> Invitation:
    """The invitation as it is now; its person is held, so that two answers come one after the other."""
    Person.objects.select_for_update().get(pk=invitation.enrolment.person_id)
    enrolments = Enrolment.objects.select_related("person__user", "cohort__programme")
    return Invitation(enrolments.get(pk=invitation.enrolment.pk), invitation.kept_until)


def _link(person: Person, *, user: User) -> None:
    person.user = user
    person.save(update_fields=["user", "changed_at"])


def _open(enrolment: Enrolment, *, by: User, now: datetime) -> None:
    if enrolment.opened_at is None:
        enrolment.opened_at = now
        enrolment.save(update_fields=["opened_at"])
        _record("opened", enrolment, by=by, now=now)


def _record(verb: str, enrolment: Enrolment, *, by: User | None, now: datetime) -> None:
    record(
        verb,
        noun="enrolment",
        object_id=enrolment.public_id,
        by=by,
        now=now,
        scope=enrolment.cohort.programme.public_id,
    )
