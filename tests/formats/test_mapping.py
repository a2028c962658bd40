"""Exports of HR systems: what their columns and values become."""

from collections.abc import Mapping

import pytest

from viceversa.formats.dates import guess_date_form
from viceversa.formats.export import read_export
from viceversa.formats.grades import grade_order
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import ColumnUse, FileMapping
from viceversa.formats.names import split_name
from viceversa.formats.people import PeopleFile, read_people
from viceversa.formats.problems import ProblemLog


def guessed(text: str, file: str = "export.csv") -> FileMapping:
    table = read_export(text.encode(), ProblemLog(file))
    assert table is not None
    return guess_mapping(table)


def read(text: str, mapping: Mapping[str, ColumnUse]) -> PeopleFile:
    return read_people(text.encode(), file_name="export.csv", mapping=mapping)


def targets(mapping: Mapping[str, ColumnUse]) -> dict[str, str]:
    return {heading: use.to or use.reason for heading, use in mapping.items()}


WORKDAY = (
    "Employee ID,Worker,Preferred Name,Work Email,Business Title,Cost Center,Department,Location,"
    "Job Level,Hire Date,Termination Date,Supervisor ID,Gender,Date of Birth,Base Salary,Home Address\n"
    '7,"Lovelace, Ada",Ada,ada@example.org,Engineer,4711,R&D,London,Senior,31/12/2019,,8,F,1815-12-10,1,x\n'
    '8,"Hopper, Grace Brewster",,grace@example.org,Admiral,4711,Navy,New York,Director,01/02/2010,,,F,,2,y\n'
)


def test_a_usual_export_is_understood_without_help() -> None:
    mapping = guessed(WORKDAY)
    assert targets(mapping) == {
        "Employee ID": "person_id",
        "Worker": "full_name",
        "Preferred Name": "preferred_name",
        "Work Email": "email",
        "Business Title": "job_title",
        "Cost Center": "same",
        "Department": "function",
        "Location": "location",
        "Job Level": "grade",
        "Hire Date": "hire_date",
        "Termination Date": "leave_date",
        "Supervisor ID": "manager_id",
        "Gender": "identity",
        "Date of Birth": "identity",
        "Base Salary": "pay",
        "Home Address": "private",
    }
    people = read(WORKDAY, mapping)
    assert people.ok
    ada, grace = people.rows
    assert (ada.grade, grace.grade) == (4, 7)
    assert ada.hire_date is not None
    assert ada.hire_date.isoformat() == "2019-12-31"
    assert (ada.manager_id, ada.role) == ("8", "")


def test_columns_about_identity_are_left_out_and_the_preview_says_so() -> None:
    people = read(WORKDAY, guessed(WORKDAY))
    said = {(note.code, note.value) for note in people.notes}
    assert ("left_out_identity", "Gender") in said
    assert ("left_out_identity", "Date of Birth") in said
    assert ("left_out_pay", "Base Salary") in said


def test_german_headings_and_dates_are_understood() -> None:
    text = (
        "Personalnummer;Vorname;Nachname;Abteilung;Eintrittsdatum;Geschlecht;Geburtsdatum\n"
        "007;Jörg;Groß;Vertrieb;1.2.2020;m;\n"
    )
    mapping = guessed(text)
    assert targets(mapping) == {
        "Personalnummer": "person_id",
        "Vorname": "given_name",
        "Nachname": "family_name",
        "Abteilung": "function",
        "Eintrittsdatum": "hire_date",
        "Geschlecht": "identity",
        "Geburtsdatum": "identity",
    }
    (person,) = read(text, mapping).rows
    assert person.hire_date is not None
    assert (person.person_id, person.hire_date.isoformat()) == ("007", "2020-02-01")


def test_problems_name_the_headings_and_lines_of_the_original_file() -> None:
    text = "Employee ID,Job Level,Hire Date\n1,Guru,03/04/2020\n\n2,Junior,31/12/2020\n"
    mapping = {
        "Employee ID": ColumnUse("person_id"),
        "Job Level": ColumnUse("grade", values={"Junior": "1"}),
        "Hire Date": ColumnUse("hire_date"),
    }
    people = read(text, mapping)
    assert [(problem.line, problem.column, problem.code) for problem in people.errors] == [
        (2, "Job Level", "grade_not_whole"),
        (2, "Hire Date", "date_two_ways"),
        (4, "Hire Date", "date_two_ways"),
    ]
    people = read(text, mapping | {"Hire Date": ColumnUse("hire_date", date_form="day_first")})
    assert [(problem.line, problem.value) for problem in people.errors] == [(2, "Guru")]


def test_two_yes_no_columns_make_one_role() -> None:
    text = "ID,Is Mentor,Is Mentee,Level\n1,Yes,no,1\n2,Y,x,2\n3,,,3\n4,no,ja,4\n"
    assert [person.role for person in read(text, guessed(text)).rows] == ["mentor", "both", "", "mentee"]


def test_a_column_called_role_that_holds_jobs_is_a_job_title() -> None:
    assert targets(guessed("ID,Role\n1,Engineer\n2,Baker\n"))["Role"] == "job_title"


def test_managers_are_found_by_name_and_left_out_where_nobody_has_it() -> None:
    text = "ID,Name,Manager\n1,Ann,\n2,Bob,Ann\n"
    assert targets(guessed(text))["Manager"] == "manager_id"
    assert [person.manager_id for person in read(text, guessed(text)).rows] == ["", "1"]
    assert targets(guessed("ID,Name,Manager\n1,Ann,\n2,Bob,Zoe\n"))["Manager"] == "unknown"
    assert targets(guessed("ID,Name,Manager\n1,Ann,\n2,Bob,1\n"))["Manager"] == "manager_id"


def test_without_an_id_the_email_address_identifies() -> None:
    text = "Full Name,Email,Manager Email\nLudwig van Beethoven,l@example.org,\nAnn,a@example.org,l@example.org\n"
    first, second = read(text, guessed(text)).rows
    assert (first.person_id, first.given_name, first.family_name) == ("l@example.org", "Ludwig", "van Beethoven")
    assert (second.given_name, second.manager_id) == ("Ann", "l@example.org")


def test_faults_of_a_mapping_are_problems() -> None:
    mapping = {
        "A": ColumnUse("person_id"),
        "B": ColumnUse("person_id"),
        "C": ColumnUse("shoe_size"),
        "Z": ColumnUse("email"),
    }
    found = {(problem.code, problem.column) for problem in read("A,B,C\n1,2,3\n", mapping).errors}
    assert found == {("mapped_twice", "B"), ("mapped_to_unknown", "C"), ("mapped_but_missing", "Z")}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Lovelace", ("Ada", "Lovelace")),
        ("Lovelace, Ada", ("Ada", "Lovelace")),
        ("Ana María de la Cruz", ("Ana María", "de la Cruz")),
        ("Plato", ("Plato", "")),
    ],
)
def test_full_names_are_split(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_grades_get_numbers_only_where_their_order_is_known() -> None:
    assert grade_order(["Senior", "junior"]) == {"Senior": "4", "junior": "2"}
    assert grade_order(["E5", "E11"]) == {"E5": "5", "E11": "11"}
    assert grade_order(["G7", "SCS1", "HEO"]) == {"G7": "6", "SCS1": "8", "HEO": "4"}
    assert grade_order(["3", "4.0"]) == {}
    assert grade_order(["Jedi", "Padawan"]) == {}


def test_the_form_of_dates_is_told_by_days_above_twelve() -> None:
    assert guess_date_form(["03/04/2020", "13/04/2020"]) == "day_first"
    assert guess_date_form(["03/04/2020", "03/14/2020"]) == "month_first"
    assert guess_date_form(["03/04/2020"]) == ""
    assert guess_date_form(["3.4.2020"]) == "day_first"
    assert guess_date_form(["2020-03-04"]) == ""


def test_a_mapping_survives_the_way_through_a_form() -> None:
    use = ColumnUse("grade", values={"Junior": "1"}, date_form="day_first", identifies=True)
    assert ColumnUse.from_dict(use.as_dict()) == use
    with pytest.raises(ValueError, match="shoe_size"):
        ColumnUse.from_dict({"to": "shoe_size"})
