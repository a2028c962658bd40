"""Match runs: ask for one, follow it, look at it, take its pairs out."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.journey.kept import kept
from viceversa.pairing.actions import NobodyLooks, request_run
from viceversa.pairing.decisions import told_reasons
from viceversa.pairing.finding import PHASES
from viceversa.pairing.models import MatchRun
from viceversa.pairing.partner_questions import waiting_at_the_desk
from viceversa.pairing.people_first import waited_for
from viceversa.pairing.publishing import publishing_of
from viceversa.pairing.review import runs_of, standing_decisions
from viceversa.pairing.sheets import pairs_csv
from viceversa.pairing.snapshot import looking_counts
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.pairing.words.rules import rule_sentences, weights_sentence
from viceversa.programmes.models import Cohort

from ..access import access_programme, access_run
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest
from ..review_look import chosen_look, keep_look, keep_place, look_of, place_in, without_choice
from .run_result import result_context, rules_context

NOT_YET = 409
"""Asked for the pairs of a run that has none to give."""

MOST_DECISIONS = 200
"""Decisions shown on one page; what stands longest is the least likely to be looked for."""


def run_list(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    if request.method == "POST":
        try:
            return redirect("run", request_run(cohort=cohort, by=_user(request), now=request.now).public_id)
        except NobodyLooks:
            return redirect("run_list", public_id)
    runs = runs_of(cohort)
    context = {
        "programme": programme,
        "cohort": cohort,
        "looking": _looking(request, cohort),
        "rules": rule_sentences(programme.policy, leader=programme.mentee_word),
        "weights": weights_sentence(programme.policy),
        **_decisions(cohort),
        "latest": runs.first(),
        "questions_waiting": waiting_at_the_desk(cohort),
        **one_page(request, runs),
    }
    return render(request, "matching/run_list.html", context)


def _looking(request: PageRequest, cohort: Cohort) -> dict[str, int]:
    """Of a large cohort kept for a minute; asking for a run counts anew."""
    on = request.now.date()
    return kept("looking", cohort, now=request.now, count=lambda: looking_counts(cohort, on=on)).value


def run(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state in MatchRun.UNFINISHED:
        return _waiting(request, found)
    if found.state == MatchRun.State.FAILED:
        context = {"run": found, "obstacles": obstacle_sentences(found.problems)}
        return render(request, "matching/failed.html", context | _decisions(found.cohort))
    if request.GET.get("show") == "rules":
        return render(request, "matching/rules.html", rules_context(request, found))
    if "as" in request.GET:
        return redirect(_table(found, place_in(request, found.public_id)))
    if "look" in request.GET:
        chosen = redirect(_table(found, without_choice(request.GET)))
        keep_look(chosen, chosen_look(request.GET))
        return chosen
    publishing = publishing_of(found)
    context = result_context(request, found, publishing=publishing) | {"look": look_of(request)}
    response = render(request, "matching/result.html", context)
    keep_place(response, request, found.public_id)
    if publishing.is_under_way:
        look_again(response, request)
    return response


def _table(found: MatchRun, query: str) -> str:
    address = reverse("run", args=[found.public_id])
    return f"{address}?{query}#prop" if query else f"{address}#prop"


def _decisions(cohort: Cohort) -> dict[str, Any]:
    """What stands, and the coordinators' own reasons."""
    decisions = list(standing_decisions(cohort)[:MOST_DECISIONS])
    return {"decisions": decisions, "reasons": told_reasons(cohort, decisions)}


def _waiting(request: PageRequest, found: MatchRun) -> HttpResponse:
    context = {"run": found, "tasks": waiting_tasks(found), "half_done": waited_for(found)}
    return look_again(render(request, "matching/waiting.html", context), request)


def waiting_tasks(found: MatchRun) -> list[tuple[str, str]]:
    """What a run does one after the other: in words, and whether it is done, running or next."""
    at = PHASES.index(found.phase) if found.phase in PHASES else -1
    words = {
        "reading": _("Read everybody and your rules"),
        "search": _("Find the best matching"),
        "certificate": _("Prove that it is the best"),
        "explaining": _("Say why, pair by pair"),
        "writing": _("Write it down, all or nothing"),
    }
    return [(words[phase], _task_state(place, at)) for place, phase in enumerate(PHASES)]


def _task_state(place: int, at: int) -> str:
    if place < at:
        return "done"
    return "running" if place == at else "next"


def run_pairs_csv(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        page = run(request, public_id)  # how far it is, or what stopped it
        page.status_code = NOT_YET
        return page
    response = HttpResponse(pairs_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="pairs-run-{found.number}.csv"'
    return response


def _user(request: PageRequest) -> User:
    return cast(User, request.user)


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/runs/", run_list, name="run_list"),
    path("programmes/runs/<str:public_id>/", run, name="run"),
    path("programmes/runs/<str:public_id>/pairs.csv", run_pairs_csv, name="run_pairs_csv"),
]
