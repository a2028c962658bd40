"""“Tell me more” in the demo: one question to a proposed partner went both ways, and one waits at Ada's desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from viceversa.accounts.models import User
from viceversa.pairing.models import PartnerQuestion, Proposal
from viceversa.pairing.partner_questions import answer_question, ask_partner, hand_on, pass_on
from viceversa.programmes.models import Enrolment

from .answering import account_of

ASKED = "I only have half an hour most weeks, and it moves. Would that work for you, or do you need a fixed day?"
REPLIED = "Half an hour is fine, and so is moving it, as long as you tell me the day before."
WAITING = "You wrote that you order the fresh goods with a sheet of your own. Could we look at mine the first time?"


def ask_two(proposals: Sequence[Proposal], *, by: User, published: datetime, now: datetime) -> None:
    """Of proposals that nobody has answered: one exchange that is over, one question from yesterday that waits."""
    can = [one for one in proposals if _has_account(one.mentee) and _has_account(one.mentor)]
    if not can:
        return
    waiting, *others = can
    for proposal in others[:1]:
        _both_ways(proposal, by=by, asked=published + timedelta(days=1))
    own = waiting.mentee
    ask_partner(proposal=waiting, enrolment=own, words=WAITING, by=account_of(own), now=now - timedelta(hours=17))


def _both_ways(proposal: Proposal, *, by: User, asked: datetime) -> PartnerQuestion:
    mentee, mentor = proposal.mentee, proposal.mentor
    question = ask_partner(proposal=proposal, enrolment=mentee, words=ASKED, by=account_of(mentee), now=asked)
    pass_on(question=question, by=by, now=asked + timedelta(hours=5))
    answer_question(question=question, words=REPLIED, by=account_of(mentor), now=asked + timedelta(days=1))
    hand_on(question=question, by=by, now=asked + timedelta(days=1, hours=4))
    return question


def _has_account(enrolment: Enrolment) -> bool:
    return enrolment.person.user is not None
