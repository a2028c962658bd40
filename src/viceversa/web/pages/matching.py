"""Match runs: ask for one, follow it, review and publish what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.journey.kept import LARGE, kept
from viceversa.pairing.actions import LIFT, NobodyLooks, decide, request_run
from viceversa.pairing.decisions import DecidedMeanwhile, told_reasons
from viceversa.pairing.finding import PHASES
from viceversa.pairing.models import MatchRun, PairDecision, Proposal
from viceversa.pairing.publishing import Publishing, publishing_of
from viceversa.pairing.review import (
    Counts,
    Result,
    alone_in,
    counts_of,
    decided_since,
    only,
    proposals_of,
    result_of,
    run_before,
    runs_of,
    standing_decisions,
)
from viceversa.pairing.sheets import pairs_csv
from viceversa.pairing.sifting import choices_in, sifted, wish_of
from viceversa.pairing.snapshot import looking_counts
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.pairing.words.reasons import Two, caution_sentences, criterion_labels, why_sentences
from viceversa.pairing.words.rules import rule_sentences, weight_shares, weights_sentence
from viceversa.pairing.words.unmatched import way_out, why_alone
from viceversa.programmes.models import Cohort, Enrolment

from ..access import access_programme, access_run
from ..forms.matching import DecisionForm
from ..histogram import bars_of, in_words
from ..paging import one_page
from ..request import PageRequest

NOT_YET = 409
"""Asked for the pairs of a run that has none to give."""

MOST_DECISIONS = 200
"""Decisions shown on one page; what stands longest is the least likely to be looked for."""

LOW_BAR = 0.5
"""Below this a criterion's bar is drawn grey."""


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
        return render(request, "matching/rules.html", _rules_context(request, found))
    publishing = publishing_of(found)
    context = _result_context(request, found, publishing=publishing)
    response = render(request, "matching/result.html", context)
    if publishing.is_under_way:
        response["Refresh"] = "2"
    return response


def _decisions(cohort: Cohort) -> dict[str, Any]:
    """What stands, and the coordinators' own reasons."""
    decisions = list(standing_decisions(cohort)[:MOST_DECISIONS])
    return {"decisions": decisions, "reasons": told_reasons(cohort, decisions)}


def _waiting(request: PageRequest, found: MatchRun) -> HttpResponse:
    at = PHASES.index(found.phase) if found.phase in PHASES else -1
    words = {
        "reading": _("Read everybody and your rules"),
        "search": _("Find the best matching"),
        "certificate": _("Prove that it is the best"),
        "explaining": _("Say why, pair by pair"),
        "writing": _("Write it down, all or nothing"),
    }
    tasks = [(words[phase], _task_state(place, at)) for place, phase in enumerate(PHASES)]
    response = render(request, "matching/waiting.html", {"run": found, "tasks": tasks})
    # A header and not an element: it needs no script, and the page itself stays as it is.
    response["Refresh"] = "2"
    return response


def _task_state(place: int, at: int) -> str:
    if place < at:
        return "done"
    return "running" if place == at else "next"


def _rules_context(request: PageRequest, found: MatchRun) -> dict[str, Any]:
    figures = _figures(request, found, publishing_of(found))
    programme = found.cohort.programme
    return {
        "run": found,
        "result": figures.result,
        "tab": "rules",
        "counts": figures.counts,
        "rules": rule_sentences(found.policy, leader=programme.mentee_word),
        "weights": weight_shares(found.policy),
    }


@dataclass(frozen=True)
class Figures:
    """What a result page says of all proposals; of a large run kept for a minute."""

    result: Result
    before: MatchRun | None
    counts: Counts
    choices: dict[str, list[str]]


def _figures(request: PageRequest, found: MatchRun, publishing: Publishing) -> Figures:
    what = f"run {found.public_id} {publishing.version}"

    def count() -> Figures:
        result, before = result_of(found), run_before(found)
        counts = counts_of(found, low=result.low, before=before)
        return Figures(result, before, counts, choices_in(found))

    return kept(
        what, found.cohort, now=request.now, count=count, is_large=lambda figures: figures.counts.all >= LARGE
    ).value


def _result_context(request: PageRequest, found: MatchRun, *, publishing: Publishing) -> dict[str, Any]:
    figures = _figures(request, found, publishing)
    result, before, counts = figures.result, figures.before, figures.counts
    shown = str(request.GET.get("show", ""))
    bars = bars_of(result.scores, low=result.low)
    wish = wish_of(request.GET.dict())
    narrowed = only(proposals_of(found), shown, run=found, low=result.low, before=before)
    is_all = not shown and not wish.asked
    page = one_page(request, sifted(narrowed, wish), count=counts.all if is_all else None)
    labels = labels_of(found)
    return {
        "run": found,
        "result": result,
        "counts": counts,
        "before": before,
        "bars": bars,
        "bars_in_words": in_words(bars),
        "shown": shown,
        "wish": wish,
        "choices": figures.choices,
        "publishing": publishing,
        "obstacles": obstacle_sentences(found.problems),
        "sorts": [
            ("", _("Best first")),
            ("lowest", _("Lowest first")),
            ("leader", _("Name of the learner")),
            ("mentor", _("Name of the mentor")),
            *labels.items(),
        ],
        "filters": _filters(found, counts=counts, low=result.low, before=before, shown=shown),
        "rows": [proposal_row(proposal, labels=labels, lowest=result.lowest) for proposal in page["page"]],
        "tab": "proposals",
        "since": decided_since(found),
        "here": request.get_full_path(),
        **page,
    }


def labels_of(found: MatchRun) -> dict[str, str]:
    """Labels of the criteria that count in this run."""
    counting = {label for label, _share in weight_shares(found.policy)}
    return {name: label for name, label in criterion_labels().items() if label in counting}


def _filters(found: MatchRun, *, counts: Any, low: int, before: MatchRun | None, shown: str) -> list[dict[str, Any]]:
    rows = [("", _("All"), counts.all)]
    if found.published_at:
        rows += [
            ("draft", _("Not published"), counts.draft),
            ("waiting", _("Waiting"), counts.waiting),
            ("accepted", _("Pairs"), counts.accepted),
            ("ended", _("Not gone ahead"), counts.not_gone_ahead),
        ]
    rows += [
        ("locked", _("Locked"), counts.locked),
        ("low", _("Below %(low)s") % {"low": low}, counts.low),
        ("tenth", _("Lowest tenth"), counts.tenth),
        ("cautions", _("With a caution"), counts.cautions),
    ]
    if counts.by_hand:
        rows.append(("hand", _("By hand"), counts.by_hand))
    if before is not None:
        rows.append(("new", _("New since run %(number)s") % {"number": before.number}, counts.new))
    known = {which for which, _label, _count in rows}
    return [
        {"which": which, "label": label, "count": count, "current": which == (shown if shown in known else "")}
        for which, label, count in rows
    ]


def proposal_row(proposal: Proposal, *, labels: dict[str, str], lowest: Proposal | None) -> dict[str, Any]:
    mentor, mentee = proposal.mentor.person, proposal.mentee.person
    two = Two.of(mentor, mentee)
    return {
        "proposal": proposal,
        "mentor": mentor,
        "mentee": mentee,
        "decided": getattr(proposal, "decided", None),
        "tickable": proposal.state in (Proposal.State.DRAFT, *Proposal.OPEN),
        "criteria": criteria_bars(proposal.criteria, labels=labels),
        "why": " ".join(why_sentences(proposal.reasons, two=two)) or _("Nothing speaks against it, and little for it."),
        "cautions": caution_sentences(proposal.cautions, two=two),
        "is_lowest": lowest is not None and proposal.pk == lowest.pk,
    }


def criteria_bars(values: dict[str, float], *, labels: dict[str, str]) -> list[tuple[str, float, str]]:
    """Label, value and tone of each bar."""
    return [
        (label, 100 * values.get(name, 0.0), "low" if values.get(name, 0.0) < LOW_BAR else "")
        for name, label in labels.items()
    ]


def run_unmatched(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", public_id)
    side = Enrolment.Role.MENTOR if request.GET.get("side") == "mentor" else Enrolment.Role.MENTEE
    figures = _figures(request, found, publishing_of(found))
    alone = figures.counts.mentors_alone if side is Enrolment.Role.MENTOR else figures.counts.mentees_alone
    page = one_page(request, alone_in(found, role=side.value), count=alone)
    rows = [
        {"alone": alone, "why": why_alone(alone), "way_out": way_out(alone, policy=found.policy)}
        for alone in page["page"]
    ]
    context = {
        "run": found,
        "result": figures.result,
        "counts": figures.counts,
        "rows": rows,
        "tab": f"alone-{side.value}",
        "side": side.value,
        **page,
    }
    return render(request, "matching/unmatched.html", context)


def run_decide(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = DecisionForm(request.POST, run=found)
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
            by=_user(request),
            now=request.now,
            reason=form.cleaned_data["reason"],
            seen=request.POST.get("seen"),
        )
    except DecidedMeanwhile as meanwhile:
        messages.warning(request, _decided_meanwhile(meanwhile, mentor=mentor, mentee=mentee))
        return redirect(_back(request) or found_address(found))
    except KeysMissing:
        messages.warning(request, _("Nothing was decided: the reason cannot be kept just now. Try again later."))
        return redirect(_back(request) or found_address(found))
    words = {
        PairDecision.Kind.LOCKED.value: _("%(mentee)s and %(mentor)s are locked together from the next run on."),
        PairDecision.Kind.FORBIDDEN.value: _("%(mentee)s and %(mentor)s are kept apart from the next run on."),
        LIFT: _("Nothing is decided about %(mentee)s and %(mentor)s any more."),
    }
    messages.success(request, words[kind] % {"mentee": mentee.person.name, "mentor": mentor.person.name})
    return redirect(_back(request) or found_address(found))


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


def found_address(found: MatchRun) -> str:
    return str(redirect("run", found.public_id).url)


def _back(request: PageRequest) -> str:
    """The page of ours that the decision was made on."""
    asked = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if ours else ""


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
    path("programmes/runs/<str:public_id>/unmatched/", run_unmatched, name="run_unmatched"),
    path("programmes/runs/<str:public_id>/decisions/", run_decide, name="run_decide"),
    path("programmes/runs/<str:public_id>/pairs.csv", run_pairs_csv, name="run_pairs_csv"),
]
