"""A first mapping for a file with its own headings: what most people would have chosen."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from viceversa.formats.cells import is_time_zone
from viceversa.formats.dates import DateForm, guess_date_form, is_date, is_open
from viceversa.formats.grades import grade_order
from viceversa.formats.headings import (
    BOTH_ROLES,
    FULL_NAME,
    STATUS,
    YES_MEANS_LEFT,
    column_meant,
    plain,
    reason_to_leave_out,
    role_flag,
    topic_in,
    words,
)
from viceversa.formats.managers import readings
from viceversa.formats.mapping import DATE_COLUMNS, HERE, LEFT, SEVERAL_COLUMNS, ColumnUse, FileMapping
from viceversa.formats.meanings import ROLE_WORDS, STATUS_WORDS, yes_no
from viceversa.formats.names import split_name
from viceversa.formats.person import ROLES
from viceversa.formats.problems import ProblemLog
from viceversa.formats.spoken import is_blank
from viceversa.formats.table import Table
from viceversa.formats.topics import normal

# Enough to see how dates are written and whether managers are people of the file, whatever the order of rows.
_SAMPLE_ROWS: Final = 20_000
# Most managers must be found, for some have left or head the organisation.
_SHARE_OF_MANAGERS_FOUND: Final = 0.5
# Above this share of cells that fit, a column is what its heading says.
_MOST: Final = 0.5
_LEAST_TELLING: Final = 10_000
_SURELY: Final = 0.9
_MANAGER: Final = frozenset(
    {"manager", "supervisor", "vorgesetzter", "vorgesetzte", "fuhrungskraft", "responsable", "reports"}
)
_IS_CODE: Final = frozenset({"id", "number", "no", "nr", "num", "code", "file", "key"})


class _Columns:
    """The columns of a table with the cells of a sample: distinct ones, and how many are filled."""

    def __init__(self, table: Table) -> None:
        self.headings = [heading for heading in table.header if heading]
        places = {heading: place for place, heading in enumerate(table.header) if heading}
        self._cells: dict[str, dict[str, None]] = {heading: {} for heading in self.headings}
        self._filled = dict.fromkeys(self.headings, 0)
        self.rows = 0
        for _, row in islice(table.rows(ProblemLog(table.file)), _SAMPLE_ROWS):
            self.rows += 1
            for heading, place in places.items():
                cell = row[place]
                if cell:
                    self._cells[heading].setdefault(cell)
                    self._filled[heading] += 1

    def cells(self, heading: str) -> dict[str, None]:
        """The distinct cells that say something."""
        return self._cells[heading]

    def is_empty(self, heading: str) -> bool:
        return not self._filled[heading] and self.rows > 0

    def tells_apart(self, heading: str) -> bool:
        """Whether every row has a cell here and no two the same."""
        return self._filled[heading] == self.rows == len(self._cells[heading])

    def share(self, heading: str, fits: Iterable[bool]) -> float:
        """The share of distinct cells that fit; 1 for a column without cells."""
        return sum(fits) / max(1, len(self._cells[heading])) if self._cells[heading] else 1.0


def unique_columns(table: Table) -> list[str]:
    """The headings of columns that tell everybody in the file apart."""
    columns = _Columns(table)
    return [heading for heading in columns.headings if columns.rows and columns.tells_apart(heading)]


def guess_mapping(table: Table) -> FileMapping:
    """What each heading of `table` most likely means; every column is in it, left out or not."""
    columns = _Columns(table)
    uses = _by_headings(table, columns)
    _by_cells(uses, columns)
    for heading, use in uses.items():
        if use.to == "manager_id" and not _finds_managers(heading, uses, columns):
            uses[heading] = ColumnUse(reason="unknown")
    _keep_most_telling(uses, columns)
    makes_ids = not _identify(uses, columns)
    form = _form_of_the_file(columns)
    for heading, use in uses.items():
        if use.to == "grade":
            uses[heading] = replace(use, values=grade_order(columns.cells(heading)))
        elif use.to in DATE_COLUMNS and any(map(is_open, columns.cells(heading))):
            uses[heading] = replace(use, date_form=guess_date_form(columns.cells(heading)) or form)
    return FileMapping(uses, role=_role_in_name(table.file), makes_ids=makes_ids)


def _by_headings(table: Table, columns: _Columns) -> dict[str, ColumnUse]:
    uses: dict[str, ColumnUse] = {}
    has_manager = False
    bare = {heading.casefold(): heading for heading in columns.headings}
    for heading in columns.headings:
        use = _first_guess(heading, table.file, columns)
        # A second `Name` or `Email` to the right of the manager is the manager's.
        first = bare.get(heading.rpartition(" (")[0].casefold()) if heading.endswith(")") else None
        if first is not None and use.to in ("email", FULL_NAME, "person_id"):
            is_other = has_manager and columns.cells(first) != columns.cells(heading)
            use = ColumnUse("manager_id") if is_other else ColumnUse(reason="same")
        has_manager = has_manager or bool(words(heading) & _MANAGER)
        uses[heading] = use
    return uses


def _first_guess(heading: str, file: str, columns: _Columns) -> ColumnUse:
    reason = reason_to_leave_out(heading)
    if reason == "identity":
        return ColumnUse(reason="identity")
    if reason == "pay":
        return ColumnUse(reason="pay")
    if reason == "private":
        return ColumnUse(reason="private")
    if plain(heading) == BOTH_ROLES:
        return ColumnUse("role", values=yes_no(yes="both", no=_role_in_name(file)))
    flag = role_flag(heading)
    if flag:
        return _role_flag(heading, flag, columns)
    column, _ = column_meant(heading)
    if not column:
        topic = topic_in(heading)[0]
        return ColumnUse(topic) if topic else ColumnUse(reason="unknown")
    if columns.is_empty(heading) and column not in DATE_COLUMNS:
        # Not one leaving date says that nobody leaves; not one place says nothing about anybody.
        return ColumnUse(reason="empty")
    if column == "role":
        return _role_column(heading, columns)
    if column == STATUS:
        return _status(heading, columns)
    if column == "time_zone" and not _are_time_zones(heading, columns):
        return ColumnUse(reason="unknown")
    if column in DATE_COLUMNS and columns.share(heading, _dates(columns.cells(heading))) < _MOST:
        return ColumnUse(reason="unknown")
    if column == "person_id" and columns.share(heading, _spaced(columns.cells(heading))) > _MOST:
        return ColumnUse(FULL_NAME)  # `Worker`, `Employee`
    return ColumnUse(column)


def _dates(cells: Iterable[str]) -> Iterable[bool]:
    return (is_blank(cell) or is_date(cell) for cell in cells)


def _spaced(cells: Iterable[str]) -> Iterable[bool]:
    return (" " in cell and not any(map(str.isdigit, cell)) for cell in cells)


def _are_time_zones(heading: str, columns: _Columns) -> bool:
    return columns.share(heading, map(is_time_zone, columns.cells(heading))) > _MOST


def _role_flag(heading: str, flag: str, columns: _Columns) -> ColumnUse:
    """A column that says one role with yes, X or the role's own name; names and dates are something else."""
    values = ROLE_WORDS | yes_no(yes=flag, no="")
    fits = columns.share(heading, (normal(cell) in values for cell in columns.cells(heading)))
    return ColumnUse("role", values=values) if fits >= _MOST else ColumnUse(reason="unknown")


def _role_column(heading: str, columns: _Columns) -> ColumnUse:
    """Roles in this column, or jobs: many systems call a job a role."""
    meant = frozenset(ROLE_WORDS) | frozenset(ROLES)
    fits = columns.share(heading, (normal(cell) in meant for cell in columns.cells(heading)))
    if fits >= _MOST:
        return ColumnUse("role", values={word: role for word, role in ROLE_WORDS.items() if word not in ROLES})
    if plain(heading) == "role":
        return ColumnUse("job_title")
    return ColumnUse(reason="unknown")


def _status(heading: str, columns: _Columns) -> ColumnUse:
    yes_means_left = plain(heading) in YES_MEANS_LEFT
    answers = yes_no(yes=LEFT if yes_means_left else HERE, no=HERE if yes_means_left else LEFT)
    values = answers | STATUS_WORDS
    fits = columns.share(heading, (normal(cell) in values for cell in columns.cells(heading)))
    return ColumnUse(STATUS, values=values) if fits >= _MOST else ColumnUse(reason="unknown")


def _role_in_name(file: str) -> str:
    """`mentors.csv` holds mentors, `leaders.csv` and `mentees.csv` those who learn from them."""
    name = file.casefold().replace("\\", "/").rpartition("/")[2]
    if "mentee" in name:
        return "mentee"
    return "mentor" if "mentors" in name else ""


def _by_cells(uses: dict[str, ColumnUse], columns: _Columns) -> None:
    """What a heading does not say its cells may: addresses, and who is a mentor."""
    taken = {use.to for use in uses.values()}
    for heading, use in uses.items():
        cells = columns.cells(heading)
        if use.reason != "unknown" or use.to or len(cells) < 2 or words(heading) & _MANAGER:
            continue
        looks_like_address = columns.share(heading, ("@" in cell and " " not in cell for cell in cells))
        if "email" not in taken and looks_like_address >= _SURELY and columns.tells_apart(heading):
            uses[heading] = ColumnUse("email")
            taken.add("email")
        elif "role" not in taken and cells and all(ROLE_WORDS.get(normal(cell)) for cell in cells):
            uses[heading] = _role_column(heading, columns)


def _keep_most_telling(uses: dict[str, ColumnUse], columns: _Columns) -> None:
    """One heading for each column of the format; role and topics may be said by several."""
    chosen: dict[str, str] = {}

    def rank(heading: str) -> tuple[bool, bool, int]:
        tells_nobody_apart = uses[heading].to == "person_id" and not columns.tells_apart(heading)
        meant, place = column_meant(heading)
        # What was put together from the words around it comes last.
        return tells_nobody_apart, columns.is_empty(heading), place if meant == uses[heading].to else _LEAST_TELLING

    for heading, use in uses.items():
        if not use.to or use.to in SEVERAL_COLUMNS:
            continue
        rival = chosen.setdefault(use.to, heading)
        if rank(heading) < rank(rival):
            chosen[use.to] = heading
    has_names = "given_name" in chosen and "family_name" in chosen
    for heading, use in uses.items():
        is_surplus = use.to in chosen and chosen[use.to] != heading
        if is_surplus or (use.to == FULL_NAME and has_names):
            uses[heading] = ColumnUse(reason="same")


def _identify(uses: dict[str, ColumnUse], columns: _Columns) -> bool:
    """Whether some column tells people apart: a number, else the e-mail address, else what looks like a code."""
    if any(use.to == "person_id" for use in uses.values()):
        return True
    for heading, use in uses.items():
        if use.to == "email" and columns.tells_apart(heading):
            uses[heading] = replace(use, identifies=True)
            return True
    for heading, use in uses.items():
        is_free = use.to in ("", "external_id") and not _is_kept_out(use)
        if is_free and words(heading) & _IS_CODE and columns.tells_apart(heading):
            uses[heading] = ColumnUse("person_id")
            return True
    return False


def _is_kept_out(use: ColumnUse) -> bool:
    return use.reason in ("identity", "pay", "private")


def _form_of_the_file(columns: _Columns) -> DateForm:
    """How dates are written anywhere in the file, in columns that are left out too: one export, one form."""
    forms = {guess_date_form(columns.cells(heading)) for heading in columns.headings if _has_dates(heading, columns)}
    told = forms - {""}
    return told.pop() if len(told) == 1 else ""


def _has_dates(heading: str, columns: _Columns) -> bool:
    cells = columns.cells(heading)
    return bool(cells) and columns.share(heading, map(is_open, cells)) > _MOST


def _finds_managers(heading: str, uses: dict[str, ColumnUse], columns: _Columns) -> bool:
    """Whether most managers are people of the file, by number, address or name."""
    known = {normal(one) for one in _people_by_any_name(uses, columns)}
    managers = [cell for cell in columns.cells(heading) if not is_blank(cell)]
    found = sum(any(_plain_name(one) in known for one in readings(cell)) for cell in managers)
    return found >= _SHARE_OF_MANAGERS_FOUND * len(managers)


def _plain_name(words: str) -> str:
    return normal(" ".join(filter(None, split_name(words)))) if not words.isdigit() else words.lstrip("0")


def _people_by_any_name(uses: dict[str, ColumnUse], columns: _Columns) -> Iterable[str]:
    given: set[str] = set()
    for heading, use in uses.items():
        cells = columns.cells(heading)
        if use.to in ("person_id", "email", FULL_NAME) or use.identifies:
            yield from map(_plain_name, cells)
        elif use.to == "given_name":
            given.update(normal(cell) for cell in cells)
    family = {
        normal(cell) for heading, use in uses.items() if use.to == "family_name" for cell in columns.cells(heading)
    }
    if given and family:
        for heading, use in uses.items():
            if use.to == "manager_id":
                for cell in columns.cells(heading):
                    for one in readings(cell):
                        first, last = split_name(one)
                        first, last = normal(first), normal(last)
                        if (first in given and last in family) or (last in given and first in family):
                            yield _plain_name(one)
