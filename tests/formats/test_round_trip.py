"""What is written can be read again: the same people, and always the same bytes."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viceversa.formats.people import PersonRow, UnwritablePeople, Want, normal, read_people, write_people

PLAIN = PersonRow(
    person_id="p1", given_name="", family_name="", email="", job_title="", function="", location="",
    external_id="", manager_id="", grade=3, role="mentor", capacity=1, offers={}, wants={}, interests=(),
    languages=(), time_zone="", hours=(540, 1020), style_formality=None, style_structure=None, prefers=(),
    excludes=(), hire_date=None, leave_date=None, line=0,
)  # fmt: skip

characters = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff")
texts = st.text(characters, max_size=12).map(str.strip)
lines = st.text(st.one_of(characters, st.sampled_from("\n\r\t'=+-@,;\"")), max_size=12).map(str.strip)
items = texts.map(lambda text: text.replace(";", "").strip()).filter(bool)
ids = items.filter(lambda text: text[0] not in "=+-@＝＋－＠")


def distinct_lists(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=3, unique_by=normal).map(tuple)


def by_topic(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    pairs = st.lists(st.tuples(items, values), max_size=3, unique_by=lambda pair: normal(pair[0]))
    return pairs.map(dict)


days = st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
scales = st.one_of(st.none(), st.integers(1, 5))
people = st.builds(
    PersonRow,
    person_id=ids, given_name=lines, family_name=lines, email=texts, job_title=lines, function=lines,
    location=lines, external_id=lines, manager_id=st.just(""), grade=st.integers(-1_000_000, 1_000_000),
    role=st.sampled_from(["mentor", "mentee", "both", ""]), capacity=st.integers(1, 50),
    offers=by_topic(st.integers(1, 5)),
    wants=by_topic(st.builds(Want, st.integers(1, 3), st.integers(0, 4))),
    interests=distinct_lists(items), languages=st.sampled_from([(), ("en",), ("pt-BR", "zh-Hant")]),
    time_zone=st.sampled_from(["", "Europe/Berlin", "Asia/Kolkata"]),
    hours=st.tuples(st.integers(0, 1439), st.integers(0, 1440)),
    style_formality=scales, style_structure=scales, prefers=st.lists(items, max_size=3).map(tuple),
    excludes=st.just(()), hire_date=days, leave_date=days, line=st.just(0),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(people, max_size=4, unique_by=lambda person: person.person_id))
def test_people_written_and_read_again_are_the_same(rows: list[PersonRow]) -> None:
    written = write_people(rows)
    again = read_people(written, file_name="people.csv")
    assert again.errors == ()
    assert [replace(row, line=0) for row in again.rows] == rows
    assert write_people(again.rows) == written


@settings(max_examples=100, deadline=None)
@given(people)
def test_no_written_cell_can_be_taken_for_a_formula(row: PersonRow) -> None:
    cells = list(csv.reader(io.StringIO(write_people([row]).decode(), newline="")))[1]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@＝＋－＠\t\r") and not cell[1:].isdigit()]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise(data: bytes) -> None:
    read_people(data, file_name="people.csv")
    read_people(b"person_id,role,grade,offers,manager_id\n" + data, file_name="people.csv")


def test_the_topic_itself_may_hold_colons_and_numbers() -> None:
    row = replace(PLAIN, offers={"ISO 9001:2": 4}, wants={"a:1": Want(3, 0), "b:2:3": Want(1, 4)})
    (again,) = read_people(write_people([row]), file_name="people.csv").rows
    assert (again.offers, again.wants) == (row.offers, row.wants)


def test_what_the_format_cannot_say_is_refused_with_every_reason() -> None:
    row = replace(PLAIN, person_id="=1", interests=("a;b",), job_title="x\0y")
    with pytest.raises(UnwritablePeople) as refusal:
        write_people([PLAIN, row])
    assert len(refusal.value.reasons) == 3


def test_normal_compares_like_the_contract_says() -> None:
    assert normal(" Ｐython ") == normal("PYTHON")
    assert normal("Straße") == normal("STRASSE")
    assert normal("e\u0301") == normal("É")
    assert normal("Python 3") != normal("Python3")
