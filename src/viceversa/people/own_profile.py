"""What a person may change about themself. What the organisation tells of them stays the organisation's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.models import User

from .models import Person


@dataclass(frozen=True)
class OwnProfile:
    """The fields that are a person's own; minutes are counted from midnight."""

    preferred_name: str
    time_zone: str
    hours_start: int
    hours_end: int
    languages: list[str]
    interests: list[str]
    style_formality: int | None
    style_structure: int | None
    boundaries: str


@transaction.atomic
def change_profile(*, person: Person, profile: OwnProfile, by: User, now: datetime) -> None:
    """Write the profile. The event names which fields changed, not what they say."""
    changed = {name: value for name, value in vars(profile).items() if getattr(person, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(person, name, value)
    person.save(update_fields=[*changed, "changed_at"])
    facts = dict.fromkeys(changed, True)
    record("person.changed_own_profile", noun="person", object_id=person.public_id, by=by, now=now, facts=facts)
