"""A programme's rounds, and how a round or the whole programme ends: closed, archived, begun anew."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.programmes import closing
from viceversa.programmes.beginning import add_cohort, copy_programme
from viceversa.programmes.cohort_counts import counts_of
from viceversa.programmes.cohorts import cohort_today
from viceversa.programmes.design_words import months_of, state_words
from viceversa.programmes.models import Cohort, Programme

from ..access import access_programme, seat_of
from ..addresses import ProgrammeAddress
from ..forms.once import fresh_key, id_from_key
from ..forms.programme_handlers import ClosingForm
from ..forms.programmes import CohortForm, OpenProgrammeForm, next_dates
from ..request import PageRequest


def cohort_list(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    today = request.now.date()
    counts = counts_of(request.cohorts)
    usual = cohort_today(request.cohorts, today=today)
    rows = [
        {
            "cohort": cohort,
            "address": _address(programme, cohort, usual=usual),
            "state": state_words(cohort, today=today),
            "counts": counts[cohort.pk],
            "is_usual": cohort is usual,
            "may_be_archived": _may_be_archived(cohort, request),
        }
        for cohort in request.cohorts
    ]
    return render(request, "programmes/cohort_list.html", {"programme": programme, "rows": rows})


def _address(programme: Programme, cohort: Cohort, *, usual: Cohort) -> str:
    """How the programme stands in an address when it is about this cohort."""
    plain = str.__str__(programme.public_id)
    return plain if cohort is usual else ProgrammeAddress(plain, cohort=cohort.public_id)


def _may_be_archived(cohort: Cohort, request: PageRequest) -> bool:
    others = [one for one in request.cohorts if one.archived_at is None and one is not cohort]
    return bool(others) and (cohort.is_closed or cohort.is_over(on=request.now.date()))


def cohort_new(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    user = seat_of(request).user
    suggestion = next_dates(request.now.date(), months=months_of(programme.current_cohort))
    form = CohortForm(request.POST or None, initial=suggestion)
    key = request.POST.get("key") or fresh_key(user)
    if request.method == "POST" and form.is_valid():
        public = id_from_key(key, user=user)
        cohort = add_cohort(programme, dates=form.dates, by=user, now=request.now, public_id=public)
        words = _("“%(name)s” is added, with the design as it stands. Now choose how people come in.")
        messages.success(request, words % {"name": cohort.name})
        return redirect("cohort_list", programme.public_id)
    return render(request, "programmes/cohort_new.html", {"programme": programme, "form": form, "key": key})


def _cohort(request: PageRequest, cohort_id: str) -> Cohort:
    found = next((one for one in request.cohorts if one.public_id == cohort_id), None)
    if found is None:
        raise Http404
    return found


def cohort_close(request: PageRequest, public_id: str, cohort_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = _cohort(request, cohort_id)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if cohort.is_closed:
        return redirect("cohort_list", programme.public_id)
    if request.method == "POST" and form.is_valid():
        with suppress(closing.AlreadyClosed):
            closing.close_cohort(cohort, pairs_end=form.choice, by=seat_of(request).user, now=request.now)
        messages.success(request, _("“%(name)s” is closed.") % {"name": cohort.name})
        return redirect("cohort_list", programme.public_id)
    return _closing_page(request, programme, cohorts=[cohort], form=form, context={"cohort": cohort})


def programme_close(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if programme.state == Programme.State.CLOSED:
        return redirect("programme_design", programme.public_id)
    if request.method == "POST" and form.is_valid():
        with suppress(closing.AlreadyClosed):
            closing.close_programme(programme, pairs_end=form.choice, by=seat_of(request).user, now=request.now)
        messages.success(request, _("%(name)s is closed.") % {"name": programme.name})
        return redirect("programme_design", programme.public_id)
    still_open = [cohort for cohort in request.cohorts if not cohort.is_closed]
    return _closing_page(request, programme, cohorts=still_open, form=form, context={"cohort": None})


def _closing_page(
    request: PageRequest, programme: Programme, *, cohorts: list[Cohort], form: ClosingForm, context: dict[str, Any]
) -> HttpResponse:
    """What will end, before it ends."""
    ahead = closing.open_in(cohorts, on=request.now.date())
    shown = {"programme": programme, "ahead": ahead, "form": form, "closes": cohorts, **context}
    return render(request, "programmes/close.html", shown)


def cohort_archive(request: PageRequest, public_id: str, cohort_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    cohort, user = _cohort(request, cohort_id), seat_of(request).user
    if "out" in request.POST:
        closing.take_out_cohort(cohort, by=user, now=request.now)
        messages.success(request, _("“%(name)s” is out of the archive.") % {"name": cohort.name})
        return redirect("cohort_list", programme.public_id)
    try:
        closing.archive_cohort(cohort, by=user, now=request.now)
    except closing.StillOpen:
        words = _("“%(name)s” stays: close it first, and keep one cohort that is not archived.")
        messages.warning(request, words % {"name": cohort.name})
    else:
        messages.success(request, _("“%(name)s” is archived. It can still be read.") % {"name": cohort.name})
    return redirect("cohort_list", programme.public_id)


def programme_archive(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = seat_of(request).user
    if "out" in request.POST:
        closing.take_out_programme(programme, by=user, now=request.now)
        messages.success(request, _("%(name)s is out of the archive.") % {"name": programme.name})
        return redirect("programme_design", programme.public_id)
    try:
        closing.archive_programme(programme, by=user, now=request.now)
    except closing.StillOpen:
        messages.warning(request, _("%(name)s stays in the lists: close it first.") % {"name": programme.name})
        return redirect("programme_design", programme.public_id)
    messages.success(request, _("%(name)s is archived. It can still be read.") % {"name": programme.name})
    return redirect("programme_list")


def programme_copy(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    user = seat_of(request).user
    suggestion = next_dates(request.now.date(), months=months_of(programme.current_cohort))
    name = _("%(name)s, again") % {"name": programme.name[:100]}
    form = OpenProgrammeForm(request.POST or None, initial={"name": name, **suggestion})
    key = request.POST.get("key") or fresh_key(user)
    if request.method == "POST" and form.is_valid():
        made = copy_programme(
            programme,
            name=form.cleaned_data["name"],
            dates=form.dates,
            by=user,
            now=request.now,
            public_id=id_from_key(key, user=user),
        )
        messages.success(request, _("This is the copy: the same design, and nobody in it yet."))
        return redirect("programme_design", made.public_id)
    return render(request, "programmes/copy.html", {"programme": programme, "form": form, "key": key})


urlpatterns = [
    path("programmes/<programme:public_id>/cohorts/", cohort_list, name="cohort_list"),
    path("programmes/<programme:public_id>/cohorts/new/", cohort_new, name="cohort_new"),
    path("programmes/<programme:public_id>/cohorts/<str:cohort_id>/closing/", cohort_close, name="cohort_close"),
    path("programmes/<programme:public_id>/cohorts/<str:cohort_id>/archive/", cohort_archive, name="cohort_archive"),
    path("programmes/<programme:public_id>/closing/", programme_close, name="programme_close"),
    path("programmes/<programme:public_id>/archive/", programme_archive, name="programme_archive"),
    path("programmes/<programme:public_id>/copy/", programme_copy, name="programme_copy"),
]
