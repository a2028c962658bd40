"""Files from the wild and from enemies: each has its exact outcome, and none raises."""

# ruff: noqa: E501 (a table reads best with one case a line)

from dataclasses import dataclass, field

import pytest

from viceversa.formats.caps import MAX_FILE_BYTES
from viceversa.formats.people import Problem, read_people

HEAD = "person_id,role,grade\n"
OK = HEAD + "p1,mentor,1\np2,mentee,5\n"

Found = tuple[int, str, str]


@dataclass(frozen=True)
class Case:
    """A file and what must come of it: the ids read, and errors and cautions as (line, column, code)."""

    name: str
    data: bytes
    ids: tuple[str, ...] = ()
    problems: tuple[Found, ...] = ()
    file: str = "people.csv"
    known: tuple[str, ...] = field(default=())


def text(content: str, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding)


TWO = ("p1", "p2")
NAMED = "person_id,given_name,role,grade\np1,Zoë Müller,mentor,1\np2,René,mentee,5\n"
CASES = [
    # Encodings
    Case("byte order mark", text(OK, "utf-8-sig"), TWO),
    Case("UTF-16 with mark", text(NAMED, "utf-16"), TWO),
    Case("UTF-16 big endian with mark", b"\xfe\xff" + text(NAMED, "utf-16-be"), TWO),
    Case("UTF-16 without mark", text(NAMED, "utf-16-le"), TWO),
    Case("UTF-32 with mark", text(NAMED, "utf-32"), TWO),
    Case("UTF-16 cut in the middle of a character", text(OK, "utf-16")[:-1], (), ((3, "", "undecodable"),)),
    Case("Latin-1", text(NAMED, "latin-1"), TWO, ((2, "", "encoding_guessed"),)),
    Case(
        "windows-1252 with curly quotes",
        text("person_id,job_title,role\np1,Chargé d’études – “Été”,\n", "cp1252"),
        ("p1",),
        ((2, "", "encoding_guessed"),),
    ),
    Case(
        "windows-1250 is not taken for windows-1252",
        text("person_id,given_name,role\np1,Jan,\np2,Dvořák,\n", "cp1250"),
        (),
        ((3, "", "encoding_unclear"),),
    ),
    Case("windows-1251", text("person_id,given_name,role\np1,Иванов,\n", "cp1251"), (), ((2, "", "encoding_unclear"),)),
    Case("Shift JIS", text("person_id,given_name,role\np1,田中,\n", "cp932"), (), ((2, "", "encoding_unclear"),)),
    Case(
        "UTF-8 with two damaged lines",
        text("person_id,given_name,role\np1,Zoë Ünal Ö,\np2,Ann,\np3,Eva,\n")
        .replace(b"Ann", b"An\xff")
        .replace(b"Eva", b"\xe9va"),
        (),
        ((3, "", "undecodable"), (4, "", "undecodable")),
    ),
    # Separators and lines
    Case("semicolons", text("person_id;role;grade;offers\np1;mentor;1;\"a:1;b:2\"\np2;mentee;5;\n"), TWO),
    Case("tabs", text(OK.replace(",", "\t")), TWO),
    Case("pipes", text(OK.replace(",", "|")), TWO),
    Case("sep= in the first line", text("sep=;\n" + OK.replace(",", ";")), TWO),
    Case("CRLF", text(OK.replace("\n", "\r\n")), TWO),
    Case("CR alone", text(OK.replace("\n", "\r")), TWO),
    Case("mixed line ends", text("person_id,role,grade\r\np1,mentor,1\rp2,mentee,x\n"), ("p1",), ((3, "grade", "grade_not_whole"),)),
    Case("no line end at the end", text(OK.rstrip("\n")), TWO),
    Case("blank lines between", text("\n\n" + OK.replace("p2", "\n,,\n \np2") + "x,,y\n"), TWO, ((9, "grade", "grade_not_whole"),)),
    Case(
        "line breaks inside cells keep line numbers right",
        text('person_id,role,job_title,grade\np1,mentor,"one\ntwo\r\nthree",1\np2,boss,,2\n'),
        ("p1",),
        ((5, "role", "role_unknown"),),
    ),
    Case(
        "Unicode line separators are not line ends",
        text("person_id,role,job_title\np1,,a\u2028b\x85c\n"),
        ("p1",),
    ),
    # Shape
    Case("empty", b"", (), ((0, "", "empty_file"),)),
    Case("nothing but white space", b" \r\n\t\n", (), ((0, "", "empty_file"),)),
    Case("nothing but a mark", b"\xef\xbb\xbf", (), ((0, "", "empty_file"),)),
    Case("header only", text(HEAD), (), ((0, "", "no_rows"),)),
    Case("one column", text("person_id\np1\n"), ("p1",), ((0, "", "column_missing"),)),
    Case("no header", text("p1,mentor,1\np2,mentee,5\n"), (), ((0, "", "column_missing"),) * 2),
    Case("other headings", text("Employee ID,Name\n1,Ann\n"), (), ((0, "", "column_missing"),) * 2),
    Case("headings in capitals and with spaces", text(" PERSON_ID , Role ,Grade\np1,,\n"), ("p1",)),
    Case("heading twice", text("person_id,role,Role\np1,,\n"), ("p1",), ((1, "Role", "heading_twice"),)),
    Case("no grade column", text("person_id,role\np1,mentor\np2,\n"), TWO, ((0, "", "grade_column_missing"),)),
    Case("no grade column and nobody takes part", text("person_id,role\np1,\n"), ("p1",)),
    Case("row too short", text(HEAD + "p1,mentor\np2,,\n"), ("p2",), ((2, "", "row_too_short"),)),
    Case("row too long", text(HEAD + "p1,mentor,1,more\np2,,\n"), ("p2",), ((2, "", "row_too_long"),)),
    Case("row longer by empty cells", text(HEAD + "p1,mentor,1,,\n"), ("p1",)),
    Case("201 columns", text(",".join(["person_id", "role", *map(str, range(199))]) + "\n"), (), ((1, "", "too_many_columns"),)),
    Case("NUL in a cell", text("person_id,role,job_title\np1,,a\0b\np2,,\n"), ("p2",), ((2, "job_title", "nul_character"),)),
    Case("control character in a name", text("person_id,role,job_title\np1,,a\x1bb\np2,,\n"), ("p2",), ((2, "job_title", "control_character"),)),
    Case("quotation mark never closed", text(HEAD + 'p1,,\n"p2,,\np3,boss,\np4,,\n'), ("p1", "p4"), ((3, "", "quote_unclosed"), (4, "role", "role_unknown"))),
    Case("text after a quotation mark", text(HEAD + '"p1"x,,\np2,,\n'), ("p2",), ((2, "", "quote_misplaced"),)),
    Case("space before a quotation mark", text('person_id,job_title,role\np1, "a, b",\n'), ("p1",)),
    Case("cell of 10 MB", text("person_id,role,job_title\np1,," + "x" * 10_000_000 + "\np2,,\n"), ("p2",), ((2, "job_title", "cell_too_long"),)),
    Case("cell of 10 MB over many lines", text('person_id,role,job_title\np1,,"' + "x\n" * 5_000_000 + '"\np2,,\n'), ("p2",), ((2, "job_title", "cell_too_long"),)),
    Case("cell too long behind separators in quotation marks", text('person_id,job_title,role,location\np1,"a, ""b"", c",,"' + 'x""' * 200_000 + '"\np2,,,\n'), ("p2",), ((2, "location", "cell_too_long"),)),
    Case("cell too long after a quotation mark never closed", text("person_id,job_title,role\n\"p1,,\np2,,\np3," + "x" * 200_000 + ",\n"), ("p2",), ((2, "", "quote_unclosed"), (4, "job_title", "cell_too_long"))),
    Case("heading too long", text("x" * 200_000 + ",role\np1,\n"), (), ((1, "", "cell_too_long"),)),
    Case("text after a quotation mark in the headings", text('"person_id"x,role\np1,\n"p2"x,\n'), (), ((1, "", "quote_misplaced"), (3, "", "quote_misplaced"))),
    Case("cell too long in a column beyond all that are read", text("person_id,role\np1," + "," * 300 + "x" * 200_000 + "\np2,\n"), ("p2",), ((2, "", "cell_too_long"),)),
    Case("cell just too long", text("person_id,role,job_title\np1,," + "x" * 100_001 + "\np2,,\n"), ("p2",), ((2, "job_title", "cell_too_long"),)),
    Case("cell of the greatest length", text("person_id,role,job_title\np1,," + "x" * 100_000 + "\n"), ("p1",)),
    Case("PDF", b"%PDF-1.7\n...", (), ((0, "", "not_a_table"),)),
    Case("web page named csv", b"<html><table><tr><td>person_id", (), ((0, "", "not_a_table"),)),
    Case("gzip", b"\x1f\x8b\x08\x00abc", (), ((0, "", "not_a_table"),)),
    # Ids and people
    Case("duplicate ids", text(HEAD + "p1,,\np2,,\np1,,\np1,,\n"), ("p2",), ((2, "person_id", "id_twice"), (4, "person_id", "id_twice"), (5, "person_id", "id_twice"))),
    Case("id missing", text(HEAD + ",mentor,3\np2,,\n"), ("p2",), ((2, "person_id", "id_missing"),)),
    Case("ids like formulas", text(HEAD + "=1+1,,\n+a,,\n-b,,\n@c,,\n＝d,,\n"), (), tuple((line, "person_id", "id_formula") for line in range(2, 7))),
    Case("line break in an id", text('person_id,role\n"p\n1",\n'), (), ((2, "person_id", "id_control_character"),)),
    Case("formulas in text are text", text("person_id,role,given_name\np1,,\"=cmd|' /C calc'!A0\"\n"), ("p1",)),
    Case("ids in all scripts", text("person_id,role\nİ,\ni,\nßπ中,\nA\u0301,\n"), ("İ", "i", "ßπ中", "A\u0301")),
    Case("bidi override in an id", text("person_id,role\np\u202e1,\n"), ("p\u202e1",), ((2, "person_id", "id_invisible"),)),
    Case("Arabic and Hebrew names", text("person_id,role,given_name\np1,,فاطمة\np2,,שרה\n"), TWO),
    Case("zero-width space and no-break space around an id", text("person_id,role\n\u00a0p1 \u2003,\n"), ("p1",)),
    Case("manager cycle of two", text("person_id,role,manager_id\na,,b\nb,,a\nc,,a\n"), ("a", "b", "c"), ((2, "manager_id", "manager_cycle"),)),
    Case("two cycles", text("person_id,role,manager_id\na,,b\nb,,a\nc,,d\nd,,e\ne,,c\n"), tuple("abcde"), ((2, "manager_id", "manager_cycle"), (4, "manager_id", "manager_cycle"))),
    Case("own manager", text("person_id,role,manager_id\na,,a\n"), ("a",), ((2, "manager_id", "manager_self"),)),
    Case("unknown manager", text("person_id,role,manager_id\na,,z\nb,,y\n"), ("a", "b"), ((2, "manager_id", "manager_unknown"),), known=("y",)),
    Case("a manager whose own row is wrong is known", text("person_id,role,manager_id\na,boss,\nb,,a\n"), ("b",), ((2, "role", "role_unknown"),)),
    Case(
        "wishes about oneself, strangers and both ways",
        text("person_id,role,prefers,excludes\na,,a;b;x,b;y;a\nb,,,\n"),
        ("a", "b"),
        (
            (2, "excludes", "excluded_self"),
            (2, "prefers", "preferred_self"),
            (2, "excludes", "preferred_and_excluded"),
            (2, "prefers", "preferred_unknown"),
            (2, "excludes", "excluded_unknown"),
        ),
    ),
    # Cells
    Case("grade in words", text(HEAD + "p1,mentor,senior\n"), (), ((2, "grade", "grade_not_whole"),)),
    Case("grade of a participant missing", text(HEAD + "p1,mentor,\np2,,\n"), ("p2",), ((2, "grade", "grade_missing"),)),
    Case("grade as a data frame writes it", text(HEAD + "p1,mentor,3.0\np2,mentor,3.5\n"), ("p1",), ((3, "grade", "grade_not_whole"),)),
    Case("grade with a thousand digits", text(HEAD + "p1,mentor," + "9" * 5000 + "\n"), (), ((2, "grade", "grade_not_whole"),)),
    Case("grade beyond all measure", text(HEAD + "p1,mentor,1000001\n"), (), ((2, "grade", "grade_range"),)),
    Case("capacity zero", text("person_id,role,capacity\np1,,0\np2,,-1\np3,,two\n"), (), ((2, "capacity", "capacity_range"), (3, "capacity", "capacity_range"), (4, "capacity", "capacity_not_whole"))),
    Case("level 9", text("person_id,role,offers\np1,,Py:9;Go:0;Ada:3\np2,,\n"), ("p2",), ((2, "offers", "level_range"),) * 2),
    Case("offers without shape", text("person_id,role,offers\np1,,Py;:3;Go:high\n"), (), ((2, "offers", "offer_shape"), (2, "offers", "offer_shape"), (2, "offers", "level_not_whole"))),
    Case("wants out of range", text("person_id,role,wants\np1,,Py:4;Go:1:5;C;Ada:high\n"), (), ((2, "wants", "priority_range"), (2, "wants", "current_range"), (2, "wants", "want_shape"), (2, "wants", "priority_not_whole"))),
    Case("style 6", text("person_id,role,style_formality,style_structure\np1,,6,formal\n"), (), ((2, "style_formality", "style_range"), (2, "style_structure", "style_not_whole"))),
    Case("languages in words", text("person_id,role,languages\np1,,en;English;pt_BR;zh-Hant-TW\n"), (), ((2, "languages", "language_shape"), (2, "languages", "language_underscore"))),
    Case("time zones", text("person_id,role,time_zone\na,,Europe/Berlin\nb,,europe/kyiv\nc,,Europe/Berln\nd,,Mars\n"), ("a", "b"), ((4, "time_zone", "time_zone_near"), (5, "time_zone", "time_zone_unknown"))),
    Case("hours", text("person_id,role,hours\na,,22:00-06:00\nb,,9-17\nc,,09:00-25:00\nd,,09:61-17:00\ne,,00:00-24:00\n"), ("a", "e"), tuple((line, "hours", "hours_shape") for line in (3, 4, 5))),
    Case("dates", text("person_id,role,hire_date\na,,2024-02-29\nb,,2023-02-29\nc,,01/02/2024\nd,,soon\n"), ("a",), ((3, "hire_date", "date_impossible"), (4, "hire_date", "date_two_ways"), (5, "hire_date", "date_shape"))),
    Case("gone before they came", text("person_id,role,hire_date,leave_date\na,,2024-01-02,2024-01-01\n"), ("a",), ((2, "leave_date", "leaves_before_hired"),)),
    Case("role in capitals, role unknown", text(HEAD + "a,MENTOR,1\nb,boss,1\n"), ("a",), ((3, "role", "role_unknown"),)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_file_has_its_exact_outcome(case: Case) -> None:
    people = read_people(case.data, file_name=case.file, known_ids=case.known)
    found = tuple(_place(problem) for problem in people.problems if problem.severity != "note")
    assert found == case.problems
    assert tuple(person.person_id for person in people.rows) == case.ids
    assert people.ok == (not people.errors)


def _place(problem: Problem) -> Found:
    return (problem.line, problem.column, problem.code)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_message_can_be_printed_and_ends_as_a_sentence(case: Case) -> None:
    for problem in read_people(case.data, file_name=case.file).problems:
        assert problem.message.isprintable()
        assert problem.value.isprintable()
        assert problem.message.endswith((".", "”."))
        assert len(problem.message) < 3_000
        problem.message.encode("utf-8")


def test_what_is_read_of_old_encodings_is_the_true_text() -> None:
    people = read_people(text(NAMED, "latin-1"), file_name="people.csv")
    assert [person.given_name for person in people.rows] == ["Zoë Müller", "René"]
    (caution,) = people.cautions
    assert "“Zoë”" in caution.message


def test_a_very_long_list_of_problems_is_cut_and_says_so() -> None:
    rows = "".join(f"p{number},boss,\n" for number in range(1_500))
    people = read_people(text(HEAD + rows), file_name="people.csv")
    assert len(people.errors) == 1_000
    assert people.problems[-1].code == "more_errors"
    assert people.problems[-1].facts["more"] == "500"
    assert not people.ok


def test_a_cycle_of_fifty_is_shown_whole() -> None:
    rows = "".join(f"p{number},,p{(number + 1) % 50}\n" for number in range(50))
    (cycle,) = read_people(text("person_id,role,manager_id\n" + rows), file_name="people.csv").errors
    assert cycle.message.count("→") == 50


def test_an_unknown_manager_is_an_error_where_the_caller_wants_it() -> None:
    data = text("person_id,role,manager_id\na,,z\n")
    people = read_people(data, file_name="people.csv", managers="problem")
    assert [(problem.code, problem.severity) for problem in people.problems] == [("manager_unknown", "error")]


def test_a_file_above_the_cap_is_not_read() -> None:
    data = b"x" * (MAX_FILE_BYTES + 1)
    (problem,) = read_people(data, file_name="people.csv").problems
    assert problem.code == "file_too_large"


def test_ignored_columns_are_named() -> None:
    people = read_people(text("person_id,role,Shoe size,\np1,,44,\n"), file_name="people.csv")
    assert [(note.code, note.value) for note in people.notes] == [("column_ignored", "Shoe size")]


def test_every_row_of_a_shared_id_names_the_others() -> None:
    people = read_people(text("person_id,role\np1,\np2,\np1,\n" + "p3,\n" * 9), file_name="people.csv")
    assert [person.person_id for person in people.rows] == ["p2"]
    named = {problem.line: problem.facts["others"] for problem in people.errors}
    assert named == {2: "4", 4: "2", 5: "6, 7, 8, 9, 10, …"} | {
        line: ", ".join(str(other) for other in range(5, 11) if other != line) + ", …" for line in range(6, 11)
    } | dict.fromkeys(range(11, 14), "5, 6, 7, 8, 9, …")


def test_columns_beside_the_formats_own_are_left_out_with_the_reason() -> None:
    people = read_people(b"person_id,role,Gender,age,Bonus,home_phone,Shoe size\np1,,x,1,2,3,4\n", file_name="a.csv")
    assert people.ok
    assert [(note.code, note.value) for note in people.notes] == [
        ("left_out_identity", "Gender"),
        ("left_out_identity", "age"),
        ("left_out_pay", "Bonus"),
        ("left_out_private", "home_phone"),
        ("column_ignored", "Shoe size"),
    ]
    assert people.ok
