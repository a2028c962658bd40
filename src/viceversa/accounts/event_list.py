"""The event log as a page reads it: who did what to which thing, with each link of the chain checked again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max, Q, QuerySet

from .events import START, digest_of
from .models import ChainVerification, Event, EventSeal, User

CONFIGURATION = (
    "role",
    "user",
    "roster",
    "job",
    "event",
)  # what an administrator may read; the privacy officer reads everything
MOST_ACTORS = 50


class Seal(StrEnum):
    """Whether an event is as it was sealed."""

    HOLDS = "holds"
    WAITS = "waits"
    BROKEN = "broken"


@dataclass(frozen=True)
class Line:
    """One event, with the actor's name as it is today ("" for a machine or somebody who is gone)."""

    event: Event
    actor: str
    seal: Seal

    @property
    def facts(self) -> str:
        return ", ".join(f"{name} {fact}" for name, fact in sorted(self.event.facts.items()))


@dataclass(frozen=True)
class EventPage:
    """Some events, newest first, and the keys from which the pages before and after begin (0: none)."""

    lines: tuple[Line, ...]
    older: int
    newer: bool

    @property
    def broken(self) -> int:
        return sum(line.seal is Seal.BROKEN for line in self.lines)

    @property
    def waiting(self) -> int:
        return sum(line.seal is Seal.WAITS for line in self.lines)


@dataclass(frozen=True)
class Sieve:
    """What narrows the log: a noun, any id, whoever acted (a name, an address or an id), a programme's public id,
    and the moments from which on and before which."""

    noun: str = ""
    about: str = ""
    actor: str = ""
    scope: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def narrows(self) -> bool:
        return self != Sieve()


def events_in(sieve: Sieve, *, nouns: Collection[str] | None) -> QuerySet[Event]:
    """Newest first. ``nouns`` bounds what the reader may see (None: everything)."""
    events: QuerySet[Event] = Event.objects.order_by("-pk")
    if nouns is not None:
        events = events.filter(noun__in=nouns)
    if sieve.noun:
        events = events.filter(noun=sieve.noun)
    if sieve.about:
        events = events.filter(Q(object_id=sieve.about) | Q(actor=sieve.about) | Q(scope=sieve.about))
    if sieve.actor:
        events = events.filter(actor__in=_ids_of(sieve.actor))
    if sieve.scope:
        events = events.filter(scope=sieve.scope)
    if sieve.since is not None:
        events = events.filter(at__gte=sieve.since)
    if sieve.until is not None:
        events = events.filter(at__lt=sieve.until)
    return events


def _ids_of(words: str) -> list[str]:
    """The accounts that these words mean, by public id."""
    named = Q(public_id=words) | Q(email__iexact=words) | Q(name__icontains=words)
    return list(User.objects.filter(named).order_by("pk").values_list("public_id", flat=True)[:MOST_ACTORS])


def event_page(
    *,
    nouns: Collection[str] | None,
    noun: str = "",
    about: str = "",
    before: int = 0,
    size: int = 50,
    sieve: Sieve | None = None,
) -> EventPage:
    """A page of events below the key ``before``, through the sieve, or through ``noun`` and ``about`` alone."""
    events = events_in(sieve or Sieve(noun=noun, about=about), nouns=nouns)
    return page_of(events, before=before, size=size)


def page_of(events: QuerySet[Event], *, before: int, size: int = 50) -> EventPage:
    """A page of these events below the key ``before``, each link checked again."""
    if before:
        events = events.filter(pk__lt=before)
    found = list(events[: size + 1])
    shown = found[:size]
    return EventPage(lines=_lines(shown), older=shown[-1].pk if len(found) > size else 0, newer=bool(before))


def _lines(events: list[Event]) -> tuple[Line, ...]:
    names = {user.public_id: user.shown_name for user in User.objects.filter(public_id__in={e.actor for e in events})}
    seals = _seals(events)
    return tuple(Line(event=e, actor=names.get(e.actor, ""), seal=seals[e.pk]) for e in events)


def _seals(events: list[Event]) -> dict[int, Seal]:
    """Each event's own link, computed again from the link before it."""
    own = {seal.event_key: seal for seal in EventSeal.objects.filter(event_key__in=[e.pk for e in events])}
    before_them = EventSeal.objects.filter(position__in=[seal.position - 1 for seal in own.values()])
    digests = dict(before_them.values_list("position", "digest"))
    return {event.pk: _seal(event, own.get(event.pk), digests) for event in events}


def _seal(event: Event, own: EventSeal | None, digests: dict[int, str]) -> Seal:
    if own is None:
        return Seal.WAITS
    before = START if own.position == 1 else digests.get(own.position - 1, "")
    return Seal.HOLDS if digest_of(event, before=before) == own.digest else Seal.BROKEN


def sealed_until() -> int:
    """How many links the chain has."""
    return EventSeal.objects.aggregate(last=Max("position"))["last"] or 0


def last_verification() -> ChainVerification | None:
    """When the whole chain was walked last, and what that found."""
    return ChainVerification.objects.order_by("-at", "-pk").first()
