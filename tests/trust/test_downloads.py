"""No cell of any file that leaves is a formula for the program that opens it."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.conftest import BOTH
from tests.web.test_access import address
from viceversa.people.models import Topic, TopicSynonym
from viceversa.programmes.models import Question, QuestionAnswer

from .crawl import body_of, crawl, own_addresses
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    '=HYPERLINK("//x","y")',
    '";=1+1',
    ",=1+1",
    " =1+1",
)


CSV_FILES = (
    ("run_pairs_csv", "mentor_id", "mentee_id"),
    ("people_file", "person_id"),
    ("topics_csv", "name"),
    ("question_answers_csv", "person_id", "name"),
)

# A person's number that begins with a line's end never comes in: tests/formats. It is not tried here.


def cells_of(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_download_is_a_formula(house: House, formula: str) -> None:
    for persona, person in house.world.people.items():
        person.person_id = f"{formula}{persona}"
        person.given_name = person.family_name = person.job_title = formula
        person.save()
    _name_everything(house, formula)
    for route, *heads in CSV_FILES:
        text = words_of(house, route)
        assert all(head in text for head in heads), route
        assert formula.strip()[:3] in text, f"{route} holds nothing of it"
        found = [cell for cell in cells_of(text) if cell.startswith(STARTS) and not _is_number(cell)]
        assert found == [], route
    book = load_workbook(io.BytesIO(file_of(house, "run_workbook")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert len(cells) > 40
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.value.startswith(STARTS)] == []


def _name_everything(house: House, formula: str) -> None:
    """Whatever goes into a file and was typed by somebody."""
    for topic in Topic.objects.all():
        topic.name = topic.family = topic.description = formula
        topic.save()
        TopicSynonym.objects.create(topic=topic, key=topic.key[:190] + " x", name=formula)
    question = Question.objects.filter(programme=house.world.programme).earliest("pk")
    question.words, question.kind = formula, Question.Kind.SHORT
    question.save()
    mentor = house.world.enrolments["mentor"]
    QuestionAnswer.objects.update_or_create(enrolment=mentor, question=question, defaults={"value": formula})


def file_of(house: House, route: str) -> bytes:
    answer = house.client("coordinator").get(address(route, house.world))
    assert answer.status_code == 200, route
    return body_of(answer)


def words_of(house: House, route: str) -> str:
    return file_of(house, route).decode("utf-8-sig")


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).isdecimal()


def test_every_download_is_looked_at_above(house: House) -> None:
    """A new kind of file fails here until the test above opens it too."""
    files = {
        one.headers["Content-Type"].partition(";")[0]
        for persona in ("coordinator", "mentor")
        for one in crawl(house, persona, start=own_addresses(house))
        if one.status == 200 and not one.is_page
    }
    # The last two are text that no program calculates with: a frozen list and the record of a draw.
    assert files <= {"text/csv", "text/calendar", XLSX, "text/plain", "application/json"}
    assert files >= {"text/csv", "text/calendar", XLSX}


def test_what_goes_out_is_for_whoever_asked_alone_and_is_no_page(house: House) -> None:
    for route in ("run_pairs_csv", "run_workbook", "people_file", "topics_csv", "question_answers_csv"):
        answer = house.client("coordinator").get(address(route, house.world))
        assert answer["Cache-Control"] == "private, no-store", route
        assert answer["X-Content-Type-Options"] == "nosniff", route
        assert answer["Content-Disposition"].startswith("attachment;"), route


def test_a_calendar_file_holds_no_line_that_somebody_typed_into_it(house: House) -> None:
    meeting = house.world.meeting
    meeting.place = 'Room\r\nATTENDEE:mailto:evil@evil.example\r\nBEGIN:VALARM;x="y"'
    meeting.save()
    text = house.client("mentor").get(reverse("meeting_ics", args=[meeting.public_id])).content.decode()
    lines = text.replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.startswith(("ATTENDEE", "BEGIN:VALARM"))] == []
    assert any(line.startswith("LOCATION") for line in lines)
