"""Ten HR systems, one organisation: every export is understood without help, and tells of the same people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.exports.organisation import EVERYBODY
from tests.exports.systems import SYSTEMS
from viceversa.formats.export import read_export
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import FileMapping
from viceversa.formats.people import PeopleFile, read_people
from viceversa.formats.problems import ProblemLog

IDENTITY = {
    "workday": {"Gender", "Date of Birth"},
    "bamboohr": {"Ethnicity", "Birth Date"},
    "successfactors": {"gender", "nationality"},
    "personio": {"Geschlecht", "Geburtsdatum", "Familienstand"},
    "adp": set(),
    "oracle": {"MARITAL_STATUS", "DATE_OF_BIRTH"},
    "hibob": {"Pronouns", "Date of birth"},
    "ukg": {"Ethnic Origin", "Age"},
    "cezanne": {"Religion", "Disability"},
    "plain_excel": {"Sex"},
}
WITH_ROLES = ("workday", "bamboohr", "personio", "hibob", "cezanne", "plain_excel")
BY_EMAIL = ("cezanne", "plain_excel")


def guessed(system: str) -> FileMapping:
    name, write = SYSTEMS[system]
    table = read_export(write(), ProblemLog(name))
    assert table is not None
    return guess_mapping(table)


def read(system: str) -> PeopleFile:
    name, write = SYSTEMS[system]
    return read_people(write(), file_name=name, mapping=guessed(system), managers="problem")


@pytest.fixture(scope="module", params=list(SYSTEMS))
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_export_is_the_same_bytes_every_time(system: str) -> None:
    if system not in ("hibob", "plain_excel"):  # a workbook carries the second it was written
        assert SYSTEMS[system][1]() == SYSTEMS[system][1]()


def test_everybody_is_read_and_nobody_else(system: str) -> None:
    people = read(system)
    assert [problem.message for problem in people.errors] == []
    assert [(row.given_name, row.family_name) for row in people.rows] == [(one.given, one.family) for one in EVERYBODY]
    assert [row.email for row in people.rows] == [one.email for one in EVERYBODY]
    assert [row.function for row in people.rows] == [one.function for one in EVERYBODY]


def test_everybody_reports_to_the_right_person(system: str) -> None:
    number_of = {row.person_id: one.number for row, one in zip(read(system).rows, EVERYBODY, strict=True)}
    assert [number_of.get(row.manager_id, "") for row in read(system).rows] == [one.manager for one in EVERYBODY]
    if system in BY_EMAIL:
        assert "margaret.osei@example.org" in number_of


def test_grades_keep_their_order(system: str) -> None:
    places = {(row.grade, one.grade) for row, one in zip(read(system).rows, EVERYBODY, strict=True)}
    grades = sorted(places, key=lambda pair: pair[1])
    assert [grade for grade, _ in grades] == sorted(grade for grade, _ in grades if grade is not None)
    assert len(places) == 5


def test_days_are_the_right_days(system: str) -> None:
    if system == "plain_excel":  # “Since when here” over bare numbers says nothing: the coordinator does
        assert guessed(system)["Since when here"].to == ""
        return
    assert [row.hire_date for row in read(system).rows] == [one.hired for one in EVERYBODY]
    assert [row.leave_date for row in read(system).rows] == [one.left for one in EVERYBODY]


def test_whoever_wants_to_take_part_does(system: str) -> None:
    roles = {(True, False): "mentor", (False, True): "mentee", (True, True): "both", (False, False): ""}
    expected = [roles[one.mentors, one.learns] if system in WITH_ROLES else "" for one in EVERYBODY]
    assert [row.role for row in read(system).rows] == expected


def test_columns_about_identity_are_left_out_by_name(system: str) -> None:
    people = read(system)
    assert {note.value for note in people.notes if note.code == "left_out_identity"} == IDENTITY[system]


@pytest.mark.parametrize("system", ["hibob", "cezanne"])
def test_topics_come_with_their_levels(system: str) -> None:
    assert [dict(row.offers) for row in read(system).rows] == [dict(one.topics) for one in EVERYBODY]


def test_languages_by_name_become_tags() -> None:
    assert {row.languages for row in read("hibob").rows} == {("en", "de")}


def test_numbers_keep_their_zeros() -> None:
    assert [row.person_id for row in read("oracle").rows] == [f"00{one.number}" for one in EVERYBODY]


def test_who_has_left_without_a_date_left_on_the_day_of_the_import() -> None:
    text = "ID,Name,Status\n1,Ann Lee,Active\n2,Bo Ek,Terminated\n"
    table = read_export(text.encode(), ProblemLog("x.csv"))
    assert table is not None
    mapping = replace(guess_mapping(table), left_on="2026-06-23")
    rows = read_people(text.encode(), file_name="x.csv", mapping=mapping).rows
    assert [str(row.leave_date) for row in rows] == ["None", "2026-06-23"]
