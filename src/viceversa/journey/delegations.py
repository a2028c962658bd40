"""Somebody who may fix a mentee's dates: named by the mentee, for a while, ended whenever the mentee likes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from viceversa.accounts.actions import account_for
from viceversa.accounts.events import record
from viceversa.accounts.links import WELCOME_LIVES, password_token
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import Letter, absolute, send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.people.models import Person

from .models import Delegation


def delegations_of(person: Person, *, now: datetime) -> QuerySet[Delegation]:
    return Delegation.objects.standing(now=now).filter(mentee=person).select_related("delegate").order_by("pk")


@transaction.atomic
def name_delegate(
    *, mentee: Person, email: str, name: str, expires_at: datetime, by: User, now: datetime
) -> Delegation:
    """Let somebody fix and move the mentee's dates until ``expires_at``, and tell them by mail.

    Naming somebody who stands already sets their last day anew; with the same day it changes nothing.
    """
    delegate = account_for(email=email, name=name, by=by, now=now)
    standing = Delegation.objects.select_for_update().filter(mentee=mentee, delegate=delegate)
    delegation = standing.filter(ended_at=None, expires_at__gt=now).first()
    if delegation is None:
        delegation = Delegation.objects.create(mentee=mentee, delegate=delegate, granted_at=now, expires_at=expires_at)
    elif delegation.expires_at == expires_at:
        return delegation
    else:
        delegation.expires_at = expires_at
        delegation.save(update_fields=["expires_at"])
    record("delegation.granted", noun="user", object_id=delegate.public_id, by=by, now=now)
    enqueue(
        "delegation_letter", key=f"{delegation.pk}:{expires_at:%Y%m%d}", now=now, facts={"delegation": delegation.pk}
    )
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: User, now: datetime) -> None:
    ended = Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=now)
    if ended:
        record("delegation.ended", noun="user", object_id=delegation.delegate.public_id, by=by, now=now)


@handles("delegation_letter")
def send_delegation_letter(job: Job, now: datetime) -> None:
    delegations = Delegation.objects.standing(now=now).select_related("delegate", "mentee")
    delegation = delegations.filter(pk=job.facts["delegation"]).first()
    if delegation is not None:
        send(delegation_letter(delegation, now=now), job=job)


def delegation_letter(delegation: Delegation, *, now: datetime) -> Letter:
    """For somebody new the link lets them choose a password, within a week; for others it leads to the dates."""
    delegate, mentee = delegation.delegate, delegation.mentee.name
    new = not delegate.has_usable_password()
    token = password_token(delegate, now=now, lives=WELCOME_LIVES) if new else ""
    return Letter(
        to=delegate.email,
        subject=_("%(name)s asks you to look after the dates") % {"name": mentee},
        paragraphs=(
            _("You may now fix and move %(name)s’s mentoring meetings.") % {"name": mentee},
            _("You see dates and places, and never what a meeting is about."),
        ),
        action_label=_("Choose a password") if new else _("See the dates"),
        action_url=absolute(reverse("password_reset", args=[token]) if new else reverse("dates")),
        after=(_("The link works once, for seven days."),) if new else (),
        why=_("Sent because %(name)s named you.") % {"name": mentee},
        language=delegate.language,
    )
