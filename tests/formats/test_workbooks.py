"""XLSX: what a person sees in the cells is what is read; bombs are refused before they unpack."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest

from viceversa.formats.people import PeopleFile, read_people

Sheet = openpyxl.worksheet.worksheet.Worksheet
HEAD = ["person_id", "role", "grade", "given_name", "hire_date", "offers"]


def workbook(fill: Callable[[openpyxl.Workbook, Sheet], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Sheet)
    fill(book, sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rows(*cells: list[object]) -> bytes:
    def fill(_: openpyxl.Workbook, sheet: Sheet) -> None:
        for row in cells:
            sheet.append(row)

    return workbook(fill)


def read(data: bytes, file: str = "people.xlsx") -> PeopleFile:
    return read_people(data, file_name=file)


def faults(data: bytes, file: str = "people.xlsx") -> list[tuple[int, str, str]]:
    found = read(data, file).problems
    return [(problem.line, problem.column, problem.code) for problem in found]


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same workbook with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return buffer.getvalue()


PEOPLE = rows(HEAD, ["007", "mentor", 3, "Zoë", date(2024, 2, 29), "Py:4"], [8, "mentee", 5.0, "René", None, None])
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

HEADINGS = (
    "<row r='1'><c t='inlineStr' r='A1'><is><t>person_id</t></is></c><c t='inlineStr'><is><t>role</t></is></c></row>"
)


def sheet_xml(body: str, prolog: str = "") -> bytes:
    return f"<?xml version='1.0'?>{prolog}<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>".encode()


def test_text_numbers_and_dates_are_read_as_a_person_sees_them() -> None:
    people = read(PEOPLE)
    assert people.problems == ()
    first, second = people.rows
    assert (first.person_id, first.grade, first.given_name, first.hire_date) == ("007", 3, "Zoë", date(2024, 2, 29))
    assert first.offers == {"Py": 4}
    assert (second.person_id, second.grade, second.line) == ("8", 5, 3)


def test_numbers_padded_by_their_format_keep_their_zeros() -> None:
    def fill(_: openpyxl.Workbook, sheet: Sheet) -> None:
        sheet.append(HEAD[:2])
        sheet.append([42])
        sheet["A2"].number_format = "00000"

    assert [person.person_id for person in read(workbook(fill)).rows] == ["00042"]


def test_moments_halves_and_truths_keep_their_meaning() -> None:
    data = rows(
        [*HEAD[:2], "job_title", "function"],
        ["a", None, datetime(2024, 1, 2, 13, 30), True],  # noqa: DTZ001 - spreadsheets know no zones
        ["b", None, 0.5, 12345678901234],
    )
    assert [(person.job_title, person.function) for person in read(data).rows] == [
        ("2024-01-02 13:30:00", "TRUE"),
        ("0.5", "12345678901234"),
    ]


def test_formulas_are_text_and_never_evaluated() -> None:
    data = rows(HEAD, ["p1", "mentor", "=B2+1", "=HYPERLINK(1)", None, None], ["=A1", None, None, None, None, None])
    people = read(data)
    assert [(problem.line, problem.code, problem.value) for problem in people.problems] == [
        (2, "grade_not_whole", "=B2+1"),
        (3, "id_formula", "=A1"),
    ]


def test_a_filled_down_formula_is_text_in_every_cell() -> None:
    body = (
        '<row r="1"><c t="inlineStr" r="A1"><is><t>person_id</t></is></c><c t="inlineStr"><is><t>role</t></is></c>'
        '<c t="inlineStr"><is><t>given_name</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="C2"><f t="shared" si="0" ref="C2:C3">A2*2</f><v>2</v></c></row>'
        '<row r="5"><c r="A5"><v>2</v></c><c r="C5"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    people = read(repacked(PEOPLE, {SHEET: sheet_xml(body)}))
    assert [(person.given_name, person.line) for person in people.rows] == [("=A2*2", 2), ("=A2*2", 5)]


def test_only_the_first_visible_sheet_is_read_and_a_note_says_so() -> None:
    def fill(book: openpyxl.Workbook, sheet: Sheet) -> None:
        sheet.sheet_state = "hidden"
        sheet.append(["secret"])
        shown = book.create_sheet("Staff")
        shown.append(["person_id", "role"])
        shown.append(["p1", None])
        book.create_sheet("More")

    people = read(workbook(fill))
    assert [person.person_id for person in people.rows] == ["p1"]
    assert [(note.code, note.value, note.facts["others"]) for note in people.notes] == [
        ("workbook_other_sheets", "Staff", "1")
    ]


def test_empty_rows_are_skipped_and_rows_keep_their_numbers() -> None:
    data = rows([], ["person_id", "role"], [], ["p1", "boss"], [None, None], ["p2"])
    assert faults(data) == [(4, "role", "role_unknown")]
    assert [(person.person_id, person.line) for person in read(data).rows] == [("p2", 6)]


def test_a_cell_beyond_the_headings_is_a_problem_however_far_right() -> None:
    body = f'{HEADINGS}<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>9</v></c></row>'
    assert faults(repacked(PEOPLE, {SHEET: sheet_xml(body)})) == [(2, "", "row_too_long")]


def test_the_name_does_not_decide_what_a_file_is() -> None:
    assert len(read(PEOPLE, "people.csv").rows) == 2
    assert faults(b"person_id,role\np1,\n", "people.xlsx") == [(0, "", "workbook_damaged")]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
FOREIGN = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize(
    "prolog", [LAUGHS, FOREIGN, "<!DOCTYPE x>"], ids=["billion laughs", "outside entity", "document type"]
)
def test_definitions_in_any_part_are_refused(part: str, prolog: str) -> None:
    with zipfile.ZipFile(io.BytesIO(PEOPLE)) as archive:
        text = archive.read(part).decode()
    body = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    data = repacked(PEOPLE, {part: (prolog + body).encode()})
    assert faults(data) == [(0, "", "workbook_forbidden_xml")]


def test_a_bomb_that_unpacks_a_thousandfold_is_refused_before_it_unpacks() -> None:
    filler = b"<row><c/></row>" * 1_500_000
    data = repacked(PEOPLE, {SHEET: b"<worksheet>" + filler})
    assert len(data) < 200_000
    tracemalloc.start()
    try:
        assert faults(data) == [(0, "", "workbook_unsafe")]
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_in_a_part_nobody_reads_is_refused_too() -> None:
    assert faults(repacked(PEOPLE, {"xl/media/a.bin": bytes(8_000_000)})) == [(0, "", "workbook_unsafe")]


def test_parts_that_together_unpack_to_too_much_are_refused() -> None:
    place = PEOPLE.index(b"PK\x01\x02") + 20
    sizes = (10_000_000).to_bytes(4, "little") + (600_000_000).to_bytes(4, "little")
    people = read(PEOPLE[:place] + sizes + PEOPLE[place + 8 :])
    assert [(problem.code, problem.facts["reason"]) for problem in people.problems] == [("workbook_unsafe", "572 MB")]


def test_a_directory_of_very_many_parts_is_refused() -> None:
    assert faults(repacked(PEOPLE, {f"{number}.xml": b"" for number in range(2_001)})) == [(0, "", "workbook_unsafe")]


def with_shared_strings(strings: str, body: str) -> bytes:
    """As Excel writes it: cells name their text by number."""
    with zipfile.ZipFile(io.BytesIO(PEOPLE)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    one = f'<Relationship Id="rId9" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    return repacked(
        PEOPLE,
        {
            "xl/_rels/workbook.xml.rels": relations.replace("</Relationships>", one).encode(),
            "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>".encode(),
            SHEET: sheet_xml(body),
        },
    )


def test_shared_rich_spoken_and_escaped_strings_are_read_as_shown() -> None:
    strings = (
        "<si><t>person_id</t></si><si><t>role</t></si><si><t>given_name</t></si>"
        "<si><r><t>Ma</t></r><r><rPr><b/></rPr><t>rie</t></r></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><t>とうきょう</t></rPh></si>"
        "<si><t xml:space='preserve'>one_x000D_\ntwo_x005F_x</t></si>"
    )
    body = "<row r='1'>" + "".join(f"<c t='s'><v>{n}</v></c>" for n in range(3)) + "</row>"
    for line, number in enumerate((3, 4, 5), start=2):
        body += f"<row r='{line}'><c r='A{line}'><v>{line}</v></c><c r='C{line}' t='s'><v>{number}</v></c></row>"
    people = read(with_shared_strings(strings, body))
    assert people.problems == ()
    assert [person.given_name for person in people.rows] == ["Marie", "東京", "one\r\ntwo_x"]


def test_a_string_that_is_not_there_does_not_raise() -> None:
    body = "<row r='1'><c t='s'><v>7</v></c><c t='s'><v>-1</v></c></row>"
    assert [code for _, _, code in faults(with_shared_strings("", body))][-2:] == ["column_missing"] * 2


def test_shared_strings_have_a_cap_of_their_own() -> None:
    # A block that repeats at a distance shrinks some 80 times, so that only the size speaks against it.
    numbers = "".join(f"{number * 2654435761 % 4294967296:08x}" for number in range(2_500))
    data = with_shared_strings(f"<si><t>{numbers * 3_500}</t></si>", "")
    (problem,) = read(data).problems
    assert (problem.code, "sharedStrings" in problem.message) == ("workbook_unsafe", True)


def test_a_tag_without_end_is_refused_before_it_fills_the_memory() -> None:
    body = '<row r="1"><c r="' + "".join(f"{n * 2654435761 % 4294967296:08x}" for n in range(300_000)) + '"/></row>'
    assert faults(repacked(PEOPLE, {SHEET: sheet_xml(body)})) == [(0, "", "workbook_forbidden_xml")]


def test_a_giant_cell_is_one_clear_problem() -> None:
    giant = "<row r='2'><c t='inlineStr' r='A2'><is><t>" + "".join(map(str, range(1_500_000))) + "</t></is></c></row>"
    assert faults(repacked(PEOPLE, {SHEET: sheet_xml(HEADINGS + giant)})) == [(2, "person_id", "cell_too_long")]


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_flag_of_encryption(data: bytes) -> bytes:
    place = data.index(b"PK\x01\x02") + 8
    return data[:place] + bytes([data[place] | 1]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nested zip", zipped({"inner.zip": zipped({"a.csv": b"person_id"})}), "workbook_other_archive"),
        ("word document", zipped({"_rels/.rels": b"<Relationships/>"}), "workbook_other_archive"),
        ("empty zip", zipped({}), "workbook_other_archive"),
        ("cut in half", PEOPLE[: len(PEOPLE) // 2], "workbook_damaged"),
        ("garbage after the first bytes", b"PK\x03\x04" + bytes(range(256)) * 20, "workbook_damaged"),
        ("encrypted", with_flag_of_encryption(PEOPLE), "workbook_encrypted"),
        ("old xls or with a password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook_old"),
        ("broken XML", repacked(PEOPLE, {SHEET: b"<worksheet><sheetData><row>"}), "workbook_damaged"),
        ("empty sheet", rows(), "empty_file"),
    ],
)
def test_what_is_no_workbook_is_said_in_one_sentence(name: str, data: bytes, code: str) -> None:
    assert faults(data) == [(0, "", code)], name


def test_damage_in_the_middle_of_a_sheet_keeps_nothing_quietly() -> None:
    with zipfile.ZipFile(io.BytesIO(PEOPLE)) as archive:
        sheet = archive.read(SHEET)
    people = read(repacked(PEOPLE, {SHEET: sheet[: sheet.index(b'<row r="3"')]}))
    assert [problem.code for problem in people.errors] == ["workbook_damaged"]
    assert not people.ok


def test_every_flipped_byte_gives_people_or_a_problem_and_never_raises() -> None:
    for place in range(0, len(PEOPLE), 7):
        damaged = bytearray(PEOPLE)
        damaged[place] ^= 0xFF
        people = read(bytes(damaged))
        assert people.rows or people.problems
