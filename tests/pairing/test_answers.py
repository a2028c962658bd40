"""Answers to a proposal: in private, once, and never more pairs than places."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_publishing import coordinator, say
from tests.personas import Northmoor
from viceversa.accounts.keys.store import seal, unseal
from viceversa.accounts.models import Event
from viceversa.journey.models import Meeting
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import decide, publish_run
from viceversa.pairing.answers import Outcome
from viceversa.pairing.closing import expire_proposals
from viceversa.pairing.models import MatchRun, Pair, PairDecision, Proposal, SeatTaken
from viceversa.people.models import Exclusion
from viceversa.programmes.models import Enrolment


@pytest.fixture
def published(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    pools.pool_of(northmoor, now=clock(), pairs=3)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    run_until_idle(clock=clock)
    mail.outbox.clear()
    return run


def test_two_who_say_yes_are_a_pair_with_their_meetings(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    assert say(proposal, "mentor", "yes", clock).outcome is Outcome.WAITING
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.ACCEPTED_ONE
    answered = say(proposal, "mentee", "yes", clock)
    assert answered.outcome is Outcome.PAIRED
    pair = Pair.objects.get(proposal=proposal)
    assert answered.pair == pair
    assert pair.state == Pair.State.TRIAL
    assert SeatTaken.objects.filter(pair=pair).count() == 2
    assert Meeting.objects.filter(pair=pair).count() == len(published.cohort.programme.meetings) > 0
    states = Enrolment.objects.filter(pk__in=(proposal.mentor_id, proposal.mentee_id)).values_list("state", flat=True)
    assert set(states) == {Enrolment.State.MATCHED}
    run_until_idle(clock=clock)
    assert len([letter for letter in mail.outbox if "are a pair" in letter.subject]) == 2


def test_the_same_yes_twice_is_one_yes(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    assert say(proposal, "mentor", "yes", clock).outcome is Outcome.WAITING
    say(proposal, "mentee", "yes", clock)
    assert say(proposal, "mentee", "yes", clock).outcome is Outcome.PAIRED
    assert Pair.objects.filter(proposal=proposal).count() == 1


def test_a_yes_may_become_a_no_until_the_other_has_answered(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    assert say(proposal, "mentor", "no", clock).outcome is Outcome.DECLINED
    assert say(proposal, "mentee", "yes", clock).outcome is Outcome.OVER
    assert say(proposal, "mentor", "yes", clock).outcome is Outcome.DECLINED, "a no stays"
    assert not Pair.objects.filter(proposal=proposal).exists()


def traces(proposal: Proposal) -> tuple[object, ...]:
    """What others can notice of a proposal: its state, its date, its events and its letters."""
    proposal.refresh_from_db()
    verbs = list(Event.objects.filter(object_id=proposal.public_id).values_list("verb", flat=True))
    return proposal.state, proposal.decided_at, verbs, [letter.to for letter in mail.outbox]


def test_a_no_leaves_no_trace_until_the_other_side_has_answered(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    assert say(proposal, "mentor", "no", clock).outcome is Outcome.DECLINED
    run_until_idle(clock=clock)
    assert traces(proposal) == (Proposal.State.PROPOSED, None, ["proposal.answered"], [])
    assert say(proposal, "mentor", "yes", clock).outcome is Outcome.DECLINED, "a no stays"
    assert traces(proposal)[2] == ["proposal.answered"]
    assert say(proposal, "mentee", "yes", clock).outcome is Outcome.OVER
    run_until_idle(clock=clock)
    assert proposal.answers.count() == 2
    assert traces(proposal)[0] == Proposal.State.DECLINED
    assert traces(proposal)[3] == [[proposal.mentee.person.email]]
    assert not Pair.objects.filter(proposal=proposal).exists()


def test_a_yes_that_becomes_a_no_tells_nobody_either(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    say(proposal, "mentor", "no", clock)
    run_until_idle(clock=clock)
    assert traces(proposal) == (Proposal.State.PROPOSED, None, ["proposal.answered"] * 2, [])


def test_two_who_say_no_are_told_nothing(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "no", clock)
    assert say(proposal, "mentee", "no", clock, reason="mine").outcome is Outcome.DECLINED
    run_until_idle(clock=clock)
    assert proposal.answers.filter(word="no").count() == 2
    assert traces(proposal)[0] == Proposal.State.DECLINED
    assert mail.outbox == []


def test_the_date_ends_a_proposal_with_a_no_like_any_other(published: MatchRun, clock: MovableClock) -> None:
    declined, silent = published.proposals.all()[:2]
    say(declined, "mentor", "no", clock)
    clock.forward(days=10)
    expire_proposals(clock())
    run_until_idle(clock=clock)
    assert traces(declined)[0] == traces(silent)[0] == Proposal.State.EXPIRED
    told = sorted(letter.to[0] for letter in mail.outbox)
    sides = [side.person.email for one in published.proposals.all() for side in (one.mentor, one.mentee)]
    assert told == sorted(sides), "each side of each, whatever it said"
    assert len({letter.subject for letter in mail.outbox}) == 1


def test_a_reason_is_readable_by_its_author_alone(published: MatchRun, clock: MovableClock) -> None:
    canary = "canary-he-once-shouted-at-me"
    proposal = published.proposals.all()[0]
    say(proposal, "mentee", "no", clock, reason=canary)
    answer = proposal.answers.get()
    assert unseal(answer.sealed_reason, owner=proposal.mentee.person.public_id) == canary
    run_until_idle(clock=clock)
    assert canary not in "".join(str(letter.body) + letter.subject for letter in mail.outbox)
    with connection.cursor() as cursor:
        for table in ("pairing_proposalanswer", "accounts_event", "outbox_job"):
            cursor.execute(f"SELECT * FROM {table}")
            assert canary not in "".join(_text(value) for row in cursor.fetchall() for value in row)


def _text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def test_the_partner_is_told_in_neutral_words_and_the_log_knows_no_word(
    published: MatchRun, clock: MovableClock
) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    say(proposal, "mentee", "no", clock)
    run_until_idle(clock=clock)
    (letter,) = mail.outbox
    assert letter.to == [proposal.mentor.person.email]
    assert "the programme has not gone ahead" in str(letter.body)
    assert proposal.mentee.person.given_name not in str(letter.body)
    told = Event.objects.filter(object_id=proposal.public_id).values_list("verb", "facts")
    assert {verb for verb, _ in told} == {"proposal.answered", "proposal.ended"}
    assert all(facts == {} for _, facts in told)


def test_a_no_lifts_the_lock_on_the_two(published: MatchRun, northmoor: Northmoor, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    who = {"mentor": proposal.mentor, "mentee": proposal.mentee}
    decide(run=published, **who, kind="locked", by=coordinator(northmoor), now=clock())
    say(proposal, "mentor", "no", clock)
    assert not PairDecision.objects.standing().exists()
    say(proposal, "mentee", "yes", clock)  # until then the two hold their places, so that nobody can tell
    assert run_now(northmoor, clock).state == MatchRun.State.DONE


def test_the_last_place_closes_the_other_proposals_of_that_person(published: MatchRun, clock: MovableClock) -> None:
    first, second = published.proposals.all()[:2]
    Proposal.objects.filter(pk=second.pk).update(mentor=first.mentor)
    second.refresh_from_db()
    say(second, "mentee", "yes", clock)
    for side in ("mentor", "mentee"):
        say(first, side, "yes", clock)
    second.refresh_from_db()
    assert second.state == Proposal.State.EXPIRED
    assert say(second, "mentor", "yes", clock).outcome is Outcome.OVER
    run_until_idle(clock=clock)
    told = [letter.to[0] for letter in mail.outbox if "not gone ahead" in str(letter.body)]
    assert told == [second.mentee.person.email]


def test_a_place_taken_meanwhile_is_said_and_makes_no_pair(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    other = Pair.objects.exclude(proposal=proposal)[0]
    SeatTaken.objects.create(enrolment=proposal.mentor, number=1, pair=other)
    assert say(proposal, "mentee", "yes", clock).outcome is Outcome.TAKEN
    assert not Pair.objects.filter(proposal=proposal).exists()


def test_a_second_place_is_filled_by_a_second_pair(published: MatchRun, clock: MovableClock) -> None:
    first, second = published.proposals.all()[:2]
    Enrolment.objects.filter(pk=first.mentor_id).update(capacity=2)
    Proposal.objects.filter(pk=second.pk).update(mentor=first.mentor)
    second.refresh_from_db()
    for proposal in (first, second):
        for side in ("mentor", "mentee"):
            say(proposal, side, "yes", clock)
    assert sorted(SeatTaken.objects.filter(enrolment=first.mentor).values_list("number", flat=True)) == [1, 2]


def test_an_exclusion_written_after_the_first_yes_holds(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    author = proposal.mentor.person
    sealed = seal(proposal.mentee.person.person_id, owner=author.public_id)
    Exclusion.objects.create(author=author, sealed_person_id=sealed)
    assert say(proposal, "mentee", "yes", clock).outcome is Outcome.OVER
    assert not Pair.objects.filter(proposal=proposal).exists()


def test_an_answer_after_the_date_makes_no_pair(published: MatchRun, clock: MovableClock) -> None:
    proposal = published.proposals.all()[0]
    say(proposal, "mentor", "yes", clock)
    clock.forward(days=10)
    assert say(proposal, "mentee", "yes", clock).outcome is Outcome.OVER
