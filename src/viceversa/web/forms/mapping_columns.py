"""The columns of a people file, or of a kept mapping, as the mapping form shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from viceversa.formats.dates import is_open
from viceversa.formats.guessing import unique_columns
from viceversa.formats.headings import STATUS, reason_to_leave_out
from viceversa.formats.mapping import STATUSES, ColumnUse, FileMapping
from viceversa.formats.meanings import ROLE_WORDS, STATUS_WORDS, yes_no
from viceversa.formats.person import ROLES
from viceversa.formats.problems import ProblemLog
from viceversa.formats.spoken import is_blank
from viceversa.formats.table import Table
from viceversa.formats.topics import normal
from viceversa.people.roster_problems import HIDDEN

# Enough to see every label; what comes later and is unknown is a problem at its row.
SAMPLE_ROWS = 20_000
# Longer lists of values are not grades, roles or a status.
MOST_LABELS = 60
WHOLE = re.compile(r"[+-]?[0-9]{1,7}([.,]0+)?")
SECRET = frozenset({"excludes"})
# Instead of a date, where there is no file to take one from.
UNSEEN = "-"
# Meanings that are asked for value by value.
VALUED = ("grade", "role", STATUS)
# Words whose meaning goes without saying in a mapping that has no file beside it.
_PLAIN_WORDS = frozenset(ROLE_WORDS) | frozenset(STATUS_WORDS) | frozenset(yes_no(yes="", no=""))


@dataclass
class Column:
    """One column: its heading, what it was taken for, and the values found in it."""

    number: int
    heading: str
    reason: str
    guess: ColumnUse
    labels: dict[str, None] = field(default_factory=dict)
    too_many: bool = False
    open_date: str = ""  # a date that can be read in two ways
    tells_apart: bool = False

    @property
    def first_value(self) -> str:
        """The first value; of what is private only that there is one."""
        first = next(iter(self.labels), "")
        return HIDDEN * 2 if first and (self.reason or self.guess.to in SECRET) else first

    @property
    def is_fixed(self) -> bool:
        """Identity stays out whatever anybody chooses."""
        return self.reason == "identity"

    @property
    def to_name(self) -> str:
        return f"to-{self.number}"

    @property
    def date_name(self) -> str:
        return f"date-{self.number}"

    @property
    def key(self) -> str:
        return f"col-{self.number}"

    def value_name(self, place: int) -> str:
        return f"value-{self.number}-{place}"

    def labels_for(self, to: str) -> list[str]:
        """The values that the people format cannot read as they are."""
        if to == "grade":
            return [label for label in self.labels if not WHOLE.fullmatch(label) and not is_blank(label)]
        if to == "role":
            return [label for label in self.labels if normal(label) not in ROLES]
        if to == STATUS:
            return [label for label in self.labels if normal(label) not in STATUSES]
        return []

    def see(self, cell: str) -> None:
        if not self.too_many:
            self.labels.setdefault(cell)
            self.too_many = len(self.labels) > MOST_LABELS
        if not self.open_date and is_open(cell):
            self.open_date = cell


def columns_of_file(table: Table, mapping: FileMapping) -> list[Column]:
    """The columns of a file with what a sample of its rows holds."""
    columns = list(_columns(table.header, mapping))
    apart = frozenset(unique_columns(table))
    for column in columns:
        column.tells_apart = column.heading in apart
    for _line, cells in islice(table.rows(ProblemLog(table.file)), SAMPLE_ROWS):
        for column in columns:
            if cells[column.number]:
                column.see(cells[column.number])
    return columns


def columns_of_profile(mapping: FileMapping) -> list[Column]:
    """The columns of a kept mapping, with the values that it says something of."""
    columns = list(_columns(tuple(mapping), mapping))
    for column in columns:
        use = column.guess
        column.tells_apart = not column.is_fixed
        column.open_date = UNSEEN if use.date_form else ""
        for label in use.values:
            if use.to == "grade" or normal(label) not in _PLAIN_WORDS:
                column.see(label)
    return columns


def _columns(headings: tuple[str, ...], mapping: FileMapping) -> Iterator[Column]:
    for place, heading in enumerate(headings):
        if heading:
            use = mapping.get(heading, ColumnUse(reason="unknown"))
            yield Column(place, heading, reason_to_leave_out(heading), use)
