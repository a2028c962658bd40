"""What a person may change about themself. What the organisation tells of them stays the organisation's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.keys.store import seal, unseal
from viceversa.accounts.models import User

from .models import Person


@dataclass(frozen=True)
class OwnProfile:
    """The fields that are a person's own; minutes are counted from midnight.

    ``boundaries`` are sealed with the person's key; None leaves them as they are, where the key cannot be had.
    """

    preferred_name: str
    pronouns: str
    time_zone: str
    hours_start: int
    hours_end: int
    languages: list[str]
    interests: list[str]
    style_formality: int | None
    style_structure: int | None
    boundaries: str | None


@transaction.atomic
def change_profile(*, person: Person, profile: OwnProfile, seen: str, by: User, now: datetime) -> None:
    """Write the profile. The event names which fields changed, not what they say.

    ``seen`` is ``seen_of`` when the page was drawn; saving what stands there already is no change. Raises
    ``ChangedMeanwhile``, and ``KeysMissing`` when the boundaries were to be changed and cannot be sealed; then
    nothing is written.
    """
    held = Person.objects.select_for_update().get(pk=person.pk)
    told = {name: value for name, value in vars(profile).items() if name != "boundaries"}
    changed = [name for name, value in told.items() if getattr(held, name) != value]
    fields = list(changed)
    if profile.boundaries is not None and profile.boundaries != boundaries_of(held):
        changed.append("boundaries")
        fields.append("sealed_boundaries")
    if not changed:
        return
    check_unchanged(_values(held), seen=seen)
    for name in told:
        setattr(held, name, told[name])
    if "boundaries" in changed:
        held.sealed_boundaries = sealed_boundaries(profile.boundaries or "", of=held)
    held.save(update_fields=[*fields, "changed_at"])
    facts = dict.fromkeys(changed, True)
    record("person.changed_own_profile", noun="person", object_id=held.public_id, by=by, now=now, facts=facts)


def seen_of(person: Person) -> str:
    """What the profile holds, in a few letters; boundaries as they are sealed."""
    return fingerprint(_values(person))


def _values(person: Person) -> dict[str, Any]:
    told = {name: getattr(person, name) for name in OwnProfile.__dataclass_fields__ if name != "boundaries"}
    return told | {"boundaries": bytes(person.sealed_boundaries).hex()}


def boundaries_of(person: Person) -> str:
    """What this person does not want to be asked about, for their own eyes and their partners'.

    Raises ``KeysMissing`` when it cannot be opened.
    """
    return unseal(person.sealed_boundaries, owner=person.public_id)


def sealed_boundaries(words: str, *, of: Person) -> bytes:
    """The words as they are kept. Raises ``KeysMissing`` when they cannot be sealed."""
    return seal(words, owner=of.public_id)
