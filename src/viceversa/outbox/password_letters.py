"""The letter with a link to choose a password. Accounts stand below the outbox, so their one letter is here."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from viceversa.accounts.events import record
from viceversa.accounts.links import password_token
from viceversa.accounts.models import User

from .actions import enqueue
from .letters import Letter, absolute, send
from .models import Job
from .registry import handles

ONE_LETTER_IN_SECONDS = 120


@transaction.atomic
def ask_for_password_link(*, email: str, now: datetime) -> None:
    """Queue a letter to this address, if somebody has it.

    An address that nobody has takes the same steps and writes the same rows, so neither the answer nor the
    time it takes says who has an account. Asking again within two minutes does nothing.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address, is_active=True).first()
    public_id = user.public_id if user else ""
    about = salted_hmac("viceversa.password-letter", address, algorithm="sha256").hexdigest()[:24]
    window = int(now.timestamp()) // ONE_LETTER_IN_SECONDS
    record("user.password_link_asked", noun="user", object_id=public_id, by=None, now=now)
    enqueue("password_letter", key=f"{about}:{window}", now=now, facts={"user": public_id})


@handles("password_letter")
def send_password_letter(job: Job, now: datetime) -> None:
    """The link is made when the letter is: it lives an hour from then, however long the queue was."""
    user = User.objects.filter(public_id=job.facts["user"] or "-", is_active=True).first()
    if user is not None:
        send(password_letter(user, now=now), job=job)


def password_letter(user: User, *, now: datetime) -> Letter:
    return Letter(
        to=user.email,
        subject=_("Choose a new password"),
        paragraphs=(
            _("Somebody, most likely you, asked for a new password for this address."),
            _("The link works once, for one hour."),
        ),
        action_label=_("Choose a new password"),
        action_url=absolute(reverse("password_reset", args=[password_token(user, now=now)])),
        after=(_("If it was not you, leave this letter alone: nothing has changed."),),
        why=_("Sent because this address was typed into the sign-in page."),
        language=user.language,
    )
