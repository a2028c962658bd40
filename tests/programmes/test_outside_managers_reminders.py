"""People from outside, what a manager is told, and reminders of an invitation."""

from __future__ import annotations

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.models import User
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person
from viceversa.programmes.admission import (
    DoesNotFit,
    accept,
    choose_admission,
    give_grade,
    register,
    seen_of,
    values_of,
)
from viceversa.programmes.enrol import submit_enrolment
from viceversa.programmes.hours import hours_words
from viceversa.programmes.invitations import enrol_from_file, invite
from viceversa.programmes.models import Enrolment, Programme
from viceversa.programmes.outside import AddressKnown, add_from_outside, register_from_outside
from viceversa.programmes.places import admission_of
from viceversa.programmes.reminders import ask_for_reminders

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


def outside(**columns: object) -> dict[str, object]:
    told = {"given_name": "Nia", "family_name": "Rees", "email": "Nia@school.example", "organisation": "Park School"}
    return told | columns


def test_somebody_from_outside_is_added_by_hand_and_invited(northmoor: Northmoor, clock: MovableClock) -> None:
    made = add_from_outside(
        northmoor.cohort,
        **outside(),
        grade=1,
        role=TEACH,
        by=by(northmoor),
        now=clock(),  # type: ignore[arg-type]
    )
    assert (made.state, made.person.is_external, made.person.organisation) == ("invited", True, "Park School")
    run_until_idle(clock=clock)
    assert mail.outbox[0].to == ["nia@school.example"]
    with pytest.raises(AddressKnown):
        add_from_outside(
            northmoor.cohort,
            **outside(),
            grade=1,
            role=TEACH,
            by=by(northmoor),
            now=clock(),  # type: ignore[arg-type]
        )


def test_somebody_from_outside_who_registers_waits_for_a_word_and_a_grade(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="open", outside_welcome=True)
    made = register_from_outside(northmoor.cohort, **outside(), role="mentor", now=clock())  # type: ignore[arg-type]
    assert made.state == "applied"
    done = accept(northmoor.cohort, chosen=[made.public_id], by=by(northmoor), now=clock())
    assert done.without_grade == [made]
    give_grade(made, grade=1, by=by(northmoor), now=clock())
    accept(northmoor.cohort, chosen=[made.public_id], by=by(northmoor), now=clock())
    assert states(made) == ["invited"]
    with pytest.raises(DoesNotFit):
        give_grade(northmoor.enrolments["mentor"], grade=9, by=by(northmoor), now=clock())


# The manager ---------------------------------------------------------------------------------------------------
def test_the_manager_is_told_the_hours_and_nothing_else(northmoor: Northmoor, clock: MovableClock) -> None:
    admit(northmoor, clock, tells_managers=True)
    boss = northmoor.people["line_manager"]
    person = leader(1, manager=boss, interests=["canary-interest"], job_title="canary-title")
    [made] = enrol_from_file(northmoor.cohort, people=[person], role=LEARN, by=by(northmoor), now=clock())
    Enrolment.objects.filter(pk=made.pk).update(hope="canary-hope")
    run_until_idle(clock=clock)
    [letter] = [one for one in mail.outbox if boss.email in one.to]
    text = " ".join(f"{letter.subject} {letter.body} {letter.alternatives[0][0]}".split())
    assert "Lea1 Wood" in text
    assert "about 1 hour a month" in text
    assert "2 March 2026" in text
    assert "30 November 2026" in text
    private = ("canary", "Fresh Eyes", "mentor", "mentee", "leader", "How our meetings feel", "Spring 2026", "Empower")
    assert [word for word in private if word.lower() in text.lower().replace("lea1", "")] == []
    run_until_idle(clock=clock)
    assert len([one for one in mail.outbox if boss.email in one.to]) == 1


def test_no_manager_is_told_where_the_cohort_does_not_say_so(northmoor: Northmoor, clock: MovableClock) -> None:
    person = leader(1, manager=northmoor.people["line_manager"])
    enrol_from_file(northmoor.cohort, people=[person], role=LEARN, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("minutes", "days", "words"),
    [
        (60, 30, "about 1 hour a month"),
        (60, 14, "about 2¼ hours a month"),
        (90, 30, "about 1½ hours a month"),
        (30, 30, "about 30 minutes a month"),
        (60, 91, "about 30 minutes a month"),
        (120, 7, "about 8¾ hours a month"),
    ],
)
def test_the_hours_are_said_to_the_quarter(minutes: int, days: int, words: str) -> None:
    assert hours_words(Programme(meeting_minutes=minutes, cadence_days=days)) == words


# Reminders -----------------------------------------------------------------------------------------------------
def reminded(clock: MovableClock, person: Person) -> int:
    mail.outbox.clear()
    ask_for_reminders(clock())
    run_until_idle(clock=clock)
    return len(subjects_to(person))


def test_an_unanswered_invitation_is_reminded_of_twice_and_no_more(northmoor: Northmoor, clock: MovableClock) -> None:
    person = leader(1)
    invite(northmoor.cohort, people=[person], role=LEARN, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    sent = []
    for _day in range(30):
        clock.forward(days=1)
        sent.append(reminded(clock, person))
    assert [day + 1 for day, count in enumerate(sent) if count] == [5, 12]
    assert sum(sent) == 2


@pytest.mark.parametrize("answer", [{"state": "declined"}, {"state": "draft"}, {"state": "submitted"}])
def test_an_answer_ends_the_reminders(northmoor: Northmoor, clock: MovableClock, answer: dict[str, str]) -> None:
    person = leader(1)
    [made] = invite(northmoor.cohort, people=[person], role=LEARN, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    clock.forward(days=5)
    ask_for_reminders(clock())  # written, and answered before it leaves
    Enrolment.objects.filter(pk=made.pk).update(**answer)
    assert reminded(clock, person) == 0


def test_a_letter_sent_again_today_takes_the_place_of_the_reminder(northmoor: Northmoor, clock: MovableClock) -> None:
    from viceversa.programmes.invitations import send_again

    person = leader(1)
    [made] = invite(northmoor.cohort, people=[person], role=LEARN, by=by(northmoor), now=clock())
    run_until_idle(clock=clock)
    clock.forward(days=5)
    send_again(made, by=by(northmoor), now=clock())
    assert reminded(clock, person) == 1  # the invitation itself
    assert mail.outbox[0].subject == "Would you learn something from somebody junior?"


def test_a_people_file_of_everybody_takes_nobody_from_outside_away(northmoor: Northmoor, clock: MovableClock) -> None:
    from viceversa.people.roster import PeopleHere, preview

    made = add_from_outside(
        northmoor.cohort,
        **outside(),
        grade=1,
        role=TEACH,
        by=by(northmoor),
        now=clock(),  # type: ignore[arg-type]
    )
    found = preview(
        b"person_id,grade\nn-mentor,2\n",
        file_name="people.csv",
        mapping=None,
        against=PeopleHere.read(),
        on=clock().date(),
    )
    gone = {one.person_id for one in found.absent}
    assert "n-mentee" in gone
    assert made.person.person_id not in gone
