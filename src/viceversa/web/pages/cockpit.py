"""The coordinator's day, and the pairs of their programme: dates and states, never content."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.journey.adherence import Adherence
from viceversa.journey.attention import Kind
from viceversa.journey.cockpit import Cockpit, Stage, cockpit_of
from viceversa.journey.contacting import NobodyAsked, note_contacted
from viceversa.journey.pair_list import counts_of, keys_listed, rows_of
from viceversa.journey.steps import RUNS, NothingToDo, take_back, take_step, with_people
from viceversa.pairing.actions import NobodyLooks
from viceversa.pairing.trial import ended_on_trial
from viceversa.programmes.design_words import months_of, number_word, opened
from viceversa.programmes.handlers import handlers_of
from viceversa.programmes.models import Programme
from viceversa.programmes.readiness import readiness_of

from ..access import access_programme, seat_of
from ..attention_words import Desk, items_of, leaders_word
from ..cockpit_words import behind, headline, next_step, task_words
from ..design_tasks import open_parts, tasks_of
from ..month_bars import month_bars
from ..paging import one_page
from ..request import PageRequest
from ..shell import reader_zone
from ..step_words import done_words, said_of
from ..typed import typed

FIRST_NEEDS = 8
ON_A_PAGE = 50


def programme(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_programme(request, public_id)
    if found.state == Programme.State.DRAFT:
        return _before_launch(request, found)
    cockpit = cockpit_of(found, now=request.now)
    everything = "all" in request.GET
    paginator = Paginator(cockpit.needs, ON_A_PAGE if everything else FIRST_NEEDS)
    page = paginator.get_page(request.GET.get("page") if everything else 1)
    needs, done = with_people(list(page), cockpit.steps, now=request.now)
    desk = Desk(programme=found, funnel=cockpit.funnel, now=request.now)
    local = request.now.astimezone(ZoneInfo(reader_zone(request)))
    context = {
        "programme": found,
        "cockpit": cockpit,
        "today": local.date(),
        "headline": headline(cockpit),
        "behind": behind(cockpit),
        "next": next_step(cockpit),
        "items": items_of(needs, desk),
        "done": [done_words(each) for each in done],
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "everything": everything,
        "more": 0 if everything else max(0, len(cockpit.needs) - FIRST_NEEDS),
        "leaders": leaders_word(found),
        "runs": cockpit.stage in (Stage.RUNNING, Stage.OVER),
        "months": month_bars(cockpit.adherence.months, now=request.now, notes=_notes(cockpit, request)),
        "months_title": _months_title(cockpit),
        "tasks": [task_words(task, cockpit) for task in cockpit.tasks],
    }
    return render(request, "cockpit/programme.html", context)


def _notes(cockpit: Cockpit, request: PageRequest) -> dict[date, str]:
    """The first and the last meeting by their title, and where we are."""
    firsts = _busy_months(cockpit.adherence)
    plans = cockpit.cohort.programme.meetings
    notes = {}
    if firsts and plans:
        notes = {firsts[-1]: str(plans[-1]["title"]), firsts[0]: str(plans[0]["title"])}
    this_month = request.now.date().replace(day=1)
    return notes | {this_month: _("so far")}


def _busy_months(adherence: Adherence) -> list[date]:
    return [month.first for month in adherence.months if month.meetings]


def _months_title(cockpit: Cockpit) -> str:
    months = months_of(cockpit.cohort)
    return _("%(number)s months, as they go") % {"number": opened(number_word(months))}


def _before_launch(request: PageRequest, found: Programme) -> HttpResponse:
    readiness = readiness_of(found, today=request.now.date())
    cohort = found.current_cohort
    context = {
        "programme": found,
        "readiness": readiness,
        "cohort": cohort,
        "left": len(readiness.gaps),
        "open_parts": open_parts(tasks_of(found, gate=readiness, handlers=handlers_of(found))),
    }
    return render(request, "cockpit/before_launch.html", context)


def pair_list(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_programme(request, public_id)
    cohort = found.current_cohort
    counts = counts_of(cohort, now=request.now)
    show, sort, words = (typed(request.GET, name) for name in ("show", "sort", "words"))
    keys = keys_listed(cohort, show=show, sort=sort, late=counts.late, words=words, now=request.now)
    paging = one_page(request, keys, count=counts.behind(show=show, words=words))
    context = {
        "programme": found,
        "cohort": cohort,
        "counts": counts,
        "filters": _filters(counts.all, len(counts.late), counts.by_state),
        "show": show,
        "sort": sort,
        "words": words,
        **paging,
        "rows": rows_of(paging["page"], late=counts.late, now=request.now),
        "headline": _pairs_headline(counts.all, len(counts.late)),
        "leader_word": found.mentee_word,
        "ended_on_trial": ended_on_trial(cohort),
    }
    return render(request, "cockpit/pair_list.html", context)


def _filters(everybody: int, late: int, by_state: dict[str, int]) -> list[tuple[str, str, int]]:
    names = {"trial": _("On trial"), "active": _("Active"), "paused": _("Paused"), "ended": _("Ended")}
    return [
        ("", _("All"), everybody),
        ("late", _("Behind"), late),
        *((key, name, by_state[key]) for key, name in names.items()),
    ]


def _pairs_headline(everybody: int, late: int) -> str:
    if not everybody:
        return _("No pairs yet")
    if not late:
        return _("Every pair keeps to its dates")
    if late == 1:
        return _("One pair is behind with its dates")
    return _("%(number)s pairs are behind with their dates") % {"number": opened(number_word(late))}


def pair_contacted(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        person = note_contacted(
            programme=found,
            meeting_id=typed(request.POST, "meeting"),
            person_id=typed(request.POST, "person"),
            by=seat_of(request).user,
            now=request.now,
        )
    except NobodyAsked:
        messages.warning(request, _("Nothing is noted: nobody in this programme asks for it any more."))
    else:
        messages.success(request, _("Noted: you have contacted %(name)s.") % {"name": person.name})
    return redirect("programme", found.public_id)


def programme_step(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if "take_back" in request.POST:
        return _take_back(request, found)
    kind, thing = typed(request.POST, "kind"), typed(request.POST, "thing")[:24]
    try:
        step = take_step(
            cohort=found.current_cohort, kind=Kind(kind), thing=thing, by=seat_of(request).user, now=request.now
        )
    except (ValueError, NothingToDo):
        messages.warning(request, _("Nothing was done: that does not stand open here any more."))
    except NobodyLooks:
        words = _("A run needs somebody on both sides who looks for a partner. Invite people first.")
        messages.warning(request, words)
        return redirect("enrolment_list" if found.current_cohort.is_shut else "invite", found.public_id)
    else:
        if step.kind in RUNS:
            return redirect("run", step.thing)
        messages.success(request, said_of(step))
    return redirect("programme", found.public_id)


def _take_back(request: PageRequest, found: Programme) -> HttpResponse:
    step_id, by = typed(request.POST, "take_back")[:24], seat_of(request).user
    if take_back(cohort=found.current_cohort, step_id=step_id, by=by, now=request.now):
        messages.success(request, _("Taken back. Nobody was written to."))
    else:
        messages.warning(request, _("It cannot be taken back any more: the letters are on their way."))
    return redirect("programme", found.public_id)


urlpatterns = [
    path("programmes/<programme:public_id>/step/", programme_step, name="programme_step"),
    path("programmes/<programme:public_id>/", programme, name="programme"),
    path("programmes/<programme:public_id>/pairs/", pair_list, name="pair_list"),
    path("programmes/<programme:public_id>/contacted/", pair_contacted, name="pair_contacted"),
]
