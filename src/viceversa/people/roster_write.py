"""A checked people file into the database: everything prepared first, then written in one go.

``prepare`` does the slow part (building rows, sealing exclusions) outside any transaction and tells how far it
is; ``write`` is short and belongs into one transaction, so that nothing is ever half imported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from viceversa.accounts.keys.store import owner_keys
from viceversa.formats.person import PersonRow
from viceversa.formats.topics import normal

from .models import Exclusion, Person, RankedPreference, Topic, TopicOffer, TopicWant
from .roster import RosterPreview
from .sealing import opened

# SQLite takes 32,766 values in one question.
_AT_ONCE = 5_000
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
# Where a column of the people file is kept; topics and preferences have tables of their own.
_FIELDS: dict[str, tuple[str, ...]] = {name: (name,) for name in (*_TEXT, "interests", "languages")} | {
    "manager_id": ("manager",),
    "hours": ("hours_start", "hours_end"),
}

Item = TypeVar("Item")


@dataclass
class Plan:
    """Everything that ``write`` will write. Managers stand before those who report to them."""

    new: list[tuple[Person, PersonRow]] = field(default_factory=list)
    changed: dict[tuple[str, ...], list[tuple[Person, PersonRow]]] = field(default_factory=lambda: defaultdict(list))
    topics: dict[str, str] = field(default_factory=dict)
    sealed: list[tuple[str, bytes]] = field(default_factory=list)


def prepare(found: RosterPreview, *, tell: Callable[[int], None]) -> Plan:
    """Build what will be written; ``tell`` hears how many rows are behind us.

    Raises ``KeysMissing`` when exclusions are in the file and cannot be sealed.
    """
    plan = Plan()
    public_ids: dict[str, str] = {}
    for done, row in enumerate(found.rows, start=1):
        columns = found.changed.get(row.person_id, ())
        if row.person_id in found.new:
            person = _person(row)
            public_ids[row.person_id] = person.public_id
            plan.new.append((person, row))
            _note_topics(plan.topics, row)
        elif columns:
            plan.changed[columns].append((_person(row), row))
            _note_topics(plan.topics, row)
        tell(done)
    plan.new = _managers_first(plan.new)
    plan.sealed = _sealed_exclusions(found.rows, public_ids)
    return plan


def write(plan: Plan) -> None:
    """Write the plan. Call inside a transaction; an import that came between ends in ``IntegrityError``."""
    topics = _topic_keys(plan.topics)
    keys = dict(Person.objects.order_by().values_list("person_id", "pk").iterator(_AT_ONCE))
    for level in _levels(plan.new):
        for person, row in level:
            person.manager_id = keys.get(row.manager_id)
        made = Person.objects.bulk_create([person for person, _ in level], batch_size=_AT_ONCE)
        keys |= {person.person_id: person.pk for person in made}
    for columns, people in plan.changed.items():
        _write_changed(columns, people, keys)
    told = [(keys[row.person_id], row, _LISTED) for _, row in plan.new]
    for columns, people in plan.changed.items():
        told += [(keys[row.person_id], row, frozenset(columns) & _LISTED) for _, row in people]
    _write_lists(told, topics)
    exclusions = [Exclusion(author_id=keys[author], sealed_person_id=sealed) for author, sealed in plan.sealed]
    Exclusion.objects.bulk_create(exclusions, batch_size=_AT_ONCE)


_LISTED = frozenset({"offers", "wants", "prefers"})


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


def _note_topics(topics: dict[str, str], row: PersonRow) -> None:
    for topic in (*row.offers, *row.wants):
        topics.setdefault(normal(topic), topic)


def _managers_first(new: list[tuple[Person, PersonRow]]) -> list[tuple[Person, PersonRow]]:
    """Sorted by how many new people stand above, so that each manager is there before their reports."""
    manager_of = {row.person_id: row.manager_id for _, row in new}
    depth: dict[str, int] = {}
    for start in manager_of:
        way = []
        person = start
        while person in manager_of and person not in depth:
            way.append(person)
            person = manager_of[person]
        above = depth.get(person, -1)
        for below in reversed(way):
            above += 1
            depth[below] = above
    return sorted(new, key=lambda one: depth[one[1].person_id])


def _levels(new: list[tuple[Person, PersonRow]]) -> Iterator[list[tuple[Person, PersonRow]]]:
    """``new`` in stretches in which nobody reports to anybody else of the same stretch."""
    level: list[tuple[Person, PersonRow]] = []
    in_level: set[str] = set()
    for person, row in new:
        if row.manager_id in in_level:
            yield level
            level, in_level = [], set()
        level.append((person, row))
        in_level.add(row.person_id)
    if level:
        yield level


def _write_changed(columns: tuple[str, ...], people: list[tuple[Person, PersonRow]], keys: dict[str, int]) -> None:
    """Only the columns that change are written, so that what somebody else edits meanwhile stays theirs."""
    fields = [name for column in columns for name in _FIELDS.get(column, ())]
    for person, row in people:
        person.manager_id = keys.get(row.manager_id)
    Person.objects.bulk_create(
        [person for person, _ in people],
        update_conflicts=True,
        unique_fields=["person_id"],
        update_fields=[*fields, "changed_at"],
        batch_size=_AT_ONCE,
    )


def _topic_keys(names: dict[str, str]) -> dict[str, int]:
    """Topics by normal key; one that is not here yet is made, in the spelling that came first."""
    here = _topics_here(names)
    missing = [Topic(key=key, name=name) for key, name in names.items() if key not in here]
    if missing:
        Topic.objects.bulk_create(missing, ignore_conflicts=True, batch_size=_AT_ONCE)
        here |= _topics_here(topic.key for topic in missing)
    return here


def _topics_here(keys: Iterable[str]) -> dict[str, int]:
    return {
        key: pk
        for part in _parts(list(keys))
        for key, pk in Topic.objects.filter(key__in=part).values_list("key", "pk")
    }


def _write_lists(told: list[tuple[int, PersonRow, frozenset[str]]], topics: dict[str, int]) -> None:
    """Topics and preferences anew for whom they change; an empty list leaves what people said themselves."""
    for model, column, owner in (
        (TopicOffer, "offers", "person_id__in"),
        (TopicWant, "wants", "person_id__in"),
        (RankedPreference, "prefers", "author_id__in"),
    ):
        these = [(key, row) for key, row, columns in told if column in columns and getattr(row, column)]
        for part in _parts(these):
            rows: Any = model._default_manager
            rows.filter(**{owner: [key for key, _ in part]}).delete()
            rows.bulk_create(_list_rows(column, part, topics), batch_size=_AT_ONCE)


def _list_rows(column: str, people: Sequence[tuple[int, PersonRow]], topics: dict[str, int]) -> list[Any]:
    if column == "offers":
        return [
            TopicOffer(person_id=key, topic_id=topics[normal(topic)], level=level)
            for key, row in people
            for topic, level in row.offers.items()
        ]
    if column == "wants":
        return [
            TopicWant(person_id=key, topic_id=topics[normal(topic)], priority=want.priority, current=want.current)
            for key, row in people
            for topic, want in row.wants.items()
        ]
    return [
        RankedPreference(author_id=key, preferred_id_text=preferred, rank=rank)
        for key, row in people
        for rank, preferred in enumerate(row.prefers, start=1)
    ]


def _sealed_exclusions(rows: Iterable[PersonRow], new_public_ids: dict[str, str]) -> list[tuple[str, bytes]]:
    """What the file adds to people's exclusions, each sealed with its author's own key.

    A file only ever adds: whom somebody excluded, they alone can take back.
    """
    excluded = {row.person_id: row.excludes for row in rows if row.excludes}
    public_ids = dict(new_public_ids)
    standing: dict[str, list[bytes]] = defaultdict(list)
    for part in _parts([author for author in excluded if author not in new_public_ids]):
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


def _parts(items: list[Item]) -> Iterator[list[Item]]:
    for begin in range(0, len(items), _AT_ONCE):
        yield items[begin : begin + _AT_ONCE]
