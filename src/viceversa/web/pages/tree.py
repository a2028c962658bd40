"""The reporting tree: who stands above and below somebody, who of them takes part, and whom the line keeps apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path

from viceversa.accounts.access import Role
from viceversa.people.models import Person
from viceversa.people.reporting_lines import line_from
from viceversa.people.tree import BRANCHES_A_PAGE, ROOTS_A_PAGE, Node, nodes_of, reports_of, roots, tree_around
from viceversa.programmes.firewall import Apart, Firewall, colleagues_of, could_meet, firewall_of, sides_of
from viceversa.programmes.models import Cohort
from viceversa.programmes.people_in import cohorts_of

from ..access import access_installation
from ..middleware import LAST_PROGRAMME
from ..paging import one_page
from ..request import PageRequest
from ..typed import typed

Sides = Mapping[int, frozenset[str]]


@dataclass(frozen=True)
class Drawn:
    """A person as the tree draws them: the side they take part on, and what keeps them from the person at hand."""

    person: Person
    reports: int
    sides: frozenset[str]
    has_left: bool
    apart: str = ""
    below: tuple[Drawn, ...] = ()
    more: int = 0

    @property
    def shape(self) -> str:
        """Of their face."""
        if len(self.sides) != 1:
            return "staff"
        return "mentor" if "mentor" in self.sides else "leader"


def people_tree(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    cohorts = cohorts_of(seat.scopes(Role.COORDINATOR))
    cohort = _at_hand(request, cohorts)
    at = typed(request.GET, "at")
    context: dict[str, Any] = {"cohorts": cohorts, "cohort": cohort}
    if not at:
        return _roots(request, context)
    line = line_from(at)
    if not line:
        raise Http404
    return _around(request, line, context)


def _at_hand(request: PageRequest, cohorts: list[Cohort]) -> Cohort | None:
    """The cohort asked for, else one of the programme that was open last."""
    asked, last = typed(request.GET, "cohort"), request.COOKIES.get(LAST_PROGRAMME, "")
    return (
        next((one for one in cohorts if one.public_id == asked), None)
        or next((one for one in cohorts if one.programme.public_id == last), None)
        or next(iter(cohorts), None)
    )


def _roots(request: PageRequest, context: dict[str, Any]) -> HttpResponse:
    listed = one_page(request, roots(on=request.now.date()), per_page=ROOTS_A_PAGE)
    people = list(listed["page"])
    sides = sides_of(context["cohort"], people) if context["cohort"] else {}
    nodes = nodes_of(people, on=request.now.date())
    context |= {**listed, "roots": [_drawn(node, sides=sides, request=request) for node in nodes]}
    return render(request, "people/tree_roots.html", context)


def _around(request: PageRequest, line: list[Person], context: dict[str, Any]) -> HttpResponse:
    today, person = request.now.date(), line[0]
    cohort: Cohort | None = context["cohort"]
    listed = one_page(request, reports_of(person, on=today), per_page=BRANCHES_A_PAGE)
    tree = tree_around(line, reports=listed["page"], count=listed["page"].paginator.count, on=today)
    sides = sides_of(cohort, tree.everybody) if cohort else {}
    wall = firewall_of(cohort.programme.policy) if cohort else Firewall(levels=0, same_manager=True)
    draw = _Draw(request=request, sides=sides, wall=wall, own=sides.get(person.pk, frozenset()))
    levels = len(tree.above)
    context |= {
        **listed,
        "person": person,
        "centre": draw.node(tree.centre, distance=0),
        "above": [draw.node(node, distance=levels - place) for place, node in enumerate(tree.above)],
        "branches": [draw.node(node, distance=1) for node in tree.branches],
        "wall": wall,
        "colleagues": colleagues_of(person, cohort=cohort) if cohort else [],
    }
    context["kept_apart"] = _kept_apart([*context["above"], *context["branches"]])
    context["colleagues_apart"] = wall.under_one_manager is Apart.SAME_MANAGER
    return render(request, "people/tree.html", context)


@dataclass(frozen=True)
class _Draw:
    """Everything that one drawing needs to know of each node."""

    request: PageRequest
    sides: Sides
    wall: Firewall
    own: frozenset[str]

    def node(self, node: Node, *, distance: int) -> Drawn:
        sides = self.sides.get(node.person.pk, frozenset())
        apart = self.wall.between(distance=distance) if could_meet(self.own, sides) else None
        below = tuple(self.node(one, distance=distance + 1) for one in node.below)
        return Drawn(
            person=node.person,
            reports=node.reports,
            sides=sides,
            has_left=node.person.has_left(on=self.request.now.date()),
            apart=apart.value if apart else "",
            below=below,
            more=node.more if distance else 0,
        )


def _drawn(node: Node, *, sides: Sides, request: PageRequest) -> Drawn:
    wall = Firewall(levels=0, same_manager=True)
    return _Draw(request=request, sides=sides, wall=wall, own=frozenset()).node(node, distance=0)


def _kept_apart(nodes: list[Drawn]) -> int:
    """How many of those drawn would make a pair with the person at hand, were it not for the line."""
    return sum(bool(node.apart) + _kept_apart(list(node.below)) for node in nodes)


urlpatterns: list[URLPattern] = [path("people/tree/", people_tree, name="people_tree")]
