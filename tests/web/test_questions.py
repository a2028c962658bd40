"""The coordinator's questions, and what an enrolment tells them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.programmes.models import Enrolment, Pause, Question, QuestionAnswer

CONTENT = {
    "words": "Which sites?",
    "hint": "",
    "kind": "short",
    "choices": "",
    "side": "both",
    "readers": "coordinator",
}


@pytest.fixture
def desk(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def add(desk: Client, northmoor: Northmoor, **changes: str) -> object:
    address = reverse("question_new", args=[northmoor.programme.public_id])
    key = desk.get(address).context["key"]
    return desk.post(address, CONTENT | {"key": key} | changes)


def test_a_question_sent_twice_is_asked_once(desk: Client, northmoor: Northmoor) -> None:
    address = reverse("question_new", args=[northmoor.programme.public_id])
    said = CONTENT | {"key": desk.get(address).context["key"]}
    for _time in range(2):
        assert desk.post(address, said).status_code == 302
    assert Question.objects.count() == 1


def test_everything_wrong_with_a_question_is_said_at_once(desk: Client, northmoor: Northmoor) -> None:
    page = text_of(add(desk, northmoor, words="", kind="one", choices="only one", side="", readers="everybody"))
    for words in ("Enter the question", "at least two answers", "Choose who is asked", "Choose who reads"):
        assert page.count(words) >= 2, words
    assert "<title>Error:" in page
    assert "only one" in page


def test_an_age_is_not_asked_for(desk: Client, northmoor: Northmoor) -> None:
    assert "are never asked for here" in text_of(add(desk, northmoor, words="What is your date of birth?"))
    assert not Question.objects.exists()


def test_two_coordinators_at_once_lose_nothing(desk: Client, northmoor: Northmoor) -> None:
    add(desk, northmoor)
    held = Question.objects.get()
    address = reverse("question", args=[northmoor.programme.public_id, held.public_id])
    seen = desk.get(address).context["seen"]
    assert desk.post(address, CONTENT | {"seen": seen, "words": "First"}).status_code == 302
    answer = desk.post(address, CONTENT | {"seen": seen, "words": "Second"})
    assert answer.status_code == 409
    assert 'value="Second"' in text_of(answer)
    assert "it now reads “First”" in text_of(answer)


def test_questions_are_moved_and_removed_by_buttons(desk: Client, northmoor: Northmoor) -> None:
    for words in ("One", "Two"):
        add(desk, northmoor, words=words)
    address = reverse("question_list", args=[northmoor.programme.public_id])
    two = Question.objects.get(words="Two")
    desk.post(address, {"up": two.public_id})
    assert [row.words for row in desk.get(address).context["rows"]] == ["Two", "One"]
    desk.post(address, {"remove": two.public_id})
    assert [row.words for row in desk.get(address).context["rows"]] == ["One"]


def test_the_page_of_an_enrolment_tells_the_coordinator_what_is_theirs(
    desk: Client, northmoor: Northmoor, clock: MovableClock
) -> None:
    add(desk, northmoor)
    mentor = northmoor.enrolments["mentor"]
    QuestionAnswer.objects.create(question=Question.objects.get(), enrolment=mentor, value="Leeds")
    Pause.objects.create(enrolment=mentor, from_on=clock().date(), until_on=clock().date(), made_at=clock())
    page = text_of(desk.get(reverse("enrolment_answers", args=[mentor.public_id])))
    assert "Leeds" in page
    assert "paused until 23 June 2026" in page


def test_the_sheet_is_for_the_cohort_that_is_looked_at(desk: Client, northmoor: Northmoor) -> None:
    add(desk, northmoor)
    sheet = text_of(desk.get(reverse("question_answers_csv", args=[northmoor.programme.public_id])))
    assert sheet.startswith("person_id,name,role,state,Which sites?\n")
    assert "n-mentor,Priya Raman,mentor,matched," in sheet
    assert "n-other_mentor" not in sheet


def test_the_list_and_the_sheet_ask_as_few_questions_for_many_rows_as_for_few(
    desk: Client, northmoor: Northmoor, clock: MovableClock
) -> None:
    def queries(route: str, *args: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse(route, args=args)).status_code == 200
        return len(captured)

    def count() -> list[int]:
        mentor = Enrolment.objects.get(pk=northmoor.enrolments["mentor"].pk)
        programme = northmoor.programme.public_id
        return [
            queries("question_list", programme),
            queries("question_answers_csv", programme),
            queries("enrolment_answers", mentor.public_id),
        ]

    add(desk, northmoor)
    count()
    few = count()
    for number in range(12):
        held = Question.objects.create(
            programme=northmoor.programme, kind="short", words=f"Q{number}", position=number, made_at=clock()
        )
        for enrolment in northmoor.enrolments.values():
            QuestionAnswer.objects.create(question=held, enrolment=enrolment, value="x")
    assert count() == few
    assert max(few) <= 15
