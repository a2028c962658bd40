"""The reporting tree around one person: the line above, two levels below, and how many more there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from .models import Person

BRANCHES_A_PAGE = 24
TWIGS_SHOWN = 4
ROOTS_A_PAGE = 24
_BY_NAME = ("family_name", "given_name", "pk")


@dataclass(frozen=True)
class Node:
    """A person in the tree, how many report to them today, and those of them that are drawn, by name."""

    person: Person
    reports: int
    below: tuple[Node, ...] = ()

    @property
    def more(self) -> int:
        return self.reports - len(self.below)

    @property
    def everybody(self) -> list[Person]:
        return [self.person, *(person for node in self.below for person in node.everybody)]


@dataclass(frozen=True)
class Tree:
    """``above`` from the top down. ``centre`` has no one below: its branches are given page by page."""

    above: tuple[Node, ...]
    centre: Node
    branches: tuple[Node, ...]

    @property
    def everybody(self) -> list[Person]:
        nodes = (*self.above, self.centre, *self.branches)
        return [person for node in nodes for person in node.everybody]


def roots(*, on: date) -> QuerySet[Person]:
    """Whoever is here, reports to nobody and has somebody below."""
    below = Person.objects.here(on=on).filter(manager=OuterRef("pk"))
    return Person.objects.here(on=on).filter(Exists(below), manager=None).order_by(*_BY_NAME)


def reports_of(person: Person, *, on: date) -> QuerySet[Person]:
    return Person.objects.here(on=on).filter(manager=person).order_by(*_BY_NAME)


def tree_around(line: Sequence[Person], *, reports: Iterable[Person], count: int, on: date) -> Tree:
    """The tree for one page of somebody's reports; ``count`` is how many they are altogether.

    ``line`` is that person and whoever stands above them, nearest first. Three queries, however many there are.
    """
    person, above = line[0], list(reversed(line[1:]))
    counts = _report_counts(above, on=on)
    return Tree(
        above=tuple(Node(one, counts.get(one.pk, 0)) for one in above),
        centre=Node(person, count),
        branches=tuple(forest_of(reports, on=on)),
    )


def forest_of(people: Iterable[Person], *, on: date) -> list[Node]:
    """These people, each with the first few who report to them. Two queries, however many there are."""
    heads = list(people)
    below = _some_of_each(heads, on=on)
    counts = _report_counts([*heads, *(one for twigs in below.values() for one in twigs)], on=on)

    def node(person: Person) -> Node:
        twigs = tuple(Node(one, counts.get(one.pk, 0)) for one in below.get(person.pk, ()))
        return Node(person, counts.get(person.pk, 0), twigs)

    return [node(head) for head in heads]


def _some_of_each(managers: list[Person], *, on: date) -> dict[int, list[Person]]:
    """The first few reports of each, by one query."""
    place = Window(RowNumber(), partition_by="manager", order_by=[F(name).asc() for name in _BY_NAME])
    people = Person.objects.here(on=on).filter(manager__in=[one.pk for one in managers]).annotate(place=place)
    found: dict[int, list[Person]] = {}
    for person in people.filter(place__lte=TWIGS_SHOWN).order_by(*_BY_NAME):
        found.setdefault(person.manager_id or 0, []).append(person)
    return found


def _report_counts(people: list[Person], *, on: date) -> dict[int, int]:
    rows = Person.objects.here(on=on).filter(manager__in=[person.pk for person in people]).order_by()
    return dict(rows.values_list("manager").annotate(Count("pk")))
