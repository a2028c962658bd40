"""Why these two, or why not: any mentor and any mentee of a run's cohort, and what making the pair would cost."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from viceversa.accounts.keys.store import KeysMissing
from viceversa.pairing.any_two import as_pair, why_no_pair, why_not_looking
from viceversa.pairing.comparing import compare
from viceversa.pairing.models import MatchRun
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.pricing import ask_price
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Enrolment

from ..access import access_run
from ..forms.any_two import AnyTwoForm
from ..forms.matching import TwoForm
from ..looking_again import look_again
from ..request import PageRequest
from .run_result import criteria_bars, labels_of, proposal_row


def run_compare(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if request.method == "POST":
        return _price_asked(request, found)
    if "one" in request.GET or "other" in request.GET:
        return _any_two(request, found)
    asked = "mentor" in request.GET or "mentee" in request.GET
    data = request.GET if asked and "choose" not in request.GET else None
    chosen = [request.GET.get(name) for name in ("mentor", "mentee")]
    form = TwoForm(data, run=found, now=request.now, find=request.GET.get("find", ""), chosen=chosen)
    if asked and not form.is_bound:
        form.initial = {name: request.GET.get(name) for name in form.fields}
    context: dict[str, Any] = {"run": found, "form": form, "named": AnyTwoForm(), "here": request.get_full_path()}
    context["find"] = request.GET.get("find", "")
    if form.is_bound and form.is_valid():
        context |= _comparison(found, form.cleaned_data["mentor"], form.cleaned_data["mentee"], on=request.now.date())
    response = render(request, "matching/compare.html", context)
    verdict = context.get("verdict")
    if verdict is not None and verdict.price is not None and verdict.price.is_asked:
        look_again(response, request)
    return response


def _any_two(request: PageRequest, found: MatchRun) -> HttpResponse:
    """Two people by name or number: as the pair they would be, or why they are none."""
    named = AnyTwoForm(request.GET)
    context: dict[str, Any] = {"run": found, "form": TwoForm(None, run=found, now=request.now), "named": named}
    if named.is_valid():
        one, other = named.two()
        pair = as_pair(found.cohort, one, other)
        if pair is not None:
            return redirect(_address(found, *pair))
        context |= {"two": (one, other), "no_pair": why_no_pair(found.cohort, one, other, on=request.now.date())}
    return render(request, "matching/compare.html", context)


def _address(found: MatchRun, mentor: Enrolment, mentee: Enrolment) -> str:
    two = urlencode({"mentor": mentor.public_id, "mentee": mentee.public_id})
    return f"{reverse('run_compare', args=[found.public_id])}?{two}"


def _price_asked(request: PageRequest, found: MatchRun) -> HttpResponse:
    form = TwoForm(request.POST, run=found, now=request.now)
    if not form.is_valid():
        return render(request, "matching/compare.html", {"run": found, "form": form, "named": AnyTwoForm()})
    mentor, mentee = form.cleaned_data["mentor"], form.cleaned_data["mentee"]
    ask_price(found, mentor=mentor, mentee=mentee, now=request.now)
    return redirect(_address(found, mentor, mentee))


def _comparison(found: MatchRun, mentor: Enrolment, mentee: Enrolment, *, on: date) -> dict[str, Any]:
    labels = labels_of(found)
    context: dict[str, Any] = {"mentor": mentor, "mentee": mentee, "labels": labels}
    try:
        verdict = compare(found, mentor=mentor, mentee=mentee)
    except RunStopped as stopped:
        return context | {"obstacles": obstacle_sentences(stopped.obstacles)}
    except KeysMissing:
        return context | {"obstacles": obstacle_sentences([obstacle("keys_missing")])}
    if verdict.proposed is not None:
        row = proposal_row(verdict.proposed, labels=labels, lowest=None)
        context |= {"proposed": verdict.proposed, "proposed_row": row}
    return context | {
        "verdict": verdict,
        "away": why_not_looking((mentor, mentee), cohort=found.cohort, on=on) if verdict.away else [],
        "criteria": criteria_bars(verdict.criteria, labels=labels),
        "is_proposed": verdict.is_proposed,
        "decided": verdict.decided,
    }


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/compare/", run_compare, name="run_compare"),
]
