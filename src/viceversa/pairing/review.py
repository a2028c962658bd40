"""What a coordinator reads of a run: its result in figures, its proposals, who stays without a partner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, fsum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value

from viceversa.programmes.models import Cohort, Enrolment

from .models import MatchRun, PairDecision, Proposal
from .sifting import lowest_tenth, standing_in

LOOK_AT_MOST = 0.25
"""At most this share of the pairs is marked as worth a look."""

GONE_ON = (Proposal.State.DECLINED, Proposal.State.EXPIRED, Proposal.State.WITHDRAWN)
"""A coordinator is told that a pairing has not gone ahead, and never which of these it was."""


@dataclass(frozen=True)
class Result:
    """A finished run in figures; ``low`` is the fit, 0 to 100, below which a pair is worth a look."""

    mentees: int
    mentees_paired: int
    mentors: int
    pairs: int
    proven: bool
    gap: float
    people: int
    checked: int
    placed_before: int
    seconds: float
    average: float | None
    lowest: Proposal | None
    first_wishes: float | None
    low: int
    scores: tuple[int, ...]
    total: float
    engine_total: float
    by_hand: int

    @property
    def gap_percent(self) -> float:
        return self.gap * 100


@dataclass(frozen=True)
class Decided:
    """Decisions that this run did not know: they count from the next one on."""

    locked: int
    kept_apart: int

    def __bool__(self) -> bool:
        return bool(self.locked or self.kept_apart)


@dataclass(frozen=True)
class Counts:
    """How many proposals of a run stand how."""

    all: int
    draft: int
    locked: int
    low: int
    tenth: int
    cautions: int
    by_hand: int
    new: int
    waiting: int
    accepted: int
    not_gone_ahead: int
    mentees_alone: int
    mentors_alone: int
    since: Decided


def runs_of(cohort: Cohort) -> QuerySet[MatchRun]:
    """Every run of a cohort, the latest first."""
    return MatchRun.objects.filter(cohort=cohort).order_by("-number").select_related("requested_by")


def result_of(run: MatchRun) -> Result:
    """The figures of a finished run, from its report and its proposals."""
    report = run.report
    fits = list(standing_in(run).values_list("score", "by_hand", "mentee_id"))
    scores = sorted(round(score * 100) for score, _hand, _mentee in fits)
    total = fsum(score for score, _hand, _mentee in fits)
    return Result(
        mentees=report.get("mentees", len(scores)),
        mentees_paired=len({mentee for _score, _hand, mentee in fits}),
        mentors=report.get("mentors", len(scores)),
        pairs=len(scores),
        proven=bool(report.get("certified")) and report.get("gap", 1.0) <= 0,
        gap=report.get("gap", 0.0),
        people=report.get("people", report.get("mentees", 0) + report.get("mentors", 0)),
        checked=report.get("pairs_checked", 0),
        placed_before=report.get("mentees_placed_before", 0),
        seconds=report.get("seconds", 0.0),
        average=sum(scores) / len(scores) / 100 if scores else None,
        lowest=standing_in(run).select_related("mentor__person", "mentee__person").order_by("score", "pk").first(),
        first_wishes=report.get("first_wish_met"),
        low=low_mark(scores),
        scores=tuple(scores),
        total=total,
        engine_total=report.get("total_score", total),
        by_hand=sum(hand for _score, hand, _mentee in fits),
    )


def low_mark(scores: Iterable[int]) -> int:
    """The highest multiple of 5 below which no more than a quarter of the pairs lie; 0 to 100, 0 marks none."""
    ordered = sorted(scores)
    if not ordered:
        return 0
    return 5 * (ordered[int(len(ordered) * LOOK_AT_MOST)] // 5)


def proposals_of(run: MatchRun) -> QuerySet[Proposal, Any]:
    """A run's proposals, best first, each with what is decided about the two by now and whether it is new."""
    decided = PairDecision.objects.standing().filter(
        cohort=run.cohort_id, mentor=OuterRef("mentor"), mentee=OuterRef("mentee")
    )
    return (
        standing_in(run)
        .select_related("mentor__person", "mentee__person")
        .annotate(decided=Subquery(decided.values("kind")[:1]))
        .order_by("-score", "pk")
    )


def run_before(run: MatchRun) -> MatchRun | None:
    """The finished run before this one."""
    earlier = MatchRun.objects.filter(cohort=run.cohort_id, number__lt=run.number, state=MatchRun.State.DONE)
    return earlier.order_by("-number").first()


def only(
    proposals: QuerySet[Any, Any], which: str, *, run: MatchRun, low: int, before: MatchRun | None
) -> QuerySet[Proposal, Any]:
    """The proposals that a filter names; everything for a name that is none."""
    if which == "locked":
        return proposals.filter(decided=PairDecision.Kind.LOCKED)
    if which == "new" and before is not None:
        return proposals.filter(~_was_in(before))
    if which == "tenth":
        return proposals.filter(pk__in=lowest_tenth(run).values("pk"))
    if which == "cautions":
        return proposals.exclude(cautions=[])
    if which == "hand":
        return proposals.filter(by_hand=True)
    if which == "draft":
        return proposals.filter(state=Proposal.State.DRAFT)
    if which == "waiting":
        return proposals.filter(state__in=Proposal.OPEN)
    if which == "accepted":
        return proposals.filter(state=Proposal.State.ACCEPTED)
    if which == "ended":
        return proposals.filter(state__in=GONE_ON)
    return proposals.filter(score__lt=_below(low)) if which == "low" else proposals


def _below(low: int) -> float:
    """Scores are shown rounded, so what is shown as the mark is not below it."""
    return low / 100 - 0.005


def _was_in(before: MatchRun) -> Exists:
    return Exists(Proposal.objects.filter(run=before, mentor=OuterRef("mentor"), mentee=OuterRef("mentee")))


def counts_of(run: MatchRun, *, low: int, before: MatchRun | None) -> Counts:
    was_before = _was_in(before) if before is not None else Value(value=True)
    proposals = proposals_of(run).annotate(was_before=was_before)
    tallied = proposals.aggregate(
        all=Count("pk"),
        new=Count("pk", filter=Q(was_before=False)),
        draft=Count("pk", filter=Q(state=Proposal.State.DRAFT)),
        cautions=Count("pk", filter=~Q(cautions=[])),
        by_hand=Count("pk", filter=Q(by_hand=True)),
        locked=Count("pk", filter=Q(decided=PairDecision.Kind.LOCKED)),
        low=Count("pk", filter=Q(score__lt=_below(low))),
        waiting=Count("pk", filter=Q(state__in=Proposal.OPEN)),
        accepted=Count("pk", filter=Q(state=Proposal.State.ACCEPTED)),
        not_gone_ahead=Count("pk", filter=Q(state__in=GONE_ON)),
    )
    others = _alone_and_decided(run)
    return Counts(
        tenth=ceil(tallied["all"] / 10),
        mentees_alone=others.get(Enrolment.Role.MENTEE.value, 0),
        mentors_alone=others.get(Enrolment.Role.MENTOR.value, 0),
        since=Decided(
            locked=others.get(PairDecision.Kind.LOCKED.value, 0),
            kept_apart=others.get(PairDecision.Kind.FORBIDDEN.value, 0),
        ),
        **tallied,
    )


def _alone_and_decided(run: MatchRun) -> dict[str, int]:
    """People without a partner by role, and decisions since the run by kind; by one query."""
    alone = run.unmatched.order_by().values_list("enrolment__role").annotate(n=Count("pk"))
    since = PairDecision.objects.standing().filter(cohort=run.cohort_id, at__gte=run.started_at or run.requested_at)
    return dict(alone.union(since.order_by().values_list("kind").annotate(n=Count("pk"))))


def standing_decisions(cohort: Cohort) -> QuerySet[PairDecision]:
    """What the coordinator decided about two people and has not lifted, the latest first."""
    rows = PairDecision.objects.standing().filter(cohort=cohort)
    return rows.select_related("mentor__person", "mentee__person", "by").order_by("-at", "-pk")
