"""The people file (docs/files.md): bytes in, one `PersonRow` a person and all problems out.

    people = read_people(path.read_bytes(), file_name=path.name)
    if not people.ok:
        for problem in people.problems: ...

Nothing in a file raises: whatever is wrong with it is a `Problem` that names line, column and value.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from viceversa.formats.canonical import UnwritablePeople, write_people
from viceversa.formats.export import read_export
from viceversa.formats.headings import reason_to_leave_out
from viceversa.formats.mapped_table import LEFT_OUT, apply_mapping
from viceversa.formats.mapping import ColumnUse
from viceversa.formats.person import COLUMNS, DEFAULT_HOURS, REQUIRED_COLUMNS, PersonRow, Want
from viceversa.formats.problems import Problem, ProblemLog, Severity
from viceversa.formats.references import manager_cycles, unknown
from viceversa.formats.row import RowReader
from viceversa.formats.table import Table, read_table
from viceversa.formats.topics import normal

__all__ = [
    "COLUMNS",
    "DEFAULT_HOURS",
    "REQUIRED_COLUMNS",
    "ColumnUse",
    "PeopleFile",
    "PersonRow",
    "Problem",
    "UnwritablePeople",
    "Want",
    "normal",
    "read_people",
    "write_people",
]

# What an unknown manager is: the last word is the caller's, see `read_people`.
Managers = Literal["caution", "problem"]

_MOST_OTHER_LINES: Final = 5
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class PeopleFile:
    """A people file that was read.

    `rows` are those without an error of their own; with `ok` false they are good for a preview alone.
    `columns` are the headings as written; `sha256` is that of the bytes read, in hexadecimal.
    `ids` are everybody whom the file names, also in rows with an error.
    """

    rows: tuple[PersonRow, ...]
    problems: tuple[Problem, ...]
    columns: tuple[str, ...]
    sha256: str
    ids: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        return self._of("error")

    @property
    def cautions(self) -> tuple[Problem, ...]:
        return self._of("caution")

    @property
    def notes(self) -> tuple[Problem, ...]:
        return self._of("note")

    def _of(self, severity: Severity) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == severity)


def read_people(
    data: bytes,
    *,
    file_name: str,
    managers: Managers = "caution",
    mapping: Mapping[str, ColumnUse] | None = None,
    known_ids: Collection[str] = (),
) -> PeopleFile:
    """Read a people file.

    A manager who is neither in the file nor in `known_ids` (people known already) is a caution, or an
    error with `managers="problem"`.
    `mapping` says what the headings mean, where they are not those of the people format.
    """
    problems = ProblemLog(file_name)
    sha256 = hashlib.sha256(data).hexdigest()
    table = read_table(data, problems) if mapping is None else read_export(data, problems)
    if table is None:
        return PeopleFile((), problems.listed(), (), sha256)
    people_table = table if mapping is None else apply_mapping(table, mapping, problems)
    rows, ids = _people_in(people_table, problems, managers=managers, known_ids=frozenset(known_ids))
    return PeopleFile(rows, problems.listed(), table.columns, sha256, ids)


def _people_in(
    table: Table, problems: ProblemLog, *, managers: Managers, known_ids: frozenset[str]
) -> tuple[tuple[PersonRow, ...], frozenset[str]]:
    places = _places(table, problems)
    if "person_id" not in places:
        return (), frozenset()
    reader = RowReader(places, table.columns, problems)
    people: list[PersonRow] = []
    line_of: dict[str, int] = {}
    lines_of: dict[str, list[int]] = {}  # of ids that more than one row has
    manager_of: dict[str, str] = {}
    manager_place = places.get("manager_id")
    rows_seen = 0
    for line, row in table.rows(problems):
        rows_seen += 1
        person = reader.person(line, row)
        person_id = reader.person_id(row)
        first = line_of.setdefault(person_id, line) if person_id else line
        if first != line:
            lines_of.setdefault(person_id, [first]).append(line)
            continue
        if manager_place is not None and row[manager_place] and person_id:
            manager_of[person_id] = row[manager_place]
        if person is not None:
            people.append(person)
    if not rows_seen and not problems.errors:
        problems.add("no_rows")
    _refuse_shared_ids(lines_of, reader, problems)
    _require_grades(people, places, problems)
    _check_managers(manager_of, line_of, reader, problems, managers=managers, known_ids=known_ids)
    _check_wishes(people, line_of, reader, problems, known_ids=known_ids)
    rows = tuple(person for person in people if person.person_id not in lines_of)
    return rows, frozenset(line_of)


def _places(table: Table, problems: ProblemLog) -> dict[str, int]:
    """Where each column of the format stands; what is missing or ignored is noted."""
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        name = heading.casefold()
        if name in COLUMNS:
            places.setdefault(name, place)
        elif heading:
            code = LEFT_OUT.get(reason_to_leave_out(heading), "column_ignored")
            problems.add(code, column=table.columns[place], value=table.columns[place])
    for name in REQUIRED_COLUMNS:
        if name not in places:
            found = ", ".join(filter(None, table.columns)) or "none"
            problems.add("column_missing", value=name, found=found, hint=_hint(name, table, places))
    return places


def _hint(name: str, table: Table, places: Mapping[str, int]) -> str:
    for heading in table.header:
        if _NOT_A_LETTER.sub("", heading.casefold()) == _NOT_A_LETTER.sub("", name):
            return f"Rename “{heading}” to {name}."
    if not places:
        return "The first row must hold the headings; add them, or rename those that mean the same."
    return f"Add it, or rename the heading that means {name}."


def _refuse_shared_ids(lines_of: Mapping[str, list[int]], reader: RowReader, problems: ProblemLog) -> None:
    """Nobody but a person knows which of several rows with one id is right: every one of them is a problem."""
    column = reader.column("person_id")
    for person_id, lines in lines_of.items():
        # A few of them are enough to find, and thousands would take their square to list.
        nearest = lines[: _MOST_OTHER_LINES + 1]
        for line in lines:
            others = [str(other) for other in nearest if other != line][:_MOST_OTHER_LINES]
            more = ["…"] if len(lines) - 1 > len(others) else []
            problems.add("id_twice", line=line, column=column, value=person_id, others=", ".join(others + more))


def _require_grades(people: list[PersonRow], places: Mapping[str, int], problems: ProblemLog) -> None:
    participants = sum(1 for person in people if person.role)
    if participants and "grade" not in places:
        problems.add("grade_column_missing", value="grade", participants=participants)


def _check_managers(
    manager_of: Mapping[str, str],
    line_of: Mapping[str, int],
    reader: RowReader,
    problems: ProblemLog,
    *,
    managers: Managers,
    known_ids: frozenset[str],
) -> None:
    column = reader.column("manager_id")
    for cycle in manager_cycles(manager_of):
        line = line_of[cycle[0]]
        if len(cycle) == 2:
            problems.add("manager_self", line=line, column=column, value=cycle[0])
            continue
        problems.add("manager_cycle", line=line, column=column, value=manager_of[cycle[0]], cycle=" → ".join(cycle))
    severity: Severity = "error" if managers == "problem" else "caution"
    for person_id, manager_id in manager_of.items():
        if manager_id not in line_of and manager_id not in known_ids:
            problems.add(
                "manager_unknown",
                line=line_of[person_id],
                column=column,
                value=manager_id,
                severity=severity,
            )


def _check_wishes(
    people: list[PersonRow],
    line_of: Mapping[str, int],
    reader: RowReader,
    problems: ProblemLog,
    *,
    known_ids: frozenset[str],
) -> None:
    for person in people:
        for one in unknown(person.prefers, line_of, known_ids):
            column = reader.column("prefers")
            problems.add("preferred_unknown", line=person.line, column=column, value=one)
        for one in unknown(person.excludes, line_of, known_ids):
            column = reader.column("excludes")
            problems.add("excluded_unknown", line=person.line, column=column, value=one)
