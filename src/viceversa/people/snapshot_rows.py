"""People out of the database as rows of the people file: for matching, and to compare a new file with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from django.db.models import QuerySet, Value

from viceversa.accounts.keys.store import owner_keys
from viceversa.formats.person import PersonRow, Want

from .models import Exclusion, Person, RankedPreference, TopicOffer, TopicWant
from .sealing import opened

_CHUNK = 2_000
_MANAGER = "manager__person_id"
_OFFER, _WANT, _PREFERENCE = 1, 2, 3
_TEXT_COLUMNS = (
    "given_name",
    "family_name",
    "email",
    "job_title",
    "function",
    "location",
    "external_id",
    _MANAGER,
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
_COLUMNS = ("person_id", *_TEXT_COLUMNS, *_PROFILE_COLUMNS)


def person_rows(people: QuerySet[Person]) -> list[PersonRow]:
    """These people as the people file would tell them, exclusions opened, sorted by ``person_id``.

    The same number of queries for two people and for thousands. What comes out of here knows whom people
    exclude, so it goes to the engine and nowhere else.

    Raises
    ------
    KeysMissing
        When an exclusion cannot be opened: a match that ignores one must not be made.
    """
    return _with_exclusions(list(told_rows(people)), among=people)


def rows_of_loaded(
    people: Iterable[Person], *, manager_ids: Mapping[int, str | None], among: QuerySet[Person]
) -> list[PersonRow]:
    """As ``person_rows``, of people who are loaded already; ``manager_ids`` has their managers' numbers by key.

    ``among`` is a query that finds them, and may find more: of nobody else an exclusion is opened.
    """
    known = sorted(people, key=lambda person: person.pk)
    columns = (
        (one.pk, *(manager_ids[one.pk] if name == _MANAGER else getattr(one, name) for name in _COLUMNS))
        for one in known
    )
    return _with_exclusions(list(_told(columns, among=among)), among=among)


def told_rows(people: QuerySet[Person]) -> Iterator[PersonRow]:
    """The same without exclusions, one after the other, whatever their number, by a constant number of queries."""
    here = Person.objects.filter(pk__in=people.order_by().values("pk"))
    return _told(here.order_by("pk").values_list("pk", *_COLUMNS).iterator(_CHUNK), among=here)


def _told(columns: Iterable[tuple[Any, ...]], *, among: QuerySet[Person]) -> Iterator[PersonRow]:
    """``columns`` are a key and ``_COLUMNS`` of each, by ascending key."""
    details = _ByPerson(_details(among))
    for key, *told in columns:
        offers, wants, prefers = dict[str, int](), dict[str, Want](), list[str]()
        for _place, text, first, second, kind in details.of(key):
            if kind == _OFFER:
                offers[text] = first
            elif kind == _WANT:
                wants[text] = Want(first, second)
            else:
                prefers.append(text)
        yield _row(told, offers=offers, wants=wants, prefers=tuple(prefers))


def _details(people: QuerySet[Person]) -> Iterator[tuple[Any, ...]]:
    """What these people offer, want and prefer, by one query: key, place in its list, words, two numbers, kind."""
    here = people.order_by().values("pk")
    none = Value(0)
    offers = TopicOffer.objects.filter(person__in=here).values_list(
        "person_id", "pk", "topic__name", "level", none, Value(_OFFER)
    )
    wants = TopicWant.objects.filter(person__in=here).values_list(
        "person_id", "pk", "topic__name", "priority", "current", Value(_WANT)
    )
    preferences = RankedPreference.objects.filter(author__in=here).values_list(
        "author_id", "rank", "preferred_id_text", none, none, Value(_PREFERENCE)
    )
    rows: Any = offers.order_by().union(wants.order_by(), preferences.order_by(), all=True)
    return cast(Iterator[tuple[Any, ...]], rows.order_by("person_id", "pk").iterator(_CHUNK))


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


def _with_exclusions(rows: Sequence[PersonRow], *, among: QuerySet[Person]) -> list[PersonRow]:
    excluded = _exclusions(among, of={row.person_id for row in rows})
    whole = (replace(row, excludes=excluded[row.person_id]) if row.person_id in excluded else row for row in rows)
    return sorted(whole, key=lambda row: row.person_id)


def _exclusions(people: QuerySet[Person], *, of: Collection[str]) -> dict[str, tuple[str, ...]]:
    told = (
        Exclusion.objects.filter(author__in=people.order_by().values("pk"))
        .order_by("author_id", "pk")
        .values_list("author__person_id", "author__public_id", "sealed_person_id")
    )
    rows = [row for row in told if row[0] in of]
    keys = owner_keys({owner for _, owner, _ in rows}, create=False)
    excluded: dict[str, dict[str, None]] = defaultdict(dict)
    for author, owner, sealed in rows:
        excluded[author].setdefault(opened(keys[owner], sealed))
    return {author: tuple(ids) for author, ids in excluded.items()}
