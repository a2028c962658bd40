"""Coming in by oneself: open, by approval, onto the wait-list and up; reminders, managers, people from outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import Event, User
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person
from viceversa.programmes.admission import (
    Closed,
    DoesNotFit,
    accept,
    choose_admission,
    place_counts,
    register,
    say_not_now,
    seen_of,
    values_of,
)
from viceversa.programmes.enrol import submit_enrolment, withdraw_enrolment
from viceversa.programmes.invitations import enrol_from_file, invite
from viceversa.programmes.models import Enrolment, WaitingMove
from viceversa.programmes.pausing import pause_enrolment, pause_of, resume_enrolment
from viceversa.programmes.pausing import seen_of as pause_seen
from viceversa.programmes.places import admission_of, free_places
from viceversa.programmes.waiting_list import NotWaiting, move_by_hand, moves_of, place_of, waiting_of

LEARN, TEACH = Enrolment.Role.MENTEE, Enrolment.Role.MENTOR


def by(northmoor: Northmoor) -> User:
    user = northmoor.users["coordinator"]
    assert user is not None
    return user


def admit(northmoor: Northmoor, clock: MovableClock, **chosen: object) -> None:
    """Two leaders take part in Northmoor already; ``mentee_places`` counts them."""
    there = admission_of(northmoor.cohort)
    choose_admission(
        northmoor.cohort, chosen=values_of(there) | chosen, seen=seen_of(there), by=by(northmoor), now=clock()
    )


def leader(number: int, **columns: object) -> Person:
    return make_person(f"l-{number:03}", f"Lea{number}", "Wood", grade=7, **columns)


def forward(northmoor: Northmoor, clock: MovableClock, *people: Person) -> list[Enrolment]:
    return [register(northmoor.cohort, person=one, role=LEARN, by=one.user, now=clock()) for one in people]


def states(*enrolments: Enrolment) -> list[str]:
    found = {one.pk: one.state for one in Enrolment.objects.filter(pk__in=[each.pk for each in enrolments])}
    return [found[one.pk] for one in enrolments]


def send_in(enrolment: Enrolment, clock: MovableClock) -> None:
    enrolment.refresh_from_db()
    enrolment.steps_done = ["time", "learn", "show", "today", "give", "interests", "style", "about", "avoid"]
    enrolment.save(update_fields=["steps_done"])
    submit_enrolment(enrolment, by=enrolment.person.user, now=clock())  # type: ignore[arg-type]


def subjects_to(person: Person) -> list[str]:
    return [letter.subject for letter in mail.outbox if person.email in letter.to]


def test_nobody_registers_where_the_cohort_invites_only(northmoor: Northmoor, clock: MovableClock) -> None:
    with pytest.raises(Closed):
        forward(northmoor, clock, leader(1))


def test_whoever_fits_comes_in_until_the_places_are_full_and_then_waits(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open", mentee_places=4)
    made = forward(northmoor, clock, *(leader(number) for number in range(4)))
    assert states(*made) == ["invited", "invited", "waiting", "waiting"]
    assert [place_of(one) for one in made] == [0, 0, 1, 2]
    assert free_places(northmoor.cohort, role=LEARN) == 0
    run_until_idle(clock=clock)
    assert subjects_to(made[0].person) == ["You have a place in Fresh Eyes"]
    assert subjects_to(made[3].person) == ["You are on the wait-list of Fresh Eyes"]
    assert "number 2" in str(mail.outbox[-1].body)


def test_registering_twice_changes_nothing(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="approval")
    person = leader(1)
    first, second = forward(northmoor, clock, person, person)
    assert first == second
    assert person.enrolments.count() == 1
    run_until_idle(clock=clock)
    assert len(subjects_to(person)) == 1


def test_who_is_of_another_grade_has_none_or_has_left_does_not_fit(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_grade_least=6)
    gone = leader(4, leave_date=clock().date())
    for person in (make_person("x", "Jo", "Low", grade=5), make_person("y", "No", "Grade", grade=None), gone):
        with pytest.raises(DoesNotFit):
            forward(northmoor, clock, person)
    assert states(*forward(northmoor, clock, make_person("z", "Jo", "High", grade=6))) == ["invited"]


def test_the_last_day_is_a_day_on_which_one_may_still_register(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", until_on=clock().date())
    assert states(*forward(northmoor, clock, leader(1))) == ["invited"]
    clock.forward(days=1)
    with pytest.raises(Closed):
        forward(northmoor, clock, leader(2))


def test_the_coordinator_says_a_word_on_each_and_nobody_is_told_a_reason(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="approval", mentee_places=3)
    made = forward(northmoor, clock, *(leader(number) for number in range(4)))
    assert set(states(*made)) == {"applied"}
    ids = [one.public_id for one in made]
    done = accept(northmoor.cohort, chosen=ids[:2], by=by(northmoor), now=clock())
    assert (len(done.placed), len(done.waiting)) == (1, 1)
    refused = say_not_now(northmoor.cohort, chosen=ids[2:3], by=by(northmoor), now=clock())
    assert len(refused.refused) == 1
    assert states(*made) == ["invited", "waiting", "not_now", "applied"]
    again = accept(northmoor.cohort, chosen=ids[:1], by=by(northmoor), now=clock())
    assert again.passed_over == 1
    clock.forward(minutes=1)
    run_until_idle(clock=clock)
    assert subjects_to(made[2].person) == ["Fresh Eyes: not this time"]
    assert register(northmoor.cohort, person=made[2].person, role=LEARN, by=None, now=clock()).state == "not_now"


def test_when_somebody_leaves_the_next_moves_up_and_is_told(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_places=3)
    first, second, third = forward(northmoor, clock, leader(1), leader(2), leader(3))
    run_until_idle(clock=clock)
    mail.outbox.clear()
    withdraw_enrolment(first, by=by(northmoor), now=clock())
    assert states(first, second, third) == ["withdrawn", "invited", "waiting"]
    third.refresh_from_db()
    assert place_of(third) == 1
    run_until_idle(clock=clock)
    assert subjects_to(second.person) == ["A place has become free for you in Fresh Eyes"]
    assert subjects_to(third.person) == []
    withdraw_enrolment(third, by=by(northmoor), now=clock())
    assert states(second, third) == ["invited", "withdrawn"]


def paused(enrolment: Enrolment, northmoor: Northmoor, clock: MovableClock, *, days: int) -> None:
    today = clock().date()
    pause_enrolment(
        enrolment,
        from_on=today,
        until_on=today + timedelta(days=days),
        seen=pause_seen(pause_of(enrolment, on=today)),
        by=by(northmoor),
        now=clock(),
        today=today,
    )


def test_who_pauses_is_passed_over_and_comes_in_with_the_next_place(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_places=3)
    first, second, third = forward(northmoor, clock, leader(1), leader(2), leader(3))
    paused(second, northmoor, clock, days=5)
    withdraw_enrolment(first, by=by(northmoor), now=clock())
    assert states(second, third) == ["waiting", "invited"]
    assert place_of(Enrolment.objects.get(pk=second.pk)) == 1
    resume_enrolment(second, by=by(northmoor), now=clock())
    assert states(second) == ["waiting"]  # nothing is free
    admit(northmoor, clock, mentee_places=4)
    assert states(second) == ["invited"]


@pytest.mark.parametrize("ends", ["by itself", "early"])
def test_a_place_left_free_because_of_a_pause_is_given_when_the_pause_ends(
    northmoor: Northmoor, clock: MovableClock, ends: str
) -> None:
    admit(northmoor, clock, way="open", mentee_places=3)
    first, only = forward(northmoor, clock, leader(1), leader(2, email=""))
    paused(only, northmoor, clock, days=5)
    withdraw_enrolment(first, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    assert states(only) == ["waiting"]
    if ends == "early":
        resume_enrolment(only, by=by(northmoor), now=clock())
    else:
        clock.forward(days=6)
        run_until_idle(clock=clock)
    assert states(only) == ["invited"]


def test_a_letter_that_is_no_longer_true_is_not_sent(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_places=2)
    [waiting] = forward(northmoor, clock, leader(1))
    withdraw_enrolment(waiting, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    assert subjects_to(waiting.person) == []


def test_more_places_let_in_whoever_waits_and_fewer_take_nobodys_place(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open", mentee_places=2)
    made = forward(northmoor, clock, leader(1), leader(2))
    admit(northmoor, clock, mentee_places=3)
    assert states(*made) == ["invited", "waiting"]
    admit(northmoor, clock, mentee_places=1)
    assert states(*made) == ["invited", "waiting"]
    counts = {one.role: one for one in place_counts(northmoor.cohort)}
    assert (counts["mentee"].taken, counts["mentee"].free, counts["mentee"].waiting) == (3, 0, 1)
    admit(northmoor, clock, mentee_places=None)
    assert states(*made) == ["invited", "invited"]


def test_who_was_invited_and_answers_after_the_places_are_full_waits(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, mentee_places=3)
    people = [leader(1), leader(2)]
    made = invite(northmoor.cohort, people=people, role=LEARN, by=by(northmoor), now=clock())
    for enrolment, persona in zip(made, ("outsider", "line_manager"), strict=True):
        Person.objects.filter(user=northmoor.users[persona]).update(user=None)
        enrolment.person.user = northmoor.users[persona]
        enrolment.person.save()
        send_in(enrolment, clock)
    assert states(*made) == ["submitted", "waiting"]
    assert withdraw_enrolment(made[0], by=by(northmoor), now=clock()) is None
    assert states(*made) == ["withdrawn", "submitted"]  # the answers are there already


def test_an_invitation_promises_no_place_where_places_are_limited(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, mentee_places=9)
    invite(northmoor.cohort, people=[leader(1)], role=LEARN, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    assert "a place is kept" not in str(mail.outbox[0].body)
    assert "those who answer first" in " ".join(str(mail.outbox[0].body).split())


def test_enrolling_from_the_file_fills_the_places_and_the_rest_wait(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, mentee_places=4)
    people = [leader(number) for number in range(5)]
    made = enrol_from_file(northmoor.cohort, people=people, role=LEARN, by=by(northmoor), now=clock())
    assert sorted(one.state for one in made) == ["submitted", "submitted", "waiting", "waiting", "waiting"]
    assert [one.place for one in waiting_of(northmoor.cohort, role=LEARN)] == [1, 2, 3]  # type: ignore[attr-defined]


def test_a_move_by_hand_keeps_its_reason_and_passes_the_others_back(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_places=2)
    made = forward(northmoor, clock, *(leader(number) for number in range(3)))
    move_by_hand(made[2], to=1, reason=" Was promised it in May ", by=by(northmoor), now=clock())
    assert [one.pk for one in waiting_of(northmoor.cohort, role=LEARN)] == [made[2].pk, made[0].pk, made[1].pk]
    move = WaitingMove.objects.get()
    assert (move.from_place, move.to_place, move.reason) == (3, 1, "Was promised it in May")
    assert "promised" not in str(Event.objects.filter(verb="moved_in_wait_list").values())
    move_by_hand(made[2], to=99, reason="A slip", by=by(northmoor), now=clock())
    made[2].refresh_from_db()
    assert place_of(made[2]) == 3
    with pytest.raises(NotWaiting):
        move_by_hand(northmoor.enrolments["mentee"], to=1, reason="No", by=by(northmoor), now=clock())


def test_two_coordinators_who_save_at_once_do_not_overwrite_each_other(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    there = admission_of(northmoor.cohort)
    seen = seen_of(there)
    admit(northmoor, clock, way="open")
    with pytest.raises(ChangedMeanwhile):
        choose_admission(
            northmoor.cohort, chosen=values_of(there) | {"mentee_places": 9}, seen=seen, by=by(northmoor), now=clock()
        )


def test_the_moves_told_are_those_of_the_side_and_the_newest_first(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, way="open", mentee_places=1)
    learner, teacher = forward(northmoor, clock, leader(1), leader(2))
    Enrolment.objects.filter(pk=teacher.pk).update(role=Enrolment.Role.MENTOR)
    for minutes, (enrolment, reason) in enumerate(((learner, "first"), (teacher, "other"), (learner, "second"))):
        at = clock() + timedelta(minutes=minutes)
        WaitingMove.objects.create(enrolment=enrolment, from_place=2, to_place=1, reason=reason, at=at)
    told = [move.reason for move in moves_of(northmoor.cohort, role=LEARN, at_most=10)]
    assert told == ["second", "first"]
    assert [move.reason for move in moves_of(northmoor.cohort, role=LEARN, at_most=1)] == ["second"]
