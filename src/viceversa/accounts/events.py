"""Domain events: recorded in the change's own transaction, sealed afterwards into a hash chain.

An event holds ids and codes, never names or words. ``record`` refuses anything else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from .models import ChainVerification, Event, EventSeal, User

CODE = re.compile(r"[A-Za-z0-9_.:\-]{0,64}")
Fact = str | int | bool | None
START = "0" * 64


def record(
    verb: str,
    *,
    noun: str,
    object_id: str,
    by: User | None,
    now: datetime,
    scope: str = "",
    facts: Mapping[str, Fact] | None = None,
) -> Event:
    """Add an event. Call inside the transaction of the change it tells of.

    Raises ``ValueError`` when a fact is not an id, a code, a number or a truth value: words do not belong here.
    """
    facts = dict(facts or {})
    for name, fact in facts.items():
        if isinstance(fact, str) and not CODE.fullmatch(fact):
            raise ValueError(f"fact {name!r} of event {verb!r} is not an id or a code")
    return Event.objects.create(
        verb=verb,
        noun=noun,
        object_id=object_id,
        actor=by.public_id if by else "",
        at=now,
        scope=scope,
        facts=facts,
    )


def digest_of(event: Event, *, before: str) -> str:
    """SHA-256 over the digest before and every field of the event, in a fixed spelling."""
    spelling = json.dumps(
        [
            before,
            event.pk,
            event.public_id,
            event.at.isoformat(),
            event.actor,
            event.verb,
            event.noun,
            event.object_id,
            event.scope,
            event.facts,
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(spelling.encode()).hexdigest()


@transaction.atomic
def seal_events(*, at_most: int = 5_000) -> int:
    """Link the events that have no seal yet, oldest first; how many were linked.

    Two workers that seal at once collide on the position and one gives way: the next call goes on.
    """
    last = EventSeal.objects.order_by("-position").first()
    position, before = (last.position, last.digest) if last else (0, START)
    sealed = EventSeal.objects.values("event_key")
    links = []
    for event in Event.objects.exclude(pk__in=sealed).order_by("pk")[:at_most]:
        position += 1
        before = digest_of(event, before=before)
        links.append(EventSeal(position=position, event_key=event.pk, digest=before))
    EventSeal.objects.bulk_create(links)
    return len(links)


@dataclass(frozen=True)
class ChainCheck:
    """What walking the chain found: how many links hold, and the first event that does not (0: none)."""

    links: int
    broken_at: int

    @property
    def whole(self) -> bool:
        return not self.broken_at


def verify_chain() -> ChainCheck:
    """Recompute every link. A row altered or removed after sealing breaks the chain at its place."""
    before, expected, links = START, 1, 0
    seals = EventSeal.objects.order_by("position")
    events: dict[int, Event] = {}
    keys = list(seals.values_list("position", "event_key", "digest"))
    for begin in range(0, len(keys), 2_000):
        part = keys[begin : begin + 2_000]
        events = Event.objects.in_bulk([key for _, key, _ in part])
        for position, key, digest in part:
            event = events.get(key)
            before = digest_of(event, before=before) if event else ""
            if position != expected or before != digest:
                return ChainCheck(links=links, broken_at=key)
            expected, links = expected + 1, links + 1
    return ChainCheck(links=links, broken_at=0)


def write_verification(*, now: datetime) -> ChainVerification:
    """Walk the whole chain and write down what it found; the last hundred walks are kept."""
    found = verify_chain()
    written = ChainVerification.objects.create(at=now, links=found.links, broken_at=found.broken_at)
    older = ChainVerification.objects.order_by("-at", "-pk").values_list("pk", flat=True)[100:]
    ChainVerification.objects.filter(pk__in=list(older)).delete()
    return written
