"""Workbooks as we write them: read back by another library and by our own reader."""

from __future__ import annotations

import io
import zipfile

from openpyxl import load_workbook

from viceversa.formats.problems import ProblemLog
from viceversa.formats.table import read_table
from viceversa.formats.workbook_writing import workbook

ROWS = [
    ["mentor_id", "mentee_id", "score"],
    ["a & <b>", 'say "so"', 0.123456],
    ["  spaces  kept ", "two\nlines\tand a tab", 7],
    ["", "Łucja 🌻", 1e-7],
    ["=1+1", "&amp;", -3],
]


def read_back(data: bytes) -> dict[str, list[list[object]]]:
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def test_text_and_numbers_come_back_as_they_were_written():
    told = read_back(workbook([("Pairs", ROWS), ("Rules & more", [["one"]])]))
    empty_is_nothing = [[value if value != "" else None for value in row] for row in ROWS]
    assert told == {"Pairs": empty_is_nothing, "Rules & more": [["one"]]}


def test_nothing_written_is_a_formula():
    book = load_workbook(io.BytesIO(workbook([("Pairs", ROWS)])))
    assert book["Pairs"]["A5"].data_type == "s"


def test_our_own_reader_reads_it():
    log = ProblemLog("pairs.xlsx")
    table = read_table(workbook([("Pairs", ROWS)]), log, known_headings=frozenset({"mentor_id", "mentee_id"}))
    assert table is not None
    assert [cells[:2] for _line, cells in table.rows(log)][1:3] == [
        ["spaces  kept", "two\nlines\tand a tab"],
        ["", "Łucja 🌻"],
    ]
    assert not log.listed()


def test_what_no_sheet_may_hold_becomes_a_space():
    assert read_back(workbook([("Pairs", [["a\x00b\x0bc\ud800d"]])])) == {"Pairs": [["a b c d"]]}


def test_more_columns_than_letters_and_more_rows_than_are_written_at_once_keep_their_places():
    rows = [[f"{row}.{place}" for place in range(1, 60)] for row in range(1, 1_203)]
    assert read_back(workbook([("Wide", rows)])) == {"Wide": rows}
    assert "BG1202" in zipfile.ZipFile(io.BytesIO(workbook([("Wide", rows)]))).read("xl/worksheets/sheet1.xml").decode()


def test_the_same_rows_are_the_same_bytes():
    assert workbook([("Pairs", ROWS)]) == workbook([("Pairs", iter(ROWS))])
