"""People out of the database as rows of the people file: for matching, and to compare a new file with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from viceversa.accounts.keys.store import owner_keys
from viceversa.formats.person import PersonRow, Want

from .models import Exclusion, Person, RankedPreference, TopicOffer, TopicWant
from .sealing import opened

_CHUNK = 2_000
_TEXT_COLUMNS = (
    "given_name",
    "family_name",
    "email",
    "job_title",
    "function",
    "location",
    "external_id",
    "manager__person_id",
    "grade",
    "role",
    "capacity",
)
_PROFILE_COLUMNS = (
    "interests",
    "languages",
    "time_zone",
    "hours_start",
    "hours_end",
    "style_formality",
    "style_structure",
    "hire_date",
    "leave_date",
)


def person_rows(people: QuerySet[Person]) -> list[PersonRow]:
    """These people as the people file would tell them, exclusions opened, sorted by ``person_id``.

    The same number of queries for two people and for thousands. What comes out of here knows whom people
    exclude, so it goes to the engine and nowhere else.

    Raises
    ------
    KeysMissing
        When an exclusion cannot be opened: a match that ignores one must not be made.
    """
    excluded = _exclusions(people)
    rows = [replace(row, excludes=excluded.get(row.person_id, ())) for row in told_rows(people)]
    return sorted(rows, key=lambda row: row.person_id)


def told_rows(people: QuerySet[Person]) -> Iterator[PersonRow]:
    """The same without exclusions, one after the other, whatever their number, by a constant number of queries."""
    here = Person.objects.filter(pk__in=people.order_by().values("pk"))
    offers = _ByPerson(
        TopicOffer.objects.filter(person__in=here)
        .order_by("person_id", "pk")
        .values_list("person_id", "topic__name", "level")
        .iterator(_CHUNK)
    )
    wants = _ByPerson(
        TopicWant.objects.filter(person__in=here)
        .order_by("person_id", "pk")
        .values_list("person_id", "topic__name", "priority", "current")
        .iterator(_CHUNK)
    )
    preferences = _ByPerson(
        RankedPreference.objects.filter(author__in=here)
        .order_by("author_id", "rank")
        .values_list("author_id", "preferred_id_text")
        .iterator(_CHUNK)
    )
    columns = ("pk", "person_id", *_TEXT_COLUMNS, *_PROFILE_COLUMNS)
    for key, *told in here.order_by("pk").values_list(*columns).iterator(_CHUNK):
        yield _row(
            told,
            offers=dict(offers.of(key)),
            wants={name: Want(priority, current) for name, priority, current in wants.of(key)},
            prefers=tuple(preferred for (preferred,) in preferences.of(key)),
        )


def _row(told: list[Any], *, offers: dict[str, int], wants: dict[str, Want], prefers: tuple[str, ...]) -> PersonRow:
    person_id, given, family, email, title, function, location, external, manager, grade, role, capacity = told[:12]
    interests, languages, time_zone, start, end, formality, structure, hired, leaves = told[12:]
    return PersonRow(
        person_id=person_id,
        given_name=given,
        family_name=family,
        email=email,
        job_title=title,
        function=function,
        location=location,
        external_id=external,
        manager_id=manager or "",
        grade=grade,
        role=role,
        capacity=capacity,
        offers=offers,
        wants=wants,
        interests=tuple(interests),
        languages=tuple(languages),
        time_zone=time_zone,
        hours=(start, end),
        style_formality=formality,
        style_structure=structure,
        prefers=prefers,
        excludes=(),
        hire_date=hired,
        leave_date=leaves,
        line=0,
    )


class _ByPerson:
    """Goes through rows sorted by person beside the people themselves, so that nothing is held or asked twice."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, key: int) -> list[tuple[Any, ...]]:
        """The rest of each row of this person. Ask in ascending order; people not asked for are passed over."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != key:
            return []
        rows = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _exclusions(people: QuerySet[Person]) -> dict[str, tuple[str, ...]]:
    rows = list(
        Exclusion.objects.filter(author__in=people.order_by().values("pk"))
        .order_by("author_id", "pk")
        .values_list("author__person_id", "author__public_id", "sealed_person_id")
    )
    keys = owner_keys({owner for _, owner, _ in rows}, create=False)
    excluded: dict[str, dict[str, None]] = defaultdict(dict)
    for author, owner, sealed in rows:
        excluded[author].setdefault(opened(keys[owner], sealed))
    return {author: tuple(ids) for author, ids in excluded.items()}
