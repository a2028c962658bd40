"""Answers written in bulk leave the rows that the same answers leave one after the other."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from tests.conftest import BOTH, MovableClock
from tests.many import grow
from tests.personas import Northmoor
from viceversa.accounts.models import Event, User
from viceversa.demo.answering import account_of, answer_all
from viceversa.demo.runs import proposals_out
from viceversa.pairing.answers import answer_proposal
from viceversa.pairing.models import MatchRun, Pair, Proposal, ProposalAnswer, SeatTaken
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

pytestmark = pytest.mark.django_db(databases=BOTH)
SIDES = ("mentor__public_id", "mentee__public_id")


@pytest.fixture
def published(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    """Sixty proposals; one mentor takes two leaders, one leader two mentors, everybody else one partner."""
    grow(northmoor, 60, now=clock.now)
    drafts = list(Proposal.objects.filter(run=northmoor.run, state="draft").order_by("pk"))
    SeatTaken.objects.all().delete()
    Pair.objects.all().delete()
    Enrolment.objects.update(state=Enrolment.State.SUBMITTED)
    Person.objects.update(role="both")
    for side, (first, second) in (("mentor", drafts[:2]), ("mentee", drafts[2:4])):
        Proposal.objects.filter(pk=second.pk).update(**{side: getattr(first, side)})
        Enrolment.objects.filter(pk=getattr(first, side).pk).update(capacity=2)
    for person in Person.objects.filter(user=None):
        person.user = User.objects.create_user(f"{person.person_id}@accounts.example", None, name=person.family_name)
        person.save(update_fields=["user"])
    out = {"state": "proposed", "published_at": clock.now, "answer_by": clock.now + timedelta(days=10)}
    Proposal.objects.filter(pk__in=[draft.pk for draft in drafts]).update(**out)
    return northmoor.run


def traces(before: int) -> list[object]:
    """What answering leaves, but for meetings and letters, which the demo lays out on its own."""
    words = ProposalAnswer.objects.values_list("proposal__public_id", "enrolment__public_id", "word", "at")
    pairs = {pair.public_id: pair for pair in Pair.objects.select_related("mentor", "mentee")}
    events = Counter(
        (
            event.verb,
            event.noun,
            event.actor,
            event.at,
            event.scope,
            pairs[event.object_id].proposal_id if event.object_id in pairs else event.object_id,
        )
        for event in Event.objects.filter(pk__gt=before)
    )
    return [
        sorted(Proposal.objects.values_list("public_id", "state", "decided_at"), key=str),
        sorted(words),
        sorted(Pair.objects.values_list(*SIDES, "proposal__public_id", "formed_at", "state"), key=str),
        sorted(SeatTaken.objects.values_list("enrolment__public_id", "number", *(f"pair__{side}" for side in SIDES))),
        sorted(Enrolment.objects.values_list("public_id", "state")),
        events,
    ]


def test_answers_in_bulk_leave_what_one_answer_after_the_other_leaves(published, clock):
    before = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    proposals = proposals_out(published)
    with ExitStack() as stack:
        for alias in BOTH:
            stack.enter_context(transaction.atomic(using=alias))
            stack.callback(transaction.set_rollback, True, using=alias)
        answer_all(proposals, published=clock.now, certain=frozenset(), chance=Random("bulk"))
        said = list(ProposalAnswer.objects.order_by("at", "pk").values_list("proposal", "enrolment", "word", "at"))
        in_bulk = traces(before)
    by_key = {proposal.pk: proposal for proposal in proposals_out(published)}
    for proposal_key, enrolment_key, word, at in said:
        proposal = by_key[proposal_key]
        own = proposal.mentor if proposal.mentor_id == enrolment_key else proposal.mentee
        answer_proposal(proposal=proposal, enrolment=own, word=word, by=account_of(own), now=at)
    for told, one_by_one in zip(in_bulk, traces(before), strict=True):
        assert told == one_by_one
    states = Counter(Proposal.objects.filter(pk__in=by_key).values_list("state", flat=True))
    assert states["accepted"] > 40
    assert states["declined"] > 0
