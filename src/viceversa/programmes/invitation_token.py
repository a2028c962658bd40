"""The link in an invitation: signed, for one enrolment and one address, for seven days, and for nothing else.

A link that is handed over by hand carries the enrolment's ``link_code`` besides. A newer link replaces the code
and an account takes it away, so that such a link opens once and the last one made is the only one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

from .models import Enrolment

STANDS_FOR = timedelta(days=7)
PURPOSE = "viceversa.programmes.invitation"


class UnreadableToken(Exception):
    """The link is not one of ours, was cut short, or was sent to an address that is no longer this person's."""


class SpentToken(UnreadableToken):
    """A link handed over by hand that was used, or that a newer one has replaced."""


@dataclass(frozen=True)
class Invitation:
    """What a link opens: an enrolment, and the moment until which the place is kept.

    ``code`` is that of a link handed over by hand, empty for a letter's.
    """

    enrolment: Enrolment
    kept_until: datetime
    code: str = ""

    @property
    def is_spent(self) -> bool:
        return bool(self.code) and self.code != self.enrolment.link_code

    def has_expired(self, *, now: datetime) -> bool:
        return now >= self.kept_until


def token_for(enrolment: Enrolment, *, now: datetime, code: str = "") -> str:
    until = int((now + STANDS_FOR).timestamp())
    claim = {"e": enrolment.public_id, "m": _address_mark(enrolment), "u": until}
    if code:
        claim["c"] = code
    return Signer(salt=PURPOSE).sign_object(claim)


def read_token(token: str) -> Invitation:
    """Raises ``UnreadableToken``, or ``SpentToken`` of its kind.

    Expiry is the caller's question, so that the page can say whom to write to.
    """
    try:
        claim = Signer(salt=PURPOSE).unsign_object(token)
        public_id, mark, until = str(claim["e"]), str(claim["m"]), int(claim["u"])
        code = str(claim.get("c", ""))
    except (BadSignature, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise UnreadableToken from problem
    enrolments = Enrolment.objects.select_related("person__user", "cohort__programme")
    enrolment = enrolments.filter(public_id=public_id).first()
    if enrolment is None:
        raise UnreadableToken
    invitation = Invitation(enrolment, kept_until=datetime.fromtimestamp(until, UTC), code=code)
    if invitation.is_spent:  # before the address: using the link may have set that
        raise SpentToken
    if _address_mark(enrolment) != mark:
        raise UnreadableToken
    return invitation


def _address_mark(enrolment: Enrolment) -> str:
    """A few letters that follow from the address, so that a link dies when the organisation changes it."""
    return hashlib.sha256(enrolment.person.email.strip().casefold().encode()).hexdigest()[:12]
