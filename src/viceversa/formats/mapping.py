"""A file with its own headings into the people format: which column means what, and its values too.

`guessing.guess_mapping` proposes a mapping, a person corrects it, `apply_mapping` applies it.
The mapped table names lines and headings of the original file in every problem.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from viceversa.formats.headings import FULL_NAME, PREFERRED_NAME
from viceversa.formats.person import COLUMNS, ROLES
from viceversa.formats.problems import ProblemLog
from viceversa.formats.separated import Record
from viceversa.formats.table import Table
from viceversa.formats.topics import normal

DateForm = Literal["", "day_first", "month_first"]
# Why a column is left out; "" for one that is used.
Reason = Literal["", "identity", "pay", "private", "same", "unknown"]

TARGETS: Final = (*COLUMNS, FULL_NAME, PREFERRED_NAME)
DATE_COLUMNS: Final = ("hire_date", "leave_date")

_DATE: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?:[T ]00:00(?::00)?)?")
# Belong to the family name when written small: Ludwig van Beethoven, Ana de la Cruz.
_PARTICLE_LIST: Final = "van von der den de del della di da dos das du la le ten ter zu zum af av"
_PARTICLES: Final = frozenset(_PARTICLE_LIST.split())


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What becomes of one column of the original file.

    `to` is a column of the people format, `full_name` (split into two), `preferred_name` (wins over the
    given name where it says something), or empty: left out, for `reason`.
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
        if reason not in ("", "identity", "pay", "private", "same", "unknown"):
            raise ValueError(f"“{reason}” is not a reason to leave a column out.")
        meanings = {str(cell): str(meaning) for cell, meaning in values.items()}
        return cls(to, meanings, date_form, bool(data.get("identifies", False)), reason)


@dataclass(frozen=True, slots=True)
class _Source:
    """One column of the original file, ready to read."""

    place: int
    heading: str
    use: ColumnUse
    meanings: Mapping[str, str]

    def cell(self, row: list[str]) -> str:
        cell = row[self.place]
        if self.meanings:
            cell = self.meanings.get(normal(cell), cell)
        return iso_date(cell, self.use.date_form) if self.use.date_form else cell


def apply_mapping(table: Table, mapping: Mapping[str, ColumnUse], problems: ProblemLog) -> Table:
    """`table` in the people format; what the mapping leaves out or gets wrong is noted.

    There is always a `role` column: where nothing says who takes part, nobody does yet.
    """
    sources = _sources(table, mapping, problems)
    readers: dict[str, tuple[str, Callable[[list[str]], str]]] = {}
    for name in COLUMNS:
        meant = [source for source in sources if source.use.to == name]
        if name == "role":
            readers[name] = (_heading_of(meant) or "role", _role_of(meant))
        elif meant:
            readers[name] = (_heading_of(meant), meant[0].cell)
            for surplus in meant[1:]:
                problems.add("mapped_twice", column=surplus.heading, value=name, first=meant[0].heading)
    _add_names(sources, readers)
    identifying = next((source for source in sources if source.use.identifies), None)
    if identifying is not None:
        readers.setdefault("person_id", (identifying.heading, identifying.cell))
    if not any(source.use.to == "role" for source in sources):
        problems.add("role_unmapped", value="role")
    header = tuple(readers)
    columns = tuple(heading for heading, _ in readers.values())
    reads = [read for _, read in readers.values()]

    def rows(log: ProblemLog) -> Iterator[Record]:
        for line, row in table.rows(log):
            yield line, [read(row) for read in reads]

    return Table(table.file, header, columns, rows)


def _sources(table: Table, mapping: Mapping[str, ColumnUse], problems: ProblemLog) -> list[_Source]:
    use_by_heading = {heading.strip().casefold(): (heading, use) for heading, use in mapping.items()}
    sources = []
    for place, heading in enumerate(table.header):
        if not heading:
            continue
        _, use = use_by_heading.pop(heading.casefold(), ("", ColumnUse(reason="unknown")))
        if use.to and use.to not in TARGETS:
            problems.add("mapped_to_unknown", column=heading, value=use.to)
        elif use.to or use.identifies:
            meanings = {normal(cell): meaning for cell, meaning in use.values.items()}
            sources.append(_Source(place, heading, use, meanings))
        else:
            problems.add(LEFT_OUT.get(use.reason, "column_ignored"), column=heading, value=heading)
    for heading, use in use_by_heading.values():
        if use.to or use.identifies:
            problems.add("mapped_but_missing", column=heading, value=heading)
    return sources


# What a column that is left out for a reason is noted as.
LEFT_OUT: Final = {
    "identity": "left_out_identity",
    "pay": "left_out_pay",
    "private": "left_out_private",
    "same": "left_out_same",
}


def _heading_of(sources: list[_Source]) -> str:
    return sources[0].heading if sources else ""


def _role_of(sources: list[_Source]) -> Callable[[list[str]], str]:
    """Several columns may say one role each: together they say both."""

    def role(row: list[str]) -> str:
        said = {cell: cell.casefold() for source in sources if (cell := source.cell(row))}
        strange = next((cell for cell, word in said.items() if word not in ROLES), "")
        if strange or len(said) < 2:
            return strange or next(iter(said), "")
        words = set(said.values())
        return words.pop() if len(words) == 1 else "both"

    return role


def _add_names(sources: list[_Source], readers: dict[str, tuple[str, Callable[[list[str]], str]]]) -> None:
    full = next((source for source in sources if source.use.to == FULL_NAME), None)
    if full is not None:
        readers.setdefault("given_name", (full.heading, lambda row: split_name(full.cell(row))[0]))
        readers.setdefault("family_name", (full.heading, lambda row: split_name(full.cell(row))[1]))
    preferred = next((source for source in sources if source.use.to == PREFERRED_NAME), None)
    if preferred is None:
        return
    heading, given = readers.get("given_name", (preferred.heading, lambda _: ""))
    readers["given_name"] = (heading, lambda row: preferred.cell(row) or given(row))


def split_name(name: str) -> tuple[str, str]:
    """Given and family name of `Ada Lovelace` or `Lovelace, Ada`; one word alone is the given name."""
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    words = name.split()
    if len(words) < 2:
        return name.strip(), ""
    begin = len(words) - 1
    while begin > 1 and words[begin - 1] in _PARTICLES:
        begin -= 1
    return " ".join(words[:begin]), " ".join(words[begin:])


def iso_date(cell: str, form: DateForm) -> str:
    """The date in ISO form, or the cell as it is where it has another shape."""
    match = _DATE.fullmatch(cell)
    if match is None:
        return cell
    first, _, second, year = match.groups()
    day, month = (first, second) if form == "day_first" else (second, first)
    return f"{year}-{month:0>2}-{day:0>2}"
