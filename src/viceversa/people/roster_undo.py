"""Undo an applied import: everybody and everything as before, or nothing where something newer would be lost.

People whom it brought go again, unless somebody has begun to use them since. Of people whom it changed, exactly what
it changed comes back, unless that was changed again since. What ended because somebody left (pairs, enrolments)
does not come back with the person.
"""

from __future__ import annotations

import json
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
    Topic,
    TopicOffer,
    TopicWant,
)
from .models.folded import touched_by
from .roster_rows import field_of, insert_rows, room_to_write, update_people, values_of
from .roster_since import (
    Found,
    InTheWay,
    Part,
    Since,
    changed_people,
    new_people,
    new_people_used,
    still_leading,
)
from .roster_trace import TRACED_AT_ONCE

State = RosterImport.State


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
    """The import stays applied; the problem is a code for its page."""
    RosterImport.objects.filter(pk=roster.pk, state=State.UNDOING).update(state=State.APPLIED, problem=problem)


@transaction.atomic
def _undo_once(roster: RosterImport, *, now: datetime) -> list[str] | None:
    """The owners of keys that nobody needs any more; None when the import is not on its way to be undone."""
    waiting = RosterImport.objects.filter(pk=roster.pk, state=State.UNDOING)
    if not waiting.update(state=State.UNDONE, undone_at=now, problem=""):
        return None
    roster.refresh_from_db()
    found = Found()
    found.add(new_people_used(roster))
    for part in changed_people(roster, found, hold=True):
        if not found.count:
            _restore(part)
    found.add(still_leading(roster))
    if found.count:
        raise NewerWouldBeLost(found.told())
    with_keys = Exclusion.objects.filter(author__in=new_people(roster)).values_list("author__public_id", flat=True)
    gone = sorted(set(with_keys))
    counts = {"removed": new_people(roster).count(), "restored": roster.traces.filter(is_new=False).count()}
    added = RosterExclusion.objects.filter(roster=roster)
    exclusions = list(added.values_list("exclusion", flat=True))
    _raw_delete(added)
    for begin in range(0, len(exclusions), TRACED_AT_ONCE):
        _raw_delete(Exclusion.objects.filter(pk__in=exclusions[begin : begin + TRACED_AT_ONCE]))
    _remove_new(roster)
    _remove_topics(roster)
    RosterImport.objects.filter(pk=roster.pk).update(trace_owner="", made_topics=[])
    record("undone", noun="roster", object_id=roster.public_id, by=roster.undone_by, now=now, facts=counts)
    return gone


def _remove_new(roster: RosterImport) -> None:
    """By statements of our own: loading a hundred thousand people to remove them would take all the memory."""
    new = list(new_people(roster).values_list("pk", flat=True))
    forget_undo(roster.pk)
    for begin in range(0, len(new), TRACED_AT_ONCE):
        part = new[begin : begin + TRACED_AT_ONCE]
        for model, owner in ((TopicOffer, "person"), (TopicWant, "person"), (RankedPreference, "author")):
            _raw_delete(model._default_manager.filter(**{f"{owner}__in": part}))
        _raw_delete(Exclusion.objects.filter(author__in=part))
    for begin in range(0, len(new), TRACED_AT_ONCE):
        _raw_delete(Person.objects.filter(pk__in=new[begin : begin + TRACED_AT_ONCE]))


def _raw_delete(rows: QuerySet[Any]) -> None:
    rows.order_by()._raw_delete(rows.db)


def _remove_topics(roster: RosterImport) -> None:
    """Topics that the import made go again, unless somebody uses them or has taken them into the catalogue."""
    topics = Topic.objects.filter(key__in=roster.made_topics, standing=Topic.Standing.WORDS)
    for relation in Topic._meta.related_objects:
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{name: OuterRef("pk")})
        topics = topics.exclude(Exists(rows.order_by()))
    topics.delete()


def _restore(part: Part) -> None:
    """Everything that the traces tell of, as it was, under its own key."""
    by_columns: dict[tuple[str, ...], list[list[Any]]] = {}
    for person in part.people:
        trace = part.traces[person.pk]
        untouched = person.changed_at == part.applied_at
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
    _restore_lists(part)


def _restore_lists(part: Part) -> None:
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
