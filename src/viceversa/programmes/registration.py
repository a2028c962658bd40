"""Registering by work e-mail: the page answers the same to every address, and a letter goes to those that fit.

Nobody learns from the page who works here, and nobody registers in somebody else's name.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer
from django.db import transaction

from viceversa.outbox.actions import enqueue
from viceversa.outbox.registry import recurs
from viceversa.people.models import Person

from .admission import check_open
from .models import Cohort, RegistrationRequest
from .places import admission_of

REGISTRATION_LETTER = "send_registration_link"
PURPOSE = "viceversa.programmes.registration"
LETTERS_A_DAY = 3  # to one address
STRANGERS_A_DAY = 500  # requests to one cohort; beyond that strangers get no letter, people of the directory do
KEPT = timedelta(days=7)


@transaction.atomic
def ask_for_link(cohort: Cohort, *, email: str, role: str, now: datetime) -> None:
    """Ask for the letter. The same work for every address, whether anybody has it or not. Raises ``Closed``.

    Whoever plays with the page locks nobody out: addresses of the directory get their letters all the same.
    """
    check_open(cohort, now=now)
    address, since = email.strip().lower(), now - timedelta(days=1)
    is_known = Person.objects.here(on=now.date()).filter(email__iexact=address).exists()
    today = RegistrationRequest.objects.filter(made_at__gt=since)
    if today.filter(email=address).count() >= LETTERS_A_DAY:
        return
    is_crowded = today.filter(cohort=cohort).count() >= STRANGERS_A_DAY
    made = RegistrationRequest.objects.create(cohort=cohort, email=address, role=role, made_at=now)
    enqueue(REGISTRATION_LETTER, key=made.public_id, now=now, facts={"request": made.public_id})
    if is_crowded and not is_known:
        transaction.set_rollback(True)  # after the same work, so that nobody hears the difference


def token_for(asked: RegistrationRequest) -> str:
    return Signer(salt=PURPOSE).sign(asked.public_id)


def read_request(token: str, *, cohort: Cohort, now: datetime) -> RegistrationRequest | None:
    """What the link in the letter stands for; None where it was used, ran out, or is none of ours."""
    try:
        public_id = Signer(salt=PURPOSE).unsign(token)
    except BadSignature:
        return None
    asked = RegistrationRequest.objects.filter(public_id=public_id, cohort=cohort).first()
    return asked if asked is not None and asked.is_good(now=now) else None


def whose(asked: RegistrationRequest, *, now: datetime) -> Person | None:
    """The one person who has this address and is here; nobody where two share it."""
    people = list(Person.objects.here(on=now.date()).filter(email__iexact=asked.email)[:2])
    return people[0] if len(people) == 1 else None


def is_stranger(asked: RegistrationRequest) -> bool:
    return not Person.objects.filter(email__iexact=asked.email).exists()


def reaches(asked: RegistrationRequest, *, now: datetime) -> bool:
    """Whether a letter goes: to somebody of the directory, or to anybody where people from outside are welcome."""
    if whose(asked, now=now) is not None:
        return True
    return admission_of(asked.cohort).outside_welcome and is_stranger(asked)


@transaction.atomic
def use_request(asked: RegistrationRequest, *, now: datetime) -> None:
    """The link has done its work."""
    RegistrationRequest.objects.filter(pk=asked.pk).update(used_at=now)


@recurs("forget_registration_requests", every=timedelta(hours=6))
def forget_requests(now: datetime) -> int:
    """Addresses that were typed into the page are kept for seven days."""
    gone, _ = RegistrationRequest.objects.filter(made_at__lt=now - KEPT).delete()
    return gone
