"""What a checked people file will write, built before the transaction that writes it.

This is the slow part: values, sealing, and what was there before; and it tells how far it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from viceversa.accounts.keys.store import owner_keys
from viceversa.formats.person import PersonRow, Want
from viceversa.formats.topics import normal

from .models import Exclusion, Person, RosterTrace
from .models.folded import touched_by
from .roster import RosterPreview
from .roster_rows import parts, values_of
from .roster_trace import LISTS, TRACED_AT_ONCE, Trace, changed_at_of, lists_after, lists_of, told
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
KeepTraces = Callable[[list[RosterTrace]], None]
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

    for part in parts(touched, at_once=TRACED_AT_ONCE):
        traced({row.person_id: (row, columns) for row, columns in part})
        for _ in part:
            done += 1
            tell(done)
    for leavers in parts(list(found.left), at_once=TRACED_AT_ONCE):
        traced({leaver.person_id: (None, ("leave_date",)) for leaver in leavers})
    plan.sealed = _sealed_exclusions(found.rows, public_ids)
    return plan


def _plan_new(plan: Plan, row: PersonRow) -> str:
    person = _person(row)
    person.changed_at = plan.stamp
    plan.new.append(values_of(person, NEW, add=True))
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


def _sealed_exclusions(rows: Iterable[PersonRow], new_public_ids: dict[str, str]) -> list[tuple[str, bytes]]:
    """What the file adds to people's exclusions, each sealed with its author's own key.

    A file only ever adds: whom somebody excluded, they alone can take back.
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
