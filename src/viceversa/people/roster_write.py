"""A planned part of a people file into the database, in one short transaction of ready values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db import connection

from viceversa.formats.topics import normal

from .models import Exclusion, Person, RankedPreference, RosterExclusion, RosterTrace, Topic, TopicOffer, TopicWant
from .roster_plan import NEW, OwnLists, Part
from .roster_rows import AT_ONCE, insert_rows, parts, update_people


class PeopleMoved(Exception):
    """Somebody whom this part changes was changed while it was planned: plan it again."""


def write_new(part: Part, *, roster: int, topics: Mapping[str, int]) -> None:
    """Newcomers with everything that is theirs. Call inside a transaction, managers in this part or here already."""
    keys = keys_here({manager for _, _, manager, _ in part.new} - {""})
    for _, level in groupby(part.new, key=lambda one: one[0]):
        rows = list(level)
        told = ([*values, keys.get(manager)] for _, _, manager, values in rows)
        insert_rows(Person, (*NEW, "manager"), told)
        keys |= keys_here(person_id for _, person_id, _, _ in rows)
    nothing = RosterTrace._meta.get_field("sealed").get_db_prep_save(b"", connection)
    traces = ((roster, keys[person_id], True, nothing) for _, person_id, _, _ in part.new)
    insert_rows(RosterTrace, ("roster", "person", "is_new", "sealed"), traces)
    _write_lists([(keys[person_id], own) for person_id, own in part.new_lists], topics, anew=False)
    write_exclusions(part.sealed, keys, roster=roster)


def write_touched(part: Part, *, roster: int, topics: Mapping[str, int]) -> None:
    """People who are here, and how to take it back. Raises ``PeopleMoved``. Call inside a transaction."""
    _check_nobody_moved(part.seen)
    for fields, rows in part.changed.items():
        update_people(fields, rows)
    keys = keys_here({manager for manager, _ in part.managers} - {""})
    update_people(("manager",), ((keys.get(manager), person) for manager, person in part.managers))
    prepared = RosterTrace._meta.get_field("sealed")
    traces = ((roster, pk, False, prepared.get_db_prep_save(sealed, connection)) for pk, sealed in part.traces)
    insert_rows(RosterTrace, ("roster", "person", "is_new", "sealed"), traces)
    _write_lists(part.changed_lists, topics, anew=True)


def write_exclusions(sealed: Sequence[tuple[str, bytes]], keys: Mapping[str, int], *, roster: int) -> None:
    """Whom the file adds to people's exclusions, and that it was this import which did."""
    exclusions = [Exclusion(author_id=keys[author], sealed_person_id=one) for author, one in sealed]
    made = Exclusion.objects.bulk_create(exclusions, batch_size=AT_ONCE)
    added = [RosterExclusion(roster_id=roster, exclusion=exclusion) for exclusion in made]
    RosterExclusion.objects.bulk_create(added, batch_size=AT_ONCE)


def keys_here(person_ids: Iterable[str]) -> dict[str, int]:
    """The keys of those of these people who are here."""
    return {
        person_id: pk
        for part in parts(list(person_ids))
        for person_id, pk in Person.objects.filter(person_id__in=part).order_by().values_list("person_id", "pk")
    }


def _check_nobody_moved(seen: dict[int, datetime]) -> None:
    for part in parts(list(seen)):
        rows = Person.objects.select_for_update(no_key=True).filter(pk__in=part).order_by("pk")
        now = dict(rows.values_list("pk", "changed_at"))
        if any(now.get(pk) != seen[pk] for pk in part):
            raise PeopleMoved


def topic_keys(names: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
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


def _write_lists(people: Sequence[tuple[int, OwnLists]], topics: Mapping[str, int], *, anew: bool) -> None:
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
