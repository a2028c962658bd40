"""Publish a run's proposals, all or a part; take published ones back."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.accounts.numbers import filled
from viceversa.journey.kept import LARGE, kept
from viceversa.pairing.actions import ANSWER_WITHIN, NotPublishable, publish_run, withdraw_proposals
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.pairing.new_partners import pairs_to_end
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.publishing import publishing_of, request_publication, takes_a_worker
from viceversa.pairing.standing import Ahead, publication_ahead
from viceversa.pairing.words.obstacles import obstacle_sentences

from ..access import access_run
from ..request import PageRequest

CONFLICT = 409


def run_publish(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    drafts = found.proposals.filter(state=Proposal.State.DRAFT)
    if found.state != MatchRun.State.DONE or not drafts.exists():
        return redirect("run", public_id)
    chosen = _chosen(request, found)
    if chosen is not None and not chosen:
        messages.warning(request, _("Nothing was chosen: tick at least one draft, or publish all."))
        return redirect("run", public_id)
    if found.ends and chosen is not None:
        messages.warning(request, _("Running pairs make way for this run, so it is published whole or not at all."))
        return redirect("run_publish", public_id)
    try:
        if request.method == "POST":
            return _published(request, found, chosen)
        return _confirmation(request, found, chosen)
    except RunStopped as stopped:
        words = obstacle_sentences(stopped.obstacles)
    except KeysMissing:
        words = obstacle_sentences([obstacle("keys_missing")])
    return render(request, "matching/publish.html", {"run": found, "obstacles": words})


def _chosen(request: PageRequest, found: MatchRun) -> list[str] | None:
    """Public ids of the drafts that were ticked, or that fit at least so well; None for all of them."""
    given = request.POST if request.method == "POST" else request.GET
    drafts = found.proposals.filter(state=Proposal.State.DRAFT)
    if "part" in given:
        return [one for one in given.getlist("proposal") if len(one) < 40]
    least = given.get("least", "")
    if least.isascii() and least.isdigit() and len(least) < 4:
        return list(drafts.filter(score__gte=int(least) / 100 - 0.005).values_list("public_id", flat=True))
    return None


def _confirmation(
    request: PageRequest, found: MatchRun, chosen: list[str] | None, *, changed: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "run": found,
        "ahead": publication_ahead(found, only=chosen) if changed else _ahead(request, found, chosen),
        "answer_by": request.now + ANSWER_WITHIN,
        "ending": pairs_to_end(found) if found.ends else [],
        "chosen": chosen,
        "changed": changed,
    }
    return render(request, "matching/publish.html", context, status=status)


def _ahead(request: PageRequest, found: MatchRun, chosen: list[str] | None) -> Ahead:
    """Of all drafts of a large run the figures are kept for a minute; should they be old, publishing says so."""
    if chosen is not None:
        return publication_ahead(found, only=chosen)
    what = f"ahead {found.public_id} {publishing_of(found).version}"
    return kept(
        what,
        found.cohort,
        now=request.now,
        count=lambda: publication_ahead(found),
        is_large=lambda ahead: ahead.proposals >= LARGE,
    ).value


def _published(request: PageRequest, found: MatchRun, chosen: list[str] | None) -> HttpResponse:
    asked: dict[str, Any] = {"run": found, "by": cast(User, request.user), "now": request.now}
    asked |= {"only": chosen, "seen": request.POST.get("seen")}
    try:
        if takes_a_worker(found, only=chosen):
            request_publication(**asked)
            return redirect("run", found.public_id)
        done = publish_run(**asked)
    except NotPublishable:  # pressed twice
        return redirect("run", found.public_id)
    except ChangedMeanwhile:
        words = _("Nothing was published: the drafts have changed since you looked. This is how they stand now.")
        return _confirmation(request, found, chosen, changed=words, status=CONFLICT)
    words = ngettext(
        "Published: %(count)s proposal is on its way to both sides.",
        "Published: %(count)s proposals are on their way to both sides.",
        done.published,
    )
    messages.success(request, filled(words, count=done.published))
    if done.left_out:
        words = ngettext(
            "%(count)s pair was left out, since it no longer holds: somebody’s places, line or wishes have changed.",
            "%(count)s pairs were left out, since they no longer hold: somebody’s places, line or wishes have changed.",
            done.left_out,
        )
        messages.warning(request, filled(words, count=done.left_out))
    return redirect("run", found.public_id)


def run_withdraw(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    given = request.POST if request.method == "POST" else request.GET
    asked = [one for one in given.getlist("proposal") if len(one) < 40]
    open_now = found.proposals.filter(public_id__in=asked, state__in=Proposal.OPEN)
    if request.method != "POST":
        rows = list(open_now.select_related("mentor__person", "mentee__person"))
        return render(request, "matching/withdraw.html", {"run": found, "rows": rows, "asked": len(asked)})
    taken = withdraw_proposals(run=found, only=asked, by=cast(User, request.user), now=request.now)
    if taken:
        words = ngettext("%(n)s proposal is taken back.", "%(n)s proposals are taken back.", taken)
        messages.success(request, filled(words, n=taken))
    if taken < len(asked):
        left = len(asked) - taken
        words = ngettext(
            "%(n)s was answered or has ended meanwhile and stays as it is.",
            "%(n)s were answered or have ended meanwhile and stay as they are.",
            left,
        )
        messages.warning(request, filled(words, n=left))
    return redirect("run", public_id)


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/publication/", run_publish, name="run_publish"),
    path("programmes/runs/<str:public_id>/withdrawal/", run_withdraw, name="run_withdraw"),
]
