"""What was done: the installation's event log, and a programme's own log of decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.access import Role
from viceversa.accounts.event_file import events_csv
from viceversa.accounts.event_list import (
    CONFIGURATION,
    EventPage,
    Line,
    Sieve,
    event_page,
    events_in,
    last_verification,
    sealed_until,
)
from viceversa.accounts.events import record
from viceversa.accounts.numbers import filled
from viceversa.insights.decision_log import Decision, decision_page
from viceversa.outbox.actions import enqueue
from viceversa.programmes.models import Programme

from ..access import Seat, access_installation, access_programme
from ..event_words import decided_words, event_title, fact_words, thing_of
from ..request import PageRequest
from ..shell import reader_zone
from ..typed import typed

ON_A_PAGE = 50
MOST_PROGRAMMES = 200
# What an event is about, by the noun it carries.
NOUNS: dict[str, Callable[[], str]] = {
    "role": lambda: _("Roles"),
    "user": lambda: _("Accounts"),
    "roster": lambda: _("People files"),
    "person": lambda: _("People"),
    "topic": lambda: _("Topics"),
    "programme": lambda: _("Programmes"),
    "cohort": lambda: _("Cohorts"),
    "enrolment": lambda: _("Enrolments"),
    "run": lambda: _("Match runs"),
    "proposal": lambda: _("Proposals"),
    "pair": lambda: _("Pairs"),
    "meeting": lambda: _("Meetings"),
    "step": lambda: _("Steps"),
    "announcement": lambda: _("Announcements"),
    "job": lambda: _("Background work"),
    "event": lambda: _("This log"),
}


@dataclass(frozen=True)
class EventRow:
    """An event as the page shows it, in words."""

    line: Line
    title: str
    thing: str
    facts: str


def _nouns_for(seat: Seat) -> tuple[str, ...] | None:
    """An administrator reads of the configuration alone; the privacy officer reads everything."""
    return None if seat.holds(Role.PRIVACY_OFFICER) else CONFIGURATION


def admin_events(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    nouns = _nouns_for(seat)
    sieve, problems = _sieve_of(request)
    before = typed(request.GET, "before")
    page = event_page(nouns=nouns, sieve=sieve, before=_key(before), size=ON_A_PAGE)
    programmes = list(Programme.objects.order_by("name", "pk").values_list("public_id", "name")[:MOST_PROGRAMMES])
    context = {
        "page": page,
        "rows": [EventRow(line, event_title(line), thing_of(line), fact_words(line)) for line in page.lines],
        "sieve": sieve,
        "typed": {
            name: typed(request.GET, name)[:80] for name in ("noun", "about", "actor", "scope", "since", "until")
        },
        "problems": problems,
        "filters": [(key, name()) for key, name in NOUNS.items() if nouns is None or key in nouns],
        "programmes": programmes if nouns is None else [],
        "names": dict(programmes),
        "headline": _chain_headline(page),
        "links": sealed_until(),
        "verified": last_verification(),
        "sees_everything": nouns is None,
        "narrowed": sieve.narrows or bool(before),
        "query": request.GET.urlencode(),
    }
    return render(request, "admin/events.html", context)


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _sieve_of(request: PageRequest) -> tuple[Sieve, list[str]]:
    """What the address asks for; a day that is none is left out, and said."""
    noun = typed(request.GET, "noun")
    since, until = _day(request, "since"), _day(request, "until")
    problems = [
        _("“%(value)s” is no day; enter it such as 2026-06-30") % {"value": typed(request.GET, name)[:40]}
        for name, day in (("since", since), ("until", until))
        if typed(request.GET, name) and day is None
    ]
    zone = ZoneInfo(reader_zone(request))
    sieve = Sieve(
        noun=noun if noun in NOUNS else "",
        about=typed(request.GET, "about")[:24],
        actor=typed(request.GET, "actor")[:80],
        scope=typed(request.GET, "scope")[:24],
        since=_begin(since, zone) if since else None,
        until=_begin(until + timedelta(days=1), zone) if until else None,
    )
    return sieve, problems


def _day(request: PageRequest, name: str) -> date | None:
    try:
        day = date.fromisoformat(typed(request.GET, name))
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _chain_headline(page: EventPage) -> str:
    if page.broken:
        words = ngettext(
            "%(count)s event below was altered after it was sealed",
            "%(count)s events below were altered after they were sealed",
            page.broken,
        )
        return filled(words, count=page.broken)
    return _("What was done stands here as it was sealed")


def admin_events_csv(request: PageRequest) -> HttpResponse | StreamingHttpResponse:
    seat = access_installation(request)
    sieve, _problems = _sieve_of(request)
    events = events_in(sieve, nouns=_nouns_for(seat))
    response = StreamingHttpResponse(events_csv(events), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="events.csv"'
    return response


def admin_chain(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    job = enqueue("verify_chain", key=f"{request.now:%Y-%m-%dT%H:%M}", now=request.now)
    record("event.check_asked", noun="event", object_id=job.public_id, by=seat.user, now=request.now)
    messages.success(request, _("The whole chain is being checked; the result stands here within a minute or two."))
    return redirect("admin_events")


@dataclass(frozen=True)
class DecisionRow:
    """A decision as its programme's log shows it."""

    decision: Decision
    title: str
    facts: str


def programme_log(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    before = _key(typed(request.GET, "before"))
    page = decision_page(programme, before=before)
    rows = [DecisionRow(one, event_title(one.line), decided_words(one.line)) for one in page.decisions]
    context = {"programme": programme, "page": page, "rows": rows, "narrowed": bool(before)}
    return render(request, "cockpit/log.html", context)


urlpatterns = [
    path("admin/events/", admin_events, name="admin_events"),
    path("admin/events/file/", admin_events_csv, name="admin_events_csv"),
    path("admin/events/chain/", admin_chain, name="admin_chain"),
    path("programmes/<programme:public_id>/log/", programme_log, name="programme_log"),
]
