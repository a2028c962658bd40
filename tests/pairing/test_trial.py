"""The trial of a pair: asked in private, ended without a name, and gone on with when both say so."""

from __future__ import annotations

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.models import Event
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import Ending, Pair, SeatTaken, TrialWord
from viceversa.pairing.trial import (
    NotOnTrial,
    ask_after_trial,
    ended_on_trial,
    first_meeting_held,
    look_after_trials,
    say_after_trial,
)
from viceversa.programmes.models import Enrolment


@pytest.fixture
def pair(northmoor: Northmoor, clock: MovableClock) -> Pair:
    """Northmoor's pair on trial, with both sides asked."""
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.TRIAL, trial_asked_at=None, formed_at=clock())
    pair = Pair.objects.select_related("cohort__programme", "mentor__person", "mentee__person").get(
        pk=northmoor.pair.pk
    )
    ask_after_trial(pair, now=clock())
    run_until_idle(clock=clock)
    return pair


def say(pair: Pair, side: str, word: str, clock: MovableClock) -> Pair:
    return say_after_trial(pair=pair, enrolment=getattr(pair, side), word=word, now=clock())


def test_both_are_asked_once_by_letter(pair: Pair, clock: MovableClock) -> None:
    assert not ask_after_trial(pair, now=clock())
    run_until_idle(clock=clock)
    asked = [letter for letter in mail.outbox if "do you go on?" in letter.subject]
    assert {letter.to[0] for letter in asked} == {pair.mentor.person.email, pair.mentee.person.email}
    assert len(asked) == 2


def test_two_that_go_on_are_an_active_pair(pair: Pair, clock: MovableClock) -> None:
    assert say(pair, "mentor", "go_on", clock).state == Pair.State.TRIAL
    assert say(pair, "mentor", "go_on", clock).state == Pair.State.TRIAL, "the same word twice is one"
    assert say(pair, "mentee", "go_on", clock).state == Pair.State.ACTIVE
    with pytest.raises(NotOnTrial):
        say(pair, "mentee", "another", clock)


@pytest.mark.parametrize("side", ["mentor", "mentee"])
def test_one_that_would_rather_not_ends_it_for_both_alike(pair: Pair, clock: MovableClock, side: str) -> None:
    mail.outbox.clear()
    by = getattr(pair, side).person.user.public_id
    before = set(Event.objects.values_list("pk", flat=True))
    assert say(pair, side, "another", clock).state == Pair.State.EXITED
    ending = Ending.objects.get(pair=pair)
    assert (ending.category, ending.side, ending.by) == (Ending.Category.TRIAL, "", None)
    assert not SeatTaken.objects.filter(pair=pair).exists()
    states = Enrolment.objects.filter(pk__in=(pair.mentor_id, pair.mentee_id)).values_list("state", flat=True)
    assert set(states) == {Enrolment.State.SUBMITTED}
    events = Event.objects.exclude(pk__in=before)
    assert events
    assert not events.filter(actor=by).exists(), "no event names who said it"
    run_until_idle(clock=clock)
    ended = [letter for letter in mail.outbox if "has ended" in letter.subject]
    assert {letter.to[0] for letter in ended} == {pair.mentor.person.email, pair.mentee.person.email}
    assert all("the programme has concluded your pairing" in str(letter.body) for letter in ended)
    assert ended_on_trial(pair.cohort) == 1


def test_a_word_may_change_while_the_trial_lasts(pair: Pair, clock: MovableClock) -> None:
    say(pair, "mentor", "go_on", clock)
    assert say(pair, "mentor", "another", clock).state == Pair.State.EXITED
    assert TrialWord.objects.get(pair=pair).word == "another"


def test_without_a_first_meeting_they_are_asked_after_thirty_days(northmoor: Northmoor, clock: MovableClock) -> None:
    Pair.objects.all().update(state=Pair.State.TRIAL, trial_asked_at=None, formed_at=clock())
    clock.forward(days=29)
    assert look_after_trials(clock()) == 0
    clock.forward(days=2)
    assert look_after_trials(clock()) == Pair.objects.count()
    assert look_after_trials(clock()) == 0


def test_who_says_nothing_for_two_weeks_goes_on(pair: Pair, clock: MovableClock) -> None:
    clock.forward(days=13)
    look_after_trials(clock())
    pair.refresh_from_db()
    assert pair.state == Pair.State.TRIAL
    clock.forward(days=2)
    look_after_trials(clock())
    pair.refresh_from_db()
    assert pair.state == Pair.State.ACTIVE


def test_a_first_meeting_asks_only_where_the_programme_has_trials(northmoor: Northmoor, clock: MovableClock) -> None:
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.TRIAL, trial_asked_at=None)
    pair = Pair.objects.get(pk=northmoor.pair.pk)
    first_meeting_held(pair, now=clock())
    pair.refresh_from_db()
    assert (pair.state, pair.trial_asked_at) == (Pair.State.TRIAL, clock())
    pair.cohort.programme.has_trial = False
    first_meeting_held(pair, now=clock())
    pair.refresh_from_db()
    assert pair.state == Pair.State.ACTIVE
