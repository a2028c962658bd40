"""Exports in other words: headings of several countries, numbers that spreadsheets spoilt, clutter, dates, lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from viceversa.formats import spoken
from viceversa.formats.dates import iso_date
from viceversa.formats.export import read_export
from viceversa.formats.grades import grade_order
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.headings import column_meant, reason_to_leave_out, role_flag
from viceversa.formats.mapping import FileMapping
from viceversa.formats.people import PeopleFile, read_people
from viceversa.formats.problems import ProblemLog
from viceversa.formats.questions import open_questions


def read(text: str, name: str = "list.csv", **more: str) -> PeopleFile:
    table = read_export(text.encode(), ProblemLog(name))
    assert table is not None
    mapping = replace(guess_mapping(table), **more)  # type: ignore[arg-type]
    return read_people(text.encode(), file_name=name, mapping=mapping, managers="problem")


@pytest.mark.parametrize(
    ("text", "managers"),
    [
        ("emp_id,full_name,mgr_id\n1,Ann Lee,\n2,Bo Ek,1.0\n", ["", "1"]),
        ("ID;Nom;Prénom;Responsable hiérarchique\n7;Lefèvre;Zoé;\n8;Dupont;Jean;Lefèvre Zoé\n", ["", "7"]),
        ("ID,Name,Manager\n10,Ann Lee,\n11,Bo Ek,10 - Ann Lee\n12,Cy Ray,Ann Lee [10]\n", ["", "10", "10"]),
        ("ID,Name,Manager\n007,Ann Lee,\n008,Bo Ek,7\n", ["", "007"]),
        ("Name,Email,ID,Manager,Name,Email\nAnn Lee,a@x.org,1,,,\nBo Ek,b@x.org,2,Yes,Ann Lee,a@x.org\n", ["", "1"]),
        ('ID,Name,Supervisor\n1,"O\'Neil, Ann",\n2,"Ek, Bo","O\'NEIL,  ANN"\n', ["", "1"]),
        ("Name,Work Email,Manager's Email\nAnn,a@x.org,\nBo,B@x.org,A@X.org\n", ["", "a@x.org"]),
    ],
)
def test_managers_are_found_however_they_are_written(text: str, managers: list[str]) -> None:
    people = read(text)
    assert [problem.message for problem in people.errors] == []
    assert [row.manager_id for row in people.rows] == managers


def test_a_name_that_two_people_have_is_a_problem_at_its_row() -> None:
    people = read("ID,Name,Manager\n1,Ann Lee,\n2,Ann Lee,\n3,Bo Ek,Ann Lee\n4,Cy Ray,1\n5,Di Fox,1\n")
    assert [(one.line, one.code, one.column, one.value) for one in people.errors] == [
        (4, "manager_ambiguous", "Manager", "Ann Lee")
    ]


@pytest.mark.parametrize(
    ("cell", "form", "day"),
    [
        ("03/04/2021", "month_first", "2021-03-04"),
        ("3.4.21", "day_first", "2021-04-03"),
        ("03/04/2021", "", "03/04/2021"),
        ("20210304", "", "2021-03-04"),
        ("43831", "", "2020-01-01"),
        ("04-Mar-2021", "", "2021-03-04"),
        ("March 4, 2021", "", "2021-03-04"),
        ("4. März 2021", "", "2021-03-04"),
        ("4 de marzo de 2021", "", "2021-03-04"),
        ("2021-03-04T00:00:00Z", "", "2021-03-04"),
        ("3/4/2021 12:00:00 AM", "month_first", "2021-03-04"),
        ("31.12.9999", "day_first", ""),
        ("31-DEC-4712", "", ""),
        ("00.00.0000", "", ""),
        ("soon", "day_first", "soon"),
    ],
)
def test_dates_are_read_in_every_form_that_says_itself_what_it_means(cell: str, form: str, day: str) -> None:
    assert iso_date(cell, form) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "heading",
    ["Gender", "DOB", "GBDAT", "Geb.-Datum", "État civil", "Estado civil", "Fecha de nacimiento", "Situation familiale",
     "Race/Ethnicity", "EEO Race", "Schwerbehinderung", "Nationalité", "Age Group", "MaritalStatus", "Geslacht",
     "Religion", "Salutation", "Sesso", "birth_date", "Veteran Status"],
)  # fmt: skip
def test_identity_is_known_in_several_languages(heading: str) -> None:
    assert reason_to_leave_out(heading) == "identity"


@pytest.mark.parametrize(
    ("heading", "meant"),
    [("Primary Work Email Address", "email"), ("empJobGradeLevel", "grade"), ("Employee #", "person_id"),
     ("* Last Name *", "family_name"), ("Dept. Name", "function"), ("Education Level", ""), ("HR Manager", ""),
     ("Most Recent Hire Date", "hire_date"), ("Department Code", ""), ("Job Title Description", "job_title"),
     ("Personal Email", ""), ("EmployeeCount", ""), ("YearsWithCurrManager", ""), ("Position Start Date", "")],
)  # fmt: skip
def test_headings_that_no_list_holds_are_told_by_their_words(heading: str, meant: str) -> None:
    assert column_meant(heading)[0] == meant


def test_time_zones_by_the_names_of_windows_are_read_and_unknown_ones_are_told_at_their_place() -> None:
    people = read(
        "Employee ID;Name;Grade;Time Zone\n1;Ann Lee;4;W. Europe Standard Time\n2;Bo Ek;2;eastern standard time\n"
        "3;Cy Ray;3;Europe/Lisbon\n4;Di Fox;3;Gallifrey Standard Time\n"
    )
    assert [(one.line, one.column, one.code, one.value) for one in people.errors] == [
        (5, "Time Zone", "time_zone_unknown", "Gallifrey Standard Time")
    ]
    assert [row.time_zone for row in people.rows] == ["Europe/Berlin", "America/New_York", "Europe/Lisbon"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [("Willing to be a mentor?", "mentor"), ("Would you like a mentor?", "mentee"), ("Wants to be mentored", "mentee"),
     ("Looking for a mentor", "mentee"), ("MENTEE_FLAG", "mentee"), ("Mentor Name", ""), ("Job", "")],
)  # fmt: skip
def test_who_offers_and_who_asks_is_told_by_the_heading(heading: str, role: str) -> None:
    assert role_flag(heading) == role


def test_families_of_grades_stand_one_above_the_other() -> None:
    assert grade_order(["IC3", "M1", "VP", "D2"]) == {"IC3": "1", "M1": "2", "D2": "3", "VP": "4"}
    assert grade_order(["13 - Director", "4 - Clerk"]) == {"13 - Director": "13", "4 - Clerk": "4"}
    assert grade_order(["EG 9a", "EG 9b"]) == {}


def test_lists_are_read_in_anybodys_words() -> None:
    assert spoken.offers("Python (advanced); Canva") == "Python:4;Canva:3"
    assert spoken.offers("AI, TikTok - Expert, Cloud (AWS)") == "AI:3;TikTok:5;Cloud (AWS):3"
    assert spoken.wants("AI (high), Budgets") == "AI:3;Budgets:2"
    assert spoken.languages("English (C1) / Deutsch") == "en;de"
    assert spoken.languages("Klingon") == "Klingon"


def test_titles_totals_and_remarks_are_nobody_and_are_named() -> None:
    people = read("Department: all\n\nID;Name;Grade\n1;Ann Lee;4\nTotal HR: 1;;\n2;Bo Ek;2\nPrinted by HR today\n")
    assert [row.person_id for row in people.rows] == ["1", "2"]
    assert [(note.code, note.line) for note in people.notes if note.code.endswith("_row")] == [
        ("title_row", 1),
        ("total_row", 5),
        ("total_row", 7),
    ]


def test_a_row_that_lacks_cells_is_still_a_problem() -> None:
    people = read("ID;Name;Grade;Job;Place\n1;Ann Lee;4;x;y\n2;Bo Ek;2\n3;Cy Ray;1;x;y\n")
    assert [(one.line, one.code) for one in people.errors] == [(3, "row_too_short")]


def test_a_mapping_survives_being_kept_and_one_kept_before_there_was_a_version_is_read() -> None:
    table = read_export(b"ID,Level\n1,Wizard\n", ProblemLog("mentors.csv"))
    assert table is not None
    mapping = replace(guess_mapping(table), grade="3", left_on="2026-06-23")
    again = FileMapping.from_data(mapping.as_data())
    assert (dict(again), again.role, again.grade, again.left_on) == (dict(mapping), "mentor", "3", "2026-06-23")
    old = {"ID": {"to": "person_id", "values": {}, "date_form": "", "identifies": False, "reason": ""}}
    assert FileMapping.from_data(old)["ID"].to == "person_id"
    with pytest.raises(ValueError, match="role"):
        FileMapping.from_data({"version": 2, "columns": {}, "role": "boss"})


def test_what_a_mapping_leaves_open_is_asked_value_by_value() -> None:
    table = read_export(b"ID,Level,Hire Date\n1,Wizard,03/04/2021\n2,4,05/06/2021\n", ProblemLog("x.csv"))
    assert table is not None
    asked = open_questions(table, guess_mapping(table))
    assert [(one.column, one.code, one.value) for one in asked] == [
        ("Level", "grade_label_open", "Wizard"),
        ("Hire Date", "date_form_open", "03/04/2021"),
    ]
