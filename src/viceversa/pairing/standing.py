"""Whether what a run found still holds: people, rules and wishes may have changed since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import QuerySet

from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores
from viceversa.programmes.fingerprint import fingerprint

from .models import MatchRun, Proposal
from .obstacles import problem_of
from .snapshot import Snapshot, run_policy, take_snapshot


def snapshot_now(run: MatchRun, *, now: datetime) -> Snapshot:
    """The run's cohort as it stands today, under the run's own rules."""
    return take_snapshot(run.cohort, policy=run_policy(run.policy, on=now.date(), seed=run.seed))


def standing_drafts(
    run: MatchRun, *, now: datetime, only: Collection[str] | None = None
) -> tuple[list[Proposal], list[Proposal]]:
    """The run's drafts that could be made today, and those that could not; of all, or of these public ids.

    Raises ``RunStopped`` and ``KeysMissing`` where that cannot be judged.
    """
    drafts = list(
        chosen_drafts(run, only=only)
        .select_related("mentor__person", "mentee__person", "run__cohort__programme")
        .order_by("pk")
    )
    snapshot = snapshot_now(run, now=now)
    looking = [draft for draft in drafts if _both_look(draft, snapshot=snapshot)]
    problem = problem_of(*snapshot.solving())
    at = problem.place
    mentors = np.array([at[draft.mentor.person.person_id] for draft in looking], dtype=np.int64)
    mentees = np.array([at[draft.mentee.person.person_id] for draft in looking], dtype=np.int64)
    lawful = feasible(problem, mentors, mentees, scores=scores(problem, mentors, mentees)).tolist()
    standing = [draft for draft, holds in zip(looking, lawful, strict=True) if holds]
    kept = {draft.pk for draft in standing}
    return standing, [draft for draft in drafts if draft.pk not in kept]


def chosen_drafts(run: MatchRun, *, only: Collection[str] | None) -> QuerySet[Proposal]:
    drafts = run.proposals.filter(state=Proposal.State.DRAFT)
    return drafts if only is None else drafts.filter(public_id__in=only)


def _both_look(draft: Proposal, *, snapshot: Snapshot) -> bool:
    return snapshot.looks(draft.mentor.person.person_id, "mentor") and snapshot.looks(
        draft.mentee.person.person_id, "mentee"
    )


@dataclass(frozen=True)
class Ahead:
    """What a publication would do: how many would be proposed, to how many people, what is left out, what stays.

    ``seen`` tells whether the drafts are still those that were judged.
    """

    proposals: int
    people: int
    left_out: int
    stays_draft: int
    seen: str


def publication_ahead(run: MatchRun, *, now: datetime, only: Collection[str] | None = None) -> Ahead:
    """Judge a publication without doing it. Raises as ``standing_drafts`` does."""
    standing, stale = standing_drafts(run, now=now, only=only)
    return Ahead(
        proposals=len(standing),
        people=len({key for draft in standing for key in (draft.mentor.person_id, draft.mentee.person_id)}),
        left_out=len(stale),
        stays_draft=run.proposals.filter(state=Proposal.State.DRAFT).count() - len(standing) - len(stale),
        seen=drafts_seen(run, only=only),
    )


def drafts_seen(run: MatchRun, *, only: Collection[str] | None) -> str:
    """What somebody saw who looked at these drafts, in a few letters."""
    return fingerprint({"drafts": sorted(chosen_drafts(run, only=only).values_list("public_id", flat=True))})
