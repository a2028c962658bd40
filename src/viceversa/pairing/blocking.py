"""Two who would both rather have each other: kept with a run, and read page by page."""

from __future__ import annotations

from django.db.models import QuerySet

from .finding import Finding
from .models import BlockingPair, MatchRun, RunPrices
from .pricing import least_loss


def blocking_rows(run: MatchRun, finding: Finding, prices: RunPrices | None) -> list[BlockingPair]:
    """Unsaved, those that gain most first; with what the pool would lose at least, where prices are kept."""
    if finding.blocking is None:
        return []
    found, places = finding.blocking, finding.snapshot.enrolments
    ids = [one.person_id for one in finding.problem.people]
    columns = (found.mentors, found.mentees, found.scores, found.mentor_has, found.mentee_has)
    rows = []
    for rank, (mentor, mentee, *fits) in enumerate(zip(*(each.tolist() for each in columns), strict=True), start=1):
        one, other = places[ids[mentor], "mentor"], places[ids[mentee], "mentee"]
        score, mentor_has, mentee_has = fits
        lost = least_loss(prices, mentor=one, mentee=other, worth=score)
        rows.append(
            BlockingPair(
                run=run,
                rank=rank,
                mentor_id=one,
                mentee_id=other,
                score=score,
                mentor_has=mentor_has,
                mentee_has=mentee_has,
                pairs_lost=lost.pairs if lost else None,
                points_lost=lost.points if lost else None,
            )
        )
    return rows


def blocking_pairs_of(run: MatchRun) -> QuerySet[BlockingPair]:
    """With both people, those that gain most first."""
    return run.blocking.select_related("mentor__person", "mentee__person").order_by("rank")
