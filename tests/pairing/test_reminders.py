"""Reminders of a proposal: two, on a working morning, until an answer; and a kind end for both when none came."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_publishing import coordinator, say
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import publish_run
from viceversa.pairing.closing import expire_proposals
from viceversa.pairing.models import Proposal
from viceversa.pairing.reminders import ask_for_reminders, is_quiet
from viceversa.people.models import Person

# Published on Tuesday 23 June 2026, 09:00 UTC; to be answered by Friday 3 July, 09:00 UTC.


@pytest.fixture
def proposal(northmoor: Northmoor, clock: MovableClock) -> Proposal:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    Person.objects.filter(person_id__in=("j000", "s000")).update(time_zone="UTC")
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    run_until_idle(clock=clock)
    mail.outbox.clear()
    return run.proposals.get()


def through(clock: MovableClock, days: int) -> list[tuple[datetime, str]]:
    """Hour by hour: when a reminder went to whom."""
    went: list[tuple[datetime, str]] = []
    for _hour in range(days * 24):
        clock.forward(hours=1)
        ask_for_reminders(clock())
        before = len(mail.outbox)
        run_until_idle(clock=clock)
        went += [(clock(), one.to[0]) for one in mail.outbox[before:] if "yes or no by" in one.subject]
    return went


def test_each_silent_side_gets_two_on_working_mornings_and_no_more(proposal: Proposal, clock: MovableClock) -> None:
    went = through(clock, 9)
    by_person = {to: [at for at, whom in went if whom == to] for _at, to in went}
    assert set(by_person) == {proposal.mentor.person.email, proposal.mentee.person.email}
    for moments in by_person.values():
        assert [(at.weekday(), at.hour) for at in moments] == [(0, 8), (2, 9)], "Monday 29 June, Wednesday 1 July"


def test_an_answer_of_either_kind_ends_the_reminders_of_that_side(proposal: Proposal, clock: MovableClock) -> None:
    say(proposal, "mentor", "no", clock)
    assert {to for _at, to in through(clock, 9)} == {proposal.mentee.person.email}


def test_a_reminder_that_waits_is_not_sent_after_an_answer(proposal: Proposal, clock: MovableClock) -> None:
    clock.forward(days=6, hours=0)
    assert ask_for_reminders(clock()) == 2
    say(proposal, "mentor", "yes", clock)
    run_until_idle(clock=clock)
    assert [one.to[0] for one in mail.outbox if "yes or no by" in one.subject] == [proposal.mentee.person.email]


def test_the_morning_is_the_receivers(proposal: Proposal, clock: MovableClock) -> None:
    side = proposal.mentor
    side.person.time_zone = "America/Los_Angeles"
    assert is_quiet(side, now=clock()), "two at night"
    assert not is_quiet(side, now=clock() + timedelta(hours=7))
    assert is_quiet(side, now=clock() + timedelta(days=4, hours=7)), "Saturday"


@pytest.mark.parametrize("answers", [(), (("mentor", "yes"),), (("mentor", "no"),)])
def test_at_the_end_both_are_told_in_the_same_words(
    proposal: Proposal, clock: MovableClock, answers: tuple[tuple[str, str], ...]
) -> None:
    for side, word in answers:
        say(proposal, side, word, clock)
    clock.forward(days=11)
    expire_proposals(clock())
    expire_proposals(clock())
    run_until_idle(clock=clock)
    told = [one for one in mail.outbox if "about your proposed partner" in one.subject]
    assert {one.to[0] for one in told} == {proposal.mentor.person.email, proposal.mentee.person.email}
    assert len(told) == 2
    bodies = {
        str(one.body).replace(proposal.mentor.person.short_name, "X").replace(proposal.mentee.person.short_name, "X")
        for one in told
    }
    assert len(bodies) == 1
