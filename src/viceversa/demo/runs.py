"""Match runs of the demo: asked for and done on their day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from viceversa.accounts.models import User
from viceversa.pairing.actions import publish_run, request_run
from viceversa.pairing.models import MatchRun, Proposal
from viceversa.programmes.models import Cohort

from .days import do

PEOPLE = ("mentor__person__user", "mentee__person__user", "run__cohort__programme")


def match(cohort: Cohort, *, by: User, now: datetime) -> MatchRun:
    """Ask for a run and let the worker of that day do it."""
    run = request_run(cohort=cohort, by=by, now=now, seed=7)
    do("match_run", now=now)
    run.refresh_from_db()
    if run.state != MatchRun.State.DONE:
        raise RuntimeError(f"the demo's match run did not succeed: {run.problems}")
    return run


def publish(run: MatchRun, *, by: User, now: datetime, only: Collection[str] | None = None) -> None:
    """Publish what there is: among very few people nobody may be able to teach anybody."""
    if run.proposals.filter(state=Proposal.State.DRAFT).exists():
        publish_run(run=run, by=by, now=now, only=only)


def proposals_out(run: MatchRun) -> list[Proposal]:
    """The run's proposals that nobody has answered, the best first."""
    return list(run.proposals.filter(state=Proposal.State.PROPOSED).select_related(*PEOPLE).order_by("-score", "pk"))
