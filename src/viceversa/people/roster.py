"""A people file compared with the people who are here: what would change, and what stands in the way.

Nothing is written here. Rules of the comparison:

- People are found by ``person_id``. Whoever is not in a file that holds everybody has left; a file that holds only
  some of us says nothing of the others. A row with a mistake is in the file all the same.
- A column that the file does not have changes nothing, save that somebody who had left is back when a file of
  everybody names them and tells no leaving dates.
- An empty cell of what people say of themselves (topics, interests, languages …) changes nothing either;
  an empty cell of what the organisation tells (manager, place, leaving date …) is what the organisation tells.
- Exclusions are counted and never compared: "changed" or "the same" would tell whom somebody excludes.
- A row whose manager can be found neither here nor among the rows to import is left out, and so are those
  below: a reporting line with a gap would let a junior be paired with their own boss's boss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Final

from viceversa.formats.mapping import ColumnUse, FileMapping
from viceversa.formats.people import read_people
from viceversa.formats.person import COLUMNS, PersonRow
from viceversa.formats.problems import Problem, shown

from .models import Person, RosterImport
from .reporting_lines import drop_unsound_lines
from .roster_difference import MOST_LISTED, Change, Difference, Leaver, has_left
from .roster_problems import BLOCKING, problem, room_problems, sentence, without_secrets
from .snapshot_rows import told_rows
from .topic_catalogue import words_meaning

# More than a twentieth of the people needs a second look: so looks a file cut short.
SHARE_OF_LEAVERS: Final = 0.05
_AT_ONCE: Final = 2_000

Scope = RosterImport.Scope
Mapped = Mapping[str, ColumnUse] | None


@dataclass(frozen=True)
class PeopleHere:
    """Everybody who is here: who reports to whom ("" for nobody), and their rows, to be gone through once.

    ``meant``: normal form of a word → that of the topic which it means, for topics that somebody has.
    """

    manager_of: Mapping[str, str]
    rows: Iterable[PersonRow]
    meant: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> PeopleHere:
        told = Person.objects.order_by("pk").values_list("pk", "person_id", "manager__person_id")
        manager_of: dict[str, str] = {}
        ends = [0]
        for number, (key, person_id, manager) in enumerate(told.iterator(5_000), start=1):
            manager_of[person_id] = manager or ""
            if number % _AT_ONCE == 1:
                ends.append(key)
            ends[-1] = key
        return cls(manager_of, _rows_in_parts(ends), words_meaning())


def _rows_in_parts(ends: list[int]) -> Iterator[PersonRow]:
    """Everybody by key, some at a time: one long question would keep SQLite from writing until its end.

    Of people from outside no file tells, so no file takes them away.
    """
    for before, end in pairwise(ends):
        yield from list(told_rows(Person.objects.filter(is_external=False, pk__gt=before, pk__lte=end)))


@dataclass(frozen=True)
class RosterPreview:
    """What applying a people file would do.

    ``rows`` are those that can be imported, ``new`` the ids among them that nobody here has, ``changed`` the
    columns by id of those that differ. ``changes`` lists single values, those that matter first; ``left_out``
    are the lines that cannot be imported, ``blocked`` says that the file as a whole cannot. ``absent`` are those
    who are here and not in the file, ``dated`` whom it gives a leaving date, ``returning`` whom it names although
    they had left; ``here`` is how many had not. ``new_gone`` is how many of the new had left before we heard of them.
    """

    file_name: str
    sha256: str
    columns: frozenset[str]
    rows: tuple[PersonRow, ...] = ()
    new: frozenset[str] = frozenset()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    values_changed: int = 0
    scope: str = Scope.EVERYBODY
    absent: tuple[Leaver, ...] = ()
    dated: tuple[Leaver, ...] = ()
    returning: tuple[Leaver, ...] = ()
    here: int = 0
    new_gone: int = 0
    kept_apart: int = 0
    problems: tuple[Problem, ...] = ()
    cautions: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    left_out: frozenset[int] = frozenset()
    more_left_out: bool = False
    blocked: bool = False

    @property
    def the_same(self) -> int:
        return len(self.rows) - len(self.new) - len(self.changed)

    @property
    def not_in_file(self) -> int:
        return len(self.absent)

    @property
    def left(self) -> tuple[Leaver, ...]:
        """Who leaves because the file, which holds everybody, does not name them."""
        return self.absent if self.scope == Scope.EVERYBODY else ()

    @property
    def back(self) -> tuple[Leaver, ...]:
        return self.returning if self.scope == Scope.EVERYBODY else ()

    @property
    def leaving(self) -> int:
        return len(self.dated) + len(self.left)

    @property
    def many_leave(self) -> bool:
        """More people than usually leave between two files: a wrong file looks like this, so somebody must agree."""
        return many_leave(self.leaving, here=self.here)

    @property
    def can_apply(self) -> bool:
        return bool(self.rows) and not self.blocked


def many_leave(leaving: int, *, here: int) -> bool:
    return leaving > here * SHARE_OF_LEAVERS


def preview(
    data: bytes,
    *,
    file_name: str,
    mapping: Mapped,
    against: PeopleHere,
    scope: str = Scope.EVERYBODY,
    on: date | None = None,
) -> RosterPreview:
    """Read the file and compare it with the people here, in one pass over each.

    ``on`` is the day by which somebody must have left to count as gone; without it any leaving date does.
    """
    file = read_people(
        data, file_name=file_name, managers="problem", mapping=mapping, known_ids=against.manager_of.keys()
    )
    del data
    columns = _columns_told(file.columns, mapping)

    def heading(column: str) -> str:
        return _heading(column, file.columns, mapping) or column

    blocked = any(one.severity == "error" and (not one.line or one.code in BLOCKING) for one in file.problems)
    rows, further = _acceptable(file.rows, list(file.problems), against, columns=columns, heading=heading)
    further = [replace(one, file=shown(file_name)) for one in further]
    problems = [
        replace(one, message=sentence(one)) for one in without_secrets([*file.problems, *further], heading("excludes"))
    ]
    errors = sorted((one for one in problems if one.severity == "error"), key=lambda one: one.line)
    accepted = {row.person_id: row for row in rows}
    difference = Difference(columns, on=on, meant=against.meant)
    for old in against.rows:
        row = accepted.get(old.person_id)
        if row is not None:
            row = accepted[old.person_id] = _with_day_known(old, row, mapping)
            difference.see(old, row)
        elif old.person_id in file.ids:
            difference.stay(old)
        else:
            difference.miss(old)
    new = frozenset(accepted.keys() - against.manager_of.keys())
    return RosterPreview(
        file_name=file_name,
        sha256=file.sha256,
        columns=columns,
        rows=tuple(accepted.values()),
        new=new,
        changed=difference.changed,
        changes=difference.listed(),
        values_changed=difference.values,
        scope=scope,
        absent=tuple(difference.absent),
        dated=tuple(difference.leaving),
        returning=tuple(difference.back),
        here=difference.here,
        new_gone=sum(has_left(accepted[person_id], on=on) for person_id in new),
        kept_apart=sum(1 for row in rows if row.excludes),
        problems=tuple(errors[:MOST_LISTED]),
        cautions=tuple(one for one in problems if one.severity == "caution")[:MOST_LISTED],
        notes=tuple(one for one in problems if one.severity == "note"),
        left_out=frozenset(one.line for one in errors if one.line),
        more_left_out=any(one.code == "more_errors" for one in problems),
        blocked=blocked,
    )


def _with_day_known(old: PersonRow, row: PersonRow, mapping: Mapped) -> PersonRow:
    """A file that only says that somebody has left does not move the day on which they did."""
    left_on = FileMapping.of(mapping).left_on if mapping is not None else ""
    if not left_on or old.leave_date is None or row.leave_date is None or row.leave_date.isoformat() != left_on:
        return row
    return replace(row, leave_date=min(old.leave_date, row.leave_date))


def _columns_told(headings: tuple[str, ...], mapping: Mapped) -> frozenset[str]:
    """Which columns of the people format the file has."""
    if mapping is None:
        return frozenset(heading.casefold() for heading in headings) & frozenset(COLUMNS)
    return FileMapping.of(mapping).told


def _heading(column: str, headings: tuple[str, ...], mapping: Mapped) -> str:
    """The file's own heading of a column of the people format; empty when it has none."""
    if mapping is not None:
        return FileMapping.of(mapping).heading_of(column)
    return next((heading for heading in headings if heading.casefold() == column), "")


def _acceptable(
    rows: tuple[PersonRow, ...],
    problems: list[Problem],
    against: PeopleHere,
    *,
    columns: frozenset[str],
    heading: Callable[[str], str],
) -> tuple[tuple[PersonRow, ...], list[Problem]]:
    """The rows that can be imported, and what is wrong with others besides ``problems``."""
    bad_lines = {one.line for one in problems if one.severity == "error"}
    further: list[Problem] = []
    kept: dict[str, PersonRow] = {}
    for row in rows:
        found = room_problems(row, heading=heading)
        further += found
        if row.line not in bad_lines and not any(one.severity == "error" for one in found):
            kept[row.person_id] = row
    if "manager_id" in columns:
        column = heading("manager_id")
        for row, circle in drop_unsound_lines(kept, against.manager_of):
            if circle:
                told = " → ".join(circle)
                further.append(problem("manager_circle", row, column=column, value=row.manager_id, cycle=told))
            elif row.line not in bad_lines:
                further.append(problem("manager_left_out", row, column=column, value=row.manager_id))
    return tuple(kept.values()), further
