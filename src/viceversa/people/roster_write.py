"""A checked people file into the database: everything prepared first, then written in one short transaction.

``prepare`` does the slow part outside of it (values, sealing, what was there before) and tells how far it is;
``write`` hands ready values to the database, so that nothing is ever half imported and nobody waits for long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

from viceversa.accounts.keys.store import owner_keys
from viceversa.formats.person import PersonRow, Want
from viceversa.formats.topics import normal

from .models import Exclusion, Person, RankedPreference, RosterExclusion, RosterTrace, Topic, TopicOffer, TopicWant
from .models.folded import touched_by
from .roster import RosterPreview
from .roster_trace import LISTS, Trace, changed_at_of, lists_after, lists_of, told
from .sealing import opened

# SQLite takes 32,766 values in one question.
_AT_ONCE = 5_000
_TRACED_AT_ONCE = 1_000
_CACHE_KILOBYTES = 64 * 1024
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

Item = TypeVar("Item")
KeepTraces = Callable[[list[RosterTrace]], None]


class PeopleMoved(Exception):
    """Somebody whom the file changes was changed while it was prepared: prepare it again."""


@dataclass(frozen=True, slots=True)
class OwnLists:
    """What the file tells of one person's topics and preferences; empty where it leaves them alone."""

    offers: Iterable[tuple[str, int]]
    wants: Iterable[tuple[str, Want]]
    prefers: tuple[str, ...]


@dataclass
class Plan:
    """Everything that ``write`` will write, as values ready for the database."""

    stamp: datetime
    new: list[list[Any]] = field(default_factory=list)
    manager_of_new: dict[str, str] = field(default_factory=dict)
    new_lists: list[tuple[str, OwnLists]] = field(default_factory=list)
    changed: dict[tuple[str, ...], list[list[Any]]] = field(default_factory=lambda: defaultdict(list))
    changed_lists: list[tuple[int, OwnLists]] = field(default_factory=list)
    seen: dict[int, datetime] = field(default_factory=dict)
    managers: list[tuple[str, str]] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)
    sealed: list[tuple[str, bytes]] = field(default_factory=list)


def prepare(
    found: RosterPreview,
    *,
    roster: int,
    trace_owner: str,
    now: datetime,
    keep: KeepTraces,
    tell: Callable[[int], None],
) -> Plan:
    """Build what will be written; ``keep`` is given the traces in parts, ``tell`` hears how many rows are behind us.

    Raises ``KeysMissing`` when exclusions or traces cannot be sealed.
    """
    key = owner_keys([trace_owner], create=True)[trace_owner]
    plan = Plan(stamp=now)
    public_ids: dict[str, str] = {}
    back = {leaver.person_id for leaver in found.back}
    touched: list[tuple[PersonRow, tuple[str, ...]]] = []
    done = 0
    for row in found.rows:
        columns = found.changed.get(row.person_id, ())
        if row.person_id in back:
            columns = (*columns, "leave_date")
        if row.person_id in found.new:
            public_ids[row.person_id] = _plan_new(plan, row)
        elif columns:
            touched.append((row, columns))
            continue
        done += 1
        tell(done)

    def traced(people: dict[str, tuple[PersonRow | None, tuple[str, ...]]]) -> None:
        keep(
            [
                RosterTrace(roster_id=roster, person_id=pk, is_new=False, sealed=trace.sealed(key))
                for pk, trace in _plan_changed(plan, people, on=now.date())
            ]
        )

    for part in _parts(touched, at_once=_TRACED_AT_ONCE):
        traced({row.person_id: (row, columns) for row, columns in part})
        for _ in part:
            done += 1
            tell(done)
    for leavers in _parts(list(found.left), at_once=_TRACED_AT_ONCE):
        traced({leaver.person_id: (None, ("leave_date",)) for leaver in leavers})
    plan.sealed = _sealed_exclusions(found.rows, public_ids)
    return plan


def _plan_new(plan: Plan, row: PersonRow) -> str:
    person = _person(row)
    person.changed_at = plan.stamp
    plan.new.append(values_of(person, _NEW, add=True))
    plan.manager_of_new[row.person_id] = row.manager_id
    if row.offers or row.wants or row.prefers:
        plan.new_lists.append((row.person_id, _own_lists(plan, row, LISTS)))
    return person.public_id


def _own_lists(plan: Plan, row: PersonRow, columns: Iterable[str]) -> OwnLists:
    offers = list(row.offers.items()) if "offers" in columns else []
    wants = list(row.wants.items()) if "wants" in columns else []
    for topic, _ in (*offers, *wants):
        plan.topics.setdefault(normal(topic), topic)
    return OwnLists(offers, wants, row.prefers if "prefers" in columns else ())


def _plan_changed(
    plan: Plan, people: dict[str, tuple[PersonRow | None, tuple[str, ...]]], *, on: date
) -> Iterator[tuple[int, Trace]]:
    """Plan what changes about these people, and tell how to take it back. Without a row somebody has left."""
    here = list(Person.objects.filter(person_id__in=list(people)).order_by("pk"))
    with_lists = [person.pk for person in here if set(people[person.person_id][1]) & set(LISTS)]
    lists = lists_of(with_lists)
    for person in here:
        row, columns = people[person.person_id]
        trace = Trace(changed_at=changed_at_of(person))
        plan.seen[person.pk] = person.changed_at
        becomes = {"leave_date": on} if row is None else _becomes(row, columns)
        for name, value in becomes.items():
            trace.fields[name] = [told(getattr(person, name)), told(value)]
            setattr(person, name, value)
        if row is not None and "manager_id" in columns:
            trace.manager = [person.manager_id, row.manager_id]
            plan.managers.append((row.manager_id, row.person_id))
        own = [name for name in LISTS if name in columns]
        if row is not None and own:
            after = lists_after(row, own)
            trace.lists = {name: [lists.before(name, person.pk), after[name]] for name in own}
            plan.changed_lists.append((person.pk, _own_lists(plan, row, own)))
        written = tuple(becomes)
        written += (*touched_by(Person, written), "changed_at")
        person.changed_at = plan.stamp
        plan.changed[written].append([*values_of(person, written, add=False), person.pk])
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


_BY_NAME: dict[str, Field[Any, Any]] = {one.name: one for one in Person._meta.concrete_fields}
# The manager is written once everybody has a key.
_NEW = tuple(name for name, one in _BY_NAME.items() if not one.primary_key and name not in ("manager", "user"))


def values_of(person: Person, names: Iterable[str], *, add: bool) -> list[Any]:
    """The person's columns as the database takes them; ``changed_at`` is the import's, not the clock's."""
    values = []
    for name in names:
        one = _BY_NAME[name]
        value = person.changed_at if name == "changed_at" else one.pre_save(person, add)
        values.append(one.get_db_prep_save(value, connection))
    return values


def write(plan: Plan, *, roster: int) -> list[str]:
    """Write the plan and return the keys of the topics that it made.

    Call inside a transaction; an import that came between ends in ``IntegrityError`` or ``PeopleMoved``.
    """
    _check_nobody_moved(plan.seen)
    topics, made = _topic_keys(plan.topics)
    keys = dict(Person.objects.order_by().values_list("person_id", "pk").iterator(_AT_ONCE))
    _write_new(plan, keys)
    for fields, rows in plan.changed.items():
        update_people(fields, rows)
    update_people(("manager",), ((keys.get(manager), keys[person]) for manager, person in plan.managers))
    new = RosterTrace._meta
    traces = (
        (roster, keys[person_id], True, new.get_field("sealed").get_db_prep_save(b"", connection))
        for person_id in plan.manager_of_new
    )
    insert_rows(RosterTrace, ("roster", "person", "is_new", "sealed"), traces)
    _write_lists([(keys[person_id], own) for person_id, own in plan.new_lists], topics, anew=False)
    _write_lists(plan.changed_lists, topics, anew=True)
    _add_exclusions(plan, keys, roster=roster)
    return made


def _write_new(plan: Plan, keys: dict[str, int]) -> None:
    """Everybody who is new, managers before those who report to them; ``keys`` learns each one's key."""
    rows = dict(zip(plan.manager_of_new, plan.new, strict=True))
    last = max(keys.values(), default=0)
    for level in _levels(plan.manager_of_new):
        told = ([*rows[person_id], keys.get(plan.manager_of_new[person_id])] for person_id in level)
        insert_rows(Person, (*_NEW, "manager"), told)
        made = Person.objects.filter(pk__gt=last).order_by()
        keys |= dict(made.values_list("person_id", "pk").iterator(_AT_ONCE))
        last = max(keys.values(), default=0)


def _levels(manager_of: dict[str, str]) -> list[list[str]]:
    """People by how many others of them stand above: whoever has nobody above first."""
    depth: dict[str, int] = {}
    for start in manager_of:
        way: list[str] = []
        person = start
        while person in manager_of and person not in depth:
            way.append(person)
            person = manager_of[person]
        above = depth.get(person, -1)
        for below in reversed(way):
            above += 1
            depth[below] = above
    levels: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for person, level in depth.items():
        levels[level].append(person)
    return levels


@contextmanager
def room_to_write() -> Iterator[None]:
    """Around a large transaction: room for its pages, without which SQLite writes each of them many times over.

    It also keeps SQLite from taking the whole database for itself before the end, so that others can read.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


def _check_nobody_moved(seen: dict[int, datetime]) -> None:
    for part in _parts(list(seen)):
        rows = Person.objects.select_for_update(no_key=True).filter(pk__in=part).order_by("pk")
        now = dict(rows.values_list("pk", "changed_at"))
        if any(now.get(pk) != seen[pk] for pk in part):
            raise PeopleMoved


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of ready values. The work of the ORM for each of a hundred thousand would keep everybody waiting."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    places = ", ".join(["%s"] * len(names))
    _many(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", rows)  # noqa: S608 - our names


def update_people(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """New values of people; the last of each row is the person's key."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(Person._meta.get_field(name).column)} = %s" for name in names)
    _many(f"UPDATE {quote(Person._meta.db_table)} SET {columns} WHERE id = %s", rows)  # noqa: S608 - our names


def _many(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        part: list[Sequence[Any]] = []
        for row in rows:
            part.append(row)
            if len(part) == _AT_ONCE:
                cursor.executemany(statement, part)
                part = []
        if part:
            cursor.executemany(statement, part)


def _topic_keys(names: dict[str, str]) -> tuple[dict[str, int], list[str]]:
    """Topics by normal key; one that is not here yet is made, in the spelling that came first, and told apart."""
    here = _topics_here(names)
    missing = [Topic(key=key, name=name) for key, name in names.items() if key not in here]
    if missing:
        Topic.objects.bulk_create(missing, ignore_conflicts=True, batch_size=_AT_ONCE)
        here |= _topics_here(topic.key for topic in missing)
    return here, [topic.key for topic in missing]


def _topics_here(keys: Iterable[str]) -> dict[str, int]:
    return {
        key: pk
        for part in _parts(list(keys))
        for key, pk in Topic.objects.filter(key__in=part).values_list("key", "pk")
    }


def _write_lists(people: Sequence[tuple[int, OwnLists]], topics: dict[str, int], *, anew: bool) -> None:
    """Topics and preferences; ``anew`` in place of what stood there, where the file tells any."""
    if anew:
        for model, owner, name in (
            (TopicOffer, "person_id__in", "offers"),
            (TopicWant, "person_id__in", "wants"),
            (RankedPreference, "author_id__in", "prefers"),
        ):
            for part in _parts([key for key, own in people if getattr(own, name)]):
                model._default_manager.filter(**{owner: part}).delete()
    offers = ((key, topics[normal(topic)], level) for key, own in people for topic, level in own.offers)
    insert_rows(TopicOffer, ("person", "topic", "level"), offers)
    wants = ((key, topics[normal(topic)], *want) for key, own in people for topic, want in own.wants)
    insert_rows(TopicWant, ("person", "topic", "priority", "current"), wants)
    prefers = ((key, one, rank) for key, own in people for rank, one in enumerate(own.prefers, start=1))
    insert_rows(RankedPreference, ("author", "preferred_id_text", "rank"), prefers)


def _add_exclusions(plan: Plan, keys: dict[str, int], *, roster: int) -> None:
    exclusions = [Exclusion(author_id=keys[author], sealed_person_id=sealed) for author, sealed in plan.sealed]
    made = Exclusion.objects.bulk_create(exclusions, batch_size=_AT_ONCE)
    added = [RosterExclusion(roster_id=roster, exclusion=exclusion) for exclusion in made]
    RosterExclusion.objects.bulk_create(added, batch_size=_AT_ONCE)


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


def _parts(items: list[Item], *, at_once: int = _AT_ONCE) -> Iterator[list[Item]]:
    for begin in range(0, len(items), at_once):
        yield items[begin : begin + at_once]
