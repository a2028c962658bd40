"""Answering an invitation: yes with an account, which is made here if there is none, or no without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.people.models import Person

from .enrol import end_what_hangs_on
from .events import record_enrolment
from .invitation_token import Invitation
from .models import Enrolment
from .places import hold_cohort


class Standing(StrEnum):
    """How the link stands to whoever opened it."""

    EXPIRED = "expired"
    DECLINED = "declined"
    ENDED = "ended"
    SPENT = "spent"
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


class AddressTaken(Exception):
    """Somebody else signs in with this address, or is written to at it."""


def account_for(person: Person) -> User | None:
    """The account that this invitation leads to: the person's own, else one under the invited address.

    An account is never linked by its address alone: whoever holds it has to sign in, and to hold the link.
    """
    if person.user is not None:
        return person.user
    if not person.email:
        return None
    return User.objects.filter(email=person.email.strip().lower(), person=None).first()


def standing_of(invitation: Invitation, *, user: User | None, now: datetime) -> Standing:
    enrolment = invitation.enrolment
    if invitation.is_spent:
        return Standing.SPENT
    account = account_for(enrolment.person)
    mine = user is not None and user == account
    if enrolment.state == Enrolment.State.DECLINED:
        return Standing.DECLINED
    if enrolment.state in (Enrolment.State.WITHDRAWN, Enrolment.State.COMPLETED, Enrolment.State.NOT_NOW):
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
def accept_as_new(invitation: Invitation, *, password: str, now: datetime, email: str = "") -> User:
    """Make the account and open the enrolment. Once: a link used a second time asks to sign in.

    ``email`` is the address that somebody chooses of whom the organisation gave none; it is kept with the person.
    Raises ``CannotAnswer`` and ``AddressTaken``. Address and password have been checked by the form.
    """
    held = _held(invitation)
    standing = standing_of(held, user=None, now=now)
    if standing is not Standing.NEW_ACCOUNT:
        raise CannotAnswer(standing)
    person = held.enrolment.person
    if not person.email:
        _take_address(person, email=email)
    user = _new_account(person, password=password)
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
    """No thank you. Lawful without an account until the person has sent their answers themself.

    Whom the coordinator enrolled from the people file, and who never came, can say no too: they never said yes
    here. Raises ``CannotAnswer`` otherwise.
    """
    hold_cohort(invitation.enrolment.cohort_id)  # the place goes to the next, so the cohort comes first
    held = _held(invitation)
    enrolment, standing = held.enrolment, standing_of(held, user=by, now=now)
    if standing not in (Standing.SIGN_IN, Standing.NEW_ACCOUNT, Standing.WELCOME):
        raise CannotAnswer(standing)
    if not can_decline(enrolment):
        raise CannotAnswer(Standing.ENDED)
    enrolment.state, enrolment.ended_at = Enrolment.State.DECLINED, now
    enrolment.save(update_fields=["state", "ended_at"])
    record_enrolment("declined", enrolment, by=by, now=now)
    end_what_hangs_on(enrolment, by=by, now=now)


def can_decline(enrolment: Enrolment) -> bool:
    """Whether a link alone may still say no for its person."""
    if enrolment.state in (Enrolment.State.INVITED, Enrolment.State.DRAFT, *Enrolment.STANDS_BY):
        return True
    return enrolment.state == Enrolment.State.SUBMITTED and enrolment.person.user is None


def _held(invitation: Invitation) -> Invitation:
    """The invitation as it is now; its person is held, so that two answers come one after the other."""
    Person.objects.select_for_update().get(pk=invitation.enrolment.person_id)
    enrolments = Enrolment.objects.select_related("person__user", "cohort__programme")
    return replace(invitation, enrolment=enrolments.get(pk=invitation.enrolment.pk))


def _take_address(person: Person, *, email: str) -> None:
    """Keep the chosen address with the person. Two people never share one, or letters would go astray."""
    if Person.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
        raise AddressTaken
    person.email = email.strip().lower()
    person.save(update_fields=["email", "changed_at"])


def _new_account(person: Person, *, password: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(person.email, password, name=person.name, time_zone=person.time_zone)
    except IntegrityError:
        raise AddressTaken from None


def _link(person: Person, *, user: User) -> None:
    """From now on the person signs in, so every link that was handed over to them has done its work."""
    person.user = user
    person.save(update_fields=["user", "changed_at"])
    person.enrolments.exclude(link_code="").update(link_code="")


def _open(enrolment: Enrolment, *, by: User, now: datetime) -> None:
    if enrolment.opened_at is None:
        enrolment.opened_at = now
        enrolment.save(update_fields=["opened_at"])
        record_enrolment("opened", enrolment, by=by, now=now)
