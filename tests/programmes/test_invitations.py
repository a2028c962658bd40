"""Inviting people, and their letters."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.models import User
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person
from viceversa.programmes.candidates import CandidateFilter, as_candidates, candidates
from viceversa.programmes.design_words import design_sentence, plan_words
from viceversa.programmes.invitations import NotLaunched, invite, send_again
from viceversa.programmes.models import Enrolment, Programme

MENTEE, MENTOR = Enrolment.Role.MENTEE, Enrolment.Role.MENTOR


@pytest.fixture
def ada(northmoor: Northmoor) -> User:
    user = northmoor.users["coordinator"]
    assert user is not None
    return user


@pytest.fixture
def grace(northmoor: Northmoor) -> Person:
    return make_person("g-1", "Grace", "Amoah", grade=7, role="mentee")


def test_an_invitation_says_who_asks_for_what_and_how_long(
    northmoor: Northmoor, clock: MovableClock, ada: User, grace: Person
) -> None:
    invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock())
    run_until_idle(clock=clock)
    [letter] = mail.outbox
    assert letter.to == [grace.email]
    text = str(letter.body)
    assert "Grace, a place is kept for you until 30 June." in text
    plan = plan_words(northmoor.programme)
    assert re.fullmatch(r"\w+ meetings of one hour over nine months", plan)
    assert f"In {plan}, a colleague" in " ".join(text.split())
    assert plan in design_sentence(northmoor.programme)
    assert "every" not in plan
    assert "Ada Okafor, who coordinates Fresh Eyes, invited you" in text
    assert len(re.findall(r"http://testserver/join/\S+", text)) == 1


def test_a_mentor_is_asked_to_teach(northmoor: Northmoor, clock: MovableClock, ada: User, grace: Person) -> None:
    invite(northmoor.cohort, people=[grace], role=MENTOR, by=ada, now=clock())
    run_until_idle(clock=clock)
    assert mail.outbox[0].subject == "Would you show a leader something you know?"


def test_nobody_is_invited_twice_to_a_role_in_a_cohort(
    northmoor: Northmoor, clock: MovableClock, ada: User, grace: Person
) -> None:
    assert len(invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock())) == 1
    assert invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock()) == []
    assert len(invite(northmoor.cohort, people=[grace], role=MENTOR, by=ada, now=clock())) == 1
    run_until_idle(clock=clock)
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2
    assert grace.enrolments.count() == 2


def test_somebody_of_another_cohort_can_be_invited(northmoor: Northmoor, clock: MovableClock, ada: User) -> None:
    elsewhere = northmoor.people["other_mentee"]
    assert len(invite(northmoor.cohort, people=[elsewhere], role=MENTEE, by=ada, now=clock())) == 1


@pytest.mark.parametrize("columns", [{"email": ""}, {"grade": None}, {"leave_date": "2026-06-23"}])
def test_whom_no_letter_reaches_or_nothing_can_place_is_passed_over(
    northmoor: Northmoor, clock: MovableClock, ada: User, columns: dict[str, object]
) -> None:
    person = make_person("x-1", "Rota", "Worker", **columns)
    assert invite(northmoor.cohort, people=[person], role=MENTOR, by=ada, now=clock()) == []
    assert not Job.objects.filter(kind="send_invitation").exists()


def test_nobody_is_invited_before_the_launch(
    northmoor: Northmoor, clock: MovableClock, ada: User, grace: Person
) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(state=Programme.State.DRAFT)
    northmoor.cohort.programme.refresh_from_db()
    with pytest.raises(NotLaunched):
        invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock())
    assert not grace.enrolments.exists()


def test_a_letter_goes_again_once_a_day_and_not_to_whom_said_no(
    northmoor: Northmoor, clock: MovableClock, ada: User, grace: Person
) -> None:
    [enrolment] = invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock())
    assert not send_again(enrolment, by=ada, now=clock())
    clock.forward(days=1)
    assert send_again(enrolment, by=ada, now=clock())
    clock.forward(hours=2)
    assert not send_again(enrolment, by=ada, now=clock())
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2
    enrolment.state = Enrolment.State.DECLINED
    clock.forward(days=1)
    assert not send_again(enrolment, by=ada, now=clock())


def test_whoever_answered_before_the_letter_went_is_not_written_to(
    northmoor: Northmoor, clock: MovableClock, ada: User, grace: Person
) -> None:
    [enrolment] = invite(northmoor.cohort, people=[grace], role=MENTEE, by=ada, now=clock())
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.SUBMITTED)
    run_until_idle(clock=clock)
    assert mail.outbox == []


def test_the_filters_find_people_by_role_grade_function_and_name(
    northmoor: Northmoor, clock: MovableClock, grace: Person
) -> None:
    make_person("b-1", "Both", "Ways", role="both", grade=6, function="Finance")
    today = clock().date()

    def found(**asked: object) -> set[str]:
        return {person.short_name for person in candidates(CandidateFilter(**asked), on=today)}  # type: ignore[arg-type]

    assert found(file_role="mentee") == {"Grace", "Both"}
    assert found(grade_least=6, grade_most=7, file_role="mentee") == {"Grace", "Both"}
    assert found(grade_least=7, file_role="mentee") == {"Grace"}
    assert found(function="Finance") == {"Both"}
    assert found(words="amoah grace") == {"Grace"}
    assert found(words="g-1") == {"Grace"}


def test_a_candidate_says_what_stands_in_the_way(northmoor: Northmoor, clock: MovableClock, grace: Person) -> None:
    silent = make_person("s-1", "Silent", "One", email="")
    taken = northmoor.people["mentee"]
    rows = as_candidates([grace, silent, taken], cohort=northmoor.cohort, role=MENTEE)
    assert [(row.state, row.obstacle) for row in rows] == [
        ("", ""),
        ("", "no_email"),
        ("matched", ""),
    ]
