"""A prepared people file into the database, in one short transaction.

``roster_plan`` has done the slow part; here ready values are handed over, so that nothing is ever half imported and
nobody waits for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from viceversa.formats.topics import normal

from .models import Exclusion, Person, RankedPreference, RosterExclusion, RosterTrace, Topic, TopicOffer, TopicWant
from .roster_plan import NEW, OwnLists, Plan
from .roster_rows import AT_ONCE, insert_rows, parts, update_people


class PeopleMoved(Exception):
    """Somebody whom the file changes was changed while it was prepared: prepare it again."""


def write(plan: Plan, *, roster: int) -> list[str]:
    """Write the plan and return the keys of the topics that it made.

    Call inside a transaction; an import that came between ends in ``IntegrityError`` or ``PeopleMoved``.
    """
    _check_nobody_moved(plan.seen)
    topics, made = _topic_keys(plan.topics)
    keys = dict(Person.objects.order_by().values_list("person_id", "pk").iterator(AT_ONCE))
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
        insert_rows(Person, (*NEW, "manager"), told)
        made = Person.objects.filter(pk__gt=last).order_by()
        keys |= dict(made.values_list("person_id", "pk").iterator(AT_ONCE))
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


def _check_nobody_moved(seen: dict[int, datetime]) -> None:
    for part in parts(list(seen)):
        rows = Person.objects.select_for_update(no_key=True).filter(pk__in=part).order_by("pk")
        now = dict(rows.values_list("pk", "changed_at"))
        if any(now.get(pk) != seen[pk] for pk in part):
            raise PeopleMoved


def _topic_keys(names: dict[str, str]) -> tuple[dict[str, int], list[str]]:
    """Topics by normal key; one that is not here yet is made, in the spelling that came first, and told apart."""
    here = _topics_here(names)
    missing = [Topic(key=key, name=name) for key, name in names.items() if key not in here]
    if missing:
        Topic.objects.bulk_create(missing, ignore_conflicts=True, batch_size=AT_ONCE)
        here |= _topics_here(topic.key for topic in missing)
    return here, [topic.key for topic in missing]


def _topics_here(keys: Iterable[str]) -> dict[str, int]:
    return {
        key: pk for part in parts(list(keys)) for key, pk in Topic.objects.filter(key__in=part).values_list("key", "pk")
    }


def _write_lists(people: Sequence[tuple[int, OwnLists]], topics: dict[str, int], *, anew: bool) -> None:
    """Topics and preferences; ``anew`` in place of what stood there, where the file tells any."""
    if anew:
        for model, owner, name in (
            (TopicOffer, "person_id__in", "offers"),
            (TopicWant, "person_id__in", "wants"),
            (RankedPreference, "author_id__in", "prefers"),
        ):
            for part in parts([key for key, own in people if getattr(own, name)]):
                model._default_manager.filter(**{owner: part}).delete()
    offers = ((key, topics[normal(topic)], level) for key, own in people for topic, level in own.offers)
    insert_rows(TopicOffer, ("person", "topic", "level"), offers)
    wants = ((key, topics[normal(topic)], *want) for key, own in people for topic, want in own.wants)
    insert_rows(TopicWant, ("person", "topic", "priority", "current"), wants)
    prefers = ((key, one, rank) for key, own in people for rank, one in enumerate(own.prefers, start=1))
    insert_rows(RankedPreference, ("author", "preferred_id_text", "rank"), prefers)


def _add_exclusions(plan: Plan, keys: dict[str, int], *, roster: int) -> None:
    exclusions = [Exclusion(author_id=keys[author], sealed_person_id=sealed) for author, sealed in plan.sealed]
    made = Exclusion.objects.bulk_create(exclusions, batch_size=AT_ONCE)
    added = [RosterExclusion(roster_id=roster, exclusion=exclusion) for exclusion in made]
    RosterExclusion.objects.bulk_create(added, batch_size=AT_ONCE)
