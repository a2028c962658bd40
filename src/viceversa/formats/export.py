"""The table in an export of another system, which seldom begins with its headings and ends with its people.

Titles above the headings, totals below, a heading that stands there twice or again on every page: each is
seen, left aside and named in a note, with its line. Everything else is as strict as `table.read_table`.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from viceversa.formats.caps import MAX_COLUMNS
from viceversa.formats.headings import is_known
from viceversa.formats.problems import ProblemLog
from viceversa.formats.separated import Record
from viceversa.formats.table import Records, Table, first_record, fitted, records_in

# Reports begin with a title, who asked for it, filters and a date; more than that was never seen.
_HEADING_ROWS: Final = 25
_SAMPLE_RECORDS: Final = 60
# A row must hold this share of the columns to be the headings unless its words say so.
_FILLED: Final = 0.6
# So many known headings in one row are no accident of data.
_SURELY_HEADINGS: Final = 3
# What is below the people is never longer.
_MOST_BELOW: Final = 10
_TOTAL: Final = re.compile(
    r"\W*(?:(?:grand |sub-?|overall )?total(?:s|e)?|(?:gesamt|zwischen|end)?summe|gesamt(?:anzahl|ergebnis)?|somme|suma"
    r"|subtotal|(?:record|row|head) ?count|count|anzahl|nombre total|end of (?:report|file|list)|ende der liste"
    r"|fin d[eu] \w+|page \d+.*|seite \d+.*|generated|created|exported|printed|erstellt|report (?:run|date|generated)"
    r"|number of (?:records|employees|rows|workers)|confidential|vertraulich|\d+ (?:rows|records|employees|workers"
    r"|people|mitarbeiter\w*|datensätze|zeilen))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the headings stand: after `skipped` readable records, on `line`."""

    skipped: int
    line: int
    names: tuple[str, ...]
    cells: tuple[str, ...]


def read_export(data: bytes, problems: ProblemLog) -> Table | None:
    """The table in `data` wherever its headings stand, or None where `problems` say why there is none."""
    source = records_in(data, problems, is_heading=is_known, heading_rows=_HEADING_ROWS)
    if source is None or first_record(source, problems) is None:
        return None
    sample = list(islice(source.each(ProblemLog("")), _SAMPLE_RECORDS))
    header = _header(sample, problems)
    return None if header is None else _table(source, header, problems)


def _header(sample: list[Record], problems: ProblemLog) -> _Header | None:
    skipped = _heading_row([cells for _, cells in sample])
    line, cells = sample[skipped]
    for above, title in sample[:skipped]:
        problems.add("title_row", line=above, at=above, value=" ".join(filter(None, map(str.strip, title))))
    written = [cell.strip().strip("\ufeff").strip() for cell in cells]
    while written and not written[-1]:
        written.pop()
    if len(written) > MAX_COLUMNS:
        problems.add("too_many_columns", line=line, found=len(written), most=MAX_COLUMNS)
        return None
    rows = [row for _, row in sample[skipped + 1 :]]
    return _Header(skipped, line, _names(written, rows, line, problems), tuple(written))


def _heading_row(rows: list[list[str]]) -> int:
    """The place of the headings: the first row that is filled like the rest, or one whose words say more."""
    filled = [sum(map(bool, map(str.strip, row))) for row in rows]
    usual = sorted(filled)[len(filled) // 2]
    natural = next((place for place, count in enumerate(filled) if count >= _FILLED * usual), 0)
    known = [sum(is_known(cell.strip()) for cell in dict.fromkeys(row)) for row in rows[:_HEADING_ROWS]]
    best = known.index(max(known))
    here = known[natural] if natural < len(known) else 0
    return best if known[best] >= _SURELY_HEADINGS and known[best] >= 2 * here + 1 else natural


def _names(written: list[str], rows: list[list[str]], line: int, problems: ProblemLog) -> tuple[str, ...]:
    """The headings, each once: a second one gets a number, one without words the number of its column."""
    taken = {name.casefold() for name in written if name}
    seen: set[str] = set()
    names = []
    for place, name in enumerate(written):
        if not name:
            has_cells = any(place < len(row) and row[place].strip() for row in rows)
            new = f"Column {place + 1}" if has_cells else ""
            problems.add("heading_missing", line=line, number=place + 1)
            names.append(new if new.casefold() not in taken else "")
            continue
        new = name
        number = 2
        while new.casefold() in seen or (new != name and new.casefold() in taken):
            new = f"{name} ({number})"
            number += 1
        if new != name:
            problems.add("heading_doubled", line=line, column=name, value=name, named=new)
        seen.add(new.casefold())
        names.append(new)
    return tuple(names)


def _table(source: Records, header: _Header, problems: ProblemLog) -> Table:
    def rows(log: ProblemLog) -> Iterator[Record]:
        for line, cells in _people_only(islice(source.each(log), header.skipped + 1, None), header, log):
            row = fitted(line, cells, header.names, log, short_rows_allowed=source.short_rows_allowed)
            if row is not None:
                yield line, row

    return Table(problems.file, header.names, header.names, rows)


def _people_only(records: Iterator[Record], header: _Header, log: ProblemLog) -> Iterator[Record]:
    """Rows without totals and repeated headings; lines of a single cell at the very end go, too."""
    width = len(header.names)
    held: deque[Record] = deque()
    for line, cells in records:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) > 1 and tuple(map(str.strip, cells[:width])) == header.cells:
            log.add("heading_again", line=line, at=line, value=filled[0])
            continue
        is_sparse = width > 2 and len(filled) <= max(1, width // 2)
        if is_sparse and _TOTAL.match(filled[0]):
            log.add("total_row", line=line, at=line, value=" ".join(filled))
            continue
        if width > 2 and len(filled) == 1 and len(held) < _MOST_BELOW:
            held.append((line, cells))
            continue
        yield from held
        held.clear()
        yield line, cells
    for line, cells in held:
        text = next(cell.strip() for cell in cells if cell.strip())
        # A single word may be the number of somebody of whom no more is known.
        if " " in text:
            log.add("total_row", line=line, at=line, value=text)
        else:
            yield line, cells
