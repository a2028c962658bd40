"""What a finished run's page shows: its figures, its proposals as asked for, its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from viceversa.journey.kept import LARGE, kept
from viceversa.pairing.differences import Apart, pairs_apart, pairs_mark, policies_apart
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.pairing.obstacles import left_out_of, stopping
from viceversa.pairing.publishing import Publishing, publishing_of
from viceversa.pairing.review import Counts, Result, counts_of, only, proposals_of, result_of, run_before
from viceversa.pairing.sifting import choices_in, sifted, wish_of
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.pairing.words.reasons import Two, caution_sentences, criterion_labels, why_sentences
from viceversa.pairing.words.rules import rule_sentences, weight_shares

from ..histogram import Bar, bars_of, in_words
from ..paging import one_page
from ..request import PageRequest

LOW_BAR = 0.5
"""Below this a criterion's bar is drawn grey."""
DRAWN = (
    *("public_id", "run", "state", "score", "by_hand", "criteria", "reasons", "cautions"),
    *(f"{side}__public_id" for side in ("mentor", "mentee")),
    *(
        f"{side}__person__{name}"
        for side in ("mentor", "mentee")
        for name in ("person_id", "given_name", "family_name", "preferred_name", "job_title", "function")
    ),
)
"""What a row of the list shows, and nothing else of the two."""


def rules_context(request: PageRequest, found: MatchRun) -> dict[str, Any]:
    figures = figures_of(request, found, publishing_of(found))
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
    bars: list[Bar]
    choices: dict[str, list[str]]
    asked_otherwise: tuple[str, ...]
    """Rules and weights of this run that the one before had otherwise."""


def figures_of(request: PageRequest, found: MatchRun, publishing: Publishing) -> Figures:
    what = f"run {found.public_id} {publishing.version}"

    def count() -> Figures:
        result, before = result_of(found), run_before(found)
        counts = counts_of(found, low=result.low, before=before)
        otherwise: tuple[str, ...] = ()
        if before is not None:
            before.cohort = found.cohort
            otherwise = policies_apart(before, found)[1]
        bars = bars_of(result.scores, low=result.low)
        return Figures(result, before, counts, bars, choices_in(found), otherwise)

    return kept(
        what, found.cohort, now=request.now, count=count, is_large=lambda figures: figures.counts.all >= LARGE
    ).value


def apart_of(request: PageRequest, earlier: MatchRun, later: MatchRun) -> Apart:
    """Whose pairs differ between two runs; of large runs kept for a minute, or until a pair of either changes."""
    return kept(
        f"apart {earlier.public_id} {later.public_id} {pairs_mark((earlier, later))}",
        later.cohort,
        now=request.now,
        count=lambda: pairs_apart(earlier, later),
        is_large=lambda apart: apart.pairs >= LARGE,
    ).value


def result_context(request: PageRequest, found: MatchRun, *, publishing: Publishing) -> dict[str, Any]:
    figures = figures_of(request, found, publishing)
    result, before, counts = figures.result, figures.before, figures.counts
    shown = str(request.GET.get("show", ""))
    wish = wish_of(request.GET.dict())
    narrowed = only(proposals_of(found), shown, run=found, low=result.low, before=before)
    is_all = not shown and not wish.asked
    drawn = sifted(narrowed, wish).only(*DRAWN)
    page = one_page(request, drawn, count=counts.all if is_all else None)
    labels = labels_of(found)
    return {
        "run": found,
        "result": result,
        "counts": counts,
        "before": before,
        "asked_otherwise": figures.asked_otherwise,
        "bars": figures.bars,
        "bars_in_words": in_words(figures.bars),
        "shown": shown,
        "wish": wish,
        "choices": figures.choices,
        "publishing": publishing,
        "obstacles": obstacle_sentences(stopping(found.problems)),
        "left_out": obstacle_sentences(left_out_of(found.problems)),
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
        "since": counts.since,
        "here": request.get_full_path(),
        "at": addresses_of(found),
        **page,
    }


def addresses_of(found: MatchRun) -> dict[str, str]:
    """Where each row's buttons lead, worked out once for all of them."""
    return {name: reverse(f"run_{name}", args=[found.public_id]) for name in ("decide", "swap", "compare")}


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
        "both": _("%(mentee)s and %(mentor)s") % {"mentee": mentee.name, "mentor": mentor.name},
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
