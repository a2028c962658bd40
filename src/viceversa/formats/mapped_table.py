"""A table read through a mapping: the people format's columns, filled from the file's own.

The mapped table names lines and headings of the original file in every problem.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from viceversa.formats import spoken
from viceversa.formats.dates import iso_date
from viceversa.formats.headings import FULL_NAME, OFFERED_TOPIC, PREFERRED_NAME, STATUS, WANTED_TOPIC, topic_in
from viceversa.formats.managers import Candidate, ManagerFinder, finder
from viceversa.formats.mapping import DATE_COLUMNS, LEFT, SEVERAL_COLUMNS, TARGETS, ColumnUse, FileMapping
from viceversa.formats.names import split_name
from viceversa.formats.person import COLUMNS, ROLES
from viceversa.formats.problems import ProblemLog
from viceversa.formats.separated import Record
from viceversa.formats.table import Table
from viceversa.formats.topics import normal

_Read = Callable[[list[str]], str]

# What a column that is left out for a reason is noted as.
LEFT_OUT: Final = {
    "identity": "left_out_identity",
    "pay": "left_out_pay",
    "private": "left_out_private",
    "same": "left_out_same",
}
# Cells of these that say “n/a” in some way are empty; a surname may be None.
_MAY_BE_BLANK: Final = frozenset(
    {"email", "grade", "role", "capacity", "time_zone", "hours", "hire_date", "leave_date", "function", "location",
     "job_title", "style_formality", "style_structure", STATUS}
)  # fmt: skip
_NAMES: Final = frozenset({"given_name", "family_name", PREFERRED_NAME})
_SPOKEN: Final[Mapping[str, Callable[[str], str]]] = {
    "offers": spoken.offers,
    "wants": spoken.wants,
    "interests": lambda cell: ";".join(spoken.items(cell)),
    "languages": spoken.languages,
}


@dataclass(frozen=True, slots=True)
class _Source:
    """One column of the original file, ready to read."""

    place: int
    heading: str
    use: ColumnUse
    meanings: Mapping[str, str]

    def cell(self, row: list[str]) -> str:
        cell, to = row[self.place], self.use.to
        if self.meanings:
            cell = self.meanings.get(normal(cell), cell)
        if not cell or (to in _MAY_BE_BLANK and spoken.is_blank(cell)):
            return ""
        if to in DATE_COLUMNS:
            return iso_date(cell, self.use.date_form)
        if to in _NAMES:
            return " ".join(cell.split())
        read = _SPOKEN.get(to)
        return read(cell) if read is not None else cell


def apply_mapping(table: Table, mapping: Mapping[str, ColumnUse], problems: ProblemLog) -> Table:
    """`table` in the people format; what the mapping leaves out or gets wrong is noted.

    There is always a `role` column: where nothing says who takes part, nobody does yet.
    """
    file_mapping = FileMapping.of(mapping)
    sources = _sources(table, file_mapping, problems)
    readers = _readers(sources, file_mapping, problems)
    if not any(source.use.to == "role" for source in sources) and not file_mapping.role:
        problems.add("role_unmapped", value="role")
    if "person_id" not in readers and file_mapping.makes_ids:
        readers = {"person_id": ("", _no_id), **readers}
    header = tuple(readers)
    columns = tuple(heading for heading, _ in readers.values())
    reads = [read for _, read in readers.values()]
    id_place = header.index("person_id") if "person_id" in readers else -1
    makes_ids = id_place >= 0 and reads[id_place] is _no_id

    def plain_rows(log: ProblemLog) -> Iterator[Record]:
        numbering = _Numbering(header) if makes_ids else None
        for line, row in table.rows(log):
            cells = [read(row) for read in reads]
            if numbering is not None:
                cells[id_place] = numbering.next(cells, row)
            yield line, cells

    if "manager_id" not in readers or id_place < 0:
        return Table(table.file, header, columns, plain_rows)
    return Table(table.file, header, columns, _with_managers(table.file, header, columns, plain_rows))


def _no_id(_: list[str]) -> str:
    return ""


def _sources(table: Table, mapping: FileMapping, problems: ProblemLog) -> list[_Source]:
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
        elif use.reason != "empty":
            problems.add(LEFT_OUT.get(use.reason, "column_ignored"), column=heading, value=heading)
    for heading, use in use_by_heading.values():
        if use.to or use.identifies:
            problems.add("mapped_but_missing", column=heading, value=heading)
    return sources


def _readers(sources: list[_Source], mapping: FileMapping, problems: ProblemLog) -> dict[str, tuple[str, _Read]]:
    readers: dict[str, tuple[str, _Read]] = {}
    for name in COLUMNS:
        meant = [source for source in sources if source.use.to == name]
        if name == "role":
            readers[name] = (_heading_of(meant) or "role", _role_of(meant, mapping.role))
        elif meant:
            readers[name] = (_heading_of(meant), meant[0].cell)
    for target in TARGETS:
        meant = [] if target in SEVERAL_COLUMNS else [source for source in sources if source.use.to == target]
        for surplus in meant[1:]:
            problems.add("mapped_twice", column=surplus.heading, value=target, first=meant[0].heading)
    _add_names(sources, readers)
    _add_topics("offers", OFFERED_TOPIC, spoken.offered_level, sources, readers)
    _add_topics("wants", WANTED_TOPIC, spoken.wanted_priority, sources, readers)
    _add_status(sources, readers, left_on=mapping.left_on)
    if mapping.grade:
        heading, grade = readers.get("grade", ("grade", _no_id))
        readers["grade"] = (heading, lambda row: grade(row) or mapping.grade)
    identifying = next((source for source in sources if source.use.identifies), None)
    if identifying is not None:
        readers.setdefault("person_id", (identifying.heading, _id_of(identifying)))
    return readers


def _id_of(source: _Source) -> _Read:
    """Capitals of an address may change from one export to the next; the person does not."""
    if source.use.to == "email":
        return lambda row: source.cell(row).lower()
    return source.cell


def _heading_of(sources: list[_Source]) -> str:
    return sources[0].heading if sources else ""


def _role_of(sources: list[_Source], otherwise: str) -> _Read:
    """Several columns may say one role each: together they say both."""

    def role(row: list[str]) -> str:
        said = {cell: cell.casefold() for source in sources if (cell := source.cell(row))}
        strange = next((cell for cell, word in said.items() if word not in ROLES), "")
        if strange or len(said) < 2:
            return strange or next(iter(said), "") or otherwise
        words = set(said.values())
        return words.pop() if len(words) == 1 else "both"

    return role


def _add_names(sources: list[_Source], readers: dict[str, tuple[str, _Read]]) -> None:
    full = next((source for source in sources if source.use.to == FULL_NAME), None)
    if full is not None:
        readers.setdefault("given_name", (full.heading, lambda row: split_name(full.cell(row))[0]))
        readers.setdefault("family_name", (full.heading, lambda row: split_name(full.cell(row))[1]))
    preferred = next((source for source in sources if source.use.to == PREFERRED_NAME), None)
    if preferred is None:
        return
    heading, given = readers.get("given_name", (preferred.heading, lambda _: ""))
    readers["given_name"] = (heading, lambda row: preferred.cell(row) or given(row))


def _add_topics(
    column: str,
    target: str,
    value_of: Callable[[str], int],
    sources: list[_Source],
    readers: dict[str, tuple[str, _Read]],
) -> None:
    """One column a topic: the heading names it, the cell says how well or how much."""
    topics = [(source, topic_in(source.heading)[1] or source.heading) for source in sources if source.use.to == target]
    if not topics:
        return
    heading, listed = readers.get(column, (topics[0][0].heading, _no_id))

    def read(row: list[str]) -> str:
        single = [f"{topic}:{value}" for source, topic in topics if (value := value_of(source.cell(row)))]
        return ";".join(filter(None, [listed(row), *single]))

    readers[column] = (heading, read)


def _add_status(sources: list[_Source], readers: dict[str, tuple[str, _Read]], *, left_on: str) -> None:
    """Whoever a status says has left, without a date, has left on the day given."""
    status = next((source for source in sources if source.use.to == STATUS), None)
    if status is None:
        return
    heading, date_of = readers.get("leave_date", (status.heading, _no_id))
    readers["leave_date"] = (heading, lambda row: date_of(row) or (left_on if status.cell(row) == LEFT else ""))


class _Numbering:
    """Numbers for people without any: the same address or name gets the same one in every file."""

    def __init__(self, header: tuple[str, ...]) -> None:
        self._places = [header.index(name) for name in ("given_name", "family_name") if name in header]
        self._email = header.index("email") if "email" in header else -1
        self._seen: dict[str, int] = {}

    def next(self, cells: list[str], row: list[str]) -> str:
        email = normal(cells[self._email]) if self._email >= 0 else ""
        known_by = email or normal(" ".join(cells[place] for place in self._places)) or "\n".join(row)
        made = "made-" + hashlib.sha256(known_by.encode()).hexdigest()[:12]
        self._seen[made] = number = self._seen.get(made, 0) + 1
        return made if number == 1 else f"{made}-{number}"


def _with_managers(
    file: str, header: tuple[str, ...], columns: tuple[str, ...], rows: Callable[[ProblemLog], Iterator[Record]]
) -> Callable[[ProblemLog], Iterator[Record]]:
    """The rows with the manager's number in place of whatever the cell says, found once for all passes."""
    place, heading = header.index("manager_id"), columns[header.index("manager_id")]
    found: list[ManagerFinder] = []

    def read(log: ProblemLog) -> Iterator[Record]:
        if not found:
            found.append(_finder(file, header, rows))
        managers = found[0]
        for line, cells in rows(log):
            cell = cells[place]
            if cell:
                cells[place] = managers.find(cell)
                count = managers.how_many(cell) if cells[place] == cell and managers.ambiguous else 0
                if count:
                    log.add("manager_ambiguous", line=line, column=heading, value=cell, count=count)
                    cells[place] = ""
            yield line, cells

    return read


def _finder(file: str, header: tuple[str, ...], rows: Callable[[ProblemLog], Iterator[Record]]) -> ManagerFinder:
    place, id_place = header.index("manager_id"), header.index("person_id")
    names = [header.index(name) for name in ("given_name", "family_name") if name in header]
    email = header.index("email") if "email" in header else -1
    ids: set[str] = set()
    managers: set[str] = set()
    for _, cells in rows(ProblemLog(file)):
        ids.add(cells[id_place])
        managers.add(cells[place])

    def everybody() -> Iterator[Candidate]:
        for _, cells in rows(ProblemLog(file)):
            parts = [cells[one] for one in names]
            # Some lists write the family name first without a comma.
            both_ways = (" ".join(parts).strip(), " ".join(reversed(parts)).strip())
            yield Candidate(cells[id_place], cells[email] if email >= 0 else "", both_ways)

    ids.discard("")
    return finder(managers - {""}, ids, everybody)
