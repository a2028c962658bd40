"""A workbook written as it is read: rows of text and numbers go through, and no more than a row is held.

A library's cell objects cost ten times as much; a run of ten thousand pairs is a quarter of a million cells. Text
stands in its cell as text, so nothing in it is taken for a formula or a link.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from viceversa.formats.cells import FORBIDDEN

Cell = str | float | int
Sheet = tuple[str, Iterable[Sequence[Cell]]]

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."
# The same workbook has the same bytes whenever it is written.
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_ROWS_AT_ONCE: Final = 500
# Of a sheet's name, as Excel takes it.
_LONGEST_NAME: Final = 31


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX file with these sheets: a name each, and rows of text and finite numbers."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, content in _frame([title[:_LONGEST_NAME] for title, _rows in sheets]):
            archive.writestr(_entry(name), _HEAD + content)
        for number, (_title, rows) in enumerate(sheets, start=1):
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as sheet:
                sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                for part in _parts(rows):
                    sheet.write(part)
                sheet.write(b"</sheetData></worksheet>")
    return file.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _frame(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What an XLSX file holds besides its sheets."""
    numbers = range(1, len(titles) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>{parts}</Types>',
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/_rels/workbook.xml.rels", _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers])
    sheets = "".join(
        f'<sheet name="{escape(title, {chr(34): "&quot;"})}" sheetId="{n}" r:id="r{n}"/>'
        for n, title in enumerate(titles, start=1)
    )
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _parts(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    told: list[str] = []
    for number, row in enumerate(rows, start=1):
        told.append(_row(number, row))
        if len(told) == _ROWS_AT_ONCE:
            yield "".join(told).encode()
            told.clear()
    yield "".join(told).encode()


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = "".join(
        _text(f"{_column(place)}{number}", value)
        if isinstance(value, str)
        else f'<c r="{_column(place)}{number}"><v>{value!r}</v></c>'
        for place, value in enumerate(row)
        if value != ""
    )
    return f'<row r="{number}">{cells}</row>'


def _text(where: str, value: str) -> str:
    """A control character is no XML: a space stands in its place."""
    told = value if value.isalnum() else escape(FORBIDDEN.sub(" ", value))
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


def _column(place: int) -> str:
    """A, B … Z, AA, AB …"""
    if place < len(_COLUMNS):
        return _COLUMNS[place]
    before, letter = divmod(place, 26)
    return _column(before - 1) + chr(65 + letter)


_COLUMNS: Final = tuple(
    [chr(65 + place) for place in range(26)]
    + [chr(65 + one) + chr(65 + other) for one in range(26) for other in range(26)]
)
