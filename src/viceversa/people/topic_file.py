"""Read a file with topics: our own columns, or the skills file of ESCO.

What is wrong is told all at once, each with its row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from viceversa.formats.cells import FORBIDDEN
from viceversa.formats.problems import Problem, ProblemLog, shown
from viceversa.formats.table import Table, read_table
from viceversa.formats.topics import distinct, normal

from . import esco
from .models import TopicImport, TopicImportRow
from .topic_catalogue import COLUMNS

LONGEST_NAME, LONGEST_FAMILY, LONGEST_DESCRIPTION = 80, 80, 300
MOST_SYNONYMS = 30
MOST_SHOWN = 40  # a longer word without a gap would widen the page
_ESCO_LABEL = 200
SENTENCES: Final[Mapping[str, str | Promise]] = {
    "name_missing": gettext_lazy("The topic has no name. Write one, or take the row out."),
    "name_long": gettext_lazy("“{value}” is too long: at most {most} characters. Shorten it."),
    "name_twice": gettext_lazy("“{value}” stands in row {first} already. Keep one of the two."),
    "name_is_synonym": gettext_lazy("“{value}” is a synonym of “{topic}” in row {first}. Keep it in one place."),
    "synonym_twice": gettext_lazy("“{value}” means “{topic}” in row {first} already. Keep it in one place."),
    "synonym_long": gettext_lazy("The synonym “{value}” is too long: at most {most} characters. Shorten it."),
    "synonyms_many": gettext_lazy("There are {value} synonyms: at most {most} for a topic. Keep the commonest."),
    "family_long": gettext_lazy("“{value}” is too long: at most {most} characters. Shorten it."),
    "description_long": gettext_lazy("“{value}” is too long: at most {most} characters. Shorten it."),
    "not_text": gettext_lazy("“{value}” holds a character that no text has. Type the cell again."),
    "semicolon": gettext_lazy("“{value}” holds a semicolon, which keeps words apart in files. Write it without."),
    "no_name_column": gettext_lazy(
        "There is no column “name”. Topics come in with the columns {columns}, or as the skills file of ESCO."
    ),
    "empty_file": gettext_lazy("The file is empty. It needs a row of headings and one row a topic."),
    "not_a_table": gettext_lazy("The file is {kind}, not a table. Save the topics as CSV or .xlsx and use that file."),
    "no_topics": gettext_lazy("The file has headings and no topic. Write one row a topic."),
}


class TopicsRefused(Exception):
    """The file holds no topics at all; ``reasons`` are sentences, every one."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__("no topics in the file")
        self.reasons = tuple(reasons)


@dataclass(frozen=True)
class TopicFile:
    """What a file holds: rows that could be taken, not kept yet, and every problem with its line."""

    shape: TopicImport.Shape
    rows: tuple[TopicImportRow, ...]
    problems: tuple[dict[str, Any], ...]


def sentence(problem: Mapping[str, Any]) -> str:
    """What is wrong, and what to do; the file's own problems carry their sentence with them."""
    template = SENTENCES.get(problem["code"])
    if template is None:
        return str(problem.get("message", problem["code"]))
    return str(template).format(value=problem["value"], **problem["facts"])


def read_topics(content: bytes, *, file_name: str) -> TopicFile:
    """Read a file with topics. Raises ``TopicsRefused`` with every reason when it holds none."""
    log = ProblemLog(file_name)
    table = read_table(content, log, known_headings=frozenset((*COLUMNS, *esco.HEADINGS)))
    if table is None:
        raise TopicsRefused(_at_line(problem) for problem in log.listed())
    headings = [heading.casefold() for heading in table.header]
    shape = TopicImport.Shape.ESCO if esco.is_esco(headings) else TopicImport.Shape.OWN
    if shape == TopicImport.Shape.OWN and "name" not in headings:
        raise TopicsRefused([sentence(_whole_file("no_name_column", columns=", ".join(COLUMNS)))])
    reading = _Reading({}, {}, [])
    for line, cells in _rows(table, headings, log):
        _read_row(reading, line, cells, is_esco=shape == TopicImport.Shape.ESCO)
    told = [_told(problem) for problem in log.listed() if problem.severity == "error"]
    problems = sorted([*told, *reading.problems], key=lambda one: int(one["line"]))
    if not reading.rows:
        raise TopicsRefused([_with_line(one) for one in problems] or [sentence(_whole_file("no_topics"))])
    return TopicFile(shape, tuple(reading.rows.values()), tuple(problems))


@dataclass
class _Reading:
    """What was found so far, so that each row is held against those before it."""

    rows: dict[str, TopicImportRow]
    synonyms: dict[str, TopicImportRow]
    problems: list[dict[str, Any]]

    def refuse(self, code: str, *, line: int, column: str, value: str, **facts: object) -> None:
        told = {name: shown(str(fact)) for name, fact in facts.items()}
        visible = shown(value, most=MOST_SHOWN)
        self.problems.append({"line": line, "column": column, "value": visible, "code": code, "facts": told})


def _rows(table: Table, headings: list[str], log: ProblemLog) -> Iterator[tuple[int, dict[str, str]]]:
    for line, cells in table.rows(log):
        yield line, dict(zip(headings, (_as_text(cell) for cell in cells), strict=False))


def _as_text(cell: str) -> str:
    """An apostrophe before a formula was put there by our export, or somebody else's."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in "=+-@＝＋－＠" else cell


def _read_row(reading: _Reading, line: int, cells: Mapping[str, str], *, is_esco: bool) -> None:
    if is_esco:
        name, family = cells.get("preferredlabel", ""), esco.family_of(cells)
        synonyms, description = esco.synonyms_of(cells), esco.description_of(cells)
    else:
        name, family, description = (cells.get(column, "") for column in ("name", "family", "description"))
        synonyms = tuple(word for word in map(str.strip, cells.get("synonyms", "").split(";")) if word)
    name = " ".join(name.split())
    row = TopicImportRow(
        line=line,
        key=normal(name),
        name=name.replace(";", ",") if is_esco else name,
        family=" ".join(family.split()),
        description=" ".join(description.split()),
        source=cells.get("concepturi", "")[:300] if is_esco else "",
        is_chosen=not is_esco,
    )
    if not _row_is_sound(reading, row, synonyms, longest=_ESCO_LABEL if is_esco else LONGEST_NAME, is_esco=is_esco):
        return
    row.synonyms = list(_free_synonyms(reading, row, synonyms, is_esco=is_esco))
    reading.rows[row.key] = row
    for word in row.synonyms:
        reading.synonyms[normal(word)] = row


def _row_is_sound(
    reading: _Reading, row: TopicImportRow, synonyms: Collection[str], *, longest: int, is_esco: bool
) -> bool:
    """Note everything that is wrong with a row; False where it cannot be taken."""
    before = len(reading.problems)
    column = "preferredLabel" if is_esco else "name"
    if not row.name:
        reading.refuse("name_missing", line=row.line, column=column, value="")
    for heading, text in ((column, row.name), ("family", row.family), ("description", row.description)):
        if FORBIDDEN.search(text):
            reading.refuse("not_text", line=row.line, column=heading, value=text)
    if ";" in row.name and not is_esco:
        reading.refuse("semicolon", line=row.line, column=column, value=row.name)
    if len(row.name) > longest or len(row.key) > _ESCO_LABEL:
        reading.refuse("name_long", line=row.line, column=column, value=row.name, most=longest)
    if row.key in reading.rows:
        reading.refuse("name_twice", line=row.line, column=column, value=row.name, first=reading.rows[row.key].line)
    elif row.key in reading.synonyms and not is_esco:
        other = reading.synonyms[row.key]
        reading.refuse(
            "name_is_synonym", line=row.line, column=column, value=row.name, topic=other.name, first=other.line
        )
    if len(row.family) > LONGEST_FAMILY:
        reading.refuse("family_long", line=row.line, column="family", value=row.family, most=LONGEST_FAMILY)
    if len(row.description) > LONGEST_DESCRIPTION:
        most = LONGEST_DESCRIPTION
        reading.refuse("description_long", line=row.line, column="description", value=row.description, most=most)
    if not is_esco:
        _check_synonyms(reading, row, synonyms)
    return len(reading.problems) == before


def _check_synonyms(reading: _Reading, row: TopicImportRow, synonyms: Collection[str]) -> None:
    if len(synonyms) > MOST_SYNONYMS:
        count = str(len(synonyms))
        reading.refuse("synonyms_many", line=row.line, column="synonyms", value=count, most=MOST_SYNONYMS)
    for word in synonyms:
        other = reading.rows.get(normal(word)) or reading.synonyms.get(normal(word))
        if FORBIDDEN.search(word):
            reading.refuse("not_text", line=row.line, column="synonyms", value=word)
        elif len(word) > LONGEST_NAME:
            reading.refuse("synonym_long", line=row.line, column="synonyms", value=word, most=LONGEST_NAME)
        elif other is not None:
            facts = {"topic": other.name, "first": other.line}
            reading.refuse("synonym_twice", line=row.line, column="synonyms", value=word, **facts)


def _free_synonyms(
    reading: _Reading, row: TopicImportRow, synonyms: Iterable[str], *, is_esco: bool
) -> tuple[str, ...]:
    """ESCO gives one word to several skills; the first that has it keeps it."""
    others = tuple(word for word in distinct(tuple(synonyms)) if normal(word) != row.key)
    if not is_esco:
        return others
    return tuple(
        word
        for word in others
        if len(normal(word)) <= _ESCO_LABEL
        and normal(word) not in reading.synonyms
        and normal(word) not in reading.rows
    )


def _whole_file(code: str, **facts: str) -> dict[str, Any]:
    return {"line": 0, "column": "", "value": "", "code": code, "facts": facts}


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "facts": dict(problem.facts),
        "message": problem.message,
    }


def _at_line(problem: Problem) -> str:
    return _with_line(_told(problem))


def _with_line(problem: Mapping[str, Any]) -> str:
    if not problem["line"]:
        return sentence(problem)
    return gettext("Row %(line)d: %(words)s") % {"line": problem["line"], "words": sentence(problem)}
