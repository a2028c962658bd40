"""Agreement to the programme's words of consent: dated, and asked again when the words change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .models import ConsentGiven, Enrolment, Programme


class WordsChanged(Exception):
    """The words of consent are no longer those that were read; nothing was agreed to."""


def consent_digest(programme: Programme) -> str:
    """By what we know which words were agreed to; empty where the programme asks for no agreement."""
    words = programme.consent_text.replace("\r\n", "\n").strip()
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


def has_agreed(enrolment: Enrolment) -> bool:
    """Whether today's words were agreed to, or there are none."""
    digest = consent_digest(enrolment.cohort.programme)
    return not digest or ConsentGiven.objects.filter(enrolment=enrolment, words_digest=digest).exists()


@dataclass(frozen=True)
class ToAgree:
    """Somebody who takes part and has not agreed to today's words. ``has_changed``: they had agreed to older ones."""

    enrolment: Enrolment
    has_changed: bool


def to_agree(enrolments: Iterable[Enrolment]) -> list[ToAgree]:
    """Those of these enrolments that take part without agreement to the words of today. One query at most."""
    asked = {
        one.pk: (one, digest)
        for one in enrolments
        if one.state in Enrolment.TAKING_PART and (digest := consent_digest(one.cohort.programme))
    }
    if not asked:
        return []
    agreed: dict[int, set[str]] = {}
    for key, digest in ConsentGiven.objects.filter(enrolment__in=asked).values_list("enrolment", "words_digest"):
        agreed.setdefault(key, set()).add(digest)
    return [
        ToAgree(one, has_changed=key in agreed)
        for key, (one, digest) in asked.items()
        if digest not in agreed.get(key, ())
    ]


def agree(enrolment: Enrolment, *, digest: str, now: datetime) -> None:
    """Keep that these words were agreed to. Call in the transaction of what the agreement is for.

    Raises ``WordsChanged`` when the programme has other words by now.
    """
    today = consent_digest(enrolment.cohort.programme)
    if digest != today:
        raise WordsChanged
    if today:
        ConsentGiven.objects.get_or_create(enrolment=enrolment, words_digest=today, defaults={"given_at": now})
