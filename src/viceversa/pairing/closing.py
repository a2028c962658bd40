"""Open proposals that lead nowhere any more end, and whoever waits is told in neutral words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.registry import recurs
from viceversa.programmes.enrol import on_withdrawal
from viceversa.programmes.models import Cohort, Enrolment
from viceversa.programmes.taking_back import used_since

from .holding import hold_enrolments, hold_proposals, of_enrolments
from .models import MatchRun, Proposal, ProposalAnswer


def close_proposals(
    proposals: Iterable[Proposal], *, now: datetime, untold: Collection[tuple[int, int]] = frozenset()
) -> int:
    """End these held, open proposals; how many. Whoever had said yes is told, save for the ``untold`` pairs.

    Call inside the transaction of the change that ends them.
    """
    ending = list(proposals)
    keys = [proposal.pk for proposal in ending]
    Proposal.objects.filter(pk__in=keys).update(state=Proposal.State.EXPIRED, decided_at=now)
    said_yes = ProposalAnswer.objects.filter(proposal__in=keys, word=ProposalAnswer.Word.YES)
    waiting = set(said_yes.values_list("proposal_id", "enrolment_id"))
    for proposal in ending:
        note_ended(proposal, now=now)
        for side in (proposal.mentor, proposal.mentee):
            pair = (proposal.mentor_id, proposal.mentee_id)
            if (proposal.pk, side.pk) in waiting and pair not in untold:
                tell_ended(proposal, to=side, now=now)
    return len(ending)


def note_ended(proposal: Proposal, *, now: datetime) -> None:
    """The event says that it ended, never by whom: a no is its author's own."""
    record(
        "proposal.ended",
        noun="proposal",
        object_id=proposal.public_id,
        by=None,
        now=now,
        scope=proposal.run.cohort.programme.public_id,
    )


def tell_ended(proposal: Proposal, *, to: Enrolment, now: datetime) -> None:
    facts = {"proposal": proposal.public_id, "enrolment": to.public_id}
    enqueue("proposal_ended_letter", key=f"{proposal.public_id}:{to.public_id}", now=now, facts=facts)


@recurs("expire_proposals", every=timedelta(minutes=10))
def expire_proposals(now: datetime) -> int:
    """End what was not answered in time; how many. Each in a transaction of its own, so that nobody waits long."""
    overdue = Proposal.objects.filter(state__in=Proposal.OPEN, answer_by__lte=now)
    sides = list(overdue.order_by("pk").values_list("pk", "mentor_id", "mentee_id"))
    return sum(_expire(key, sides=held, now=now) for key, *held in sides)


@transaction.atomic
def _expire(key: int, *, sides: Iterable[int], now: datetime) -> int:
    """Both sides are told, in the same words: who answered and who did not is nobody's to read."""
    hold_enrolments(sides)
    overdue = hold_proposals(Q(pk=key, state__in=Proposal.OPEN, answer_by__lte=now))
    for proposal in overdue:
        for side in (proposal.mentor, proposal.mentee):
            tell_ended(proposal, to=side, now=now)
    return close_proposals(overdue, now=now)


@on_withdrawal
def close_with_enrolment(enrolment: Enrolment, by: User | None, now: datetime) -> None:
    """Whoever withdraws waits for nobody, and nobody waits for them."""
    close_proposals(hold_proposals(of_enrolments([enrolment.pk])), now=now)


@used_since
def a_run_has_looked(cohort: Cohort, since: datetime) -> bool:
    """What a run found names everybody who took part then."""
    return MatchRun.every.filter(cohort=cohort, requested_at__gte=since).exists()
