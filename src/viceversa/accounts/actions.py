"""What happens to an account: coming in, a new password, its settings."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from .events import record
from .models import User


def note_sign_in(*, user: User, now: datetime, way: str) -> None:
    """Record that somebody came in; ``way`` is a code such as ``password`` or ``demo``."""
    record("user.signed_in", noun="user", object_id=user.public_id, by=user, now=now, facts={"way": way})


@transaction.atomic
def change_password(*, user: User, password: str, by: User, now: datetime) -> None:
    """Set a password that the form has checked. Every other sign-in of this account ends with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record("user.password_changed", noun="user", object_id=user.public_id, by=by, now=now)


@transaction.atomic
def change_account(*, user: User, name: str, language: str, time_zone: str, by: User, now: datetime) -> None:
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])
    record("user.changed", noun="user", object_id=user.public_id, by=by, now=now)


@transaction.atomic
def account_for(*, email: str, name: str = "", by: User | None, now: datetime) -> User:
    """The account with this address, or a new one that nobody can sign in to until its owner chooses a password."""
    address = email.strip().lower()
    there = User.objects.filter(email=address).first()
    if there is not None:
        return there
    made = User.objects.create_user(address, None, name=name)
    record("user.made", noun="user", object_id=made.public_id, by=by, now=now)
    return made
