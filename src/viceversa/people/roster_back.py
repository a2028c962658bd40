"""Take back what an import did, part by part: as it was for whoever was changed, and gone for whoever is new.

What has become newer meanwhile stays: whether that may be lost was asked before the first part, so this is about the
moments since. Each part forgets its own traces in the same transaction, so whoever goes on later begins at the rest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from viceversa.accounts.keys.store import destroy_key

from .models import (
    Exclusion,
    Person,
    RankedPreference,
    RosterExclusion,
    RosterImport,
    RosterTrace,
    Topic,
    TopicOffer,
    TopicWant,
)
from .models.folded import touched_by
from .roster_rows import field_of, insert_rows, parts, room_to_write, update_people, values_of
from .roster_since import Traced, changed_in, newcomers_used, opened_traces, people_of
from .roster_trace import Trace
from .roster_turn import Turn, a_part


def bring_back(roster: RosterImport, turn: Turn, *, at_once: int) -> None:
    """Take back everything of the import that is still there; ``counts`` tells of how many something newer stayed.

    Raises ``KeysMissing`` when what was there before cannot be opened, ``TakenOver``.
    """
    with room_to_write():
        _Back(roster, turn, at_once=at_once).do()


class _Back:
    def __init__(self, roster: RosterImport, turn: Turn, *, at_once: int) -> None:
        self.roster, self.turn, self.at_once = roster, turn, at_once
        self.done, self.total = 0, roster.traces.count()

    def do(self) -> None:
        for traces in opened_traces(self.roster, at_once=self.at_once):
            self._restore(traces)
        added = list(RosterExclusion.objects.filter(roster=self.roster).values_list("exclusion", flat=True))
        for exclusions in parts(added, at_once=self.at_once):
            self._take_exclusions(exclusions)
        # Whoever was brought in last stands lowest: nobody goes before those who report to them.
        new = RosterTrace.objects.filter(roster=self.roster, is_new=True).order_by("-person_id")
        while people := list(new.values_list("person_id", flat=True)[: self.at_once]):
            for owner in self._remove(people):
                destroy_key(owner)
        with transaction.atomic():
            self.turn.hold()
            _remove_topics(self.roster)

    @a_part()
    def _restore(self, traces: dict[int, Trace]) -> None:
        self._hold(len(traces))
        traced = people_of(self.roster, traces, hold=True)
        newer = {one.person.pk for one in changed_in(traced)}
        self._keep(len(newer))
        restore(replace(traced, people=[person for person in traced.people if person.pk not in newer]))
        self._forget(traces)

    @a_part()
    def _take_exclusions(self, exclusions: list[int]) -> None:
        self.turn.hold()
        raw_delete(RosterExclusion.objects.filter(roster=self.roster, exclusion__in=exclusions))
        raw_delete(Exclusion.objects.filter(pk__in=exclusions))

    @a_part()
    def _remove(self, people: list[int]) -> list[str]:
        """Let go whom nobody uses; the owners of keys that nobody needs any more."""
        self._hold(len(people))
        used = newcomers_used(self.roster, Person.objects.filter(pk__in=people))
        going = set(people) - {one.person.pk for one in used}
        while led := set(_reports_of(going).values_list("manager", flat=True)):
            going -= led
        self._keep(len(people) - len(going))
        self._forget(people)
        return _remove_people(sorted(going))

    def _hold(self, more: int) -> None:
        self.done += more
        self.turn.hold(done=self.done, total=self.total)

    def _keep(self, number: int) -> None:
        if number:
            self.roster.counts["kept"] = self.roster.counts.get("kept", 0) + number
            self.turn.hold(counts=self.roster.counts)

    def _forget(self, people: Collection[int]) -> None:
        raw_delete(RosterTrace.objects.filter(roster=self.roster, person__in=list(people)))


def _reports_of(managers: set[int]) -> QuerySet[Person]:
    return Person.objects.filter(manager__in=managers).exclude(pk__in=managers).order_by()


def raw_delete(rows: QuerySet[Any]) -> None:
    """By one statement: loading a hundred thousand rows to remove them would take all the memory."""
    rows.order_by()._raw_delete(rows.db)


def _remove_people(people: list[int]) -> list[str]:
    authors = Exclusion.objects.filter(author__in=people).order_by()
    owners = sorted(set(authors.values_list("author__public_id", flat=True)))
    for model, owner in ((TopicOffer, "person"), (TopicWant, "person"), (RankedPreference, "author")):
        raw_delete(model._default_manager.filter(**{f"{owner}__in": people}))
    raw_delete(authors)
    raw_delete(Person.objects.filter(pk__in=people))
    return owners


def _remove_topics(roster: RosterImport) -> None:
    """Topics that the import made go again, unless somebody uses them or has taken them into the catalogue."""
    topics = Topic.objects.filter(key__in=roster.made_topics, standing=Topic.Standing.WORDS)
    for relation in Topic._meta.related_objects:
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{name: OuterRef("pk")})
        topics = topics.exclude(Exists(rows.order_by()))
    topics.delete()


def restore(traced: Traced) -> None:
    """Everything that the traces tell of, as it was, under its own key."""
    by_columns: dict[tuple[str, ...], list[list[Any]]] = {}
    for person in traced.people:
        trace = traced.traces[person.pk]
        untouched = person.changed_at == traced.roster.applied_at
        for name, (before, _) in trace.fields.items():
            setattr(person, name, field_of(name).to_python(before))
        if trace.manager:
            person.manager_id = trace.manager[0]
        if untouched:
            person.changed_at = datetime.fromisoformat(trace.changed_at)
        managed = ("manager",) if trace.manager else ()
        columns = (*trace.fields, *touched_by(Person, trace.fields), *managed, "changed_at")
        by_columns.setdefault(columns, []).append([*values_of(person, columns, add=False), person.pk])
    for columns, rows in by_columns.items():
        update_people(columns, rows)
    _restore_lists(traced)


def _restore_lists(traced: Traced) -> None:
    for model, name, owner, columns in (
        (TopicOffer, "offers", "person", ("id", "topic", "level", "person")),
        (TopicWant, "wants", "person", ("id", "topic", "priority", "current", "person")),
        (RankedPreference, "prefers", "author", ("id", "preferred_id_text", "rank", "author")),
    ):
        told_of = {
            person.pk: traced.traces[person.pk].lists[name][0]
            for person in traced.people
            if name in traced.traces[person.pk].lists
        }
        if not told_of:
            continue
        raw_delete(model._default_manager.filter(**{f"{owner}__in": list(told_of)}))
        insert_rows(model, columns, ([*row, pk] for pk, rows in told_of.items() for row in rows))
