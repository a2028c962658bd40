"""The directory of people, and one person as the organisation tells them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.people.column_words import role_word
from viceversa.people.directory import MOST_CHOICES, ROLES, Wish, choices_of, count_here, directory, wish_from
from viceversa.people.directory_file import note_taken_out, people_csv
from viceversa.people.languages import name_of
from viceversa.people.models import Person
from viceversa.people.reporting_lines import line_above
from viceversa.people.roster_turn import half_done
from viceversa.people.saved_views import views_of
from viceversa.programmes.models import Cohort, Enrolment, Programme
from viceversa.programmes.people_in import STANDINGS, cohorts_of, people_in

from ..access import Seat, access_installation
from ..paging import one_page
from ..people_words import shown_filters, standing_words
from ..request import PageRequest

REPORTS_SHOWN = 20
# What a row of the list tells of somebody, and no more.
TOLD = (
    *("public_id", "person_id", "given_name", "family_name", "preferred_name"),
    *("job_title", "function", "location", "grade", "role", "leave_date"),
)


def wish_of(request: PageRequest) -> Wish:
    """What the address asks of the directory; the words stand under ``q``."""
    return wish_from({**request.GET.dict(), "words": request.GET.get("q", "")})


def address_of(asked: dict[str, Any]) -> str:
    """The directory's address that asks for this; the other way round than ``wish_of``."""
    query = {"q" if name == "words" else name: "yes" if value is True else value for name, value in asked.items()}
    return f"{reverse('people_list')}?{urlencode(query)}" if query else reverse("people_list")


def people_list(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    wish = wish_of(request)
    counts = count_here(on=request.now.date())
    cohorts = cohorts_of(seat.scopes(Role.COORDINATOR))
    manager = Person.objects.filter(public_id=wish.manager).first() if wish.manager else None
    views = views_of(seat.user)
    context: dict[str, Any] = {
        "wish": wish,
        "counts": counts,
        "is_empty": not counts["here"] and not counts["left"],
        "half_done": half_done(),
        "filters": _filters(wish, counts),
        "choices": _choices(wish),
        "cohorts": cohorts,
        "standings": standing_words(),
        "manager": manager,
        "shown": shown_filters(wish, cohorts=cohorts, manager=manager),
        "views": [(view, address_of(view.asked), view.asked == wish.asked) for view in views],
        "may_save": bool(wish.asked) and all(view.asked != wish.asked for view in views),
        "saving": address_of(wish.asked).partition("?")[2],
        **one_page(request, _narrowed(wish, cohorts=cohorts, request=request).only(*TOLD), count=_known(wish, counts)),
    }
    return render(request, "people/people_list.html", context)


def _known(wish: Wish, counts: dict[str, int]) -> int | None:
    """How many the page lists, where the figures above it have counted just these."""
    narrowed = wish.asked.keys() - {"sort"}
    if narrowed <= {"role"}:
        return counts[wish.role or "here"]
    return counts["left"] if narrowed == {"left"} else None


def _narrowed(wish: Wish, *, cohorts: list[Cohort], request: PageRequest) -> QuerySet[Person]:
    """The directory as asked. A cohort that the reader does not coordinate is nothing they could ask about."""
    people = directory(wish, on=request.now.date())
    cohort = next((cohort for cohort in cohorts if cohort.public_id == wish.cohort), None)
    if cohort is None:
        return people
    return people_in(people, cohort=cohort, standing=wish.standing if wish.standing in STANDINGS else "in")


def _choices(wish: Wish) -> list[dict[str, Any]]:
    values = choices_of("function", "location")
    return [_choice(column, values[column], chosen=getattr(wish, column)) for column in values]


def _choice(column: str, values: list[str], *, chosen: str) -> dict[str, Any]:
    """The values to choose from; where there are too many, the column is typed."""
    is_typed = len(values) > MOST_CHOICES
    if chosen and not is_typed and chosen not in values:
        values.append(chosen)
    names = {"function": (_("Function"), _("Every function")), "location": (_("Place"), _("Every place"))}
    label, every = names[column]
    return {"name": column, "label": label, "every": every, "values": values, "typed": is_typed, "chosen": chosen}


def _filters(wish: Wish, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Filters as links; each keeps everything else that was asked for."""
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


def people_file(request: PageRequest) -> HttpResponse | StreamingHttpResponse:
    """The present list as a file; the same filters as on the page."""
    seat = access_installation(request)
    wish = wish_of(request)
    people = _narrowed(wish, cohorts=cohorts_of(seat.scopes(Role.COORDINATOR)), request=request)
    if request.method == "GET":
        note_taken_out(people, by=seat.user, now=request.now)
    response = StreamingHttpResponse(people_csv(people), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{request.now.date().isoformat()}.csv"'
    return response


def person(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    somebody = Person.objects.select_related("manager").filter(public_id=public_id).first()
    if somebody is None:
        raise Http404
    today = request.now.date()
    reports = somebody.reports.here(on=today)
    enrolments = _enrolments(somebody, seat)
    has_left = somebody.has_left(on=today)
    context = {
        "person": somebody,
        "role_word": role_word(somebody.role),
        "has_left": has_left,
        "languages": [name_of(tag) for tag in somebody.languages],
        "hours": "–".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in _hours(somebody)),
        "offers": somebody.offers.select_related("topic").order_by("-level", "topic__name"),
        "wants": somebody.wants.select_related("topic").order_by("-priority", "topic__name"),
        "above": line_above(somebody),
        "reports": list(reports[:REPORTS_SHOWN]),
        "report_count": reports.count(),
        "enrolments": enrolments,
        "may_join": [] if has_left else _open_to(somebody, seat, enrolments),
        "standings": standing_words(),
        "who": somebody.email or somebody.person_id,
    }
    return render(request, "people/person.html", context)


def _hours(somebody: Person) -> tuple[int, int]:
    return somebody.hours_start, somebody.hours_end


def _enrolments(somebody: Person, seat: Seat) -> list[Enrolment]:
    """In the reader's own programmes; of others they know nothing."""
    own = somebody.enrolments.filter(cohort__programme__public_id__in=seat.scopes(Role.COORDINATOR))
    return list(own.select_related("cohort__programme").order_by("-pk"))


def _open_to(somebody: Person, seat: Seat, enrolments: list[Enrolment]) -> list[Programme]:
    """The reader's launched programmes that this person has nothing to do with yet."""
    known = {enrolment.cohort.programme_id for enrolment in enrolments}
    own = Programme.objects.filter(public_id__in=seat.scopes(Role.COORDINATOR), state=Programme.State.LAUNCHED)
    takes_people = own.filter(cohorts__closed_at=None, cohorts__archived_at=None)
    return list(takes_people.exclude(pk__in=known).distinct().order_by("name"))


urlpatterns: list[URLPattern] = [
    path("people/", people_list, name="people_list"),
    path("people/list.csv", people_file, name="people_file"),
    path("people/<str:public_id>/", person, name="person"),
]
