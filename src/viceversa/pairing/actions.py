"""Match runs: ask for one, decide about two people, publish what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.programmes.models import Cohort, Enrolment
from viceversa.programmes.policy import complete_policy

from .closing import close_proposals
from .holding import hold_cohort, hold_enrolments, hold_proposals, hold_run
from .models import MatchRun, PairDecision, Proposal, ProposalAnswer
from .snapshot import looking_counts, run_policy
from .standing import standing_drafts
from .synonyms import with_synonyms

ANSWER_WITHIN = timedelta(days=10)
LIFT = "lift"

Sides = tuple[int, int]
"""Primary keys of the mentor's and the mentee's enrolment."""


class NobodyLooks(Exception):
    """A matching needs somebody on both sides. Carries how many look, by role."""

    def __init__(self, looking: Mapping[str, int]) -> None:
        self.looking = looking
        super().__init__("nobody looks for a partner on one side")


class NotPublishable(Exception):
    """The run is not a finished draft: it still runs, failed, or was published before."""


@transaction.atomic
def request_run(*, cohort: Cohort, by: User | None, now: datetime, seed: int | None = None) -> MatchRun:
    """Queue a run under the programme's policy of this moment. The worker does the rest.

    While one waits or runs, that one is given back: pressing the button twice asks once. Raises ``NobodyLooks``.
    """
    held = hold_cohort(cohort)
    waiting = held.runs.filter(state__in=MatchRun.UNFINISHED).first()
    if waiting is not None:
        return waiting
    looking = looking_counts(held, on=now.date())
    if not all(looking.values()):
        raise NobodyLooks(looking)
    policy = complete_policy(held.programme.policy)
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


@transaction.atomic
def decide(*, run: MatchRun, mentor: Enrolment, mentee: Enrolment, kind: str, by: User, now: datetime) -> None:
    """Lock two people together, keep them apart, or lift what was decided; later runs of the cohort heed it.

    ``kind`` is a ``PairDecision.Kind`` or ``LIFT``. Deciding the same again changes nothing.
    """
    hold_cohort(run.cohort)
    standing = PairDecision.objects.standing().filter(cohort=run.cohort, mentor=mentor, mentee=mentee)
    if standing.filter(kind=kind).exists():
        return
    lifted = standing.update(lifted_at=now)
    if kind == LIFT and not lifted:
        return
    if kind != LIFT:
        PairDecision.objects.create(cohort=run.cohort, mentor=mentor, mentee=mentee, kind=kind, by=by, at=now)
    facts = {"mentor": mentor.public_id, "mentee": mentee.public_id}
    _record(f"decision.{kind}", run, by=by, now=now, facts=facts)


@dataclass(frozen=True)
class Publication:
    """What publishing did: proposals sent out, drafts left out since they hold no longer, earlier ones ended."""

    published: int
    left_out: int
    ended: int


@transaction.atomic
def publish_run(*, run: MatchRun, by: User, now: datetime) -> Publication:
    """Make the drafts proposals; both sides of each are written to.

    Every draft is judged again by today's rows: what a rule, an exclusion or a taken place forbids by now is
    left out. Open proposals of earlier runs of the cohort end; a yes to a pairing that is proposed again is
    kept. Raises ``NotPublishable``, ``RunStopped`` and ``KeysMissing``.
    """
    hold_cohort(run.cohort)
    held = hold_run(run)
    if held.state != MatchRun.State.DONE or held.published_at is not None:
        raise NotPublishable
    hold_enrolments(_people_of(run))
    standing, stale = standing_drafts(run, now=now)
    again = {(draft.mentor_id, draft.mentee_id) for draft in standing}
    earlier = hold_proposals(open_earlier(run))
    given = _yes_given(earlier)
    ended = close_proposals(earlier, now=now, untold=again)
    run.proposals.filter(pk__in=[draft.pk for draft in stale]).update(state=Proposal.State.EXPIRED, decided_at=now)
    _propose(run, standing=standing, given=given, now=now)
    held.published_at = run.published_at = now
    held.save(update_fields=["published_at"])
    done = Publication(published=len(standing), left_out=len(stale), ended=ended)
    facts = {"published": done.published, "left_out": done.left_out, "ended": done.ended}
    _record("run.published", run, by=by, now=now, facts=facts)
    enqueue("proposal_letters", key=run.public_id, now=now, facts={"run": run.public_id})
    return done


def open_earlier(run: MatchRun) -> Q:
    """Proposals of the cohort's other runs that still wait for an answer."""
    return Q(run__cohort=run.cohort, state__in=Proposal.OPEN) & ~Q(run=run)


def _people_of(run: MatchRun) -> set[int]:
    """Everybody whom a publication touches."""
    touched = Proposal.objects.filter(Q(run=run) | open_earlier(run)).values_list("mentor_id", "mentee_id")
    return {key for sides in touched for key in sides}


@dataclass(frozen=True)
class _Yes:
    """A yes that somebody gave to a pairing earlier."""

    enrolment_id: int
    at: datetime


def _yes_given(earlier: Collection[Proposal]) -> dict[Sides, _Yes]:
    sides = {proposal.pk: (proposal.mentor_id, proposal.mentee_id) for proposal in earlier}
    answers = ProposalAnswer.objects.filter(proposal__in=sides, word=ProposalAnswer.Word.YES)
    return {sides[answer.proposal_id]: _Yes(answer.enrolment_id, answer.at) for answer in answers}


def _propose(run: MatchRun, *, standing: Collection[Proposal], given: Mapping[Sides, _Yes], now: datetime) -> None:
    drafts = run.proposals.filter(state=Proposal.State.DRAFT)
    drafts.update(state=Proposal.State.PROPOSED, published_at=now, answer_by=now + ANSWER_WITHIN)
    kept = [
        ProposalAnswer(proposal=draft, enrolment_id=yes.enrolment_id, word=ProposalAnswer.Word.YES, at=yes.at)
        for draft in standing
        if (yes := given.get((draft.mentor_id, draft.mentee_id)))
    ]
    ProposalAnswer.objects.bulk_create(kept)
    half = Proposal.objects.filter(pk__in=[answer.proposal_id for answer in kept])
    half.update(state=Proposal.State.ACCEPTED_ONE)


def _record(verb: str, run: MatchRun, *, by: User | None, now: datetime, facts: Mapping[str, Any]) -> None:
    scope = run.cohort.programme.public_id
    record(verb, noun="run", object_id=run.public_id, by=by, now=now, scope=scope, facts=facts)
