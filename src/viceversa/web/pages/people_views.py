"""One's own saved views of the directory: save the search at hand, rename, ask for something else, take away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.people.directory import Wish, wish_from
from viceversa.people.models import Person, SavedView
from viceversa.people.saved_views import (
    MOST_VIEWS,
    NameTaken,
    TooManyViews,
    ViewGone,
    ask_anew,
    remove_view,
    rename_view,
    save_view,
    seen_of,
    views_of,
)
from viceversa.programmes.models import Cohort
from viceversa.programmes.people_in import cohorts_of

from ..access import Seat, access_installation
from ..forms.people import ViewNameForm
from ..people_words import words_of
from ..request import PageRequest
from ..typed import typed
from .people import address_of


def people_views(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    if request.method != "POST":
        return _page(request, seat, form=ViewNameForm(auto_id="new_%s"))
    try:
        return ACTS.get(typed(request.POST, "do"), _nothing)(request, seat)
    except ViewGone:
        messages.warning(request, _("Nothing was changed: that view is not here any more."))
    except ChangedMeanwhile:
        messages.warning(
            request, _("Nothing was changed: you changed that view somewhere else meanwhile. Look at it and try again.")
        )
    return redirect("people_views")


def _asked(request: PageRequest) -> Wish:
    """The search that is to be kept: an address of the directory, handed on from page to page."""
    query = QueryDict(request.POST.get("search") or request.GET.get("search", ""))
    return wish_from({**query.dict(), "words": query.get("q", "")})


def _page(
    request: PageRequest, seat: Seat, *, form: ViewNameForm, renamed: str = "", problem: str = ""
) -> HttpResponse:
    views = views_of(seat.user)
    wish = _asked(request)
    cohorts = cohorts_of(seat.scopes(Role.COORDINATOR))
    managers = _managers([wish, *(wish_from(view.asked) for view in views)])
    context: dict[str, Any] = {
        "form": form,
        "search": address_of(wish.asked).partition("?")[2] if wish.asked else "",
        "search_words": words_of(wish, cohorts=cohorts, managers=managers),
        "rows": [
            _row(view, form=form, renamed=renamed, cohorts=cohorts, managers=managers, problem=problem)
            for view in views
        ],
        "renamed": renamed,
        "is_full": len(views) >= MOST_VIEWS,
        "most": MOST_VIEWS,
    }
    return render(request, "people/people_views.html", context)


def _row(
    view: SavedView,
    *,
    form: ViewNameForm,
    renamed: str,
    cohorts: list[Cohort],
    managers: dict[str, Person],
    problem: str,
) -> dict[str, Any]:
    is_renamed = view.public_id == renamed
    return {
        "view": view,
        "url": address_of(view.asked),
        "words": words_of(wish_from(view.asked), cohorts=cohorts, managers=managers),
        "seen": seen_of(view),
        "typed": form.data.get("name", "") if is_renamed else view.name,
        "problem": problem if is_renamed else "",
    }


def _managers(wishes: list[Wish]) -> dict[str, Person]:
    ids = [wish.manager for wish in wishes if wish.manager]
    return {person.public_id: person for person in Person.objects.filter(public_id__in=ids)}


def _save(request: PageRequest, seat: Seat) -> HttpResponse:
    form = ViewNameForm(request.POST, auto_id="new_%s")
    wish = _asked(request)
    if form.is_valid() and not wish.asked:
        form.add_error(None, _("Search or filter the directory first: a view of everybody is the directory itself."))
    if form.is_valid():
        try:
            view = save_view(name=form.cleaned_data["name"], asked=wish.asked, by=seat.user, now=request.now)
        except NameTaken:
            form.add_error("name", _taken(form))
        except TooManyViews:
            form.add_error(None, _("Take a view away first: there is room for %(most)d.") % {"most": MOST_VIEWS})
        else:
            messages.success(request, _("Saved: %(name)s. It stands above the directory.") % {"name": view.name})
            return redirect(address_of(view.asked))
    return _page(request, seat, form=form)


def _taken(form: ViewNameForm) -> str:
    return _("Enter another name: you have a view called “%(name)s” already.") % {"name": form.cleaned_data["name"]}


def _rename(request: PageRequest, seat: Seat) -> HttpResponse:
    form = ViewNameForm(request.POST)
    public_id = typed(request.POST, "view")
    if form.is_valid():
        try:
            view = rename_view(
                public_id, name=form.cleaned_data["name"], seen=typed(request.POST, "seen"), by=seat.user
            )
        except NameTaken:
            form.add_error("name", _taken(form))
        else:
            messages.success(request, _("Renamed: %(name)s.") % {"name": view.name})
            return redirect("people_views")
    return _page(request, seat, form=form, renamed=public_id, problem=str(form.errors["name"][0]))


def _put(request: PageRequest, seat: Seat) -> HttpResponse:
    """Another search under a name that stands. The choice carries what its reader saw of the view."""
    public_id, _sep, seen = typed(request.POST, "view").partition(":")
    view = ask_anew(public_id, asked=_asked(request).asked, seen=seen, by=seat.user)
    messages.success(request, _("%(name)s now shows this search.") % {"name": view.name})
    return redirect(address_of(view.asked))


def _remove(request: PageRequest, seat: Seat) -> HttpResponse:
    name = remove_view(typed(request.POST, "view"), by=seat.user)
    messages.success(request, _("Taken away: %(name)s. The people are untouched.") % {"name": name})
    return redirect("people_views")


def _nothing(request: PageRequest, seat: Seat) -> HttpResponse:
    return redirect("people_views")


ACTS = {"save": _save, "rename": _rename, "put": _put, "remove": _remove}

urlpatterns: list[URLPattern] = [path("people/views/", people_views, name="people_views")]
