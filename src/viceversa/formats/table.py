"""A file of any readable kind as a table: headings, and rows of trimmed text with their lines.

A file that cannot be read is not an exception: the reason stands among the problems.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from viceversa.formats import separated
from viceversa.formats.caps import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_FILE_BYTES
from viceversa.formats.encoding import decoded
from viceversa.formats.kinds import kind_of
from viceversa.formats.person import COLUMNS
from viceversa.formats.problems import ProblemLog
from viceversa.formats.separated import Record

_KNOWN_HEADINGS: Final = frozenset(COLUMNS)
_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Table:
    """Headings as written, and a way to go through the rows as often as needed without holding them.

    `rows(problems)` yields (line, cells), each row as wide as `header`; rows that cannot be read are
    added to `problems` instead.
    `columns` are the headings that problems name: those of the original file, when `header` was mapped.
    """

    file: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Callable[[ProblemLog], Iterator[Record]]

    def sample(self, count: int) -> list[list[str]]:
        """The cells of the first `count` rows that can be read."""
        unheard = ProblemLog(self.file)
        return [cells for _, cells in islice(self.rows(unheard), count)]


def read_table(data: bytes, problems: ProblemLog, *, known_headings: frozenset[str] = _KNOWN_HEADINGS) -> Table | None:
    """The table in `data`, headings in its first row, or None where `problems` say why there is none.

    The separator is told by `known_headings`, case-folded: those of the people file, where nothing else is said.
    """
    source = records_in(data, problems, is_heading=lambda cell: cell.casefold() in known_headings, heading_rows=1)
    return None if source is None else _with_header(problems, source)


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a file, to be gone through as often as needed; rows of a workbook may be short."""

    each: Callable[[ProblemLog], Iterator[Record]]
    short_rows_allowed: bool


def records_in(
    data: bytes, problems: ProblemLog, *, is_heading: Callable[[str], bool], heading_rows: int
) -> Records | None:
    """The records of a file of any readable kind, or None where `problems` say why there are none.

    The separator is told by the headings, which stand in one of the first `heading_rows` records.
    """
    if not data.strip(b" \t\r\n\x0b\x0c"):
        problems.add("empty_file")
        return None
    if len(data) > MAX_FILE_BYTES:
        megabytes = f"{len(data) / _MEGABYTE:.0f}"
        problems.add("file_too_large", megabytes=megabytes, most=MAX_FILE_BYTES // _MEGABYTE)
        return None
    kind = kind_of(data, problems.file)
    if kind == "workbook":
        return _workbook_records(data, problems)
    if kind == "old workbook":
        problems.add("workbook_old")
        return None
    if kind == "broken workbook":
        problems.add("workbook_damaged")
        return None
    if kind:
        problems.add("not_a_table", kind=kind)
        return None
    text = decoded(data, problems)
    if text is None:
        return None
    separator = separated.guess_separator(text, is_heading=is_heading, heading_rows=heading_rows)
    return Records(lambda log: separated.records(text, separator, log), short_rows_allowed=False)


def _workbook_records(data: bytes, problems: ProblemLog) -> Records | None:
    # Here and not above: most files are CSV and need not wait for the workbook reader.
    from viceversa.formats.workbook import read_workbook

    workbook = read_workbook(data, problems)
    if workbook is None:
        return None
    return Records(workbook.records, short_rows_allowed=True)


def first_record(source: Records, problems: ProblemLog) -> Record | None:
    """The first record, or None: where it cannot be read no row below can be understood, so why is noted."""
    unheard = ProblemLog("")
    first = next(source.each(unheard), None)
    if first is not None and not unheard.errors:
        return first
    for _ in source.each(problems):
        pass
    if not problems.errors:
        problems.add("empty_file")
    return None


def _with_header(problems: ProblemLog, source: Records) -> Table | None:
    first = first_record(source, problems)
    if first is None:
        return None
    header_line, cells = first
    header = _headings(cells, header_line, problems)
    if header is None:
        return None

    def rows(log: ProblemLog) -> Iterator[Record]:
        all_records = source.each(log)
        next(all_records, None)
        for line, cells in all_records:
            row = fitted(line, cells, header, log, short_rows_allowed=source.short_rows_allowed)
            if row is not None:
                yield line, row

    return Table(problems.file, header, header, rows)


def _headings(cells: list[str], line: int, problems: ProblemLog) -> tuple[str, ...] | None:
    header = [cell.strip().strip("\ufeff").strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        problems.add("too_many_columns", line=line, found=len(header), most=MAX_COLUMNS)
        return None
    seen: set[str] = set()
    for number, heading in enumerate(header, start=1):
        if not heading:
            problems.add("heading_missing", line=line, number=number)
            continue
        if heading.casefold() in seen:
            problems.add("heading_twice", line=line, column=heading, value=heading)
        seen.add(heading.casefold())
    return tuple(header)


def fitted(
    line: int, cells: list[str], header: tuple[str, ...], log: ProblemLog, *, short_rows_allowed: bool
) -> list[str] | None:
    """The row as wide as the header and trimmed, or None when it does not fit or holds no text."""
    row = [cell.strip() for cell in cells]
    width = len(header)
    if len(row) > width:
        surplus = next((cell for cell in row[width:] if cell), None)
        if surplus is not None:
            log.add("row_too_long", line=line, value=surplus, found=len(row), expected=width)
            return None
        del row[width:]
    if len(row) < width:
        if not short_rows_allowed:
            log.add("row_too_short", line=line, found=len(row), expected=width)
            return None
        row += [""] * (width - len(row))
    whole = "".join(row)
    if len(whole) > MAX_CELL_CHARACTERS or "\0" in whole:
        return _without_faulty_cells(line, row, header, log)
    return row


def _without_faulty_cells(line: int, row: list[str], header: tuple[str, ...], log: ProblemLog) -> list[str] | None:
    is_faulty = False
    for heading, cell in zip(header, row, strict=True):
        if len(cell) > MAX_CELL_CHARACTERS:
            log.add("cell_too_long", line=line, column=heading, value=cell, most=f"{MAX_CELL_CHARACTERS:,}")
            is_faulty = True
        if "\0" in cell:
            log.add("nul_character", line=line, column=heading, value=cell)
            is_faulty = True
    return None if is_faulty else row
