"""Text with separators (CSV) into records, each with the line where it begins.

Python's `csv` does the splitting; this file adds what a person needs: line numbers, a guess of the
separator, and a way on after a record that cannot be read.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from viceversa.formats.caps import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS
from viceversa.formats.problems import ProblemLog

Record = tuple[int, list[str]]

SEPARATORS: Final = (",", ";", "\t", "|")
_SAMPLE_RECORDS: Final = 50
_LINE_END: Final = re.compile(r"\r\n?|\n")
# Excel writes and reads this first line to name its separator.
_SEPARATOR_LINE: Final = re.compile(r"\A\ufeff?\"?sep=([,;\t|])\"?[ \t]*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)


class _Lines(Iterator[str]):
    """The physical lines of a text, counted; it can go back to where the present record began.

    The text is not copied: a stream of it would take four bytes for each of its characters.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._begin = 0
        self.number = 0
        self.first = 1

    def __next__(self) -> str:
        begin = self._at
        if begin == len(self._text):
            raise StopIteration
        end = _LINE_END.search(self._text, begin)
        self._at = end.end() if end else len(self._text)
        self.number += 1
        return self._text[begin : self._at]

    def begin_record(self) -> None:
        self._begin = self._at
        self.first = self.number + 1

    def back_to_record(self) -> None:
        self._at = self._begin
        self.number = self.first - 1


def records(text: str, separator: str, problems: ProblemLog) -> Iterator[Record]:
    """The non-empty records of `text`; those that cannot be read are problems at their line."""
    lines = _Lines(text)
    headings: list[str] = []
    match = _SEPARATOR_LINE.match(text)
    if match is not None:
        next(lines)
        separator = match[1]
    reader = _reader(lines, separator)
    read = 0
    while True:
        lines.begin_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            record = _rest_of_record(lines) if _is_too_long(fault) else ""
            # A cell that runs to the end of the file is too long because its mark is never closed.
            if _is_open_quote(fault) or record.count('"') % 2:
                problems.add("quote_unclosed", line=lines.first)
                yield from _line_by_line(lines, separator, headings, problems)
                return
            if record:
                _note_longest_cell(record, lines.first, separator, headings, problems)
            else:
                problems.add("quote_misplaced", line=lines.first)
            reader = _reader(lines, separator)
            continue
        if not any(map(str.strip, cells)):
            continue
        headings = headings or cells
        read += 1
        # One for the headings.
        if read > MAX_ROWS + 1:
            problems.add("too_many_rows", line=lines.first, most=f"{MAX_ROWS:,}")
            return
        yield lines.first, cells


def _reader(lines: Iterator[str], separator: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)


def _is_open_quote(fault: csv.Error) -> bool:
    return "end of data" in str(fault)


def _is_too_long(fault: csv.Error) -> bool:
    return "field limit" in str(fault)


def _rest_of_record(lines: _Lines) -> str:
    """The whole record that could not be read; a quoted cell may run over many lines."""
    lines.back_to_record()
    record = [next(lines)]
    # It ends where its quotation marks are even.
    marks = record[0].count('"')
    while marks % 2:
        following = next(lines, None)
        if following is None:
            break
        record.append(following)
        marks += following.count('"')
    return "".join(record)


def _note_longest_cell(record: str, line: int, separator: str, headings: list[str], problems: ProblemLog) -> None:
    # Beyond the columns that are read, no heading could name it; and a hostile record may have millions.
    cells = [cell[0] for cell in islice(_cell_of(separator).finditer(record), MAX_COLUMNS)]
    place = max(range(len(cells)), key=lambda place: len(cells[place]))
    is_named = place < len(headings) and len(cells[place]) > MAX_CELL_CHARACTERS
    column = headings[place].strip() if is_named else ""
    value = cells[place].strip(f'{separator}" \r\n')
    problems.add("cell_too_long", line=line, column=column, value=value, most=f"{MAX_CELL_CHARACTERS:,}")


@lru_cache(maxsize=len(SEPARATORS))
def _cell_of(separator: str) -> re.Pattern[str]:
    """One cell and the separator after it; nothing is tried twice, so that millions of marks cost no memory."""
    mark = re.escape(separator)
    return re.compile(rf'(?:[^"{mark}]++|"[^"]*+(?:"|\Z))*+(?:{mark}|\Z)')


def _line_by_line(lines: _Lines, separator: str, headings: list[str], problems: ProblemLog) -> Iterator[Record]:
    """After a quotation mark that is never closed: go on with the next line, none spans two any more."""
    lines.back_to_record()
    next(lines)
    for line in lines:
        try:
            cells = next(_reader(iter((line,)), separator))
        except csv.Error as fault:
            if _is_too_long(fault):
                _note_longest_cell(line, lines.number, separator, headings, problems)
                continue
            code = "quote_unclosed" if _is_open_quote(fault) else "quote_misplaced"
            problems.add(code, line=lines.number)
            continue
        if any(map(str.strip, cells)):
            yield lines.number, cells


def guess_separator(text: str, *, is_heading: Callable[[str], bool], heading_rows: int) -> str:
    """The separator that finds most known headings, then the most regular table; `,` if none does.

    Headings stand in one of the first `heading_rows` records.
    """
    # Nothing but the beginning is needed, and an open quotation mark must not cost the whole file.
    sample = text[: 256 * 1024]
    return max(SEPARATORS, key=lambda separator: _fit(sample, separator, is_heading, heading_rows))


def _fit(sample: str, separator: str, is_heading: Callable[[str], bool], heading_rows: int) -> tuple[int, float, int]:
    unheard = ProblemLog("")
    rows = [cells for _, cells in islice(records(sample, separator, unheard), _SAMPLE_RECORDS)]
    headings = [cells for cells in rows[:heading_rows] if len(cells) > 1]
    if not headings:
        return (0, 0.0, 0)
    recognised = [sum(is_heading(cell.strip().strip("\ufeff")) for cell in cells) for cells in headings]
    likely = headings[recognised.index(max(recognised))]
    widths = Counter(map(len, rows))
    return (max(recognised), widths[len(likely)] / len(rows), len(likely))
