"""The directory of people, and one person as the organisation tells them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.people.column_words import role_word
from viceversa.people.directory import ROLES, Wish, count_here, directory, functions
from viceversa.people.models import Person
from viceversa.people.reporting_lines import line_above
from viceversa.programmes.models import Enrolment

from ..access import Seat, access_installation
from ..paging import one_page
from ..request import PageRequest

REPORTS_SHOWN = 50


def people_list(request: PageRequest) -> HttpResponse:
    access_installation(request)
    wish = _wish(request)
    counts = count_here(on=request.now.date())
    context: dict[str, Any] = {
        "wish": wish,
        "counts": counts,
        "is_empty": not counts["here"] and not counts["left"],
        "filters": _filters(wish, counts),
        "functions": functions(),
        **one_page(request, directory(wish, on=request.now.date())),
    }
    return render(request, "people/people_list.html", context)


def _wish(request: PageRequest) -> Wish:
    def asked(name: str) -> str:
        # PostgreSQL takes no NUL.
        return request.GET.get(name, "").replace("\0", "").strip()[:200]

    return Wish(
        words=asked("q"),
        role=asked("role") if asked("role") in ROLES else "",
        function=asked("function"),
        left=asked("left") == "yes",
        sort=asked("sort") or "name",
    )


def _filters(wish: Wish, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Filters as links; each keeps the words and the function that were asked for."""
    words = {"mentor": _("Mentors"), "mentee": _("Leaders"), "both": _("Both"), "none": _("Not taking part")}
    everyone = {"label": _("Everyone"), "count": counts["here"], "role": "", "left": ""}
    rows = [everyone | {"current": not wish.role and not wish.left}]
    rows += [
        {"label": words[role], "count": counts[role], "role": role, "left": "", "current": wish.role == role}
        for role in ROLES
        if counts[role]
    ]
    if counts["left"]:
        rows.append({"label": _("Left"), "count": counts["left"], "role": "", "left": "yes", "current": wish.left})
    return rows


def person(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    somebody = Person.objects.select_related("manager").filter(public_id=public_id).first()
    if somebody is None:
        raise Http404
    reports = somebody.reports.here(on=request.now.date())
    context = {
        "person": somebody,
        "role_word": role_word(somebody.role),
        "has_left": somebody.has_left(on=request.now.date()),
        "hours": "–".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in _hours(somebody)),
        "offers": somebody.offers.select_related("topic").order_by("-level", "topic__name"),
        "wants": somebody.wants.select_related("topic").order_by("-priority", "topic__name"),
        "above": line_above(somebody),
        "reports": reports[:REPORTS_SHOWN],
        "report_count": reports.count(),
        "enrolments": _enrolments(somebody, seat),
    }
    return render(request, "people/person.html", context)


def _hours(somebody: Person) -> tuple[int, int]:
    return somebody.hours_start, somebody.hours_end


def _enrolments(somebody: Person, seat: Seat) -> list[Enrolment]:
    """In the reader's own programmes; of others they know nothing."""
    own = somebody.enrolments.filter(cohort__programme__public_id__in=seat.scopes(Role.COORDINATOR))
    return list(own.select_related("cohort__programme").order_by("-pk"))


urlpatterns: list[URLPattern] = [
    path("people/", people_list, name="people_list"),
    path("people/<str:public_id>/", person, name="person"),
]
