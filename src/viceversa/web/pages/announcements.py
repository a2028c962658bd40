"""Announcements: write one, look at it, send it now or at a time; and what was told before."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.journey.announcements import (
    announce,
    announcement_letter,
    announcements_listed,
    call_off,
)
from viceversa.journey.circles import people_in_circle
from viceversa.journey.models import Announcement
from viceversa.people.models import Person
from viceversa.programmes.models import Programme

from ..access import access_programme, seat_of
from ..attention_words import leaders_word
from ..forms.announcements import AnnouncementForm
from ..forms.once import fresh_key, id_from_key
from ..paging import one_page
from ..request import PageRequest
from ..shell import reader_zone

Circle = Announcement.Circle


def circle_words(programme: Programme) -> dict[str, str]:
    words: dict[Circle, Callable[[], str]] = {
        Circle.EVERYBODY: lambda: _("Everybody who takes part"),
        Circle.MENTEES: lambda: _("All %(leaders)s") % {"leaders": leaders_word(programme)},
        Circle.MENTORS: lambda: _("All mentors"),
        Circle.NO_DATE: lambda: _("Both of each pair without a next date"),
        Circle.NOT_MET: lambda: _("Both of each pair that has not met"),
        Circle.NO_PARTNER: lambda: _("Whoever takes part and has no partner"),
        Circle.NOT_ANSWERED: lambda: _("Whoever is invited and has not answered"),
    }
    return {circle.value: said() for circle, said in words.items()}


def announcement_list(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    names = circle_words(programme)
    listed = one_page(request, announcements_listed(programme.current_cohort))
    rows = [(told, names[told.circle]) for told in listed["page"]]
    context = {"programme": programme, "rows": rows, "waiting": _waiting(programme), **listed}
    return render(request, "announcements/announcement_list.html", context)


def _waiting(programme: Programme) -> int:
    return Announcement.objects.filter(cohort=programme.current_cohort, sent_at=None, called_off_at=None).count()


def announcement_new(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    circles = list(circle_words(programme).items())
    given = request.POST if request.method == "POST" else None
    circle = request.GET.get("circle", "")
    initial = {"circle": circle if circle in Circle.values else Circle.EVERYBODY.value, "when": "now"}
    zone = reader_zone(request)
    form = AnnouncementForm(given, circles=circles, time_zone=zone, now=request.now, initial=initial)
    if given is None or not form.is_valid() or "change" in request.POST:
        context = {"programme": programme, "form": form, "key": _key(request)}
        return render(request, "announcements/announcement_new.html", context)
    people = people_in_circle(programme.current_cohort, form.draft.circle, now=request.now)
    count = people.count()
    if "send" not in request.POST or request.POST.get("seen") != str(count) or not count:
        return _preview(request, programme, form, count=count, sample=people.first())
    by, now = seat_of(request).user, request.now
    told = announce(
        programme.current_cohort,
        form.draft,
        public_id=id_from_key(request.POST.get("key", ""), user=by),
        by=by,
        now=now,
    )
    messages.success(request, _sent_words(told, count))
    return redirect("announcement", programme.public_id, told.public_id)


def _key(request: PageRequest) -> str:
    return request.POST.get("key") or fresh_key(seat_of(request).user)


def _sent_words(told: Announcement, count: int) -> str:
    if told.send_at > told.written_at:
        return _("Kept until its time. Whoever is in the circle then gets it.")
    words = ngettext("It is on its way to %(count)s person.", "It is on its way to %(count)s people.", count)
    return filled(words, count=count)


def _preview(
    request: PageRequest, programme: Programme, form: AnnouncementForm, *, count: int, sample: Person | None
) -> HttpResponse:
    draft, by = form.draft, seat_of(request).user
    reader = sample or Person(given_name="", family_name="")
    letter = announcement_letter(programme, subject=draft.subject, words=draft.words, by=by, to=reader)
    kept = [(name, request.POST.get(name, "")) for name in form.fields]
    context = {
        "programme": programme,
        "letter": letter,
        "draft": draft,
        "circle": circle_words(programme)[draft.circle],
        "count": count,
        "without_mail": _without_mail(programme, draft.circle, request),
        "kept": kept,
        "key": _key(request),
        "has_changed": "send" in request.POST,
    }
    return render(request, "announcements/preview.html", context)


def _without_mail(programme: Programme, circle: Announcement.Circle, request: PageRequest) -> int:
    return people_in_circle(programme.current_cohort, circle, now=request.now).filter(email="").count()


def announcement(request: PageRequest, public_id: str, announcement_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    told = announcements_listed(programme.current_cohort).filter(public_id=announcement_id).first()
    if told is None:
        raise Http404
    if request.method == "POST":
        if call_off(told, by=seat_of(request).user, now=request.now):
            messages.success(request, _("Called off. Nobody was told."))
        else:
            messages.warning(request, _("It cannot be called off any more."))
        return redirect("announcement", programme.public_id, told.public_id)
    context = {
        "programme": programme,
        "told": told,
        "circle": circle_words(programme)[told.circle],
    }
    return render(request, "announcements/announcement.html", context)


urlpatterns = [
    path("programmes/<programme:public_id>/announcements/", announcement_list, name="announcement_list"),
    path("programmes/<programme:public_id>/announcements/new/", announcement_new, name="announcement_new"),
    path("programmes/<programme:public_id>/announcements/<str:announcement_id>/", announcement, name="announcement"),
]
