"""The reporting tree: who stands above and below somebody, who of them takes part, and whom the line keeps apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from viceversa.accounts.access import Role
from viceversa.people.below import below_each, below_manager
from viceversa.people.directory import Wish, directory
from viceversa.people.models import Person
from viceversa.people.reporting_lines import line_from
from viceversa.people.tree import (
    BRANCHES_A_PAGE,
    ROOTS_A_PAGE,
    Node,
    forest_of,
    report_counts,
    reports_of,
    roots,
    tree_around,
)
from viceversa.programmes.firewall import Apart, Firewall, colleagues_of, could_meet, firewall_of, sides_of
from viceversa.programmes.models import Cohort
from viceversa.programmes.people_in import cohorts_of

from ..access import access_installation
from ..middleware import LAST_PROGRAMME
from ..paging import one_page
from ..request import PageRequest
from ..typed import typed

Sides = Mapping[int, frozenset[str]]
NO_WALL = Firewall(levels=0, same_manager=True)


@dataclass(frozen=True)
class Drawn:
    """A person as the tree draws them: the side they take part on, and what keeps them from the person at hand.

    ``under``: people below them at any distance.
    """

    person: Person
    reports: int
    under: int
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
    at, words = typed(request.GET, "at"), typed(request.GET, "q").strip()
    context: dict[str, Any] = {"cohorts": cohorts, "cohort": cohort, "words": words}
    if words:
        return _found(request, Wish(words=words), context)
    if not at:
        return _from_the_top(request, context)
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


def _found(request: PageRequest, wish: Wish, context: dict[str, Any]) -> HttpResponse:
    """Whoever the words fit: one is drawn at once, several are to be chosen from."""
    listed = one_page(request, directory(wish, on=request.now.date()), per_page=ROOTS_A_PAGE)
    if listed["page"].paginator.count == 1:
        asked = {"at": listed["page"][0].public_id}
        asked |= {"cohort": context["cohort"].public_id} if context["cohort"] else {}
        return redirect(f"{reverse('people_tree')}?{urlencode(asked)}")
    return _forest(request, listed, context | {"found": True})


def _from_the_top(request: PageRequest, context: dict[str, Any]) -> HttpResponse:
    """Whoever has nobody above them; if that is one person, they are drawn at once."""
    listed = one_page(request, roots(on=request.now.date()), per_page=ROOTS_A_PAGE)
    if listed["page"].paginator.count == 1:
        return _around(request, [listed["page"][0]], context | {"is_only_top": True})
    return _forest(request, listed, context)


def _forest(request: PageRequest, listed: dict[str, Any], context: dict[str, Any]) -> HttpResponse:
    """Several people, each with the first who report to them."""
    people = list(listed["page"])
    below = below_each(people, now=request.now)
    trees = forest_of(people, below=below, on=request.now.date())
    everybody = [person for node in trees for person in node.everybody]
    draw = _Draw(
        request=request,
        sides=sides_of(context["cohort"], everybody) if context["cohort"] else {},
        under=below.under,
    )
    context |= {**listed, "roots": [draw.node(node, distance=1) for node in trees]}
    return render(request, "people/tree_roots.html", context)


def _around(request: PageRequest, line: list[Person], context: dict[str, Any]) -> HttpResponse:
    today, person = request.now.date(), line[0]
    cohort: Cohort | None = context["cohort"]
    counts = report_counts(line, on=today)
    reports = reports_of(person, on=today)
    listed = one_page(request, reports, per_page=BRANCHES_A_PAGE, count=counts.get(person.pk, 0))
    below = below_manager(person, now=request.now)
    tree = tree_around(line, reports=listed["page"], counts=counts, below=below, on=today)
    sides = sides_of(cohort, tree.everybody) if cohort else {}
    wall = firewall_of(cohort.programme.policy) if cohort else NO_WALL
    under = {**below.under, person.pk: below.everybody}
    draw = _Draw(request=request, sides=sides, under=under, wall=wall, own=sides.get(person.pk, frozenset()))
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
    under: Mapping[int, int]
    wall: Firewall = NO_WALL
    own: frozenset[str] = frozenset()

    def node(self, node: Node, *, distance: int) -> Drawn:
        sides = self.sides.get(node.person.pk, frozenset())
        apart = self.wall.between(distance=distance) if could_meet(self.own, sides) else None
        below = tuple(self.node(one, distance=distance + 1) for one in node.below)
        return Drawn(
            person=node.person,
            reports=node.reports,
            under=self.under.get(node.person.pk, 0),
            sides=sides,
            has_left=node.person.has_left(on=self.request.now.date()),
            apart=apart.value if apart else "",
            below=below,
            more=node.more if distance else 0,
        )


def _kept_apart(nodes: list[Drawn]) -> int:
    """How many of those drawn would make a pair with the person at hand, were it not for the line."""
    return sum(bool(node.apart) + _kept_apart(list(node.below)) for node in nodes)


urlpatterns: list[URLPattern] = [path("people/tree/", people_tree, name="people_tree")]
