"""New partners for those who have none: what it brings to change none, one, two or five of the running pairs."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.journey.kept import kept
from viceversa.pairing.models import Pair, Study
from viceversa.pairing.new_partners import NoSuchOffer, request_new_partners
from viceversa.pairing.snapshot import looking_counts
from viceversa.pairing.studies import GIVEN_UP_AFTER, ask_study, study_of
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Programme

from ..access import access_programme
from ..looking_again import look_again
from ..request import PageRequest

MOST_NAMED = 12
"""Pairs that make way, named in one row; a review names them all."""


def new_partners(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method == "POST":
        return _asked(request, programme)
    cohort = programme.current_cohort
    study = study_of(cohort, Study.Kind.PARTNERS)
    is_waiting = study is not None and study.is_under_way and request.now - study.asked_at < GIVEN_UP_AFTER
    rows = study.findings.get("rows", []) if study is not None else []
    named = {name for row in rows for name in row["ends"][:MOST_NAMED]}
    pairs = Pair.objects.running().filter(public_id__in=named).select_related("mentor__person", "mentee__person")
    by_id = {pair.public_id: pair for pair in pairs}
    context = {
        "programme": programme,
        "cohort": cohort,
        "study": study,
        "is_waiting": is_waiting,
        "obstacles": obstacle_sentences(study.problems) if study is not None else [],
        "stays": study.findings.get("stays", 0) if study is not None else 0,
        "looking": kept(
            "looking", cohort, now=request.now, count=lambda: looking_counts(cohort, on=request.now.date())
        ).value,
        "rows": [
            {
                **row,
                "ending": [by_id[name] for name in row["ends"][:MOST_NAMED] if name in by_id],
                "more": max(0, row["changes"] - MOST_NAMED),
            }
            for row in rows
        ],
    }
    response = render(request, "matching/new_partners.html", context)
    return look_again(response, request) if is_waiting else response


def _asked(request: PageRequest, programme: Programme) -> HttpResponse:
    """Work it out, or make a draft run of one row."""
    cohort, user = programme.current_cohort, cast(User, request.user)
    if "changes" not in request.POST:
        ask_study(cohort=cohort, kind=Study.Kind.PARTNERS, asked={}, by=user, now=request.now)
        return redirect("new_partners", programme.public_id)
    given = request.POST["changes"]
    try:
        changes = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else -1
        run = request_new_partners(cohort=cohort, changes=changes, by=user, now=request.now)
    except NoSuchOffer:
        messages.info(request, _("This row is not there any more. These are the rows of now."))
        return redirect("new_partners", programme.public_id)
    return redirect("run", run.public_id)


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/partners/", new_partners, name="new_partners"),
]
