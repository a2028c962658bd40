"""A question to the proposed partner: through the coordinator both ways, sealed, and the clock stands still."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_publishing import coordinator, say
from tests.personas import Northmoor
from viceversa.accounts.keys.store import unseal
from viceversa.accounts.models import Event, User
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import publish_run
from viceversa.pairing.closing import expire_proposals
from viceversa.pairing.models import PartnerQuestion, Proposal
from viceversa.pairing.partner_questions import (
    CannotAsk,
    MovedOn,
    answer_question,
    ask_partner,
    decline_to_pass_on,
    exchanges_for,
    hand_on,
    last_day,
    let_lapse,
    pass_on,
)

QUESTION, ANSWER, REPLY = "canary-question", "canary-answer", "canary-reply"


@pytest.fixture
def proposal(northmoor: Northmoor, clock: MovableClock) -> Proposal:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    run_until_idle(clock=clock)
    mail.outbox.clear()
    return run.proposals.select_related("mentor__person__user", "mentee__person__user").get()


@pytest.fixture
def by(northmoor: Northmoor) -> User:
    return coordinator(northmoor)


def ask(proposal: Proposal, clock: MovableClock) -> PartnerQuestion:
    user = proposal.mentee.person.user
    assert user is not None
    return ask_partner(proposal=proposal, enrolment=proposal.mentee, words=QUESTION, by=user, now=clock())


def answer(question: PartnerQuestion, proposal: Proposal, clock: MovableClock) -> None:
    user = proposal.mentor.person.user
    assert user is not None
    answer_question(question=question, words=ANSWER, by=user, now=clock())


def read(proposal: Proposal, side: str) -> list[tuple[str, str, str]]:
    rows = exchanges_for(proposal, enrolment=getattr(proposal, side))
    return [(one.words, one.answer, one.reply) for one in rows]


def test_each_reads_only_what_has_reached_them(proposal: Proposal, by: User, clock: MovableClock) -> None:
    question = ask(proposal, clock)
    assert (read(proposal, "mentee"), read(proposal, "mentor")) == ([(QUESTION, "", "")], [])
    pass_on(question=question, by=by, now=clock())
    assert read(proposal, "mentor") == [(QUESTION, "", "")]
    answer(question, proposal, clock)
    assert (read(proposal, "mentee"), read(proposal, "mentor")) == ([(QUESTION, "", "")], [(QUESTION, ANSWER, "")])
    hand_on(question=question, by=by, now=clock())
    assert read(proposal, "mentee") == [(QUESTION, ANSWER, "")]


def test_a_question_that_is_not_passed_on_comes_back_with_a_word(
    proposal: Proposal, by: User, clock: MovableClock
) -> None:
    question = ask(proposal, clock)
    decline_to_pass_on(question=question, reply=REPLY, by=by, now=clock())
    assert (read(proposal, "mentee"), read(proposal, "mentor")) == ([(QUESTION, "", REPLY)], [])
    run_until_idle(clock=clock)
    assert [one.to[0] for one in mail.outbox] == [proposal.mentee.person.email], "the partner hears nothing"
    with pytest.raises(MovedOn):
        pass_on(question=question, by=by, now=clock())


def test_words_are_sealed_and_in_no_event_job_or_letter(proposal: Proposal, by: User, clock: MovableClock) -> None:
    question = ask(proposal, clock)
    pass_on(question=question, by=by, now=clock())
    run_until_idle(clock=clock)
    answer(question, proposal, clock)
    hand_on(question=question, by=by, now=clock())
    run_until_idle(clock=clock)
    question.refresh_from_db()
    assert QUESTION.encode() not in bytes(question.sealed_words)
    assert unseal(question.sealed_words, owner=proposal.mentee.person.public_id) == QUESTION
    assert unseal(question.sealed_answer, owner=proposal.mentor.person.public_id) == ANSWER
    left = [str(row) for row in Event.objects.values()] + [str(row) for row in Job.objects.values()]
    left += [f"{one.subject} {one.body} {one.alternatives}" for one in mail.outbox]
    assert len(mail.outbox) == 2
    assert not any("canary" in row for row in left)


def test_the_time_of_waiting_is_added_and_nobody_lapses_meanwhile(
    proposal: Proposal, by: User, clock: MovableClock
) -> None:
    planned = proposal.answer_by
    assert planned is not None
    clock.forward(days=8)
    question = ask(proposal, clock)
    clock.forward(days=4)
    expire_proposals(clock())
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.PROPOSED
    assert last_day(proposal, now=clock()) == planned + timedelta(days=4)
    decline_to_pass_on(question=question, reply=REPLY, by=by, now=clock())
    proposal.refresh_from_db()
    assert (proposal.answer_by, proposal.waits_since) == (planned + timedelta(days=4), None)


def test_a_question_nobody_deals_with_lapses_after_ten_days(proposal: Proposal, clock: MovableClock) -> None:
    planned = proposal.answer_by
    assert planned is not None
    question = ask(proposal, clock)
    clock.forward(days=9)
    assert let_lapse(clock()) == 0
    clock.forward(days=2)
    assert let_lapse(clock()) == 1
    question.refresh_from_db()
    proposal.refresh_from_db()
    assert (question.state, proposal.answer_by) == (PartnerQuestion.State.LAPSED, planned + timedelta(days=10))


def test_one_question_at_a_time_and_none_after_an_answer(proposal: Proposal, clock: MovableClock) -> None:
    ask(proposal, clock)
    with pytest.raises(CannotAsk):
        ask(proposal, clock)
    PartnerQuestion.objects.update(state=PartnerQuestion.State.LAPSED)
    say(proposal, "mentee", "yes", clock)
    with pytest.raises(CannotAsk):
        ask(proposal, clock)
