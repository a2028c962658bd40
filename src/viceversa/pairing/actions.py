"""Match runs: ask for one, publish what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.programmes.models import Cohort
from viceversa.programmes.policy import complete_policy

from .decisions import LIFT as LIFT
from .decisions import decide as decide
from .ending import end_pair
from .holding import hold_cohort, hold_enrolments, hold_proposals, hold_run
from .loosening import with_rules
from .models import Ending, MatchRun, Proposal
from .new_partners import pairs_to_end
from .obstacles import RunStopped, left_out_of
from .snapshot import looking_counts, run_policy
from .standing import chosen_drafts, drafts_seen, standing_drafts
from .synonyms import with_synonyms

ANSWER_WITHIN = timedelta(days=10)


class NobodyLooks(Exception):
    """A matching needs somebody on both sides. Carries how many look, by role."""

    def __init__(self, looking: Mapping[str, int]) -> None:
        self.looking = looking
        super().__init__("nobody looks for a partner on one side")


class NotPublishable(Exception):
    """The run is not a finished draft: it still runs, failed, or was published before."""


@transaction.atomic
def request_run(
    *,
    cohort: Cohort,
    by: User | None,
    now: datetime,
    seed: int | None = None,
    rules: Mapping[str, Any] | None = None,
) -> MatchRun:
    """Queue a run under the programme's policy of this moment. The worker does the rest.

    ``rules`` stand in the place of the programme's own for this run alone. While one waits or runs, that one is
    given back: pressing the button twice asks once. Raises ``NobodyLooks``.
    """
    held = hold_cohort(cohort)
    waiting = held.runs.filter(state__in=MatchRun.UNFINISHED).first()
    if waiting is not None:
        return waiting
    looking = looking_counts(held, on=now.date())
    if not all(looking.values()):
        raise NobodyLooks(looking)
    policy = with_rules(complete_policy(held.programme.policy), rules or {})
    seed = int(policy["options"].get("seed", 0)) if seed is None else seed
    run = MatchRun.objects.create(
        cohort=held,
        number=(held.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        requested_by=by,
        requested_at=now,
        policy=with_synonyms(run_policy(policy, on=now.date(), seed=seed), cohort=held),
        seed=seed,
    )
    _record("run.requested", run, by=by, now=now, facts={"number": run.number, "seed": seed})
    enqueue("match_run", key=run.public_id, now=now, facts={"run": run.public_id})
    return run


@dataclass(frozen=True)
class Publication:
    """What publishing did: proposals sent out, and drafts left out since they hold no longer."""

    published: int
    left_out: int


@transaction.atomic
def publish_run(
    *, run: MatchRun, by: User, now: datetime, only: Collection[str] | None = None, seen: str | None = None
) -> Publication:
    """Make drafts proposals, all of them or those with these public ids; both sides of each are written to.

    Every draft is judged again by today's rows: what a rule, an exclusion or a taken place forbids by now is
    left out. The others stay drafts and can follow. What earlier runs published stays as it is. Where running pairs
    make way, they end first; such a run is published whole, and not at all where one of its drafts no longer holds.
    ``seen`` is what ``Ahead`` said.

    Raises ``NotPublishable``, ``ChangedMeanwhile``, ``RunStopped`` and ``KeysMissing``.
    """
    hold_cohort(run.cohort)
    held = hold_run(run)
    if held.state != MatchRun.State.DONE or not chosen_drafts(run, only=only).exists():
        raise NotPublishable
    if seen is not None and drafts_seen(run, only=only) != seen:
        raise ChangedMeanwhile
    if held.ends and only is not None:
        raise NotPublishable
    drafts = chosen_drafts(run, only=only).values_list("mentor_id", "mentee_id")
    ending = pairs_to_end(held)
    parting = [(pair.mentor_id, pair.mentee_id) for pair in ending]
    hold_enrolments({key for sides in (*drafts, *parting) for key in sides})
    for pair in ending:
        end_pair(pair, why=Ending.Category.CHANGED, side="", by=by, now=now)
    judged = standing_drafts(run, now=now, only=only)
    standing, stale = judged.holds, judged.stale
    if ending and stale:  # nobody's pair ends for one that cannot be made
        raise RunStopped(judged.why)
    run.proposals.filter(pk__in=[draft.pk for draft in stale]).update(state=Proposal.State.EXPIRED, decided_at=now)
    sent = run.proposals.filter(pk__in=[draft.pk for draft in standing], state=Proposal.State.DRAFT)
    sent.update(state=Proposal.State.PROPOSED, published_at=now, answer_by=now + ANSWER_WITHIN)
    held.published_at = run.published_at = held.published_at or now
    held.problems = [*left_out_of(held.problems), *judged.why]
    held.save(update_fields=["published_at", "problems"])
    done = Publication(published=len(standing), left_out=len(stale))
    facts = {"published": done.published, "left_out": done.left_out}
    _record("run.published", run, by=by, now=now, facts=facts)
    enqueue("proposal_letters", key=f"{run.public_id}:{now.isoformat()}", now=now, facts={"run": run.public_id})
    return done


@transaction.atomic
def withdraw_proposals(*, run: MatchRun, only: Collection[str], by: User, now: datetime) -> int:
    """Take published proposals back, as long as not both have said yes; how many. Both sides are told kindly.

    What was answered or ended meanwhile stays as it is.
    """
    hold_cohort(run.cohort)
    hold_run(run)
    asked = run.proposals.filter(public_id__in=only, state__in=Proposal.OPEN)
    hold_enrolments({key for sides in asked.values_list("mentor_id", "mentee_id") for key in sides})
    taken = hold_proposals(Q(pk__in=list(asked.values_list("pk", flat=True)), state__in=Proposal.OPEN))
    keys = [one.pk for one in taken]
    Proposal.objects.filter(pk__in=keys).update(state=Proposal.State.WITHDRAWN, decided_at=now)
    for one in taken:
        scope = run.cohort.programme.public_id
        record("proposal.withdrawn", noun="proposal", object_id=one.public_id, by=by, now=now, scope=scope)
        for side in (one.mentor, one.mentee):
            facts = {"proposal": one.public_id, "enrolment": side.public_id}
            enqueue("proposal_withdrawn_letter", key=f"{one.public_id}:{side.public_id}", now=now, facts=facts)
    return len(taken)


def _record(verb: str, run: MatchRun, *, by: User | None, now: datetime, facts: Mapping[str, Any]) -> None:
    scope = run.cohort.programme.public_id
    record(verb, noun="run", object_id=run.public_id, by=by, now=now, scope=scope, facts=facts)
