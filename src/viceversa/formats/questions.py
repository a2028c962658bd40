"""What a mapping leaves open and only a person can answer: values without a meaning, dates of unknown form."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from viceversa.formats.dates import is_open
from viceversa.formats.headings import STATUS
from viceversa.formats.mapping import DATE_COLUMNS, STATUSES, ColumnUse, FileMapping
from viceversa.formats.person import ROLES
from viceversa.formats.problems import Problem, ProblemLog
from viceversa.formats.spoken import is_blank
from viceversa.formats.table import Table
from viceversa.formats.topics import normal

_SAMPLE_ROWS: Final = 100_000
# More different values than this are not asked for one by one.
_MOST_VALUES: Final = 60


def open_questions(table: Table, mapping: FileMapping) -> tuple[Problem, ...]:
    """One problem for each value and each column of dates that the mapping does not explain."""
    log = ProblemLog(table.file)
    used = {heading: use for heading, use in mapping.items() if use.to in ("grade", "role", STATUS, *DATE_COLUMNS)}
    cells = _distinct(table, used)
    for heading, use in used.items():
        for code, value in islice(_questions(use, cells.get(heading, {})), _MOST_VALUES):
            log.add(code, column=heading, value=value)
    return log.listed()


def _distinct(table: Table, headings: Iterable[str]) -> dict[str, dict[str, None]]:
    places = {heading: table.header.index(heading) for heading in headings if heading in table.header}
    cells: dict[str, dict[str, None]] = {heading: {} for heading in places}
    for _, row in islice(table.rows(ProblemLog(table.file)), _SAMPLE_ROWS):
        for heading, place in places.items():
            if row[place]:
                cells[heading].setdefault(row[place])
    return cells


def _questions(use: ColumnUse, cells: Iterable[str]) -> Iterator[tuple[str, str]]:
    if use.to in DATE_COLUMNS:
        example = next(filter(is_open, cells), "") if not use.date_form else ""
        if example:
            yield "date_form_open", example
        return
    known = {normal(cell) for cell in use.values} | set(STATUSES if use.to == STATUS else ROLES)
    code = {"grade": "grade_label_open", "role": "role_value_open"}.get(use.to, "status_value_open")
    for cell in cells:
        is_number = use.to == "grade" and cell.lstrip("+-").replace(".0", "").replace(",0", "").isdigit()
        if not is_number and not is_blank(cell) and normal(cell) not in known:
            yield code, cell
