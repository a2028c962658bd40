"""Undo an applied import: everybody and everything as before, or nothing where something newer would be lost.

People whom it brought go again, unless somebody has begun to use them since. Of people whom it changed, exactly what
it changed comes back, unless that was changed again since. What ended because somebody left (pairs, enrolments)
does not come back with the person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing, destroy_key, owner_keys

from .actions import forget_undo
from .models import (
    Exclusion,
    Person,
    RankedPreference,
    RosterExclusion,
    RosterImport,
    RosterPage,
    RosterTrace,
    Topic,
    TopicOffer,
    TopicWant,
)
from .models.folded import touched_by
from .roster_trace import Trace, lists_of, told
from .roster_write import insert_rows, room_to_write, update_people, values_of

State = RosterImport.State
# As many names as somebody will read; the count is always of everybody.
MOST_NAMED = 50
_AT_ONCE = 1_000
_OWN = (TopicOffer, TopicWant, RankedPreference, Exclusion, RosterTrace, Person)


@dataclass(frozen=True)
class Since:
    """What happened to one person since the import. ``code`` is joined, used, leads, later, changed or gone."""

    person: Person
    code: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class InTheWay:
    """Everything that undoing would lose: how often, and the first of them by name."""

    count: int = 0
    first: tuple[Since, ...] = ()


class NewerWouldBeLost(Exception):
    """Undoing would lose what happened since; ``found`` tells whom it is about."""

    def __init__(self, found: InTheWay) -> None:
        super().__init__(f"{found.count} people were changed since")
        self.found = found


def undo_roster(roster: RosterImport, *, now: datetime) -> bool:
    """Undo the import if that was asked for; whether it was undone by this call.

    What stands in the way is written on the import as a code, which is then applied as before.
    """
    try:
        with room_to_write():
            gone = _undo_once(roster, now=now)
    except NewerWouldBeLost as lost:
        _keep_names(roster, lost.found)
        fail_undo(roster, "changed_since")
        return False
    except KeysMissing:
        fail_undo(roster, "keys_missing")
        return False
    if gone is None:
        return False
    for owner in (roster.trace_owner, *gone):
        destroy_key(owner)
    return True


def touched(roster: RosterImport) -> int:
    """How many people the import brought or changed."""
    return roster.traces.count()


def _keep_names(roster: RosterImport, found: InTheWay) -> None:
    """Keep what stands in the way for whoever asked, sealed like what undoing needs."""
    key = owner_keys([roster.trace_owner], create=False)[roster.trace_owner]
    told_of = [found.count, [[one.person.pk, one.code, one.columns] for one in found.first]]
    sealed = key.encrypt(json.dumps(told_of).encode())
    RosterPage.objects.update_or_create(roster=roster, name="since", number=1, defaults={"sealed": sealed})


def kept_names(roster: RosterImport) -> InTheWay | None:
    """What stood in the way when the import was to be undone last; None where nothing is known."""
    page = RosterPage.objects.filter(roster=roster, name="since").first()
    if page is None or not roster.trace_owner:
        return None
    key = owner_keys([roster.trace_owner], create=False)[roster.trace_owner]
    count, first = json.loads(key.decrypt(bytes(page.sealed)))
    people = Person.objects.in_bulk([pk for pk, _, _ in first])
    named = [Since(people[pk], code, tuple(columns)) for pk, code, columns in first if pk in people]
    return InTheWay(count, tuple(named))


def fail_undo(roster: RosterImport, problem: str) -> None:
    RosterImport.objects.filter(pk=roster.pk, state=State.UNDOING).update(state=State.APPLIED, problem=problem)


def in_the_way(roster: RosterImport) -> InTheWay:
    """What undoing would lose now. Raises ``KeysMissing`` when what was there before cannot be opened."""
    found = _Found()
    found.add(_new_people_used(roster))
    for _ in _changed_people(roster, found):
        pass
    return found.told()


@transaction.atomic
def _undo_once(roster: RosterImport, *, now: datetime) -> list[str] | None:
    """The owners of keys that nobody needs any more; None when the import is not on its way to be undone."""
    waiting = RosterImport.objects.filter(pk=roster.pk, state=State.UNDOING)
    if not waiting.update(state=State.UNDONE, undone_at=now, problem=""):
        return None
    roster.refresh_from_db()
    found = _Found()
    found.add(_new_people_used(roster))
    for part in _changed_people(roster, found):
        if not found.count:
            _restore(part)
    found.add(_still_leading(roster))
    if found.count:
        raise NewerWouldBeLost(found.told())
    with_keys = Exclusion.objects.filter(author__in=_new_people(roster)).values_list("author__public_id", flat=True)
    gone = sorted(set(with_keys))
    counts = {"removed": _new_people(roster).count(), "restored": roster.traces.filter(is_new=False).count()}
    added = RosterExclusion.objects.filter(roster=roster)
    exclusions = list(added.values_list("exclusion", flat=True))
    _raw_delete(added)
    for begin in range(0, len(exclusions), _AT_ONCE):
        _raw_delete(Exclusion.objects.filter(pk__in=exclusions[begin : begin + _AT_ONCE]))
    _remove_new(roster)
    _remove_topics(roster)
    RosterImport.objects.filter(pk=roster.pk).update(trace_owner="", made_topics=[])
    record("undone", noun="roster", object_id=roster.public_id, by=roster.undone_by, now=now, facts=counts)
    return gone


class _Found:
    def __init__(self) -> None:
        self._first: list[Since] = []
        self._people: set[int] = set()

    @property
    def count(self) -> int:
        return len(self._people)

    def add(self, found: Iterable[Since]) -> None:
        for one in found:
            if one.person.pk not in self._people and len(self._first) < MOST_NAMED:
                self._first.append(one)
            self._people.add(one.person.pk)

    def told(self) -> InTheWay:
        return InTheWay(self.count, tuple(self._first))


# People whom the import brought -----------------------------------------------------------------------------------


def _new_people(roster: RosterImport) -> QuerySet[Person]:
    return Person.objects.filter(roster_traces__roster=roster, roster_traces__is_new=True).order_by("pk")


def _new_people_used(roster: RosterImport) -> Iterator[Since]:
    """Those who have an account, take part in something, lead somebody new, or were changed."""
    new = _new_people(roster)
    for person in new.exclude(user=None):
        yield Since(person, "joined")
    for code, used in _uses(roster, new.order_by().values("pk")):
        for person in Person.objects.filter(pk__in=used).order_by("pk"):
            yield Since(person, code)
    for person in new.exclude(changed_at=roster.applied_at):
        yield Since(person, "changed")


def _uses(roster: RosterImport, new: Any) -> Iterator[tuple[str, Any]]:
    """Every relation to a person that there is, so that a noun made later counts as well."""
    touched = RosterTrace.objects.filter(roster=roster).values("person")
    led = Person.objects.filter(manager__in=new).exclude(pk__in=touched)
    yield "leads", led.order_by().values("manager")
    yield "later", RosterTrace.objects.filter(person__in=new).exclude(roster=roster).values("person")
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if model in _OWN or not hasattr(relation, "field") or relation.many_to_many:
            continue
        name = relation.field.name
        rows = model._base_manager.filter(**{f"{name}__in": new}).order_by()  # type: ignore[union-attr]
        yield "used", rows.values(name)


def _still_leading(roster: RosterImport) -> Iterator[Since]:
    """Of whom the import brought, those to whom somebody would report once everybody has their old manager again."""
    new = _new_people(roster).order_by().values("pk")
    reports = Person.objects.filter(manager__in=new).exclude(pk__in=new).order_by().values("manager")
    for person in Person.objects.filter(pk__in=reports).order_by("pk"):
        yield Since(person, "leads")


def _remove_new(roster: RosterImport) -> None:
    """By statements of our own: loading a hundred thousand people to remove them would take all the memory."""
    new = list(_new_people(roster).values_list("pk", flat=True))
    forget_undo(roster.pk)
    for begin in range(0, len(new), _AT_ONCE):
        part = new[begin : begin + _AT_ONCE]
        for model, owner in ((TopicOffer, "person"), (TopicWant, "person"), (RankedPreference, "author")):
            _raw_delete(model._default_manager.filter(**{f"{owner}__in": part}))
        _raw_delete(Exclusion.objects.filter(author__in=part))
    for begin in range(0, len(new), _AT_ONCE):
        _raw_delete(Person.objects.filter(pk__in=new[begin : begin + _AT_ONCE]))


def _raw_delete(rows: QuerySet[Any]) -> None:
    rows.order_by()._raw_delete(rows.db)


def _remove_topics(roster: RosterImport) -> None:
    """Topics that the import made go again, unless somebody uses them or has taken them into the catalogue."""
    topics = Topic.objects.filter(key__in=roster.made_topics, standing=Topic.Standing.WORDS)
    for relation in Topic._meta.related_objects:
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{name: OuterRef("pk")})  # type: ignore[union-attr]
        topics = topics.exclude(Exists(rows.order_by()))
    topics.delete()


# People whom the import changed -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Some of the people whom the import changed, as they are now, and their traces by key."""

    people: list[Person]
    traces: dict[int, Trace]
    applied_at: datetime | None


def _changed_people(roster: RosterImport, found: _Found) -> Iterator[_Part]:
    traces = RosterTrace.objects.filter(roster=roster, is_new=False).order_by("person_id")
    if not traces.exists():
        return
    key = owner_keys([roster.trace_owner], create=False)[roster.trace_owner]
    last = 0
    while rows := list(traces.filter(person_id__gt=last).values_list("person_id", "sealed")[:_AT_ONCE]):
        last = rows[-1][0]
        opened = {person: Trace.opened(sealed, key=key) for person, sealed in rows}
        people = Person.objects.select_for_update(no_key=True).filter(pk__in=list(opened)).order_by("pk")
        part = _Part(list(people), opened, roster.applied_at)
        found.add(_changed_since(part))
        yield part


def _changed_since(part: _Part) -> Iterator[Since]:
    with_lists = [pk for pk, trace in part.traces.items() if trace.lists]
    lists = lists_of(with_lists)
    missing = _missing(part)
    managers = _person_ids(part)
    for person in part.people:
        trace = part.traces[person.pk]
        changed = [name for name, (_, after) in trace.fields.items() if told(getattr(person, name)) != after]
        if trace.manager and managers.get(person.manager_id or 0, "") != trace.manager[1]:
            changed.append("manager_id")
        changed += [name for name, (_, after) in trace.lists.items() if lists.now(name, person.pk) != after]
        if changed:
            yield Since(person, "changed", tuple(changed))
        elif person.pk in missing:
            yield Since(person, "gone", missing[person.pk])


def _person_ids(part: _Part) -> dict[int, str]:
    keys = {person.manager_id for person in part.people if part.traces[person.pk].manager and person.manager_id}
    return dict(Person.objects.filter(pk__in=keys).values_list("pk", "person_id"))


def _missing(part: _Part) -> dict[int, tuple[str, ...]]:
    """Whose former manager or topics are not here any more."""
    managers = {trace.manager[0] for trace in part.traces.values() if trace.manager and trace.manager[0]}
    gone = managers - set(Person.objects.filter(pk__in=managers).values_list("pk", flat=True))
    topics = {row[1] for trace in part.traces.values() for row in _topic_rows(trace)}
    lost = topics - set(Topic.objects.filter(pk__in=topics).values_list("pk", flat=True))
    missing: dict[int, tuple[str, ...]] = {}
    for pk, trace in part.traces.items():
        columns = [name for name in ("offers", "wants") if any(row[1] in lost for row in _topic_rows(trace, name))]
        if trace.manager and trace.manager[0] in gone:
            columns.append("manager_id")
        if columns:
            missing[pk] = tuple(columns)
    return missing


def _topic_rows(trace: Trace, *names: str) -> Iterator[list[Any]]:
    for name in names or ("offers", "wants"):
        yield from trace.lists.get(name, [[]])[0]


def _restore(part: _Part) -> None:
    """Everything that the traces tell of, as it was, under its own key."""
    by_columns: dict[tuple[str, ...], list[list[Any]]] = {}
    for person in part.people:
        trace = part.traces[person.pk]
        untouched = person.changed_at == part.applied_at
        for name, (before, _) in trace.fields.items():
            setattr(person, name, Person._meta.get_field(name).to_python(before))
        if trace.manager:
            person.manager_id = trace.manager[0]
        if untouched:
            person.changed_at = datetime.fromisoformat(trace.changed_at)
        managed = ("manager",) if trace.manager else ()
        columns = (*trace.fields, *touched_by(Person, trace.fields), *managed, "changed_at")
        by_columns.setdefault(columns, []).append([*values_of(person, columns, add=False), person.pk])
    for columns, rows in by_columns.items():
        update_people(columns, rows)
    _restore_lists(part)


def _restore_lists(part: _Part) -> None:
    for model, name, owner, columns in (
        (TopicOffer, "offers", "person", ("id", "topic", "level", "person")),
        (TopicWant, "wants", "person", ("id", "topic", "priority", "current", "person")),
        (RankedPreference, "prefers", "author", ("id", "preferred_id_text", "rank", "author")),
    ):
        told_of = {pk: trace.lists[name][0] for pk, trace in part.traces.items() if name in trace.lists}
        if not told_of:
            continue
        _raw_delete(model._default_manager.filter(**{f"{owner}__in": list(told_of)}))
        insert_rows(model, columns, ([*row, pk] for pk, rows in told_of.items() for row in rows))
