"""A form that is sent twice does its work once: the new thing's id is made when the page is drawn, and signed."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User

_signer = Signer(salt="viceversa.web.once")


def fresh_key(user: User) -> str:
    return _signer.sign_object([new_public_id(), user.public_id])


def id_from_key(key: str, *, user: User) -> str:
    """The id that this user's page carried; a new one where there is none, or it is somebody else's."""
    try:
        public_id, owner = _signer.unsign_object(key)
    except (BadSignature, ValueError, TypeError):
        return new_public_id()
    return str(public_id) if owner == user.public_id else new_public_id()
