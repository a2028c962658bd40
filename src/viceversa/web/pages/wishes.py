"""What a run leaves open: who would both rather have each other, and what the wishes of leaders cost."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.pairing.blocking import blocking_pairs_of
from viceversa.pairing.models import MatchRun, Study
from viceversa.pairing.snapshot import looking_counts
from viceversa.pairing.studies import GIVEN_UP_AFTER, ask_study, study_of
from viceversa.pairing.wish_price import FEWEST, HARDLY_ANY, NEARLY_ALL
from viceversa.pairing.words.obstacles import obstacle_sentences

from ..access import access_run
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest
from .run_result import rules_context


def run_blocking(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", found.public_id)
    page = one_page(request, blocking_pairs_of(found))
    count = found.report.get("blocking_pairs")
    context = rules_context(request, found) | {
        "tab": "blocking",
        "count": count,
        "listed": page["page"].paginator.count,
        "has_losses": any(pair.points_lost is not None for pair in page["page"]),
        **page,
    }
    return render(request, "matching/blocking.html", context)


def run_wishes(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", found.public_id)
    cohort = found.cohort
    if request.method == "POST":
        if not all(looking_counts(cohort, on=request.now.date()).values()):
            messages.info(request, _("Nobody looks for a partner on one side now, so there is nothing to work out."))
            return redirect("run_wishes", found.public_id)
        user = cast(User, request.user)
        ask_study(cohort=cohort, kind=Study.Kind.WISHES, asked={"policy": found.policy}, by=user, now=request.now)
        return redirect("run_wishes", found.public_id)
    study = study_of(cohort, Study.Kind.WISHES)
    is_waiting = study is not None and study.is_under_way and request.now - study.asked_at < GIVEN_UP_AFTER
    context = rules_context(request, found) | {
        "tab": "wishes",
        "study": study,
        "is_waiting": is_waiting,
        "is_of_other_rules": study is not None and study.asked.get("policy") != found.policy,
        "rows": _rows(study) if study is not None else [],
        "obstacles": obstacle_sentences(study.problems) if study is not None else [],
        "fewest": FEWEST,
    }
    response = render(request, "matching/wishes.html", context)
    return look_again(response, request) if is_waiting else response


def _rows(study: Study) -> list[dict[str, Any]]:
    """One a weight, with what all else lost against the lowest weight that was tried."""
    rows = study.findings.get("rows", [])
    if not rows:
        return []
    best = rows[0]["others"]
    return [
        {
            "weight": f"{row['weight']:g}",
            "is_present": row["weight"] == study.findings["present"],
            "pairs": row["pairs"],
            "others": row["others"],
            "lost": max(0.0, best - row["others"]),
            "lost_percent": 100 * max(0.0, best - row["others"]) / best if best else 0.0,
            "first": _words(row["first"]),
            "some": _words(row["some"]),
        }
        for row in rows
    ]


def _words(percent: int | None) -> str:
    """As a share may be told; nothing where too few wish."""
    if percent is None:
        return ""
    if percent >= NEARLY_ALL:
        return f"≥ {NEARLY_ALL} %"
    return f"≤ {HARDLY_ANY} %" if percent <= HARDLY_ANY else f"{percent} %"


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/rather/", run_blocking, name="run_blocking"),
    path("programmes/runs/<str:public_id>/wishes/", run_wishes, name="run_wishes"),
]
