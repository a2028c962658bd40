"""“Tell me more”: a question to the proposed partner before answering, which goes through the coordinator both ways.

The words are read by the asker, the coordinators and, once passed on, the partner. They are sealed: the question and
the coordinator's word back with the asker's key, the answer with the partner's. Nothing of them stands in an event, a
letter or a file. While a question is open the last day of answering moves on by as long as it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing, seal, unseal
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs
from viceversa.programmes.models import Cohort, Enrolment

from .holding import hold_enrolments, hold_proposals
from .letters import question_letter
from .models import PartnerQuestion, Proposal

WAIT_AT_MOST = timedelta(days=10)
"""For so long at most an open question moves the last day; then it lapses."""

MOST_QUESTIONS = 5
"""One side's questions about one proposal: more is a conversation, and that is what the meeting is for."""

State = PartnerQuestion.State
PEOPLE = ("proposal__mentor__person", "proposal__mentee__person", "proposal__run__cohort__programme", "asker__person")


class CannotAsk(Exception):
    """This side has answered, the proposal is over, one question is open already, or it has asked often enough."""


class MovedOn(Exception):
    """The question is not where the page showed it: somebody else dealt with it, or it lapsed."""


@transaction.atomic
def ask_partner(*, proposal: Proposal, enrolment: Enrolment, words: str, by: User, now: datetime) -> PartnerQuestion:
    """Ask the coordinators to put a question to the partner. Raises ``CannotAsk`` and ``KeysMissing``."""
    held = _hold(proposal)
    mine = held.questions.filter(asker=enrolment)
    is_open = held.state in Proposal.OPEN and held.answer_by is not None and held.answer_by > now
    has_said = held.answers.filter(enrolment=enrolment).exists()
    waits = mine.filter(state__in=PartnerQuestion.OPEN).exists()
    if not is_open or has_said or waits or mine.count() >= MOST_QUESTIONS:
        raise CannotAsk
    sealed = seal(words.strip(), owner=enrolment.person.public_id)
    question = PartnerQuestion.objects.create(proposal=held, asker=enrolment, sealed_words=sealed, asked_at=now)
    if held.waits_since is None:
        assert held.answer_by is not None
        Proposal.objects.filter(pk=held.pk).update(waits_since=now, answer_by=held.answer_by + WAIT_AT_MOST)
    _note("question.asked", question, by=by, now=now)
    return question


@transaction.atomic
def pass_on(*, question: PartnerQuestion, by: User, now: datetime) -> None:
    """Show the question to the partner, who is written to. Raises ``MovedOn``."""
    held = _hold_question(question, state=State.ASKED)
    PartnerQuestion.objects.filter(pk=held.pk).update(state=State.PASSED_ON, passed_on_at=now)
    _note("question.passed_on", held, by=by, now=now)
    _write_to(held.partner, held, about="asked", now=now)


@transaction.atomic
def decline_to_pass_on(*, question: PartnerQuestion, reply: str, by: User, now: datetime) -> None:
    """Give it back to the asker with a word of the coordinator's own. Raises ``MovedOn`` and ``KeysMissing``."""
    held = _hold_question(question, state=State.ASKED)
    sealed = seal(reply.strip(), owner=held.asker.person.public_id)
    PartnerQuestion.objects.filter(pk=held.pk).update(state=State.NOT_PASSED_ON, sealed_reply=sealed, closed_at=now)
    _go_on(held.proposal, now=now)
    _note("question.not_passed_on", held, by=by, now=now)
    _write_to(held.asker, held, about="told", now=now)


@transaction.atomic
def answer_question(*, question: PartnerQuestion, words: str, by: User, now: datetime) -> None:
    """The partner's answer, for the coordinators to hand on. Raises ``MovedOn`` and ``KeysMissing``."""
    held = _hold_question(question, state=State.PASSED_ON)
    sealed = seal(words.strip(), owner=held.partner.person.public_id)
    PartnerQuestion.objects.filter(pk=held.pk).update(state=State.ANSWERED, sealed_answer=sealed, answered_at=now)
    _note("question.answered", held, by=by, now=now)


@transaction.atomic
def hand_on(*, question: PartnerQuestion, by: User, now: datetime) -> None:
    """Show the answer to the asker, who is written to. Raises ``MovedOn``."""
    held = _hold_question(question, state=State.ANSWERED)
    PartnerQuestion.objects.filter(pk=held.pk).update(state=State.HANDED_ON, closed_at=now)
    _go_on(held.proposal, now=now)
    _note("question.handed_on", held, by=by, now=now)
    _write_to(held.asker, held, about="told", now=now)


@recurs("partner_questions", every=timedelta(hours=1))
def let_lapse(now: datetime) -> int:
    """Close what waited too long, or whose proposal is over; how many."""
    over = ~Q(proposal__state__in=Proposal.OPEN) | Q(proposal__waits_since__lte=now - WAIT_AT_MOST)
    late = PartnerQuestion.objects.filter(over, state__in=PartnerQuestion.OPEN).select_related(*PEOPLE)
    return sum(_lapse(question, now=now) for question in late.order_by("pk"))


@transaction.atomic
def _lapse(question: PartnerQuestion, *, now: datetime) -> int:
    held = _hold(question.proposal)
    still = PartnerQuestion.objects.filter(pk=question.pk, state__in=PartnerQuestion.OPEN)
    closed = still.update(state=State.LAPSED, closed_at=now)
    if closed:
        _go_on(held, now=now)
        _note("question.lapsed", question, by=None, now=now)
    return closed


def _hold(proposal: Proposal) -> Proposal:
    hold_enrolments((proposal.mentor_id, proposal.mentee_id))
    return hold_proposals(Q(pk=proposal.pk))[0]


def _hold_question(question: PartnerQuestion, *, state: PartnerQuestion.State) -> PartnerQuestion:
    proposal = _hold(question.proposal)
    held = PartnerQuestion.objects.select_for_update(of=("self",)).select_related(*PEOPLE).get(pk=question.pk)
    if held.state != state or proposal.state not in Proposal.OPEN:
        raise MovedOn
    held.proposal = proposal
    return held


def _go_on(proposal: Proposal, *, now: datetime) -> None:
    """Let the time of answering run on, once no question is open any more."""
    if proposal.waits_since is None or proposal.questions.filter(state__in=PartnerQuestion.OPEN).exists():
        return
    Proposal.objects.filter(pk=proposal.pk).update(waits_since=None, answer_by=last_day(proposal, now=now))


def last_day(proposal: Proposal, *, now: datetime) -> datetime | None:
    """Until when to answer, were every open question dealt with now: as planned, and as long as was waited."""
    if proposal.waits_since is None or proposal.answer_by is None:
        return proposal.answer_by
    return proposal.answer_by - WAIT_AT_MOST + min(now - proposal.waits_since, WAIT_AT_MOST)


def _note(verb: str, question: PartnerQuestion, *, by: User | None, now: datetime) -> None:
    scope = question.proposal.run.cohort.programme.public_id
    record(verb, noun="proposal", object_id=question.proposal.public_id, by=by, now=now, scope=scope)


def _write_to(to: Enrolment, question: PartnerQuestion, *, about: str, now: datetime) -> None:
    facts = {"question": question.public_id, "about": about}
    enqueue("question_letter", key=f"{question.public_id}:{about}", now=now, facts=facts)


@handles("question_letter")
def send_question_letter(job: Job, now: datetime) -> None:
    """That there is something to read; never the words."""
    question = PartnerQuestion.objects.select_related(*PEOPLE).filter(public_id=job.facts["question"]).first()
    if question is None or question.proposal.state not in Proposal.OPEN:
        return
    is_asked = job.facts["about"] == "asked"
    to = question.partner if is_asked else question.asker
    if to.person.email and not (is_asked and question.state != State.PASSED_ON):
        send(question_letter(question.proposal, to=to, is_asked=is_asked, now=now), job=job)


# Reading -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exchange:
    """A question with its words, as far as the reader may see them; empty words: not theirs to read, or not there."""

    question: PartnerQuestion
    words: str
    answer: str
    reply: str
    is_mine: bool


def exchanges_for(proposal: Proposal, *, enrolment: Enrolment) -> list[Exchange]:
    """What one side reads: their own questions with answers handed on, and those of the other that were passed on."""
    shown = (State.PASSED_ON, State.ANSWERED, State.HANDED_ON)
    mine_or_passed = Q(asker=enrolment) | Q(state__in=shown)
    rows = proposal.questions.filter(mine_or_passed).select_related(*PEOPLE)
    return [_for_side(question, is_mine=question.asker_id == enrolment.pk) for question in rows]


def _for_side(question: PartnerQuestion, *, is_mine: bool) -> Exchange:
    own_answer = not is_mine or question.state == State.HANDED_ON
    return Exchange(
        question=question,
        words=_opened(question.sealed_words, owner=question.asker),
        answer=_opened(question.sealed_answer, owner=question.partner) if own_answer else "",
        reply=_opened(question.sealed_reply, owner=question.asker) if is_mine else "",
        is_mine=is_mine,
    )


def at_the_desk(cohort: Cohort) -> QuerySet[PartnerQuestion]:
    """Questions of a cohort for its coordinators: what waits for them first, then the latest."""
    rows = PartnerQuestion.objects.filter(proposal__run__cohort=cohort).select_related(*PEOPLE)
    return rows.order_by("-asked_at", "-pk")


def waiting_at_the_desk(cohort: Cohort) -> int:
    """How many wait for a coordinator's word."""
    return PartnerQuestion.objects.filter(
        proposal__run__cohort=cohort, proposal__state__in=Proposal.OPEN, state__in=PartnerQuestion.AT_THE_DESK
    ).count()


def for_coordinator(question: PartnerQuestion) -> Exchange:
    """All of it: the exchange goes through their hands, and both sides are told so."""
    return Exchange(
        question=question,
        words=_opened(question.sealed_words, owner=question.asker),
        answer=_opened(question.sealed_answer, owner=question.partner),
        reply=_opened(question.sealed_reply, owner=question.asker),
        is_mine=False,
    )


def _opened(sealed: bytes | memoryview, *, owner: Enrolment) -> str:
    """The words; nothing where the keys cannot be had, since a page without them still serves."""
    try:
        return unseal(sealed, owner=owner.person.public_id)
    except KeysMissing:
        return ""
