"""Each side's private answer to a proposal, and the pair that comes of two that say yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import seal
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.programmes.models import Enrolment

from .closing import close_proposals, note_ended, tell_ended
from .exclusions import keep_apart
from .formed import pair_was_formed
from .holding import hold_enrolments, hold_proposals, of_enrolments
from .models import Pair, PairDecision, Proposal, ProposalAnswer, SeatTaken


class Outcome(StrEnum):
    """What an answer led to."""

    WAITING = "waiting"  # a yes, and the other side has not answered yet
    PAIRED = "paired"
    DECLINED = "declined"  # this side said no
    TAKEN = "taken"  # a place was given to somebody else meanwhile
    OVER = "over"  # the proposal does not stand open any more, for whatever reason


@dataclass(frozen=True)
class Answered:
    outcome: Outcome
    pair: Pair | None = None


@transaction.atomic
def answer_proposal(
    *, proposal: Proposal, enrolment: Enrolment, word: str, by: User, now: datetime, reason: str = ""
) -> Answered:
    """Say yes or no for one side. The second yes makes the pair, whoever else says what in the same moment.

    A yes may become a no as long as the other side has not answered; a no stays. The same answer twice is one.
    A no ends nothing that the other side could notice before they have answered themselves.
    Raises ``KeysMissing`` when the reason cannot be sealed, or an exclusion cannot be opened; then nothing is kept.
    """
    sides = hold_enrolments((proposal.mentor_id, proposal.mentee_id))
    touched = hold_proposals(Q(pk=proposal.pk) | of_enrolments(sides))
    held = next(one for one in touched if one.pk == proposal.pk)
    is_over = held.state not in Proposal.OPEN or (held.answer_by is not None and held.answer_by <= now)
    if is_over or _said_no(held, enrolment=enrolment):
        return _as_it_stands(held, enrolment=enrolment)
    _keep_answer(held, enrolment=enrolment, word=word, reason=reason, now=now)
    # The word is not recorded: who said no is nobody's to read, in the log as elsewhere.
    _record("proposal.answered", "proposal", held.public_id, proposal=held, by=by, now=now)
    if word == ProposalAnswer.Word.NO:
        _lift_lock(held, now=now)
    words = dict(held.answers.values_list("enrolment_id", "word"))
    if ProposalAnswer.Word.NO in words.values():
        _end_when_both_answered(held, words=words, now=now)
        return Answered(Outcome.DECLINED if word == ProposalAnswer.Word.NO else Outcome.OVER)
    if len(words) < 2:
        Proposal.objects.filter(pk=held.pk).update(state=Proposal.State.ACCEPTED_ONE)
        return Answered(Outcome.WAITING)
    others = [one for one in touched if one.pk != held.pk]
    return _form(held, sides=sides, others=others, by=by, now=now)


def _as_it_stands(proposal: Proposal, *, enrolment: Enrolment) -> Answered:
    if proposal.state == Proposal.State.ACCEPTED:
        return Answered(Outcome.PAIRED, Pair.objects.filter(proposal=proposal).first())
    return Answered(Outcome.DECLINED if _said_no(proposal, enrolment=enrolment) else Outcome.OVER)


def _said_no(proposal: Proposal, *, enrolment: Enrolment) -> bool:
    return proposal.answers.filter(enrolment=enrolment, word=ProposalAnswer.Word.NO).exists()


def _keep_answer(proposal: Proposal, *, enrolment: Enrolment, word: str, reason: str, now: datetime) -> None:
    said_no = word == ProposalAnswer.Word.NO
    sealed = seal(reason.strip(), owner=enrolment.person.public_id) if said_no else b""
    proposal.answers.update_or_create(enrolment=enrolment, defaults={"word": word, "at": now, "sealed_reason": sealed})


def _lift_lock(proposal: Proposal, *, now: datetime) -> None:
    """A lock on two of whom one has said no would stop every later run."""
    locks = PairDecision.objects.standing().filter(kind=PairDecision.Kind.LOCKED)
    locks.filter(mentor=proposal.mentor_id, mentee=proposal.mentee_id).update(lifted_at=now)


def _end_when_both_answered(proposal: Proposal, *, words: Mapping[int, str], now: datetime) -> None:
    """End a proposal to which somebody said no, and tell a side that said yes.

    As long as the other side is silent the proposal stands like any other: an end then, in a letter, on their
    home or in the log, could only mean a no. It ends with their answer, or as whatever is not answered ends.
    """
    if len(words) < 2:
        Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.PROPOSED)  # a yes may have become a no
        return
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.DECLINED, decided_at=now)
    note_ended(proposal, now=now)
    for side in (proposal.mentor, proposal.mentee):
        if words[side.pk] == ProposalAnswer.Word.YES:
            tell_ended(proposal, to=side, now=now)


def _form(
    proposal: Proposal, *, sides: dict[int, Enrolment], others: list[Proposal], by: User, now: datetime
) -> Answered:
    mentor, mentee = sides[proposal.mentor_id], sides[proposal.mentee_id]
    if not _may_pair(proposal, mentor=mentor, mentee=mentee):
        close_proposals([proposal], now=now)
        return Answered(Outcome.OVER)
    seats = {side.pk: _free_seat(side) for side in (mentor, mentee)}
    if not all(seats.values()):
        close_proposals([proposal], now=now)
        return Answered(Outcome.TAKEN)
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.ACCEPTED, decided_at=now)
    pair = Pair.objects.create(
        cohort=proposal.run.cohort, proposal=proposal, mentor=proposal.mentor, mentee=proposal.mentee, formed_at=now
    )
    for side in (mentor, mentee):
        SeatTaken.objects.create(enrolment=side, number=seats[side.pk], pair=pair)
        if not _free_seat(side):
            _mark_matched(side)
            close_proposals([one for one in others if side.pk in (one.mentor_id, one.mentee_id)], now=now)
    _record("pair.formed", "pair", pair.public_id, proposal=proposal, by=by, now=now)
    pair_was_formed(pair, now=now)
    for side in (mentor, mentee):
        facts = {"pair": pair.public_id, "enrolment": side.public_id}
        enqueue("pair_letter", key=f"{pair.public_id}:{side.public_id}", now=now, facts=facts)
    return Answered(Outcome.PAIRED, pair)


def _may_pair(proposal: Proposal, *, mentor: Enrolment, mentee: Enrolment) -> bool:
    """Both still take part, neither excludes the other by now, and they are not a pair already."""
    if not {mentor.state, mentee.state} <= set(Enrolment.TAKING_PART):
        return False
    one, other = proposal.mentor.person, proposal.mentee.person
    if keep_apart(one, other):
        return False
    two = (Q(mentor__person=one) & Q(mentee__person=other)) | (Q(mentor__person=other) & Q(mentee__person=one))
    return not Pair.objects.running().filter(two).exists()


def _free_seat(enrolment: Enrolment) -> int:
    """The lowest free number from 1 to the capacity; 0 when all are taken."""
    taken = set(SeatTaken.objects.filter(enrolment=enrolment).values_list("number", flat=True))
    return next((number for number in range(1, enrolment.capacity + 1) if number not in taken), 0)


def _mark_matched(enrolment: Enrolment) -> None:
    enrolment.state = Enrolment.State.MATCHED
    enrolment.save(update_fields=["state"])


def _record(verb: str, noun: str, public_id: str, *, proposal: Proposal, by: User, now: datetime) -> None:
    scope = proposal.run.cohort.programme.public_id
    record(verb, noun=noun, object_id=public_id, by=by, now=now, scope=scope)
