"""Identity attributes: off by default, one consent for each use, gone at once when the last consent is.

Nothing here is ever asked by the people file, shown to a coordinator, or written to an event, a log or a letter.
A programme is known here by its public id alone: ``scope``.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import owner_keys, seal, unseal
from viceversa.accounts.models import User

from .models import IdentityAnswer, IdentityConsent, Person
from .models.identity import IdentityConsentQuerySet
from .sealing import opened

Purpose = IdentityConsent.Purpose
# Nothing counts identity answers yet, so nobody is asked to agree to it (docs/decisions/, identity that is counted).
ASKED_FOR = (Purpose.MATCH.value, Purpose.PARTNER.value)


@dataclass(frozen=True)
class IdentityUse:
    """One attribute as one programme asks for it: purpose → the written reason somebody agrees to."""

    attribute: str
    purposes: Mapping[str, str]


@dataclass(frozen=True)
class IdentitySaid:
    """One person's answer for one attribute; an empty value is "prefer not to say"."""

    attribute: str
    value: str = ""
    consents: frozenset[str] = field(default_factory=frozenset)


def words_digest(words: str) -> str:
    """By what a consent knows the words that it was given to."""
    return hashlib.sha256(words.strip().encode()).hexdigest()


def identity_said(person: Person, *, uses: Collection[IdentityUse], scope: str) -> dict[str, IdentitySaid]:
    """What this person said to these attributes here, for their own eyes. Raises ``KeysMissing``."""
    sealed = dict(person.identity_answers.values_list("attribute", "sealed_value"))
    standing = _covered(person.identity_consents.standing().filter(scope=scope), uses)
    return {
        use.attribute: IdentitySaid(
            attribute=use.attribute,
            value=unseal(sealed.get(use.attribute, b""), owner=person.public_id) if standing[use.attribute] else "",
            consents=frozenset(standing[use.attribute]),
        )
        for use in uses
    }


@transaction.atomic
def say_identity(
    person: Person,
    *,
    said: Collection[IdentitySaid],
    uses: Collection[IdentityUse],
    scope: str,
    by: User,
    now: datetime,
) -> None:
    """Keep what somebody said and agreed to in one programme; what is not agreed to any more ends at once.

    Without a value there is nothing to agree to, and without a consent in any programme no value is kept.
    Raises ``KeysMissing``; then nothing is changed.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    reasons = {use.attribute: use.purposes for use in uses}
    for one in said:
        asked = reasons.get(one.attribute, {})
        wanted = {purpose for purpose in one.consents if purpose in asked} if one.value else set()
        _set_consents(person, one.attribute, {each: asked[each] for each in wanted}, scope=scope, now=now)
        if wanted:
            IdentityAnswer.objects.update_or_create(
                person=person,
                attribute=one.attribute,
                defaults={"sealed_value": seal(one.value, owner=person.public_id), "answered_at": now},
            )
    _forget_unused(person)
    record("person.identity_consents_changed", noun="person", object_id=person.public_id, by=by, now=now, scope=scope)


@transaction.atomic
def withdraw_identity(
    person: Person, *, by: User | None, now: datetime, scope: str = "", attribute: str = "", purpose: str = ""
) -> int:
    """End consents at once: all of them, or those of one programme, attribute or purpose. How many ended."""
    Person.objects.select_for_update().get(pk=person.pk)
    wanted = {"scope": scope, "attribute": attribute, "purpose": purpose}
    rows = person.identity_consents.standing().filter(**{name: value for name, value in wanted.items() if value})
    ended = rows.update(withdrawn_at=now)
    _forget_unused(person)
    if ended:
        record(
            "person.identity_consents_changed",
            noun="person",
            object_id=person.public_id,
            by=by,
            now=now,
            scope=scope,
            facts={"withdrawn": ended},
        )
    return ended


@transaction.atomic
def end_identity_question(*, scope: str, attribute: str, purposes: Collection[str], now: datetime) -> int:
    """A programme no longer asks for these purposes: what was agreed to for them ends. How many consents ended."""
    rows = IdentityConsent.objects.standing().filter(scope=scope, attribute=attribute, purpose__in=purposes)
    keys = set(rows.values_list("person_id", flat=True))
    ended = rows.update(withdrawn_at=now)
    still = IdentityConsent.objects.standing().filter(attribute=attribute).values("person_id")
    IdentityAnswer.objects.filter(person_id__in=keys, attribute=attribute).exclude(person_id__in=still).delete()
    return ended


def values_agreed_to(
    people: Collection[int], *, uses: Collection[IdentityUse], purpose: str, scope: str
) -> dict[int, dict[str, str]]:
    """What may be used for this purpose here, by primary key; whoever has not agreed to it does not stand in it.

    The same number of queries for two people and for thousands. Raises ``KeysMissing``.
    """
    allowed = {(use.attribute, words_digest(use.purposes[purpose])) for use in uses if purpose in use.purposes}
    if not allowed:
        return {}
    consents = IdentityConsent.objects.standing().filter(scope=scope, purpose=purpose)
    covered = {
        (person, attribute)
        for person, attribute, digest in consents.values_list("person_id", "attribute", "words_digest")
        if (attribute, digest) in allowed
    }
    told = IdentityAnswer.objects.filter(
        attribute__in={attribute for attribute, _ in allowed}, person__in=consents.values("person_id")
    )
    wanted = set(people)
    answers = [
        row
        for row in told.values_list("person_id", "person__public_id", "attribute", "sealed_value")
        if row[0] in wanted and (row[0], row[2]) in covered
    ]
    keys = owner_keys({owner for _, owner, _, _ in answers}, create=False)
    values: dict[int, dict[str, str]] = defaultdict(dict)
    for person, owner, attribute, sealed in answers:
        values[person][attribute] = opened(keys[owner], sealed)
    return dict(values)


def _set_consents(person: Person, attribute: str, wanted: Mapping[str, str], *, scope: str, now: datetime) -> None:
    """Dated rows: a consent that stands to the same words stays, every other one ends, a new one begins now."""
    digests = {purpose: words_digest(words) for purpose, words in wanted.items()}
    here = person.identity_consents.standing().filter(scope=scope, attribute=attribute)
    kept = Q(pk__in=[])
    for purpose, digest in digests.items():
        kept |= Q(purpose=purpose, words_digest=digest)
    here.exclude(kept).update(withdrawn_at=now)
    standing = set(here.values_list("purpose", flat=True))
    IdentityConsent.objects.bulk_create(
        IdentityConsent(
            person=person, attribute=attribute, purpose=purpose, scope=scope, words_digest=digest, given_at=now
        )
        for purpose, digest in sorted(digests.items())
        if purpose not in standing
    )


def _forget_unused(person: Person) -> None:
    """Delete what no consent is left for."""
    used = person.identity_consents.standing().values("attribute")
    person.identity_answers.exclude(attribute__in=used).delete()


def _covered(consents: IdentityConsentQuerySet, uses: Collection[IdentityUse]) -> dict[str, set[str]]:
    """Attribute → purposes agreed to in the words that are written today."""
    today = {(use.attribute, purpose): words_digest(words) for use in uses for purpose, words in use.purposes.items()}
    covered: dict[str, set[str]] = {use.attribute: set() for use in uses}
    for attribute, purpose, digest in consents.values_list("attribute", "purpose", "words_digest"):
        if today.get((attribute, purpose)) == digest:
            covered[attribute].add(purpose)
    return covered
