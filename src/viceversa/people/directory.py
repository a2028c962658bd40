"""The directory of people as the coordinator's page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Value

from .folding import folded
from .models import Person

ROLES = ("mentor", "mentee", "both", "none")
SORTS: dict[str, tuple[str, ...]] = {
    "name": ("family_name", "given_name", "pk"),
    "grade": ("-grade", "family_name", "given_name", "pk"),
    "function": ("function", "family_name", "given_name", "pk"),
    "location": ("location", "family_name", "given_name", "pk"),
    "newest": ("-hire_date", "family_name", "given_name", "pk"),
}
_UNKNOWN_LAST = {"grade": "grade", "newest": "hire_date"}  # the two databases differ on where nothing stands
# Nobody types more; each word costs a comparison with every person.
_MOST_WORDS = 6
MOST_CHOICES = 150
MOST_DIGITS = 6


@dataclass(frozen=True)
class Wish:
    """What the reader of the directory asked for; anything unknown counts as not asked.

    ``cohort``, ``manager``: public ids. ``standing``: how far somebody is in that cohort, a state of an enrolment,
    ``in`` for any and ``out`` for nobody it knows. Grades are numbers as typed.
    """

    words: str = ""
    role: str = ""
    function: str = ""
    location: str = ""
    grade_least: str = ""
    grade_most: str = ""
    cohort: str = ""
    standing: str = ""
    manager: str = ""
    no_email: bool = False
    left: bool = False
    sort: str = "name"

    @property
    def asked(self) -> dict[str, Any]:
        """What differs from asking for everybody."""
        return {name: value for name, value in asdict(self).items() if value != getattr(_EVERYBODY, name)}

    @property
    def leaves_out(self) -> bool:
        """Whether it asks for some people only; an order leaves nobody out."""
        return bool(self.asked.keys() - {"sort"})

    @property
    def narrows(self) -> int:
        """How many filters stand, the words and the order not counted."""
        return len(self.asked.keys() - {"words", "sort", "left", "role"})


_EVERYBODY = Wish()


def wish_from(asked: Mapping[str, Any]) -> Wish:
    """A wish out of an address or a saved view; what is unknown or unreadable is left out.

    An address may stand inside a form's field, where nobody has looked for NULs, which PostgreSQL keeps nowhere.
    """
    read: dict[str, Any] = {}
    for one in fields(Wish):
        value = asked.get(one.name, "")
        text = str(value).replace("\x00", " ").strip()[:200]
        read[one.name] = value is True or text == "yes" if isinstance(one.default, bool) else text
    for name in ("grade_least", "grade_most"):
        read[name] = read[name] if _grade(read[name]) is not None else ""
    if read["role"] not in ROLES:
        read["role"] = ""
    if read["sort"] not in SORTS:
        read["sort"] = _EVERYBODY.sort
    return Wish(**read)


def _grade(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else None


def directory(wish: Wish, *, on: date) -> QuerySet[Person]:
    """Whoever is here on that day, or has left by then, narrowed and sorted as asked.

    Not narrowed by cohort: enrolments are the programme's, ``programmes.people_in`` knows them.
    """
    people = Person.objects.filter(leave_date__lte=on) if wish.left else Person.objects.here(on=on)
    for word in folded(wish.words).split()[:_MOST_WORDS]:
        people = people.filter(Q(search__contains=word) | Q(search_own__contains=word))
    people = people.filter(_facts(wish))
    order = SORTS[wish.sort]
    unknown_last = _UNKNOWN_LAST.get(wish.sort)
    if unknown_last:
        return people.order_by(F(unknown_last).desc(nulls_last=True), *order[1:])
    return people.order_by(*order)


def _facts(wish: Wish) -> Q:
    """What the columns of a person must say."""
    says = Q()
    if wish.role:
        says &= Q(role="" if wish.role == "none" else wish.role)
    for column in ("function", "location"):
        if value := getattr(wish, column):
            says &= Q(**{column: value})
    if wish.grade_least:
        says &= Q(grade__gte=_grade(wish.grade_least))
    if wish.grade_most:
        says &= Q(grade__lte=_grade(wish.grade_most))
    if wish.no_email:
        says &= Q(email="")
    if wish.manager:
        says &= Q(manager__public_id=wish.manager)
    return says


def count_here(*, on: date) -> dict[str, int]:
    """How many people are here, have left, and how many the people file names for each role."""
    everybody = Person.objects.order_by().values_list("role")
    # Apart, so that most people are counted along the index of leave dates and roles, with nothing to sort.
    staying = everybody.filter(leave_date=None).annotate(left=Value(0), all=Count("*"))
    leaving = everybody.exclude(leave_date=None)
    leaving = leaving.annotate(left=Count("pk", filter=Q(leave_date__lte=on)), all=Count("*"))
    counts = dict.fromkeys(("here", "left", *ROLES), 0)
    for role, left, all_of_them in staying.union(leaving, all=True):
        counts["left"] += left
        counts["here"] += all_of_them - left
        counts[role or "none"] += all_of_them - left
    return counts


def choices_of(*columns: str) -> dict[str, list[str]]:
    """The values of each column in order, at most one more than ``MOST_CHOICES``; hops along the columns' indexes."""
    table = connection.ops.quote_name(Person._meta.db_table)
    hops, told = [], []
    for name in columns:
        hop, column = f"hop_{name}", connection.ops.quote_name(Person._meta.get_field(name).name)
        hops.append(
            f"{hop}(value) AS (SELECT MIN({column}) FROM {table} WHERE {column} > '' UNION ALL "  # noqa: S608
            f"SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > {hop}.value) FROM {hop} "
            f"WHERE {hop}.value IS NOT NULL)"
        )
        told.append(
            f"SELECT '{name}', value FROM (SELECT value FROM {hop} WHERE value IS NOT NULL "  # noqa: S608
            f"LIMIT {MOST_CHOICES + 1}) AS told_{name}"
        )
    choices: dict[str, list[str]] = {name: [] for name in columns}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {', '.join(hops)} {' UNION ALL '.join(told)}")
        for name, value in cursor.fetchall():
            choices[name].append(str(value))
    return choices
