"""Give somebody another mentor by hand, after seeing what it does to everybody it touches."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.pairing.models import MatchRun
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.swapping import Effect, NotADraft, NotPossible, swap, swap_effect
from viceversa.pairing.words.obstacles import obstacle_sentences

from ..access import access_run
from ..forms.matching import SwapForm
from ..request import PageRequest

CONFLICT = 409


def run_swap(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", public_id)
    asked = request.method == "POST" or ("mentor" in request.GET and "choose" not in request.GET)
    data = request.POST if request.method == "POST" else request.GET
    chosen = [request.GET.get(name) for name in ("mentor", "mentee")]
    form = SwapForm(
        data if asked else None, run=found, now=request.now, find=request.GET.get("find", ""), chosen=chosen
    )
    if not asked:
        form.initial = {name: request.GET.get(name, "") for name in ("mentor", "mentee")}
    if not asked or not form.is_valid():
        return _shown(request, found, form)
    try:
        return _swapped(request, found, form) if request.method == "POST" else _effect(request, found, form)
    except RunStopped as stopped:
        return _shown(request, found, form, obstacles=obstacle_sentences(stopped.obstacles))
    except KeysMissing:
        return _shown(request, found, form, obstacles=obstacle_sentences([obstacle("keys_missing")]))
    except NotADraft:
        words = _("These two are proposed already, or what would have to make room is published and open.")
        return _shown(request, found, form, obstacles=[words])


def _shown(request: PageRequest, found: MatchRun, form: SwapForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"run": found, "form": form, "find": request.GET.get("find", "")} | more
    return render(request, "matching/swap.html", context, status=status)


def _effect(
    request: PageRequest, found: MatchRun, form: SwapForm, *, changed: str = "", status: int = 200
) -> HttpResponse:
    mentor, mentee = form.cleaned_data["mentor"], form.cleaned_data["mentee"]
    effect = swap_effect(found, mentor=mentor, mentee=mentee, now=request.now)
    return _shown(request, found, form, effect=effect, mentor=mentor, mentee=mentee, changed=changed, status=status)


def _swapped(request: PageRequest, found: MatchRun, form: SwapForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        effect = swap(
            run=found,
            mentor=data["mentor"],
            mentee=data["mentee"],
            reason=data["reason"],
            seen=request.POST.get("seen", ""),
            by=cast(User, request.user),
            now=request.now,
        )
    except (ChangedMeanwhile, NotPossible):
        words = _("Nothing was changed: the draft is another since you looked. This is what it would do now.")
        return _effect(request, found, form, changed=words, status=CONFLICT)
    messages.success(request, _told(effect))
    return redirect("run", found.public_id)


def _told(effect: Effect) -> str:
    first = effect.makes[0]
    words = _("%(mentee)s now gets %(mentor)s, by your hand; the next run keeps it.")
    return words % {"mentee": first.mentee.person.name, "mentor": first.mentor.person.name}


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/swap/", run_swap, name="run_swap"),
]
