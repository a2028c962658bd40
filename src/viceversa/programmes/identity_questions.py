"""Which identity attributes a programme asks for, and what for. None of itself; age and generation never."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.people.identity import ASKED_FOR, IdentityUse, end_identity_question, words_digest

from .models import IdentityQuestion, Programme

# Words by which an age, a date of birth or a generation is asked for, in the languages of our playbooks and beside.
_AGE_TEXT = """
    age ages aged agegroup ageband birth birthday birthdate birthyear dob born young younger youngest older oldest
    elder elderly senior seniors boomer boomers millennial millennials zoomer zoomers millenial alter jahrgang
    edad wiek naissance nacimiento generationen generazione generacion pokolenie leeftijd eta idade
"""
_AGE_WORDS = frozenset(_AGE_TEXT.split())
_AGE_STARTS = ("geburt", "altersg", "altersk", "lebensalter", "geboorte", "urodz")
_GENERATION = re.compile(r"(?<!first )(?<!1st )\bgenerations?\b|\bgen (?:x|y|z|alpha)\b")
_YEARS = re.compile(r"\b\d{2} ?(?:-|to|bis|and) ?\d{2}\b|\b(?:under|over|below|above) \d{2}\b|\b19\d\d\b|\b20\d\d\b")


class AboutAge(Exception):
    """It asks for an age, a date of birth or a generation. Carries the words that do."""

    def __init__(self, words: str) -> None:
        self.words = words
        super().__init__(words)


class AskedAlready(Exception):
    """The programme asks for this attribute already."""


@dataclass(frozen=True)
class IdentityContent:
    """What a coordinator writes: the attribute's name, its answers, purpose → written reason."""

    label: str
    choices: tuple[str, ...]
    purposes: Mapping[str, str]


def about_age(words: str) -> bool:
    """Whether these words ask for an age, a date of birth or a generation, however they are spelled."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").casefold()
    spaced = " ".join(re.findall(r"[a-z]+|\d+|-", plain.replace("–", "-").replace("—", "-")))
    calm = re.sub(r"(?<=[a-z]) - (?=[a-z])", " ", spaced)
    named = any(word in _AGE_WORDS or word.startswith(_AGE_STARTS) for word in calm.split())
    return named or bool(_GENERATION.search(calm)) or bool(_YEARS.search(calm.replace(" - ", "-")))


def refuse_age(content: IdentityContent) -> None:
    """Raise ``AboutAge`` with the first words that ask for it."""
    for words in (content.label, *content.choices):
        if about_age(words):
            raise AboutAge(words)


def identity_uses(programme: Programme) -> list[IdentityUse]:
    """What this programme asks for, as the people who answer agree to it; its questions may be loaded already."""
    asked = [(one.attribute, asked_for(one.purposes)) for one in programme.identity_questions.all()]
    return [IdentityUse(attribute, purposes) for attribute, purposes in asked if purposes]


def asked_for(purposes: Mapping[str, str]) -> dict[str, str]:
    """Those of a question's purposes that people are asked to agree to."""
    return {purpose: purposes[purpose] for purpose in ASKED_FOR if purposes.get(purpose)}


def content_of(question: IdentityQuestion) -> IdentityContent:
    return IdentityContent(question.label, tuple(question.choices), dict(question.purposes))


def seen_of(question: IdentityQuestion) -> str:
    return fingerprint(_values(question))


@transaction.atomic
def ask_identity(
    programme: Programme, *, content: IdentityContent, by: User, now: datetime, public_id: str
) -> IdentityQuestion:
    """Begin to ask for an attribute. Raises ``AboutAge`` and ``AskedAlready``; twice the same id is once."""
    refuse_age(content)
    there = IdentityQuestion.objects.filter(public_id=public_id, programme=programme).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            made = IdentityQuestion.objects.create(
                programme=programme,
                public_id=public_id,
                attribute=attribute_called(content.label),
                label=content.label,
                choices=list(content.choices),
                purposes=dict(content.purposes),
                made_at=now,
            )
    except IntegrityError:
        raise AskedAlready from None
    _record("added", made, by=by, now=now)
    return made


@transaction.atomic
def change_identity(question: IdentityQuestion, *, content: IdentityContent, seen: str, by: User, now: datetime) -> int:
    """Change what is asked. Whatever was agreed to in other words ends at once; how many consents ended.

    Raises ``AboutAge`` and ``ChangedMeanwhile``.
    """
    refuse_age(content)
    held = IdentityQuestion.objects.select_for_update().get(pk=question.pk)
    check_unchanged(_values(held), seen=seen)
    gone = [
        purpose
        for purpose, words in held.purposes.items()
        if words_digest(words) != words_digest(content.purposes.get(purpose, ""))
    ]
    scope = held.programme.public_id
    ended = end_identity_question(scope=scope, attribute=held.attribute, purposes=gone, now=now)
    held.label, held.choices, held.purposes = content.label, list(content.choices), dict(content.purposes)
    held.save(update_fields=["label", "choices", "purposes"])
    _record("changed", held, by=by, now=now)
    return ended


@transaction.atomic
def stop_asking_identity(question: IdentityQuestion, *, by: User, now: datetime) -> int:
    """Ask for it no more: every consent to it here ends, and answers that nothing else uses are deleted."""
    held = IdentityQuestion.objects.select_for_update().filter(pk=question.pk).first()
    if held is None:
        return 0
    ended = end_identity_question(
        scope=held.programme.public_id, attribute=held.attribute, purposes=list(held.purposes), now=now
    )
    _record("removed", held, by=by, now=now)
    held.delete()
    return ended


def attribute_called(label: str) -> str:
    """The attribute's short name. Programmes that call it the same share one answer of each person."""
    return slugify(label, allow_unicode=False)[:40] or f"x-{words_digest(label)[:12]}"


def choice_list(text: str) -> Sequence[str]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _values(question: IdentityQuestion) -> dict[str, object]:
    return {"label": question.label, "choices": question.choices, "purposes": question.purposes}


def _record(verb: str, question: IdentityQuestion, *, by: User, now: datetime) -> None:
    record(
        verb,
        noun="identity_question",
        object_id=question.public_id,
        by=by,
        now=now,
        scope=question.programme.public_id,
        facts={"purposes": ".".join(sorted(question.purposes))},
    )
