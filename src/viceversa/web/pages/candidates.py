"""One by one: the best partners for one person of a run's cohort, and what everybody would lose by each."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from viceversa.accounts.keys.store import KeysMissing
from viceversa.pairing.any_two import why_not_looking
from viceversa.pairing.candidates import ask_candidates, candidates_in, search_of
from viceversa.pairing.models import MatchRun
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Enrolment

from ..access import access_run
from ..forms.matching import OneForm
from ..looking_again import look_again
from ..request import PageRequest
from .run_result import criteria_bars, labels_of


def run_candidates(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", public_id)
    if request.method == "POST":
        return _asked(request, found)
    form = OneForm(request.GET if "named" in request.GET else None, run=found)
    if form.is_bound and form.is_valid():
        return redirect(_address(found, form.cleaned_data["named"]))
    if "person" not in request.GET:
        return render(request, "matching/candidates.html", {"run": found, "form": form})
    enrolment = _enrolment(found, request.GET["person"])
    context = {"run": found, "form": form, "enrolment": enrolment} | _found(request, found, enrolment)
    response = render(request, "matching/candidates.html", context)
    return look_again(response, request) if context["is_under_way"] else response


def _enrolment(found: MatchRun, public_id: str) -> Enrolment:
    people = Enrolment.objects.filter(cohort=found.cohort, public_id=public_id).select_related("person")
    enrolment = people.first()
    if enrolment is None:
        raise Http404
    return enrolment


def _address(found: MatchRun, enrolment: Enrolment) -> str:
    return f"{reverse('run_candidates', args=[found.public_id])}?person={enrolment.public_id}"


def _asked(request: PageRequest, found: MatchRun) -> HttpResponse:
    if not request.POST.get("person"):
        return redirect("run_candidates", found.public_id)
    enrolment = _enrolment(found, request.POST["person"])
    ask_candidates(run=found, enrolment=enrolment, now=request.now)
    return redirect(_address(found, enrolment))


def _found(request: PageRequest, found: MatchRun, enrolment: Enrolment) -> dict[str, Any]:
    search = search_of(found, enrolment)
    context: dict[str, Any] = {"search": search, "is_under_way": search is not None and search.answered_at is None}
    if search is None or context["is_under_way"]:
        return context
    if search.problems:
        return context | {"obstacles": obstacle_sentences(search.problems)}
    try:
        candidates = candidates_in(search, run=found, enrolment=enrolment, now=request.now)
    except RunStopped as stopped:
        return context | {"obstacles": obstacle_sentences(stopped.obstacles)}
    except KeysMissing:
        return context | {"obstacles": obstacle_sentences([obstacle("keys_missing")])}
    labels = labels_of(found)
    away = [] if candidates else why_not_looking([enrolment], cohort=found.cohort, on=request.now.date())
    rows = [(one, criteria_bars(one.criteria, labels=labels)) for one in candidates]
    return context | {"rows": rows, "away": away, "has_losses": hasattr(search.run, "prices")}


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/candidates/", run_candidates, name="run_candidates"),
]
