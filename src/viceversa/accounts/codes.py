"""One-time codes: for people to whom no letter reaches, made by somebody else, read aloud or printed, good once.

A code opens one thing only: the page on which its person chooses a password of their own. Whoever runs a programme
can make one only while its person has no password, and so nothing private yet. After that it takes an
administrator who runs no programme, and its person is told. docs/decisions/2026-11-22-codes.md
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest

from .access import Role
from .events import record
from .models import OneTimeCode, RoleGrant, User

LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"  # none that is taken for another: no B/8, I/1/L, O/0, S/5, Z/2
HALF = 4
GOOD_FOR = timedelta(days=7)
NO_MAIL = "no-mail.invalid"  # reserved; nothing is ever sent there


class OwnPassword(Exception):
    """Has a password: a code from whoever runs a programme would open what is private."""


@dataclass(frozen=True)
class MadeCode:
    """The code in plain text. It is kept nowhere, so this is the moment to show it."""

    user: User
    text: str
    good_until: datetime


def account_without_mail(*, mark: str, name: str, time_zone: str, by: User, now: datetime) -> User:
    """An account for somebody without an e-mail address, to which nobody can sign in yet. ``mark`` is unique."""
    made = User.objects.create_user(f"{mark}@{NO_MAIL}", None, name=name, time_zone=time_zone)
    record("user.made", noun="user", object_id=made.public_id, by=by, now=now)
    return made


def reads_mail(user: User) -> bool:
    return not user.email.endswith(f"@{NO_MAIL}")


@transaction.atomic
def make_code(user: User, *, by: User, now: datetime) -> MadeCode:
    """Make a code and end the one before. The event says who made it for whom. Raises ``OwnPassword``."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.has_usable_password() and not may_reset(by):
        raise OwnPassword
    OneTimeCode.objects.filter(user=held, used_at=None, ended_at=None).update(ended_at=now)
    text = "-".join("".join(secrets.choice(LETTERS) for _ in range(HALF)) for _ in range(2))
    OneTimeCode.objects.create(
        user=held, secret=make_password(normal(text)), made_by=by, made_at=now, good_until=now + GOOD_FOR
    )
    record("user.code_made", noun="user", object_id=held.public_id, by=by, now=now)
    return MadeCode(held, text=text, good_until=now + GOOD_FOR)


def may_reset(by: User) -> bool:
    """An administrator who runs no programme: who coordinates never opens an account that has a password."""
    roles = set(RoleGrant.objects.standing().filter(user=by).values_list("role", flat=True))
    return Role.ADMINISTRATOR in roles and Role.COORDINATOR not in roles


def normal(text: str) -> str:
    """As it was made, however it was typed."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def good_code(user: User, *, text: str, now: datetime) -> OneTimeCode | None:
    """The code of this person, if this is it and it still stands."""
    code = OneTimeCode.objects.standing(now=now).filter(user=user).first()
    if code is None:
        make_password(normal(text))  # as long as a look at a code takes, so that nobody hears whether there is one
        return None
    return code if check_password(normal(text), code.secret) else None


@transaction.atomic
def use_code(code: OneTimeCode, *, password: str, now: datetime) -> User | None:
    """Set the password that the person has chosen; None where the code was used or ended in the same moment."""
    User.objects.select_for_update().get(pk=code.user_id)
    standing = OneTimeCode.objects.standing(now=now).filter(pk=code.pk)
    if not standing.update(used_at=now, told_at=now):
        return None
    user = User.objects.get(pk=code.user_id)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("user.code_used", noun="user", object_id=user.public_id, by=user, now=now)
    return user


@transaction.atomic
def codes_to_tell_of(user: User, *, now: datetime) -> list[OneTimeCode]:
    """Codes that others made for this person and of which they have not read yet; from now on they have."""
    codes = list(OneTimeCode.objects.filter(user=user, told_at=None).select_related("made_by"))
    OneTimeCode.objects.filter(pk__in=[code.pk for code in codes]).update(told_at=now)
    return codes


class CodeBackend(BaseBackend):
    """Lets ``authenticate`` try a code, so that wrong ones are counted and locked out as wrong passwords are."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest, *, email: str, code: str, password: str = ""
    ) -> User | None:
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            make_password(normal(code))  # as long as a look at somebody's code takes
            return None
        return user if good_code(user, text=code, now=request.now) is not None else None  # type: ignore[attr-defined]
