"""What undoing an import would lose: newly come people whom somebody uses by now, and values changed again since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from viceversa.accounts.keys.store import owner_keys

from .models import Exclusion, Person, RankedPreference, RosterImport, RosterTrace, Topic, TopicOffer, TopicWant
from .roster_trace import TRACED_AT_ONCE, Trace, lists_of, told

# As many names as somebody will read; the count is always of everybody.
MOST_NAMED = 50
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


class Found:
    """Gathers whom undoing would cost something: everybody is counted once, the first are kept by name."""

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


@dataclass(frozen=True)
class Traced:
    """Some of the people whom an import changed, as they are now, and their traces by key."""

    roster: RosterImport
    people: list[Person]
    traces: dict[int, Trace]


def in_the_way(roster: RosterImport) -> InTheWay:
    """What undoing would lose now. Raises ``KeysMissing`` when what was there before cannot be opened."""
    found = Found()
    found.add(newcomers_used(roster, newcomers(roster)))
    for traces in opened_traces(roster, at_once=TRACED_AT_ONCE):
        traced = people_of(roster, traces, hold=False)
        found.add(changed_in(traced))
        found.add(_leading(traced))
    return found.told()


def newcomers(roster: RosterImport) -> QuerySet[Person]:
    """Whom the import brought."""
    return Person.objects.filter(roster_traces__roster=roster, roster_traces__is_new=True).order_by("pk")


def newcomers_used(roster: RosterImport, new: QuerySet[Person]) -> Iterator[Since]:
    """Those who have an account, take part in something, lead somebody new, or were changed."""
    assert roster.applied_at is not None  # only what was applied is undone
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
        rows = model._base_manager.filter(**{f"{name}__in": new}).order_by()
        yield "used", rows.values(name)


def _leading(traced: Traced) -> Iterator[Since]:
    """Of whom the import brought, those to whom somebody was given since whose manager it had left alone."""
    left_alone = [person for person in traced.people if not traced.traces[person.pk].manager]
    managers = {person.manager_id for person in left_alone if person.manager_id}
    for person in newcomers(traced.roster).filter(pk__in=managers):
        yield Since(person, "leads")


def opened_traces(roster: RosterImport, *, at_once: int) -> Iterator[dict[int, Trace]]:
    """How to take back what the import changed, by the person's key, in parts. Raises ``KeysMissing``."""
    traces = RosterTrace.objects.filter(roster=roster, is_new=False).order_by("person_id")
    if not traces.exists():
        return
    key = owner_keys([roster.trace_owner], create=False)[roster.trace_owner]
    last = 0
    while rows := list(traces.filter(person_id__gt=last).values_list("person_id", "sealed")[:at_once]):
        last = rows[-1][0]
        yield {person: Trace.opened(sealed, key=key) for person, sealed in rows}


def people_of(roster: RosterImport, traces: dict[int, Trace], *, hold: bool) -> Traced:
    """These people as they are now; with ``hold`` locked until the transaction ends, for whoever changes them."""
    people = Person.objects.filter(pk__in=list(traces)).order_by("pk")
    if hold:
        people = people.select_for_update(no_key=True)
    return Traced(roster, list(people), traces)


def changed_in(traced: Traced) -> Iterator[Since]:
    """Whoever was changed again since, or whose former manager or topics are not here any more."""
    with_lists = [pk for pk, trace in traced.traces.items() if trace.lists]
    lists = lists_of(with_lists)
    missing = _missing(traced)
    managers = _person_ids(traced)
    for person in traced.people:
        trace = traced.traces[person.pk]
        changed = [name for name, (_, after) in trace.fields.items() if told(getattr(person, name)) != after]
        if trace.manager and managers.get(person.manager_id or 0, "") != trace.manager[1]:
            changed.append("manager_id")
        changed += [name for name, (_, after) in trace.lists.items() if lists.now(name, person.pk) != after]
        if changed:
            yield Since(person, "changed", tuple(changed))
        elif person.pk in missing:
            yield Since(person, "gone", missing[person.pk])


def _person_ids(traced: Traced) -> dict[int, str]:
    keys = {person.manager_id for person in traced.people if traced.traces[person.pk].manager and person.manager_id}
    return dict(Person.objects.filter(pk__in=keys).values_list("pk", "person_id"))


def _missing(traced: Traced) -> dict[int, tuple[str, ...]]:
    """Whose former manager or topics are not here any more."""
    managers = {trace.manager[0] for trace in traced.traces.values() if trace.manager and trace.manager[0]}
    gone = managers - set(Person.objects.filter(pk__in=managers).values_list("pk", flat=True))
    topics = {row[1] for trace in traced.traces.values() for row in _topic_rows(trace)}
    lost = topics - set(Topic.objects.filter(pk__in=topics).values_list("pk", flat=True))
    missing: dict[int, tuple[str, ...]] = {}
    for pk, trace in traced.traces.items():
        columns = [name for name in ("offers", "wants") if any(row[1] in lost for row in _topic_rows(trace, name))]
        if trace.manager and trace.manager[0] in gone:
            columns.append("manager_id")
        if columns:
            missing[pk] = tuple(columns)
    return missing


def _topic_rows(trace: Trace, *names: str) -> Iterator[list[Any]]:
    for name in names or ("offers", "wants"):
        yield from trace.lists.get(name, [[]])[0]
