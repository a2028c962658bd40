"""A run that the coordinator changed by hand and published in part, and a second one that waits for her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

from viceversa.accounts.models import User
from viceversa.pairing.answers import answer_proposal
from viceversa.pairing.decisions import decide
from viceversa.pairing.models import MatchRun, PairDecision, Proposal, ProposalAnswer
from viceversa.pairing.swapping import swap, swap_effect
from viceversa.programmes.models import Cohort, Enrolment

from .answering import account_of
from .questions import ask_two
from .runs import match, proposals_out, publish

Word = ProposalAnswer.Word
SIDES = ("mentor", "mentee")

SWAPPED = "They share an early shift on Thursdays, so they can meet without moving anything."
APART = "They applied for the same post last year."
TOGETHER = "Both asked for each other when I visited the site."
# What is answered of the best proposals, by place: both yes, one yes, one no.
BOTH, ONE, NO = (0, 4, 5), (2, 6), (3,)


def decide_and_publish(cohort: Cohort, *, by: User, now: datetime, chance: Random) -> None:
    """Nine days ago the first run, a week ago its better half published; since yesterday the second one waits."""
    run = match(cohort, by=by, now=now - timedelta(days=9))
    _change_by_hand(run, by=by, now=now - timedelta(days=8))
    drafts = list(_drafts(run))
    better = [draft.public_id for draft in drafts[: (len(drafts) + 1) // 2]]
    published = now - timedelta(days=7)
    publish(run, by=by, now=published, only=better)
    _answer_some(proposals_out(run), published=published, chance=chance)
    ask_two(_silent(run), by=by, published=published, now=now)
    match(cohort, by=by, now=now - timedelta(hours=20))


def _drafts(run: MatchRun) -> Sequence[Proposal]:
    people = ("mentor__person__user", "mentee__person__user")
    drafts = run.proposals.filter(state=Proposal.State.DRAFT).select_related(*people)
    return list(drafts.order_by("-score", "mentor__person__person_id"))


def _silent(run: MatchRun) -> list[Proposal]:
    """What was published and neither of the two has answered, the best first."""
    return [proposal for proposal in proposals_out(run) if not proposal.answers.exists()]


def _change_by_hand(run: MatchRun, *, by: User, now: datetime) -> None:
    """One pair locked and one kept apart, each with its reason, and two leaders who change their mentors."""
    drafts = _drafts(run)
    if len(drafts) < 2:
        return
    best, worst = drafts[0], drafts[-1]
    decide(run=run, mentor=best.mentor, mentee=best.mentee, kind=PairDecision.Kind.LOCKED, by=by, now=now,
           reason=TOGETHER)  # fmt: skip
    decide(run=run, mentor=worst.mentor, mentee=worst.mentee, kind=PairDecision.Kind.FORBIDDEN, by=by, now=now,
           reason=APART)  # fmt: skip
    for one, other in list(combinations(drafts[1:-1], 2))[:12]:
        effect = swap_effect(run, mentor=other.mentor, mentee=one.mentee, now=now)
        if effect.may_be:
            swap(run=run, mentor=other.mentor, mentee=one.mentee, reason=SWAPPED, seen=effect.seen, by=by, now=now)
            return


def _answer_some(proposals: Sequence[Proposal], *, published: datetime, chance: Random) -> None:
    """Some have said yes, one has said no, and most have not answered yet."""
    for place, proposal in enumerate(proposals):
        words = {BOTH: (Word.YES, Word.YES), ONE: (Word.YES,), NO: (Word.YES, Word.NO)}
        said = next((word for places, word in words.items() if place in places), ())
        at = published + timedelta(hours=chance.randint(2, 30))
        for side, word in zip(SIDES, said, strict=False):
            own: Enrolment = getattr(proposal, side)
            if own.person.user is None:
                break
            at += timedelta(hours=chance.randint(1, 40))
            answer_proposal(proposal=proposal, enrolment=own, word=word, by=account_of(own), now=at)
