"""Links that let somebody choose a password: single-use, for a while, and for one account.

A link carries the account's public id, the moment it was made, how long it lives, and a fingerprint of what
using it changes: the password's hash and the last sign-in. So the first use, or a sign-in in between, ends it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import User

SALT = "viceversa.accounts.password-link"
RESET_LIVES = timedelta(hours=1)
WELCOME_LIVES = timedelta(days=7)


def password_token(user: User, *, now: datetime, lives: timedelta = RESET_LIVES) -> str:
    until = int((now + lives).timestamp())
    return signing.dumps([user.public_id, until, _fingerprint(user)], salt=SALT)


def user_of_token(token: str, *, now: datetime) -> User | None:
    """The account that this link is for; None when it was used, ran out, or was never ours."""
    try:
        public_id, until, fingerprint = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if now >= datetime.fromtimestamp(until, UTC):
        return None
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    if user is None or not constant_time_compare(fingerprint, _fingerprint(user)):
        return None
    return user


def _fingerprint(user: User) -> str:
    last = user.last_login.isoformat() if user.last_login else ""
    return salted_hmac(SALT, f"{user.pk} {user.password} {user.email} {last}", algorithm="sha256").hexdigest()[:32]
