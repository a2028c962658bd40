"""A file with its own headings into the people format: which column means what, and its values too.

`guessing.guess_mapping` proposes a mapping, a person corrects it, `mapped_table.apply_mapping` applies it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from viceversa.formats.dates import DateForm
from viceversa.formats.headings import FULL_NAME, OFFERED_TOPIC, PREFERRED_NAME, STATUS, WANTED_TOPIC
from viceversa.formats.person import COLUMNS, ROLES

# Why a column is left out; "" for one that is used.
Reason = Literal["", "identity", "pay", "private", "same", "empty", "unknown"]
REASONS: Final = ("", "identity", "pay", "private", "same", "empty", "unknown")

TARGETS: Final = (*COLUMNS, FULL_NAME, PREFERRED_NAME, STATUS, OFFERED_TOPIC, WANTED_TOPIC)
DATE_COLUMNS: Final = ("hire_date", "leave_date")
# What several columns may say together.
SEVERAL_COLUMNS: Final = frozenset({"role", OFFERED_TOPIC, WANTED_TOPIC})
# Meanings of a status.
HERE, LEFT = "here", "left"
STATUSES: Final = (HERE, LEFT)

# Which columns of the people format a meaning fills that is not one itself.
_FILLS: Final = {
    FULL_NAME: ("given_name", "family_name"),
    PREFERRED_NAME: ("given_name",),
    STATUS: ("leave_date",),
    OFFERED_TOPIC: ("offers",),
    WANTED_TOPIC: ("wants",),
}
_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What becomes of one column of the original file.

    `to` is a column of the people format, `full_name` (split into two), `preferred_name` (wins over the
    given name where it says something), `status` (who has left), `offered_topic` or `wanted_topic` (the
    heading is the topic), or empty: left out, for `reason`.
    `values` says what cells mean, compared by `topics.normal`: {"Junior": "1"}, {"yes": "mentor"}; a cell
    not named stays as it is.
    `date_form` says how 03/04/2020 is meant; without it such a date is a problem.
    `identifies` makes the column the person_id as well, for files that know people by e-mail alone.
    """

    to: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    date_form: DateForm = ""
    identifies: bool = False
    reason: Reason = ""

    def as_dict(self) -> dict[str, object]:
        """Plain data for a form or a session; `from_dict` is the way back."""
        return {
            "to": self.to,
            "values": dict(self.values),
            "date_form": self.date_form,
            "identifies": self.identifies,
            "reason": self.reason,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "ColumnUse":
        """Raises ValueError for what no `ColumnUse` can hold."""
        to, values = str(data.get("to", "")), data.get("values", {})
        date_form, reason = data.get("date_form", ""), data.get("reason", "")
        if to and to not in TARGETS:
            raise ValueError(f"“{to}” is not a column of the people format.")
        if not isinstance(values, Mapping):
            raise ValueError("values must name what each cell means.")
        if date_form not in ("", "day_first", "month_first"):
            raise ValueError(f"“{date_form}” is not a form of dates: write day_first or month_first.")
        if reason not in REASONS:
            raise ValueError(f"“{reason}” is not a reason to leave a column out.")
        meanings = {str(cell): str(meaning) for cell, meaning in values.items()}
        return cls(to, meanings, date_form, bool(data.get("identifies", False)), reason)


@dataclass(frozen=True, eq=False)
class FileMapping(Mapping[str, ColumnUse]):
    """What the columns of a file mean by heading, and what holds for everybody in it.

    `role` and `grade` are those of whoever the columns give none; empty where nothing is to be added.
    `makes_ids` numbers people by their e-mail address or name, for files without any number.
    `left_on` is the ISO day on which people have left of whom the file says only that they have.
    """

    columns: Mapping[str, ColumnUse]
    role: str = ""
    grade: str = ""
    makes_ids: bool = False
    left_on: str = ""

    @classmethod
    def of(cls, mapping: Mapping[str, ColumnUse]) -> "FileMapping":
        """`mapping` itself, or with nothing that holds for everybody."""
        return mapping if isinstance(mapping, cls) else cls(dict(mapping))

    def __getitem__(self, heading: str) -> ColumnUse:
        return self.columns[heading]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def told(self) -> frozenset[str]:
        """Which columns of the people format the file fills."""
        told: set[str] = {"person_id"}
        for use in self.columns.values():
            told.update(_FILLS.get(use.to, (use.to,)))
        if self.role:
            told.add("role")
        if self.grade:
            told.add("grade")
        return frozenset(told) & frozenset(COLUMNS)

    def heading_of(self, column: str) -> str:
        """The heading that fills a column of the people format, empty where none does."""
        for heading, use in self.columns.items():
            if use.to == column or (column == "person_id" and use.identifies):
                return heading
        return next((heading for heading, use in self.columns.items() if column in _FILLS.get(use.to, ())), "")

    def as_data(self) -> dict[str, object]:
        """Plain data to keep; `from_data` is the way back."""
        return {
            "version": _VERSION,
            "columns": {heading: use.as_dict() for heading, use in self.columns.items()},
            "role": self.role,
            "grade": self.grade,
            "makes_ids": self.makes_ids,
            "left_on": self.left_on,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "FileMapping":
        """Raises ValueError for what no mapping can hold; reads what was kept before there was a version, too."""
        if data.get("version") != _VERSION:
            return cls(_uses(data))
        columns, role = data.get("columns"), str(data.get("role", ""))
        if not isinstance(columns, Mapping) or role not in ROLES:
            raise ValueError("a mapping needs columns, and a role that the people format has.")
        return cls(
            _uses(columns),
            role,
            str(data.get("grade", "")),
            bool(data.get("makes_ids", False)),
            str(data.get("left_on", "")),
        )


def _uses(columns: Mapping[str, object]) -> dict[str, ColumnUse]:
    uses = {}
    for heading, use in columns.items():
        if not isinstance(use, Mapping):
            raise ValueError(f"“{heading}” must say what the column means.")
        uses[str(heading)] = ColumnUse.from_dict(use)
    return uses
