"""A pair that ends because somebody leaves or stops: places, dates, words, and who is told what."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core import mail

from tests.people.files import bring_in
from viceversa.accounts.models import Event
from viceversa.journey.attention import Kind, needs_of
from viceversa.journey.models import Meeting, Note
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.ending import end_pair
from viceversa.pairing.models import Ending, Pair, PairDecision, Proposal, SeatTaken
from viceversa.programmes.enrol import withdraw_enrolment
from viceversa.programmes.leaving import end_enrolments_of_leavers
from viceversa.programmes.models import Enrolment

State = Enrolment.State


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def leave(northmoor, persona: str, clock) -> None:
    person = northmoor.people[persona]
    person.leave_date = clock().date()
    person.save(update_fields=["leave_date", "changed_at"])


def state_of(northmoor, persona: str) -> str:
    return Enrolment.objects.get(pk=northmoor.enrolments[persona].pk).state


def left(northmoor, clock, persona: str = "mentor") -> Pair:
    leave(northmoor, persona, clock)
    assert end_enrolments_of_leavers(now=clock()) == 1
    run_until_idle(clock=clock)
    return Pair.objects.select_related("ending").get(pk=northmoor.pair.pk)


def test_whoever_has_left_ends_their_enrolment_and_their_pair_and_the_other_is_free(northmoor, clock):
    pair = left(northmoor, clock)
    assert (pair.state, pair.ended_at) == (Pair.State.EXITED, clock())
    ending = pair.ending
    assert (ending.category, ending.side, ending.by, ending.at) == ("left", "mentor", None, clock())
    assert not SeatTaken.objects.filter(pair=pair).exists()
    assert (state_of(northmoor, "mentor"), state_of(northmoor, "mentee")) == (State.WITHDRAWN, State.SUBMITTED)
    assert end_enrolments_of_leavers(now=clock()) == 0
    verbs = [event.verb for event in Event.objects.filter(verb__in=("ended_by_leaving", "pair.ended"))]
    assert verbs == ["ended_by_leaving", "pair.ended"]


def test_the_partner_is_told_kindly_and_the_date_leaves_both_calendars(northmoor, clock):
    mail.outbox.clear()
    left(northmoor, clock)
    told = {(message.to[0], message.subject) for message in mail.outbox}
    leader, mentor = northmoor.people["mentee"], northmoor.people["mentor"]
    assert told == {
        (leader.email, "Fresh Eyes: your pair with Priya Raman has ended"),
        (leader.email, "Your meeting with Priya Raman on Thursday 25 June, 09:30 is called off"),
        (mentor.email, "Your meeting with Henrik Solberg on Thursday 25 June, 09:30 is called off"),
    }
    (kind,) = [message for message in mail.outbox if "has ended" in message.subject]
    words = " ".join(kind.body.split())
    assert "Priya Raman no longer works here" in words
    assert "You did nothing wrong" in words
    assert "Ada Okafor knows and will look for somebody new for you" in words
    for message in mail.outbox:
        if "called off" in message.subject:
            calendar = next(part for part, kind in message.alternatives if kind.startswith("text/calendar"))
            assert "METHOD:CANCEL" in calendar
            assert f"UID:{northmoor.meeting.uid}" in calendar.replace("\r\n ", "")
            assert "SEQUENCE:1" in calendar
            assert "STATUS:CANCELLED" in calendar
    assert Meeting.objects.get(pk=northmoor.meeting.pk).state == Meeting.State.CANCELLED


def test_notes_stay_their_authors_and_what_was_held_stays_held(northmoor, clock):
    held = Meeting.objects.create(
        pair=northmoor.pair, number=2, title="B", due_on=clock().date(), state="held", held_at=clock()
    )
    Note.objects.create(meeting=held, author=northmoor.people["mentee"], sealed=b"x", saved_at=clock())
    left(northmoor, clock)
    held.refresh_from_db()
    assert held.state == "held"
    assert Note.objects.get().author == northmoor.people["mentee"]


def test_a_date_that_has_gone_by_without_a_word_is_not_called_off(northmoor, clock):
    clock.forward(days=5)
    mail.outbox.clear()
    left(northmoor, clock)
    assert Meeting.objects.get(pk=northmoor.meeting.pk).state == Meeting.State.PLANNED
    assert [message.subject for message in mail.outbox] == ["Fresh Eyes: your pair with Priya Raman has ended"]


def test_nobody_writes_to_somebody_who_has_left_too(northmoor, clock):
    leave(northmoor, "mentee", clock)
    mail.outbox.clear()
    leave(northmoor, "mentor", clock)
    assert end_enrolments_of_leavers(now=clock()) == 2
    run_until_idle(clock=clock)
    assert not [message for message in mail.outbox if "has ended" in message.subject]
    assert Ending.objects.count() == 1
    assert (state_of(northmoor, "mentor"), state_of(northmoor, "mentee")) == (State.WITHDRAWN, State.WITHDRAWN)


def test_a_withdrawal_from_a_running_pair_ends_it_without_saying_that_anybody_left(northmoor, clock):
    mail.outbox.clear()
    withdraw_enrolment(northmoor.enrolments["mentee"], by=northmoor.users["mentee"], now=clock())
    run_until_idle(clock=clock)
    ending = Ending.objects.get()
    assert (ending.category, ending.side, ending.by) == ("withdrew", "mentee", northmoor.users["mentee"])
    (letter,) = [message for message in mail.outbox if "has ended" in message.subject]
    assert letter.to == [northmoor.people["mentor"].email]
    assert "has stopped taking part in Fresh Eyes" in " ".join(letter.body.split())
    assert "works here" not in letter.body
    assert state_of(northmoor, "mentor") == State.SUBMITTED


def test_a_pair_ends_once_and_a_lock_on_the_two_is_lifted(northmoor, clock):
    mentor, mentee = northmoor.enrolments["mentor"], northmoor.enrolments["mentee"]
    lock = PairDecision.objects.create(
        cohort=northmoor.cohort, mentor=mentor, mentee=mentee, kind=PairDecision.Kind.LOCKED, at=clock()
    )
    for number in (1, 2):
        ended = end_pair(northmoor.pair, why=Ending.Category.WITHDREW, side="mentor", by=None, now=clock())
        assert (ended is not None) == (number == 1)
    lock.refresh_from_db()
    assert lock.lifted_at == clock()
    assert Ending.objects.count() == 1


def test_open_proposals_of_a_leaver_end_and_who_said_yes_is_told(northmoor, clock):
    proposal = Proposal.objects.create(
        run=northmoor.run,
        mentor=northmoor.enrolments["same_programme_mentor"],
        mentee=northmoor.enrolments["mentee"],
        score=0.5,
        criteria={},
        state=Proposal.State.PROPOSED,
        published_at=clock(),
        answer_by=clock() + timedelta(days=7),
    )
    left(northmoor, clock, "mentee")
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.EXPIRED


def test_the_coordinator_sees_who_is_alone_with_one_step_and_no_longer_once_they_have_a_place(northmoor, clock, client):
    pair = left(northmoor, clock)
    alone = [need for need in needs_of(northmoor.cohort, waiting=1, now=clock()) if need.kind is Kind.ALONE]
    assert [need.pair_id for need in alone] == [pair.pk]
    page = northmoor.sign_in(client, "coordinator").get(f"/programmes/{northmoor.programme.public_id}/")
    words = text_of(page)
    assert "Henrik Solberg has no partner any more" in words
    assert "Priya Raman no longer works here." in words
    assert "Match again" in words
    SeatTaken.objects.create(enrolment=northmoor.enrolments["mentee"], number=1, pair=pair)
    assert not [need for need in needs_of(northmoor.cohort, waiting=1, now=clock()) if need.kind is Kind.ALONE]


def test_both_read_the_truth_on_their_own_pages(northmoor, clock, client):
    withdraw_enrolment(northmoor.enrolments["mentee"], by=northmoor.users["mentee"], now=clock())
    northmoor.sign_in(client, "mentor")
    told = "Henrik Solberg stopped taking part, so your pair ended on 23 June 2026. You did nothing wrong."
    assert told in text_of(client.get("/"))
    assert told in text_of(client.get("/pairs/"))
    assert told in text_of(client.get(f"/pairs/{northmoor.pair.public_id}/"))
    northmoor.sign_in(client, "mentee")
    own = "You stopped taking part on 23 June 2026, so your pair with Priya Raman ended."
    assert own in text_of(client.get("/pairs/"))


def test_a_people_file_that_leaves_somebody_out_ends_what_hangs_on_them_and_undoing_brings_the_person_alone(
    northmoor, clock
):
    from viceversa.people.actions import request_undo
    from viceversa.people.models import Person

    others = Person.objects.exclude(person_id="n-mentor").values_list("person_id", flat=True)
    roster = bring_in(
        "person_id,role\n" + "".join(f"{one},\n" for one in others), clock=clock, scope="everybody", leavers_agreed=1
    )
    assert roster.counts["left"] == 1
    assert state_of(northmoor, "mentor") == State.WITHDRAWN
    assert Pair.objects.get(pk=northmoor.pair.pk).state == Pair.State.EXITED
    request_undo(roster, by=northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    assert Person.objects.get(person_id="n-mentor").leave_date is None
    assert Pair.objects.get(pk=northmoor.pair.pk).state == Pair.State.EXITED
    assert state_of(northmoor, "mentor") == State.WITHDRAWN
