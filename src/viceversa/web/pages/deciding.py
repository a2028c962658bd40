"""A coordinator's word on two people of a run: locked together, kept apart, or lifted."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.pairing.actions import LIFT, decide
from viceversa.pairing.decisions import DecidedMeanwhile
from viceversa.pairing.models import PairDecision
from viceversa.programmes.models import Enrolment

from ..access import access_run
from ..forms.matching import DecisionForm
from ..request import PageRequest


def run_decide(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = DecisionForm(request.POST, run=found, now=request.now)
    if not form.is_valid():
        messages.warning(request, _("Nothing was decided: one of the two is not in this cohort any more."))
        return redirect("run", public_id)
    mentor, mentee, kind = (form.cleaned_data[name] for name in ("mentor", "mentee", "kind"))
    try:
        decide(
            run=found,
            mentor=mentor,
            mentee=mentee,
            kind=kind,
            by=cast(User, request.user),
            now=request.now,
            reason=form.cleaned_data["reason"],
            seen=request.POST.get("seen"),
        )
    except DecidedMeanwhile as meanwhile:
        messages.warning(request, _decided_meanwhile(meanwhile, mentor=mentor, mentee=mentee))
        return redirect(_back(request) or reverse("run", args=[public_id]))
    except KeysMissing:
        messages.warning(request, _("Nothing was decided: the reason cannot be kept just now. Try again later."))
        return redirect(_back(request) or reverse("run", args=[public_id]))
    words = {
        PairDecision.Kind.LOCKED.value: _("%(mentee)s and %(mentor)s are locked together from the next run on."),
        PairDecision.Kind.FORBIDDEN.value: _("%(mentee)s and %(mentor)s are kept apart from the next run on."),
        LIFT: _("Nothing is decided about %(mentee)s and %(mentor)s any more."),
    }
    messages.success(request, words[kind] % {"mentee": mentee.person.name, "mentor": mentor.person.name})
    return redirect(_back(request) or reverse("run", args=[public_id]))


def _decided_meanwhile(meanwhile: DecidedMeanwhile, *, mentor: Enrolment, mentee: Enrolment) -> str:
    standing = meanwhile.standing
    who = (standing.by.name if standing and standing.by else "") or _("Somebody else")
    did = {
        None: _("has lifted what was decided about them"),
        PairDecision.Kind.LOCKED.value: _("has locked them together"),
        PairDecision.Kind.FORBIDDEN.value: _("has kept them apart"),
    }[standing.kind if standing else None]
    words = _(
        "Nothing was changed about %(mentee)s and %(mentor)s: %(who)s %(did)s meanwhile. Decide again if need be."
    )
    return words % {"mentee": mentee.person.name, "mentor": mentor.person.name, "who": who, "did": did}


def _back(request: PageRequest) -> str:
    """The page of ours that the decision was made on."""
    asked = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if ours else ""


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/decisions/", run_decide, name="run_decide"),
]
