"""What a part of a checked people file will write, built before the transaction that writes it.

This is the slow half: values, sealing, and what was there before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet

from viceversa.accounts.keys.store import owner_keys
from viceversa.formats.person import PersonRow, Want
from viceversa.formats.topics import normal

from .models import Exclusion, Person
from .models.folded import touched_by
from .roster import RosterPreview
from .roster_rows import parts, values_of
from .roster_trace import LISTS, Trace, changed_at_of, lists_after, lists_of, told
from .sealing import opened

_TEXT = (
    "given_name",
    "family_name",
    "email",
    "job_title",
    "function",
    "location",
    "external_id",
    "grade",
    "role",
    "capacity",
    "time_zone",
    "style_formality",
    "style_structure",
    "hire_date",
    "leave_date",
)
# Where a column of the people file is kept; managers, topics and preferences are written apart.
FIELDS: dict[str, tuple[str, ...]] = {name: (name,) for name in (*_TEXT, "interests", "languages")} | {
    "hours": ("hours_start", "hours_end"),
}
# Everything about somebody new that is written at once; the manager follows once everybody has a key.
NEW = tuple(
    one.name for one in Person._meta.concrete_fields if not one.primary_key and one.name not in ("manager", "user")
)


@dataclass(frozen=True, slots=True)
class OwnLists:
    """What the file tells of one person's topics and preferences; empty where it leaves them alone."""

    offers: Iterable[tuple[str, int]]
    wants: Iterable[tuple[str, Want]]
    prefers: tuple[str, ...]


# Somebody here and the columns that change; without a row they have left, for a file of everybody is silent of them.
Touched = tuple[str, PersonRow | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Steps:
    """Everything that a file will do, in an order that leaves no reporting line hanging or in a circle on the way.

    ``new`` with how many newcomers stand above each, managers first; then ``touched``, whoever stands higher first;
    ``excluding`` are all rows that name people to keep apart. ``same`` is how many rows ask for nothing.
    """

    new: list[tuple[int, PersonRow]]
    touched: list[Touched]
    excluding: list[PersonRow]
    topics: dict[str, str]
    same: int

    @property
    def size(self) -> int:
        return len(self.new) + len(self.touched)


@dataclass
class Part:
    """What one transaction will write, as values ready for the database."""

    new: list[tuple[int, str, str, list[Any]]] = field(default_factory=list)
    new_lists: list[tuple[str, OwnLists]] = field(default_factory=list)
    changed: dict[tuple[str, ...], list[list[Any]]] = field(default_factory=lambda: defaultdict(list))
    changed_lists: list[tuple[int, OwnLists]] = field(default_factory=list)
    managers: list[tuple[str, int]] = field(default_factory=list)
    traces: list[tuple[int, bytes]] = field(default_factory=list)
    seen: dict[int, datetime] = field(default_factory=dict)
    sealed: list[tuple[str, bytes]] = field(default_factory=list)


def steps_of(found: RosterPreview, *, done: Collection[str]) -> Steps:
    """What there is to do, without whomever an earlier attempt has ``done``."""
    back = {leaver.person_id for leaver in found.back}
    newcomers: dict[str, PersonRow] = {}
    touched: list[Touched] = []
    excluding: list[PersonRow] = []
    topics: dict[str, str] = {}
    for row in found.rows:
        columns = found.changed.get(row.person_id, ())
        if row.person_id in back:
            columns = (*columns, "leave_date")
        if row.person_id in found.new:
            newcomers[row.person_id] = row
            _note_topics(topics, row, LISTS)
        elif columns and row.person_id not in done:
            touched.append((row.person_id, row, columns))
            _note_topics(topics, row, columns)
        if row.excludes and row.person_id not in found.new:
            excluding.append(row)
    levels = depths({key: row.manager_id for key, row in newcomers.items()})
    new = sorted(((levels[key], row) for key, row in newcomers.items()), key=lambda one: one[0])
    same = len(found.rows) - len(new) - len(touched)
    touched = _higher_first(touched)
    touched += [(one.person_id, None, ("leave_date",)) for one in found.left if one.person_id not in done]
    return Steps(new, touched, excluding, topics, same)


def _note_topics(topics: dict[str, str], row: PersonRow, columns: Iterable[str]) -> None:
    for name in ("offers", "wants"):
        if name in columns:
            for topic in getattr(row, name):
                topics.setdefault(normal(topic), topic)


def _higher_first(touched: list[Touched]) -> list[Touched]:
    """Whoever stands higher in the end comes first: a line written so far is final, so that no circle can arise."""
    becomes = {key: row.manager_id for key, row, columns in touched if row is not None and "manager_id" in columns}
    if not becomes:
        return touched
    told_here = Person.objects.order_by().values_list("person_id", "manager__person_id")
    manager_of = {key: manager or "" for key, manager in told_here.iterator(5_000)} | becomes
    levels = depths(manager_of)
    return sorted(touched, key=lambda one: levels.get(one[0], 0))


def depths(manager_of: Mapping[str, str]) -> dict[str, int]:
    """How many of these people stand above each of them."""
    depth: dict[str, int] = {}
    for start in manager_of:
        way: dict[str, None] = {}
        person = start
        while person in manager_of and person not in depth and person not in way:
            way[person] = None
            person = manager_of[person]
        above = depth.get(person, -1)
        for below in reversed(way):
            above += 1
            depth[below] = above
    return depth


def plan_new(rows: Sequence[tuple[int, PersonRow]], *, stamp: datetime) -> Part:
    """Some newcomers with all that is theirs. Raises ``KeysMissing`` when whom they exclude cannot be sealed."""
    part = Part()
    public_ids: dict[str, str] = {}
    for level, row in rows:
        person = _person(row)
        person.changed_at = stamp
        public_ids[row.person_id] = person.public_id
        part.new.append((level, row.person_id, row.manager_id, values_of(person, NEW, add=True)))
        if row.offers or row.wants or row.prefers:
            part.new_lists.append((row.person_id, _own_lists(row, LISTS)))
    part.sealed = sealed_exclusions([row for _, row in rows], public_ids)
    return part


def plan_touched(people: Sequence[Touched], *, stamp: datetime, key: Fernet) -> Part:
    """Some people who are here, what becomes of them, and how to take it back."""
    part = Part()
    for pk, trace in _plan_changed(part, {one[0]: one for one in people}, stamp=stamp):
        part.traces.append((pk, trace.sealed(key)))
    return part


def _own_lists(row: PersonRow, columns: Iterable[str]) -> OwnLists:
    offers = list(row.offers.items()) if "offers" in columns else []
    wants = list(row.wants.items()) if "wants" in columns else []
    return OwnLists(offers, wants, row.prefers if "prefers" in columns else ())


def _plan_changed(part: Part, people: Mapping[str, Touched], *, stamp: datetime) -> Iterator[tuple[int, Trace]]:
    here = list(Person.objects.filter(person_id__in=list(people)).order_by("pk"))
    with_lists = [person.pk for person in here if set(people[person.person_id][2]) & set(LISTS)]
    lists = lists_of(with_lists)
    for person in here:
        _, row, columns = people[person.person_id]
        trace = Trace(changed_at=changed_at_of(person))
        part.seen[person.pk] = person.changed_at
        becomes = {"leave_date": stamp.date()} if row is None else _becomes(row, columns)
        for name, value in becomes.items():
            trace.fields[name] = [told(getattr(person, name)), told(value)]
            setattr(person, name, value)
        if row is not None and "manager_id" in columns:
            trace.manager = [person.manager_id, row.manager_id]
            part.managers.append((row.manager_id, person.pk))
        own = [name for name in LISTS if name in columns]
        if row is not None and own:
            after = lists_after(row, own)
            trace.lists = {name: [lists.before(name, person.pk), after[name]] for name in own}
            part.changed_lists.append((person.pk, _own_lists(row, own)))
        written = tuple(becomes)
        written += (*touched_by(Person, written), "changed_at")
        person.changed_at = stamp
        part.changed[written].append([*values_of(person, written, add=False), person.pk])
        yield person.pk, trace


def _becomes(row: PersonRow, columns: Iterable[str]) -> dict[str, Any]:
    fresh = _person(row)
    return {name: getattr(fresh, name) for column in columns for name in FIELDS.get(column, ())}


def _person(row: PersonRow) -> Person:
    start, end = row.hours
    return Person(
        person_id=row.person_id,
        interests=list(row.interests),
        languages=list(row.languages),
        hours_start=start,
        hours_end=end,
        **{name: getattr(row, name) for name in _TEXT},
    )


def sealed_exclusions(rows: Iterable[PersonRow], new_public_ids: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """What the file adds to people's exclusions, each sealed with its author's own key.

    A file only ever adds: whom somebody excluded, they alone can take back. Raises ``KeysMissing``.
    """
    excluded = {row.person_id: row.excludes for row in rows if row.excludes}
    public_ids = dict(new_public_ids)
    standing: dict[str, list[bytes]] = defaultdict(list)
    for part in parts([author for author in excluded if author not in new_public_ids]):
        known = Person.objects.filter(person_id__in=part)
        public_ids |= dict(known.values_list("person_id", "public_id"))
        for author, sealed in Exclusion.objects.filter(author__person_id__in=part).values_list(
            "author__person_id", "sealed_person_id"
        ):
            standing[author].append(bytes(sealed))
    keys = owner_keys({public_ids[author] for author in excluded}, create=True)
    added = []
    for author, ids in excluded.items():
        key = keys[public_ids[author]]
        there = {opened(key, sealed) for sealed in standing[author]}
        added += [(author, key.encrypt(one.encode())) for one in ids if one not in there]
    return added
