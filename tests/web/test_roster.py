"""Bringing in a people file as a coordinator sees it, from the upload to the result."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people.files import FULL, bring_in
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person, RosterImport

SURVEY = Path(__file__).resolve().parents[3] / "shared" / "data" / "survey_people.csv"
HR = """\
Employee No.,Full Name,Work E-mail,Level,Reports To,Base,Gender,Wants To Mentor,Start Date
1,Aisha Siddiqui,a@files.example,Junior,2,Leeds,CANARY-f,yes,03/04/2020
2,"Blanc, Marie",m@files.example,Wizard,,York,CANARY-f,no,04/05/2020
"""
# Two exports glued together: one name in UTF-8, one in Latin-1.
MIXED = b"person_id,given_name,role\n1,Zo\xc3\xab,\n2,Ren\xe9,\n"
MOSTLY_UTF8 = b"person_id,given_name,role\n1,Zo\xc3\xab,\n2,J\xc3\xbcrg,\n3,Ren\xe9,\n"


@pytest.fixture
def coordinator(northmoor, client):
    return northmoor.sign_in(client, "coordinator")


def upload(client: Client, data: str | bytes, name: str = "people.csv"):
    content = data.encode() if isinstance(data, str) else data
    return client.post("/people/import/", {"file": SimpleUploadedFile(name, content)})


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_file_in_the_people_format_goes_to_the_check_and_to_the_result(coordinator, clock):
    response = upload(coordinator, FULL)
    check = response.headers["Location"]
    assert check.endswith("/check/")
    page = coordinator.get(check)
    assert "nothing to map" in text_of(page)
    assert "Import 3 people" in text_of(page)
    response = coordinator.post(check, {"left_out": "", "scope": "some"})
    waiting = coordinator.get(response.headers["Location"])
    assert waiting.headers["Refresh"].startswith("2; url=/")
    assert "<progress" in waiting.content.decode()
    run_until_idle(clock=clock)
    done = coordinator.get(response.headers["Location"])
    assert "3 people are new" in text_of(done)
    assert "Refresh" not in done.headers
    assert Person.objects.filter(person_id__startswith="e").count() == 3


def test_the_real_survey_goes_from_upload_to_the_directory(coordinator, clock):
    if not SURVEY.exists():
        pytest.skip("the survey's file is not on this machine")
    check = upload(coordinator, SURVEY.read_bytes(), "survey_people.csv").headers["Location"]
    assert "Import 853 people" in text_of(coordinator.get(check))
    result = coordinator.post(check, {"left_out": "", "scope": "some"}).headers["Location"]
    run_until_idle(clock=clock)
    assert "853 people are new" in text_of(coordinator.get(result))
    assert "861 people are here" in text_of(coordinator.get("/people/"))


def test_an_hr_export_is_mapped_with_its_values_and_dates(coordinator, clock):
    columns = upload(coordinator, HR, "hr.csv").headers["Location"]
    page = coordinator.get(columns)
    html = page.content.decode()
    assert "CANARY" not in html
    assert "About identity" in text_of(page)
    form = page.context["form"]
    answers = {field.html_name: field.value() or "" for field in form}
    refused = coordinator.post(columns, answers)
    assert "Enter where “Wizard” stands" in text_of(refused)
    assert "<title>Error:" in refused.content.decode()
    assert "how the dates in “Start Date” are written" in text_of(refused)
    answers |= {name: "7" for name in answers if name.startswith("value-3") and not answers[name]}
    answers["date-8"] = "month_first"
    check = coordinator.post(columns, answers).headers["Location"]
    page = coordinator.get(check)
    assert "CANARY" not in page.content.decode()
    assert "Import 2 people" in text_of(page)
    coordinator.post(check, {"left_out": "", "scope": "some"})
    run_until_idle(clock=clock)
    aisha, marie = Person.objects.get(person_id="1"), Person.objects.get(person_id="2")
    assert (aisha.name, aisha.role, aisha.manager, str(aisha.hire_date)) == (
        "Aisha Siddiqui",
        "mentor",
        marie,
        "2020-03-04",
    )
    assert (marie.name, marie.grade, marie.role) == ("Marie Blanc", 7, "")
    again = upload(coordinator, HR, "hr.csv").headers["Location"]
    form = coordinator.get(again).context["form"]
    assert form["date-8"].value() == "month_first"  # remembered


def test_a_column_about_identity_cannot_be_brought_in_by_hand(coordinator, clock):
    columns = upload(coordinator, HR, "hr.csv").headers["Location"]
    form = coordinator.get(columns).context["form"]
    answers = {field.html_name: field.value() or "" for field in form}
    answers |= {name: "7" for name in answers if name.startswith("value-3") and not answers[name]}
    answers |= {"date-8": "day_first", "to-6": "job_title"}
    assert coordinator.post(columns, answers).status_code == 302
    mapping = RosterImport.objects.get().mapping["columns"]
    assert (mapping["Gender"]["to"], mapping["Gender"]["reason"]) == ("", "identity")


def test_identity_beside_the_formats_own_headings_is_said_to_be_left_out(coordinator):
    check = upload(coordinator, "person_id,role,gender,age\na,,CANARY-f,CANARY-44\n").headers["Location"]
    page = coordinator.get(check)
    assert "About identity, and left out: “gender”, “age”." in text_of(page)
    assert "CANARY" not in page.content.decode()


def test_two_columns_for_one_thing_and_no_number_are_told_together(coordinator):
    columns = upload(coordinator, "Alpha,Beta\n1,2\n").headers["Location"]
    page = coordinator.post(columns, {"to-0": "location", "to-1": "location"})
    assert "Choose one column for “Place”: “Alpha” or “Beta”" in text_of(page)
    assert "Choose which column holds the person number" in text_of(page)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"%PDF-1.7", "not a table"),
        (b"PK\x03\x04zip", "cannot be read as one"),
        (b"person_id,role,role\n1,,\n", "stands there twice"),
        (MIXED, "its encoding cannot be told safely"),
        (MOSTLY_UTF8, "Line 4 holds bytes that are not UTF-8 text"),
        (bytes(range(128, 256)) * 3, "its encoding cannot be told safely"),
        (b"\xff\xfea", "not UTF-16"),
        (b'person_id,"role\na,b\n', "Line 1: A quotation mark"),
        (b",,,\n", "The file is empty"),
    ],
)
def test_a_file_that_cannot_be_read_comes_back_to_the_upload_with_the_reason(coordinator, data, words):
    page = upload(coordinator, data)
    assert page.status_code == 200
    assert words in text_of(page)
    assert 'class="error-summary"' in page.content.decode()
    assert "<title>Error:" in page.content.decode()
    assert not RosterImport.objects.exists()


def test_no_file_at_all_is_asked_for_in_plain_words(coordinator):
    assert "Choose the file with your people" in text_of(coordinator.post("/people/import/", {}))


def test_every_problem_is_shown_at_its_place_and_bad_rows_are_left_out_when_agreed(coordinator, clock):
    rows = "\n".join(f"b{number},boss,1" for number in range(130))
    check = upload(coordinator, f"person_id,role,grade\n{rows}\ngood,mentor,3\n").headers["Location"]
    page = coordinator.get(check)
    assert "130 rows need you" in text_of(page)
    assert "Import 1 person, leave out 130" in text_of(page)
    seen = set()
    for number in (1, 2):
        listed = text_of(coordinator.get(check, {"show": "problems", "page": number}))
        seen |= set(re.findall(r"Row (\d+)", listed))
    assert seen == {str(line) for line in range(2, 132)}
    result = coordinator.post(check, {"left_out": " ".join(map(str, range(2, 132))), "scope": "some"}).headers[
        "Location"
    ]
    run_until_idle(clock=clock)
    assert "1 person is new" in text_of(coordinator.get(result))
    assert Person.objects.filter(person_id="good").exists()


def test_bad_rows_that_nobody_agreed_to_leave_out_stop_the_import(coordinator, clock):
    check = upload(coordinator, "person_id,role,grade\na,boss,1\ngood,mentor,3\n").headers["Location"]
    result = coordinator.post(check, {"left_out": "", "scope": "some"}).headers["Location"]
    run_until_idle(clock=clock)
    page = coordinator.get(result)
    assert "Nothing was imported" in text_of(page)
    assert not Person.objects.filter(person_id="good").exists()
    assert coordinator.post(check, {"left_out": "2", "scope": "some"}).headers["Location"] == result
    run_until_idle(clock=clock)
    assert Person.objects.filter(person_id="good").exists()


def test_of_two_rows_with_one_number_neither_is_imported_unasked(coordinator):
    check = upload(coordinator, "person_id,role,grade\na,mentor,1\na,mentee,9\nb,mentor,3\n").headers["Location"]
    page = text_of(coordinator.get(check))
    assert "2 rows need you" in page
    assert "see line 3" in page
    assert "see line 2" in page
    assert "Import 1 person, leave out 2" in page


def test_new_people_who_have_left_already_are_told_before_and_after(coordinator, clock):
    rows = "person_id,role,leave_date\nx1,,2026-06-23\nx2,,2020-01-31\nx3,,2026-06-24\nx4,,\n"
    check = upload(coordinator, rows).headers["Location"]
    assert "2 have left already," in text_of(coordinator.get(check))
    result = coordinator.post(check, {"left_out": "", "scope": "some"}).headers["Location"]
    run_until_idle(clock=clock)
    assert "2 of them have left already" in text_of(coordinator.get(result))


def test_leavers_are_asked_about_only_where_everybody_is_in_the_file(coordinator, northmoor):
    """The stylesheet hides what has this class while “Only some of us” is chosen."""
    absent = upload(coordinator, "person_id,role\nn-mentor,\n").headers["Location"]
    assert 'class="stack if-everybody"' in coordinator.get(absent).content.decode()
    rows = "\n".join(f"n-{name},,2026-01-31" for name in ("mentor", "mentee", "outsider", "line_manager"))
    dated = upload(coordinator, f"person_id,role,leave_date\n{rows}\n").headers["Location"]
    page = coordinator.get(dated).content.decode()
    assert 'name="leavers"' in page
    assert "if-everybody" not in page


def test_sending_many_away_is_asked_for_on_the_page(coordinator, clock, northmoor):
    rows = "\n".join(f"n-{name},,2026-01-31" for name in ("mentor", "mentee", "outsider", "line_manager"))
    check = upload(coordinator, f"person_id,role,leave_date\n{rows}\n").headers["Location"]
    page = text_of(coordinator.get(check))
    assert "Yes, 8 people have left" in page
    assert "A pair is affected" in page
    refused = coordinator.post(check, {"left_out": "", "scope": "some"})
    assert "Say that these people leave" in text_of(refused)
    grown = coordinator.post(check, {"left_out": "", "scope": "some", "leavers": "on", "seen_leaving": "3"})
    assert "More people would leave by now" in text_of(grown)
    agreed = {"left_out": "", "scope": "some", "leavers": "on", "seen_leaving": "8"}
    assert coordinator.post(check, agreed).status_code == 302
    run_until_idle(clock=clock)
    assert Person.objects.exclude(leave_date=None).count() == 4


def test_changes_name_people_in_place_of_numbers(coordinator, clock):
    bring_in(FULL, clock=clock)
    check = upload(coordinator, "person_id,role,grade,manager_id\ne3,both,2,e1\n").headers["Location"]
    page = text_of(coordinator.get(check))
    assert "Cleo Marsh Reports to Ben Ode Ada Byron" in page


def test_exclusions_are_on_no_page_of_the_coordinator(coordinator, clock):
    data = FULL.replace("e1;e2,2024", "canary-one;e3,2024")
    check = upload(coordinator, data).headers["Location"]
    pages = [coordinator.get(check, {"show": show}) for show in ("", "problems", "cautions", "changes", "new")]
    result = coordinator.post(check, {"left_out": "", "scope": "some"}).headers["Location"]
    run_until_idle(clock=clock)
    cleo = Person.objects.get(person_id="e3")
    pages += [coordinator.get(result), coordinator.get("/people/"), coordinator.get(f"/people/{cleo.public_id}/")]
    pages.append(coordinator.get("/people/", {"q": "canary-one"}))
    assert "1 person names people never to be paired with" in text_of(pages[0])
    assert all("canary-one" not in page.content.decode() for page in pages[:-1])
    assert all(page.status_code == 200 for page in pages)


def test_a_second_submit_finds_the_first_one_on_its_way(coordinator, clock):
    check = upload(coordinator, FULL).headers["Location"]
    first, second = (coordinator.post(check, {"left_out": "", "scope": "some"}).headers["Location"] for _ in range(2))
    assert first == second
    run_until_idle(clock=clock)
    assert coordinator.get(check).headers["Location"] == first


def test_a_workbook_is_read_like_a_csv(coordinator):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["person_id", "role", "grade"], ["x1", "mentor", 3], ["x2", "mentee", 8]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    check = upload(coordinator, buffer.getvalue(), "people.xlsx").headers["Location"]
    assert "Import 2 people" in text_of(coordinator.get(check))


def test_words_of_a_file_are_never_markup(coordinator):
    data = 'person_id,role,grade,given_name\n<script>alert(1)</script>,boss,1,"<img src=x>"\nx2,,,<b>bold</b>\n'
    check = upload(coordinator, data, "<i>name</i>.csv").headers["Location"]
    html = coordinator.get(check).content.decode() + coordinator.get(check, {"show": "new"}).content.decode()
    assert "<script>alert" not in html
    assert "<b>bold" not in html
    assert "<i>name" not in html


def test_the_check_asks_equally_often_for_two_people_and_two_hundred(coordinator, clock):
    counts = []
    for number in (2, 200):
        lines = [f"c{number}-{one},mentor,1,,Leeds" for one in range(number)]
        header = "person_id,role,grade,manager_id,location\n"
        bring_in(header + "\n".join(lines) + "\n", clock=clock)
        moved = header + "\n".join(lines).replace("Leeds", "York").replace(",1,", ",2,") + "\n"
        check = upload(coordinator, moved).headers["Location"]
        with CaptureQueriesContext(connection) as queries:
            assert coordinator.get(check).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_a_file_of_everybody_names_who_is_missing_and_stops_before_many_leave(coordinator, clock):
    check = upload(coordinator, "person_id,role,grade\nn-mentor,mentor,2\n").headers["Location"]
    page = text_of(coordinator.get(check))
    assert "Everybody: 7 people who are here and not in the file have left" in page
    assert "Yes, 7 people have left or are leaving" in page
    listed = text_of(coordinator.get(check, {"show": "left"}))
    assert "Henrik Solberg" in listed
    assert "A pair would end" in listed
    refused = coordinator.post(check, {"left_out": "", "scope": "everybody"})
    assert "Say that these people leave" in text_of(refused)
    agreed = {"left_out": "", "scope": "everybody", "leavers": "on", "seen_leaving": "7"}
    result = coordinator.post(check, agreed).headers["Location"]
    run_until_idle(clock=clock)
    assert Person.objects.exclude(leave_date=None).count() == 7
    assert "Undo this import" in text_of(coordinator.get(result))
    undo = text_of(coordinator.get(f"{result}undo/"))
    assert "7 people who left with it are here again" in undo
    assert "stay ended" in undo
    assert coordinator.post(f"{result}undo/").headers["Location"] == result
    assert coordinator.get(result).headers["Refresh"].startswith("2; url=/")
    run_until_idle(clock=clock)
    assert not Person.objects.exclude(leave_date=None).exists()
    assert "as it was before" in text_of(coordinator.get(result))


def test_undoing_names_whom_it_would_take_something_from(coordinator, clock):
    roster = bring_in(FULL, clock=clock)
    Person.objects.filter(person_id="e2").update(preferred_name="Benny", changed_at=clock() + timedelta(hours=1))
    page = text_of(coordinator.get(f"/people/import/{roster.public_id}/undo/"))
    assert "Something newer would be lost" in page
    assert "Benny Ode" in page
    coordinator.post(f"/people/import/{roster.public_id}/undo/")
    run_until_idle(clock=clock)
    assert "It was not undone" in text_of(coordinator.get(f"/people/import/{roster.public_id}/"))
    assert Person.objects.filter(person_id="e1").exists()


def test_a_large_file_is_read_in_the_background_and_each_list_is_opened_by_the_page(coordinator, clock, monkeypatch):
    monkeypatch.setattr("viceversa.people.roster_check.SMALL", 10)
    rows = "".join(f"L{number},mentor,3,Given{number}\n" for number in range(250))
    check = upload(coordinator, f"person_id,role,grade,given_name\n{rows}bad,boss,1,\n").headers["Location"]
    waiting = [coordinator.get(check) for _ in range(2)]
    assert all(page.headers["Refresh"].startswith("2; url=/") for page in waiting)
    run_until_idle(clock=clock)
    page = coordinator.get(check)
    assert "Import 250 people, leave out 1" in text_of(page)
    last = text_of(coordinator.get(check, {"show": "new", "page": 3}))
    assert "Given249" in last
    assert "Given199" not in last
    assert "Row 252" in text_of(page)
    pages = RosterImport.objects.get().pages
    assert pages.filter(name="new").count() == 3
    assert all(b"Given" not in bytes(one.sealed) for one in pages.all())
    coordinator.post(check, {"again": "1"})
    assert coordinator.get(check).headers["Refresh"].startswith("2; url=/")
    run_until_idle(clock=clock)
    result = coordinator.post(check, {"left_out": "252", "scope": "some"}).headers["Location"]
    run_until_idle(clock=clock)
    assert "250 people are new" in text_of(coordinator.get(result))
    assert not pages.exists()
