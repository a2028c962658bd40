"""What hundreds of people answered to their proposals, in bulk: the same rows as one answer after the other leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from viceversa.accounts.models import Event, User
from viceversa.pairing.models import Pair, Proposal, ProposalAnswer, SeatTaken
from viceversa.programmes.models import Enrolment

Word, State = ProposalAnswer.Word, Proposal.State
SAY_YES = 0.96


@dataclass
class Answers:
    """What everybody's answers come to, unsaved."""

    words: list[ProposalAnswer] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    ended: list[Proposal] = field(default_factory=list)
    seats: list[SeatTaken] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)


def account_of(enrolment: Enrolment) -> User:
    """Who signs in for this enrolment."""
    user = enrolment.person.user
    assert user is not None  # only people who came in take part
    return user


def answer_all(
    proposals: Sequence[Proposal], *, published: datetime, certain: AbstractSet[int], chance: Random
) -> list[Pair]:
    """Let both sides of freshly published proposals answer; nearly all say yes, people in ``certain`` always.

    The sides have no pair yet, and the proposals keep to everybody's capacity, as those of one run do. The pairs
    come back without meetings, which ``live_through`` lays out together with what became of them.
    """
    found = Answers()
    for proposal in proposals:
        _answer(proposal, found=found, published=published, certain=certain, chance=chance)
    Proposal.objects.bulk_update(proposals, ["state", "decided_at"], batch_size=300)
    Pair.objects.bulk_create(found.pairs, batch_size=500)
    _take_seats(found)
    SeatTaken.objects.bulk_create(found.seats, batch_size=500)
    ProposalAnswer.objects.bulk_create(found.words, batch_size=500)
    Event.objects.bulk_create(sorted(found.events, key=lambda event: event.at), batch_size=500)
    sides = {side.pk: side for pair in found.pairs for side in (pair.mentor, pair.mentee)}
    full = [key for key, side in sides.items() if found.taken[key] >= side.capacity]
    for begin in range(0, len(full), 500):
        chosen = Enrolment.objects.filter(pk__in=full[begin : begin + 500])
        chosen.update(state=Enrolment.State.MATCHED)
    return found.pairs


def _answer(
    proposal: Proposal, *, found: Answers, published: datetime, certain: AbstractSet[int], chance: Random
) -> None:
    sides = (proposal.mentee, proposal.mentor)
    at = {side.pk: published + timedelta(hours=chance.randint(3, 110), minutes=chance.randint(0, 59)) for side in sides}
    sure = not certain.isdisjoint(side.person_id for side in sides)
    words = {side.pk: Word.YES if sure or chance.random() < SAY_YES else Word.NO for side in sides}
    proposal.decided_at = max(at.values())
    last = max(sides, key=lambda side: at[side.pk])
    for side in sorted(sides, key=lambda side: at[side.pk]):
        word = ProposalAnswer(proposal=proposal, enrolment=side, word=words[side.pk], at=at[side.pk])
        found.words.append(word)
        by = account_of(side)
        found.events.append(_event("proposal.answered", "proposal", proposal.public_id, proposal, by=by, at=word.at))
    if Word.NO in words.values():
        proposal.state = State.DECLINED
        ended = _event("proposal.ended", "proposal", proposal.public_id, proposal, by=None, at=proposal.decided_at)
        found.events.append(ended)
        return
    proposal.state = State.ACCEPTED
    _form(proposal, found=found, by=account_of(last))


def _form(proposal: Proposal, *, found: Answers, by: User) -> None:
    assert proposal.decided_at is not None  # both have answered
    cohort, formed_at = proposal.run.cohort, proposal.decided_at
    pair = Pair(cohort=cohort, proposal=proposal, mentor=proposal.mentor, mentee=proposal.mentee, formed_at=formed_at)
    found.pairs.append(pair)
    found.events.append(_event("pair.formed", "pair", pair.public_id, proposal, by=by, at=formed_at))


def _take_seats(found: Answers) -> None:
    """Whoever was first has the lowest number."""
    for pair in sorted(found.pairs, key=lambda pair: pair.formed_at):
        for side in (pair.mentor, pair.mentee):
            found.taken[side.pk] += 1
            found.seats.append(SeatTaken(enrolment=side, number=found.taken[side.pk], pair=pair))


def _event(verb: str, noun: str, object_id: str, proposal: Proposal, *, by: User | None, at: datetime) -> Event:
    scope = proposal.run.cohort.programme.public_id
    actor = by.public_id if by else ""
    return Event(verb=verb, noun=noun, object_id=object_id, actor=actor, at=at, scope=scope)
