"""What an import does to each person, kept so that it can be undone: as it was and as it became, sealed.

The key is the import's own: destroying it after a month makes every trace unreadable, in old backups too. A person's
traces go with the person.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from viceversa.accounts.keys.store import KeysMissing
from viceversa.formats.person import PersonRow
from viceversa.formats.topics import normal

from .models import Person, RankedPreference, TopicOffer, TopicWant

LISTS = ("offers", "wants", "prefers")
# What one person was takes a few kilobytes; so many at a time keep the memory small.
TRACED_AT_ONCE = 1_000


@dataclass
class Trace:
    """One person's part of an import.

    ``fields``: name of the field → [before, after]; ``manager``: [key before, person_id after]; ``lists``: name →
    [rows before, with their keys; what stands there after]. Empty where the import left it alone.
    """

    changed_at: str
    fields: dict[str, list[Any]] = field(default_factory=dict)
    manager: list[Any] = field(default_factory=list)
    lists: dict[str, list[Any]] = field(default_factory=dict)

    def sealed(self, key: Fernet) -> bytes:
        return key.encrypt(json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def opened(cls, sealed: bytes | memoryview, *, key: Fernet) -> Trace:
        """Raises ``KeysMissing`` when it was sealed with another key."""
        try:
            return cls(**json.loads(key.decrypt(bytes(sealed))))
        except InvalidToken as problem:
            raise KeysMissing("a trace was sealed with another key") from problem


def told(value: Any) -> Any:
    """A value of a person as it stands in a trace."""
    return value.isoformat() if isinstance(value, date) else value


def lists_after(row: PersonRow, columns: Iterable[str]) -> dict[str, Any]:
    """What an import makes of these of somebody's lists: topics by their normal key."""
    after: dict[str, Any] = {}
    for name in columns:
        if name == "offers":
            after[name] = {normal(topic): level for topic, level in row.offers.items()}
        elif name == "wants":
            after[name] = {normal(topic): [want.priority, want.current] for topic, want in row.wants.items()}
        elif name == "prefers":
            after[name] = list(row.prefers)
    return after


@dataclass(frozen=True)
class Lists:
    """Topics and preferences of some people as rows, by the person's key."""

    rows: dict[str, dict[int, list[list[Any]]]]
    topics: dict[int, str]

    def before(self, name: str, person: int) -> list[list[Any]]:
        return self.rows[name][person]

    def now(self, name: str, person: int) -> Any:
        """In the spelling of ``lists_after``."""
        rows = self.rows[name][person]
        if name == "offers":
            return {self.topics[topic]: level for _, topic, level in rows}
        if name == "wants":
            return {self.topics[topic]: [priority, current] for _, topic, priority, current in rows}
        return [preferred for _, preferred, _rank in rows]


def lists_of(people: Sequence[int]) -> Lists:
    """The lists of these people, by three queries."""
    rows: dict[str, dict[int, list[list[Any]]]] = {name: defaultdict(list) for name in LISTS}
    topics: dict[int, str] = {}
    offers = TopicOffer.objects.filter(person__in=people).order_by("pk")
    for key, person, topic, name, level in offers.values_list("pk", "person_id", "topic_id", "topic__key", "level"):
        rows["offers"][person].append([key, topic, level])
        topics[topic] = name
    wants = TopicWant.objects.filter(person__in=people).order_by("pk")
    for key, person, topic, name, *levels in wants.values_list(
        "pk", "person_id", "topic_id", "topic__key", "priority", "current"
    ):
        rows["wants"][person].append([key, topic, *levels])
        topics[topic] = name
    preferences = RankedPreference.objects.filter(author__in=people).order_by("author_id", "rank")
    for key, person, preferred, rank in preferences.values_list("pk", "author_id", "preferred_id_text", "rank"):
        rows["prefers"][person].append([key, preferred, rank])
    return Lists(rows, topics)


def changed_at_of(person: Person) -> str:
    return person.changed_at.isoformat()
