"""Take back an enrolment from the people file: first whom, then off the list. Part of the page that brought them in."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.programmes.models import Programme
from viceversa.programmes.taking_back import UsedMeanwhile, from_file, take_back

from ..access import seat_of
from ..attention_words import leaders_word
from ..request import PageRequest

NAMES_SHOWN = 5


def take_back_page(request: PageRequest, programme: Programme) -> HttpResponse:
    """The form names the moment of the enrolment; ``confirmed`` how many were seen on the page before."""
    cohort = programme.current_cohort
    at = _moment(request.POST["taken_back"])
    found = from_file(cohort, at=at) if at else None
    confirmed = request.POST.get("confirmed", "")
    if found is None or at is None:
        messages.success(request, _("They are off the list already. Nothing has changed."))
        return redirect(_list_url(programme))
    if confirmed == str(len(found.untouched)) and found.can_be_taken_back:
        try:
            done = take_back(cohort, at=at, by=seat_of(request).user, now=request.now)
        except UsedMeanwhile:
            found = from_file(cohort, at=at)
        else:
            return _done(request, programme, done=done, stay=found.touched, role=found.role)
    context = {
        "programme": programme,
        "found": found,
        "at": at.isoformat(),
        "leaders_word": leaders_word(programme),
        "has_changed": bool(confirmed),
        "some": [row.person.short_name for row in found.untouched[:NAMES_SHOWN]] if found else [],
        "others": max(0, len(found.untouched) - NAMES_SHOWN) if found else 0,
        "list_url": _list_url(programme, side=found.role if found else ""),
    }
    return render(request, "enrolment/take_back.html", context)


def _done(request: PageRequest, programme: Programme, *, done: int, stay: int, role: str) -> HttpResponse:
    words = ngettext(
        "%(count)s person is off the list again. Nobody was written to.",
        "%(count)s people are off the list again. Nobody was written to.",
        done,
    )
    messages.success(request, filled(words, count=done))
    if stay:
        words = ngettext(
            "%(count)s stays, since something has happened to them meanwhile.",
            "%(count)s stay, since something has happened to them meanwhile.",
            stay,
        )
        messages.warning(request, filled(words, count=stay))
    return redirect(_list_url(programme, side=role))


def _moment(told: str) -> datetime | None:
    try:
        at = parse_datetime(told)
    except ValueError:
        raise Http404 from None
    return at if at is not None and at.tzinfo is not None else None


def _list_url(programme: Programme, *, side: str = "") -> str:
    url = reverse("enrolment_list", args=[programme.public_id])
    return f"{url}?{urlencode({'side': side})}" if side else url
