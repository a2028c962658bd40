"""Whether one of two people excludes the other, asked in the moment in which they would become a pair."""

from __future__ import annotations

from viceversa.accounts.keys.store import owner_keys
from viceversa.people.models import Exclusion, Person
from viceversa.people.sealing import opened


def keep_apart(one: Person, other: Person) -> bool:
    """True when either excludes the other. Raises ``KeysMissing`` where that cannot be known."""
    return _excludes(one, other) or _excludes(other, one)


def _excludes(author: Person, other: Person) -> bool:
    sealed = list(Exclusion.objects.filter(author=author).values_list("sealed_person_id", flat=True))
    if not sealed:
        return False
    key = owner_keys([author.public_id], create=False)[author.public_id]
    return any(opened(key, words) == other.person_id for words in sealed)
