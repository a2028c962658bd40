"""One row of text into a `PersonRow`, every fault of the row noted on the way."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final, TypeVar

from viceversa.formats import cells, topics
from viceversa.formats.cells import CellFault
from viceversa.formats.person import DEFAULT_HOURS, PersonRow, Want
from viceversa.formats.problems import ProblemLog

Value = TypeVar("Value")
Comparable = TypeVar("Comparable", int, Want)

# What `write_people` puts before text that a spreadsheet would take for a formula.
_GUARD: Final = re.compile(rf"'+[{re.escape(cells.FORMULA_STARTS)}]")

_grade: Final = partial(cells.whole_number, code="grade")
_capacity: Final = partial(cells.whole_number, code="capacity", low=1)
_style: Final = partial(cells.whole_number, code="style", low=1, high=5)


class RowReader:
    """Reads rows of one table; `places` says where each column of the format stands in it."""

    def __init__(self, places: Mapping[str, int], columns: tuple[str, ...], problems: ProblemLog) -> None:
        self._places = places
        self._columns = columns
        self._problems = problems
        # One object for each topic, function or place, however many people name it.
        self._shared: dict[str, str] = {}
        self._line = 0
        self._cells: list[str] = []

    def person(self, line: int, row: list[str]) -> PersonRow | None:
        """The person in this row, or None when something in it is wrong."""
        errors_before = self._problems.errors
        self._line, self._cells = line, row
        if not "".join(row).isprintable():
            self._note_hidden_characters()
        person_id = self.person_id(row)
        role = self._read("role", cells.role, "")
        person = PersonRow(
            person_id=person_id,
            given_name=self._text("given_name"),
            family_name=self._text("family_name"),
            email=self._text("email"),
            job_title=self._common_text("job_title"),
            function=self._common_text("function"),
            location=self._common_text("location"),
            external_id=self._text("external_id"),
            manager_id=self._read("manager_id", cells.identifier, "", guarded=False),
            grade=self._read("grade", _grade, None),
            role=role,
            capacity=self._read("capacity", _capacity, 1),
            offers=self._offers(),
            wants=self._wants(),
            interests=self._read("interests", self._common_items, ()),
            languages=self._languages(),
            time_zone=self._read("time_zone", cells.time_zone, ""),
            hours=self._read("hours", cells.hours, DEFAULT_HOURS),
            style_formality=self._read("style_formality", _style, None),
            style_structure=self._read("style_structure", _style, None),
            prefers=self._read("prefers", topics.list_items, ()),
            excludes=self._excludes(person_id),
            hire_date=self._read("hire_date", cells.day, None),
            leave_date=self._read("leave_date", cells.day, None),
            line=line,
        )
        self._check(person)
        return person if self._problems.errors == errors_before else None

    def person_id(self, row: list[str]) -> str:
        """The id alone, without checks: for finding rows that name each other."""
        return row[self._places["person_id"]]

    def column(self, name: str) -> str:
        """The heading of a column of the format as it stands in the file."""
        return self._columns[self._places[name]] if name in self._places else name

    def _note(self, name: str, fault: CellFault) -> None:
        self._problems.add(
            fault.code,
            line=self._line,
            column=self.column(name),
            value=fault.value,
            severity=None,
            **fault.facts,
        )

    def _text(self, name: str, *, guarded: bool = True) -> str:
        place = self._places.get(name)
        if place is None:
            return ""
        cell = self._cells[place]
        if guarded and cell[:1] == "'" and _GUARD.match(cell):
            return cell[1:]
        return cell

    def _common_text(self, name: str) -> str:
        return self._one(self._text(name))

    def _one(self, text: str) -> str:
        return self._shared.setdefault(text, text)

    def _read(self, name: str, read: Callable[[str], Value], empty: Value, *, guarded: bool = True) -> Value:
        cell = self._text(name, guarded=guarded)
        if not cell:
            return empty
        try:
            return read(cell)
        except CellFault as fault:
            self._note(name, fault)
            return empty

    def _common_items(self, cell: str) -> tuple[str, ...]:
        return topics.distinct(tuple(map(self._one, topics.list_items(cell))))

    def _languages(self) -> tuple[str, ...]:
        tags = []
        for item in topics.list_items(self._text("languages")):
            try:
                tags.append(self._one(cells.language(item)))
            except CellFault as fault:
                self._note("languages", fault)
        return topics.distinct(tuple(tags))

    def _offers(self) -> Mapping[str, int]:
        return self._by_topic("offers", topics.offer)

    def _wants(self) -> Mapping[str, Want]:
        return self._by_topic("wants", topics.want)

    def _by_topic(self, name: str, read: Callable[[str], tuple[str, Comparable]]) -> dict[str, Comparable]:
        """Topics as first written; one listed again counts once, with its greatest value."""
        value_by_topic: dict[str, Comparable] = {}
        spelling: dict[str, str] = {}
        cell = self._text(name)
        if not cell:
            return value_by_topic
        for item in topics.list_items(cell):
            try:
                topic, value = read(item)
            except CellFault as fault:
                self._note(name, fault)
                continue
            form = topics.normal(topic)
            first = spelling.setdefault(form, self._one(topic))
            if first in value_by_topic:
                self._note(name, CellFault("topic_twice", topic))
                value = max(value_by_topic[first], value)
            value_by_topic[first] = value
        return value_by_topic

    def _excludes(self, person_id: str) -> tuple[str, ...]:
        excluded = tuple(dict.fromkeys(topics.list_items(self._text("excludes"))))
        if person_id in excluded:
            self._note("excludes", CellFault("excluded_self", person_id))
        return tuple(one for one in excluded if one != person_id)

    def _check(self, person: PersonRow) -> None:
        """What two cells of one row say together."""
        self._check_id(person.person_id)
        if person.role and person.grade is None and self._grade_is_empty():
            self._note("grade", CellFault("grade_missing", "", person=person.person_id))
        if person.person_id in person.prefers:
            self._note("prefers", CellFault("preferred_self", person.person_id))
        excluded = set(person.excludes)
        for one in dict.fromkeys(person.prefers):
            if one in excluded:
                self._note("excludes", CellFault("preferred_and_excluded", one))
        self._check_dates(person.hire_date, person.leave_date)

    def _grade_is_empty(self) -> bool:
        return "grade" in self._places and not self._text("grade")

    def _check_id(self, person_id: str) -> None:
        if not person_id:
            self._note("person_id", CellFault("id_missing", ""))
            return
        try:
            cells.identifier(person_id)
        except CellFault as fault:
            self._note("person_id", fault)
        if cells.INVISIBLE.search(person_id):
            self._note("person_id", CellFault("id_invisible", person_id))
        if ";" in person_id:
            self._note("person_id", CellFault("id_semicolon", person_id))

    def _check_dates(self, hired: date | None, leaves: date | None) -> None:
        if hired is not None and leaves is not None and leaves < hired:
            fault = CellFault("leaves_before_hired", leaves.isoformat(), hired=hired.isoformat())
            self._note("leave_date", fault)

    def _note_hidden_characters(self) -> None:
        for name, place in self._places.items():
            if name in ("person_id", "manager_id"):
                continue
            cell = self._cells[place]
            if cells.FORBIDDEN.search(cell):
                self._note(name, CellFault("control_character", cell))
