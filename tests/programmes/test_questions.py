"""A programme's own questions: written, versioned, answered, read by whom they are for."""

from __future__ import annotations

import csv
import io

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import User
from viceversa.programmes import questions as asking
from viceversa.programmes.identity_questions import about_age
from viceversa.programmes.models import Enrolment, Question
from viceversa.programmes.question_answers import (
    answered_lines,
    answers_csv,
    answers_of,
    keep_answers,
    required_unanswered,
    told_to_partner,
)
from viceversa.programmes.questions import QuestionContent


@pytest.fixture
def ada(northmoor: Northmoor) -> User:
    user = northmoor.users["coordinator"]
    assert user is not None
    return user


def content(words: str = "Which sites can you reach?", **changes: object) -> QuestionContent:
    fields = {"kind": "short", "side": "both", "hint": "", "choices": (), "required": False, "readers": "coordinator"}
    return QuestionContent(words=words, **(fields | changes))  # type: ignore[arg-type]


def ask(northmoor: Northmoor, ada: User, clock: MovableClock, words: str = "Sites?", **changes: object) -> Question:
    wanted = content(words, **changes)
    return asking.add_question(northmoor.programme, content=wanted, by=ada, now=clock(), public_id=f"q-{words}"[:24])


def mentor_of(northmoor: Northmoor) -> Enrolment:
    return Enrolment.objects.get(pk=northmoor.enrolments["mentor"].pk)


def change(held: Question, wanted: QuestionContent, *, ada: User, clock: MovableClock) -> Question:
    return asking.change_question(held, content=wanted, seen=asking.seen_of(held), by=ada, now=clock())


def test_an_edit_before_anybody_answered_changes_the_question_itself(northmoor, ada, clock) -> None:
    held = ask(northmoor, ada, clock)
    kept = change(held, content("Where can you travel?"), ada=ada, clock=clock)
    assert (kept.pk, kept.version) == (held.pk, 1)


def test_an_answer_stays_beside_the_words_it_was_given_to(northmoor, ada, clock) -> None:
    held, mentor = ask(northmoor, ada, clock), mentor_of(northmoor)
    keep_answers(mentor, answers={held.public_id: "Leeds"})
    kept = change(held, content("Where can you travel?"), ada=ada, clock=clock)
    assert (kept.version, kept.replaces_id) == (2, held.pk)
    lines = [(line.question.words, line.words, line.earlier) for line in answered_lines(mentor)]
    assert lines == [("Where can you travel?", "", False), ("Sites?", "Leeds", True)]
    assert list(asking.questions_asked(northmoor.programme)) == [kept]


def test_more_readers_begin_a_new_version_so_nothing_given_to_few_is_shown_to_more(northmoor, ada, clock) -> None:
    held, mentor = ask(northmoor, ada, clock), mentor_of(northmoor)
    keep_answers(mentor, answers={held.public_id: "Leeds"})
    change(held, content("Sites?", readers="partner_too"), ada=ada, clock=clock)
    assert told_to_partner(mentor) == []


def test_whether_an_answer_is_required_is_no_part_of_its_meaning(northmoor, ada, clock) -> None:
    held, mentor = ask(northmoor, ada, clock), mentor_of(northmoor)
    keep_answers(mentor, answers={held.public_id: "Leeds"})
    kept = change(held, content("Sites?", required=True), ada=ada, clock=clock)
    assert (kept.pk, kept.required) == (held.pk, True)


def test_two_coordinators_do_not_overwrite_each_other(northmoor, ada, clock) -> None:
    held = ask(northmoor, ada, clock)
    seen = asking.seen_of(held)
    asking.change_question(held, content=content("One"), seen=seen, by=ada, now=clock())
    with pytest.raises(ChangedMeanwhile):
        asking.change_question(held, content=content("Other"), seen=seen, by=ada, now=clock())


def test_questions_change_places_and_stop_at_the_ends(northmoor, ada, clock) -> None:
    one, two, three = (ask(northmoor, ada, clock, words) for words in ("One", "Two", "Three"))
    asking.move_question(three, up=True, by=ada, now=clock())
    asking.move_question(one, up=True, by=ada, now=clock())
    assert list(asking.questions_asked(northmoor.programme)) == [one, three, two]


def test_a_removed_question_is_asked_no_more_and_its_answers_stay(northmoor, ada, clock) -> None:
    held, mentor = ask(northmoor, ada, clock), mentor_of(northmoor)
    keep_answers(mentor, answers={held.public_id: "Leeds"})
    asking.remove_question(held, by=ada, now=clock())
    assert answers_of(mentor) == {}
    assert [(line.words, line.earlier) for line in answered_lines(mentor)] == [("Leeds", True)]


def test_each_side_is_asked_its_own(northmoor, ada, clock) -> None:
    ask(northmoor, ada, clock, "Leaders only", side="mentee", required=True)
    assert list(asking.questions_for(mentor_of(northmoor))) == []
    assert not required_unanswered(mentor_of(northmoor))
    assert required_unanswered(Enrolment.objects.get(pk=northmoor.enrolments["mentee"].pk))


def test_nobody_asks_without_end(northmoor, ada, clock) -> None:
    for number in range(asking.MOST_QUESTIONS):
        ask(northmoor, ada, clock, f"Q{number}")
    with pytest.raises(asking.TooManyQuestions):
        ask(northmoor, ada, clock, "One more")


def test_a_partner_reads_only_what_said_so_when_it_was_asked(northmoor, ada, clock) -> None:
    ours = ask(northmoor, ada, clock, "Only us")
    both = ask(northmoor, ada, clock, "Both", kind="yes_no", readers="partner_too")
    mentor = mentor_of(northmoor)
    keep_answers(mentor, answers={ours.public_id: "Secret", both.public_id: True})
    assert [(line.question.words, line.words) for line in told_to_partner(mentor)] == [("Both", "Yes")]


def test_the_sheet_of_answers_holds_no_formula(northmoor, ada, clock) -> None:
    held = ask(northmoor, ada, clock, "=Sites?")
    keep_answers(mentor_of(northmoor), answers={held.public_id: "＝1+1"})
    rows = list(csv.reader(io.StringIO(answers_csv(northmoor.cohort))))
    assert rows[0][-1] == "'=Sites?"
    assert [row[-1] for row in rows if row[0] == "n-mentor"] == ["'＝1+1"]
    assert {row[0] for row in rows[1:]} == {
        "n-mentor",
        "n-mentee",
        "n-same_programme_mentor",
        "n-same_programme_mentee",
    }


@pytest.mark.parametrize(
    "words",
    [
        "Age",
        "Your ÂGE",
        "Date of birth",
        "date-of-birth",
        "Generation",
        "Gen Z",
        "gen-z",
        "Millennial",
        "Geburtsjahr",
        "Altersgruppe",
        "A\u200bge",
        "20-29",
        "20 – 29",
        "under 30",
        "born in 1990",
    ],
)
def test_age_and_generation_are_recognised_however_they_are_spelled(words: str) -> None:
    assert about_age(words)


@pytest.mark.parametrize(
    "words", ["Gender", "First-generation student", "First generation", "Language", "Caring", "LGBTQ+", "Management"]
)
def test_other_attributes_are_not_taken_for_age(words: str) -> None:
    assert not about_age(words)
