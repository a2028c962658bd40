"""Whether what a run found still holds: people, rules and wishes may have changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Mod

from viceversa.accounts.fingerprint import fingerprint
from viceversa.matching import Problem, explain_pair
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores
from viceversa.programmes.models import Enrolment

from .finding import kept as reasons_kept
from .judging import NOTHING_MADE
from .models import MatchRun, Proposal
from .obstacles import LEFT_OUT, Obstacle, obstacle, problem_of
from .snapshot import Snapshot, run_policy, take_snapshot

MOST_EXPLAINED = 200
"""Drafts left out of which it is written why."""

JUDGED_ALONE = 1_000
"""People up to which only they are read; for more it is no more work to read the whole cohort."""


def snapshot_now(run: MatchRun, *, now: datetime, only: Collection[int] | None) -> Snapshot:
    """The run's cohort as it stands today, or these enrolments of it, under the run's own rules."""
    return take_snapshot(run.cohort, policy=run_policy(run.policy, on=now.date(), seed=run.seed), only=only)


@dataclass(frozen=True)
class Standing:
    """Drafts that could be made today, those that could not, and why not: an obstacle each, for the first few."""

    holds: list[Proposal]
    stale: list[Proposal]
    why: list[Obstacle]


def standing_drafts(run: MatchRun, *, now: datetime, only: Collection[str] | None = None) -> Standing:
    """Judge the run's drafts by how things stand today; all of them, or those with these public ids.

    Raises ``RunStopped`` and ``KeysMissing`` where that cannot be judged.
    """
    drafts = list(chosen_drafts(run, only=only).select_related("mentor__person", "mentee__person").order_by("pk"))
    sides = {key for draft in drafts for key in (draft.mentor_id, draft.mentee_id)}
    snapshot = snapshot_now(run, now=now, only=sides if len(sides) <= JUDGED_ALONE else None)
    looking = [draft for draft in drafts if _both_look(draft, snapshot=snapshot)]
    problem = problem_of(*snapshot.told())
    at = problem.place
    mentors = np.array([at[draft.mentor.person.person_id] for draft in looking], dtype=np.int64)
    mentees = np.array([at[draft.mentee.person.person_id] for draft in looking], dtype=np.int64)
    lawful = feasible(problem, mentors, mentees, scores=scores(problem, mentors, mentees)).tolist()
    holding = [draft for draft, holds in zip(looking, lawful, strict=True) if holds]
    kept = {draft.pk for draft in holding}
    stale = [draft for draft in drafts if draft.pk not in kept]
    why = [_left_out(draft, snapshot=snapshot, problem=problem) for draft in stale[:MOST_EXPLAINED]]
    return Standing(holding, stale, why)


def _left_out(draft: Proposal, *, snapshot: Snapshot, problem: Problem) -> Obstacle:
    mentor, mentee = draft.mentor.person.person_id, draft.mentee.person.person_id
    sides = ((mentor, "mentor"), (mentee, "mentee"))
    away = [person for person, role in sides if not snapshot.looks(person, role)]
    against = () if away else explain_pair(problem, NOTHING_MADE, mentor, mentee).forbidden_by
    return obstacle(LEFT_OUT, mentor=mentor, mentee=mentee, away=away, reasons=reasons_kept(against))


def chosen_drafts(run: MatchRun, *, only: Collection[str] | None) -> QuerySet[Proposal]:
    drafts = run.proposals.filter(state=Proposal.State.DRAFT)
    return drafts if only is None else drafts.filter(public_id__in=only)


def _both_look(draft: Proposal, *, snapshot: Snapshot) -> bool:
    return snapshot.looks(draft.mentor.person.person_id, "mentor") and snapshot.looks(
        draft.mentee.person.person_id, "mentee"
    )


@dataclass(frozen=True)
class Ahead:
    """What a publication would be about: drafts, people, and how many drafts are not chosen.

    ``gone`` are drafts of which one has withdrawn by now; whatever else no longer holds is found while publishing.
    ``in_both`` of the people learn in one of these pairs and mentor in another.
    ``seen`` tells whether the drafts are still those that were shown.
    """

    proposals: int
    people: int
    in_both: int
    gone: int
    stays_draft: int
    seen: str


def publication_ahead(run: MatchRun, *, only: Collection[str] | None = None) -> Ahead:
    """Count, without judging anybody; by one query, whatever the number."""
    rows = run.proposals.filter(state=Proposal.State.DRAFT).order_by()
    sides = ("mentor__person_id", "mentee__person_id", "mentor__state", "mentee__state")
    drafts = list(rows.values_list("public_id", *sides))
    chosen = None if only is None else set(only)
    mine = [draft for draft in drafts if chosen is None or draft[0] in chosen]
    here = [draft for draft in mine if not {*draft[3:]} & set(Enrolment.GONE)]
    mentors, mentees = {draft[1] for draft in here}, {draft[2] for draft in here}
    return Ahead(
        proposals=len(here),
        people=len(mentors | mentees),
        in_both=len(mentors & mentees),
        gone=len(mine) - len(here),
        stays_draft=len(drafts) - len(mine),
        seen=_seen(draft[0] for draft in mine),
    )


def drafts_seen(run: MatchRun, *, only: Collection[str] | None) -> str:
    """What somebody saw who looked at these drafts, in a few letters."""
    return _seen(chosen_drafts(run, only=only).order_by().values_list("public_id", flat=True))


SPREAD = 1_000_003
"""Keys are squared modulo this prime: the sum of a hundred million of them still fits into 64 bits."""


def all_drafts_seen(run: MatchRun) -> str:
    """The same for all drafts of a run, however many: how many they are, and two sums of their keys.

    Drafts only go and come one by one, and never with another key; no one change leaves both sums as they were.
    """
    rest = Mod(F("pk"), SPREAD)
    found = run.proposals.filter(state=Proposal.State.DRAFT).aggregate(
        n=Count("pk"), sum=Sum("pk"), squares=Sum(rest * rest)
    )
    return fingerprint({name: int(value or 0) for name, value in found.items()})


def _seen(public_ids: Iterable[str]) -> str:
    return fingerprint({"drafts": sorted(public_ids)})
