"""The reporting tree around one person: the line above, two levels below, and how many more there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from .below import Below
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


def tree_around(
    line: Sequence[Person], *, reports: Iterable[Person], counts: Mapping[int, int], below: Below, on: date
) -> Tree:
    """The tree for one page of somebody's reports.

    ``line`` is that person and whoever stands above them, nearest first; ``counts`` tells how many report to each of
    the line, ``below`` who stands below the person. One query, however many there are.
    """
    person, above = line[0], list(reversed(line[1:]))
    return Tree(
        above=tuple(Node(one, counts.get(one.pk, 0)) for one in above),
        centre=Node(person, counts.get(person.pk, 0)),
        branches=tuple(forest_of(reports, below=below, on=on)),
    )


def forest_of(people: Iterable[Person], *, below: Below, on: date) -> list[Node]:
    """These people, each with the first few who report to them. One query, however many there are."""
    heads = list(people)
    twigs = _some_of_each(heads, on=on)

    def node(person: Person) -> Node:
        drawn, reports = twigs.get(person.pk, ([], 0))
        return Node(person, reports, tuple(Node(one, below.direct.get(one.pk, 0)) for one in drawn))

    return [node(head) for head in heads]


def _some_of_each(managers: list[Person], *, on: date) -> dict[int, tuple[list[Person], int]]:
    """The first few reports of each, and how many they have, by one query."""
    place = Window(RowNumber(), partition_by="manager", order_by=[F(name).asc() for name in _BY_NAME])
    beside = Window(Count("pk"), partition_by="manager")
    here = Person.objects.here(on=on).filter(manager__in=[one.pk for one in managers])
    found: dict[int, tuple[list[Person], int]] = {}
    for person in here.annotate(place=place, beside=beside).filter(place__lte=TWIGS_SHOWN).order_by(*_BY_NAME):
        beside_them: int = vars(person)["beside"]
        found.setdefault(person.manager_id or 0, ([], beside_them))[0].append(person)
    return found


def report_counts(people: Collection[Person], *, on: date) -> dict[int, int]:
    """Person's key → how many report to them; who has nobody is not there. One query."""
    rows = Person.objects.here(on=on).filter(manager__in=[person.pk for person in people]).order_by()
    return dict(rows.values_list("manager").annotate(Count("pk")))
