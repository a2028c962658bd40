"""What the coordinator does from the line of a need: done once, written down, taken back while nothing has left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.personas import make_person
from tests.web.test_cockpit import day_of, more_pairs, queries_for, words_of
from viceversa.accounts.models import Event
from viceversa.journey.attention import Kind
from viceversa.journey.models import CheckIn, Meeting, StepTaken
from viceversa.journey.steps import NothingToDo, take_back, take_step
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import Ending, MatchRun, Pair, Proposal
from viceversa.pairing.models.pair import SeatTaken
from viceversa.programmes.models import Enrolment


@pytest.fixture
def coordinator(northmoor):
    return northmoor.sign_in(Client(), "coordinator")


def step_of(northmoor) -> str:
    return reverse("programme_step", args=[northmoor.programme.public_id])


def newest_pair() -> Pair:
    return Pair.objects.order_by("-pk")[0]


def press(coordinator, northmoor, kind: Kind, thing: str = ""):
    return coordinator.post(step_of(northmoor), {"kind": kind.value, "thing": thing}, follow=True)


def test_both_are_asked_for_a_date_and_the_line_goes_away(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    assert "Ask both for a date" in words_of(coordinator.get(day_of(northmoor)))
    answer = words_of(press(coordinator, northmoor, Kind.NOT_MET, newest_pair().public_id))
    assert "Both get a kind letter in your name." in answer
    assert "Nobody needs you today." in answer
    assert "Asked Given0 Mentee000 and Given0 Mentor000 for a date" in answer
    assert "Done by Ada Okafor at 23 Jun, 09:00" in answer
    run_until_idle(clock=clock)
    assert mail.outbox == []
    clock.forward(minutes=11)
    run_until_idle(clock=clock)
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        "given0.mentee000@northmoor.example",
        "given0.mentor000@northmoor.example",
    ]
    assert "have no first date yet" in mail.outbox[0].body


def test_after_a_week_without_a_date_the_line_is_back(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    press(coordinator, northmoor, Kind.NOT_MET, newest_pair().public_id)
    clock.forward(days=6, hours=23)
    northmoor.pair.meetings.update(starts_at=clock() + timedelta(days=3))
    assert "have not met</b>" not in words_of(coordinator.get(day_of(northmoor)))
    clock.forward(hours=2)
    assert "have not met</b>" in words_of(coordinator.get(day_of(northmoor)))


def test_taken_back_in_time_nobody_is_written_to(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    press(coordinator, northmoor, Kind.NOT_MET, newest_pair().public_id)
    step = StepTaken.objects.get()
    answer = words_of(coordinator.post(step_of(northmoor), {"take_back": step.public_id}, follow=True))
    assert "Taken back. Nobody was written to." in answer
    assert "One thing needs you." in answer
    clock.forward(hours=1)
    run_until_idle(clock=clock)
    assert mail.outbox == []
    assert list(Event.objects.filter(noun="step").values_list("verb", flat=True)) == ["taken", "taken_back"]


def test_letters_that_have_left_cannot_be_taken_back(northmoor, clock):
    more_pairs(northmoor, clock, 1)
    by, pair = northmoor.users["coordinator"], newest_pair()
    step = take_step(cohort=northmoor.cohort, kind=Kind.NOT_MET, thing=pair.public_id, by=by, now=clock())
    clock.forward(minutes=10)
    assert not take_back(cohort=northmoor.cohort, step_id=step.public_id, by=by, now=clock())


def test_pressing_twice_asks_once(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    for _ in range(2):
        press(coordinator, northmoor, Kind.NOT_MET, newest_pair().public_id)
    clock.forward(minutes=11)
    run_until_idle(clock=clock)
    assert (StepTaken.objects.count(), len(mail.outbox)) == (1, 2)


def test_whoever_fixed_a_date_meanwhile_is_left_in_peace(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 1)
    pair = newest_pair()
    press(coordinator, northmoor, Kind.NOT_MET, pair.public_id)
    pair.meetings.filter(number=1).update(state=Meeting.State.PLANNED, starts_at=clock() + timedelta(days=2))
    clock.forward(minutes=11)
    run_until_idle(clock=clock)
    assert mail.outbox == []


def test_a_pair_of_another_programme_is_out_of_reach(northmoor, clock):
    by, thing = northmoor.users["coordinator"], northmoor.other_pair.public_id
    with pytest.raises(NothingToDo):
        take_step(cohort=northmoor.cohort, kind=Kind.NOT_MET, thing=thing, by=by, now=clock())


@pytest.mark.parametrize("form", [{}, {"kind": "canary"}, {"kind": "review"}, {"kind": "not_met", "thing": "x"}])
def test_nonsense_does_nothing_and_says_so(northmoor, coordinator, form):
    assert "Nothing was done" in words_of(coordinator.post(step_of(northmoor), form, follow=True))
    assert not StepTaken.objects.exists()


def test_a_breach_that_may_stay_is_noted_and_comes_back_when_taken_back(northmoor, coordinator, clock):
    mentor = northmoor.people["mentor"]
    mentor.manager = northmoor.people["mentee"]
    mentor.save()
    assert "are now in one reporting line" in words_of(coordinator.get(day_of(northmoor)))
    answer = words_of(press(coordinator, northmoor, Kind.RULE, northmoor.pair.public_id))
    assert "are now in one reporting line" not in answer
    assert "Noted: Henrik Solberg and Priya Raman go on as they are" in answer
    step = StepTaken.objects.get()
    answer = words_of(coordinator.post(step_of(northmoor), {"take_back": step.public_id}, follow=True))
    assert "are now in one reporting line" in answer


def open_proposal(northmoor, clock) -> Proposal:
    sides = []
    for role, grade in (("mentor", 2), ("mentee", 8)):
        person = make_person(f"o-{role}", "Open", role.title(), grade=grade)
        columns = {"state": "submitted", "invited_at": clock(), "submitted_at": clock()}
        sides.append(Enrolment.objects.create(cohort=northmoor.cohort, person=person, role=role, **columns))
    return Proposal.objects.create(
        run=northmoor.run,
        mentor=sides[0],
        mentee=sides[1],
        score=0.5,
        criteria={},
        state=Proposal.State.PROPOSED,
        published_at=clock(),
        answer_by=clock() + timedelta(days=2),
    )


def test_only_whoever_has_not_answered_is_reminded_and_nobody_learns_who(northmoor, coordinator, clock):
    proposal = open_proposal(northmoor, clock)
    proposal.answers.create(enrolment=proposal.mentor, word="yes", at=clock())
    answer = words_of(press(coordinator, northmoor, Kind.ANSWERS, northmoor.run.public_id))
    assert "You are not told who that is." in answer
    assert "Open Mentee" not in answer
    clock.forward(minutes=11)
    run_until_idle(clock=clock)
    assert [letter.to for letter in mail.outbox] == [["open.mentee@northmoor.example"]]


def test_invitations_long_without_an_answer_are_sent_again_once(northmoor, coordinator, clock):
    for number, days in enumerate((20, 20, 3)):
        person = make_person(f"i-{number}", f"Silent{number}", "Person", grade=3)
        Enrolment.objects.create(
            cohort=northmoor.cohort, person=person, role="mentor", invited_at=clock() - timedelta(days=days)
        )
    assert "2 invitations have had no answer, the oldest since 3 June" in words_of(coordinator.get(day_of(northmoor)))
    press(coordinator, northmoor, Kind.INVITED)
    clock.forward(minutes=11)
    run_until_idle(clock=clock)
    assert sorted(letter.to[0] for letter in mail.outbox) == [
        "silent0.person@northmoor.example",
        "silent1.person@northmoor.example",
    ]


def test_who_is_alone_again_is_matched_again_from_the_line(northmoor, coordinator, clock):
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.EXITED, ended_at=clock())
    SeatTaken.objects.filter(pair=northmoor.pair).delete()
    Ending.objects.create(pair=northmoor.pair, category="withdrew", side="mentor", at=clock())
    Enrolment.objects.filter(pk=northmoor.enrolments["mentee"].pk).update(state="submitted")
    assert "Henrik Solberg has no partner any more" in words_of(coordinator.get(day_of(northmoor)))
    answer = press(coordinator, northmoor, Kind.ALONE)
    run = MatchRun.objects.filter(cohort=northmoor.cohort).latest("number")
    assert answer.redirect_chain[0][0] == reverse("run", args=[run.public_id])
    assert run.number == 2


def test_without_anybody_on_one_side_the_way_leads_to_inviting(northmoor, coordinator):
    Enrolment.objects.filter(cohort=northmoor.cohort, role="mentor").delete()
    answer = press(coordinator, northmoor, Kind.UNMATCHED)
    assert "A run needs somebody on both sides" in words_of(answer)
    assert not StepTaken.objects.exists()


def test_every_kind_of_need_at_once_keeps_to_the_budget(northmoor, coordinator, clock):
    more_pairs(northmoor, clock, 3)
    open_proposal(northmoor, clock)
    press(coordinator, northmoor, Kind.NOT_MET, newest_pair().public_id)
    answers = {"could_say": 2, "useful": 4, "taught": "both", "wants_contact": True}
    CheckIn.objects.create(meeting=northmoor.meeting, person=northmoor.people["mentor"], at=clock(), **answers)
    alone = Pair.objects.order_by("pk")[2]
    Pair.objects.filter(pk=alone.pk).update(state=Pair.State.EXITED, ended_at=clock())
    SeatTaken.objects.filter(pair=alone).delete()
    Ending.objects.create(pair=alone, category="withdrew", side="mentor", at=clock())
    Enrolment.objects.filter(pk=alone.mentee_id).update(state="submitted")
    assert queries_for(coordinator, day_of(northmoor)) <= 15


def test_a_date_in_the_past_is_no_reason_to_go_on_asking(northmoor, clock):
    by = northmoor.users["coordinator"]
    northmoor.pair.meetings.update(starts_at=datetime(2026, 6, 1, 9, tzinfo=clock().tzinfo))
    thing = northmoor.pair.public_id
    take_step(cohort=northmoor.cohort, kind=Kind.NOT_SAID, thing=thing, by=by, now=clock())
    northmoor.pair.meetings.update(state=Meeting.State.HELD)
    clock.forward(minutes=11)
    run_until_idle(clock=clock)
    assert mail.outbox == []
