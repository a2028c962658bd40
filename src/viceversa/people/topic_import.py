"""Topics out of a file: read once, chosen by a coordinator, then added.

Nothing is in the catalogue before it was chosen, and what is wrong is told all at once, each with its row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from viceversa.accounts.events import record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User
from viceversa.formats.cells import FORBIDDEN
from viceversa.formats.problems import Problem, ProblemLog, shown
from viceversa.formats.table import Table, read_table
from viceversa.formats.topics import distinct, normal

from . import esco
from .models import Topic, TopicImport, TopicImportRow, TopicSynonym
from .topic_catalogue import COLUMNS, meanings
from .topics import NewTopic, TopicContent, take_in

LONGEST_NAME, LONGEST_FAMILY, LONGEST_DESCRIPTION = 80, 80, 300
MOST_SYNONYMS = 30
MOST_PROBLEMS = 500
MOST_SHOWN = 40  # a longer word without a gap would widen the page
KEEP_WAITING = timedelta(days=7)
_MOST_WORDS = 6
_AT_ONCE = 500
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


def sentence(problem: Mapping[str, Any]) -> str:
    """What is wrong, and what to do; the file's own problems carry their sentence with them."""
    template = SENTENCES.get(problem["code"])
    if template is None:
        return str(problem.get("message", problem["code"]))
    return str(template).format(value=problem["value"], **problem["facts"])


class TopicsRefused(Exception):
    """The file holds no topics at all; ``reasons`` are sentences, every one."""

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__("no topics in the file")
        self.reasons = tuple(reasons)


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


def upload_topics(content: bytes, *, file_name: str, by: User, now: datetime) -> TopicImport:
    """Read a file and keep its rows until somebody has chosen. Raises ``TopicsRefused`` with every reason."""
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
    return _keep(reading, problems, file_name=file_name, shape=shape, by=by, now=now)


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


@transaction.atomic
def _keep(
    reading: _Reading, problems: list[dict[str, Any]], *, file_name: str, shape: str, by: User, now: datetime
) -> TopicImport:
    TopicImport.objects.filter(state=TopicImport.State.WAITING, uploaded_at__lte=now - KEEP_WAITING).delete()
    batch = TopicImport.objects.create(
        public_id=new_public_id(),
        uploaded_by=by,
        uploaded_at=now,
        file_name=shown(file_name)[:200],
        shape=shape,
        problems=problems[:MOST_PROBLEMS],
    )
    for row in reading.rows.values():
        row.batch = batch
    TopicImportRow.objects.bulk_create(reading.rows.values(), batch_size=_AT_ONCE)
    facts = {"shape": batch.shape, "rows": len(reading.rows), "problems": len(problems)}
    record("uploaded", noun="topic_file", object_id=batch.public_id, by=by, now=now, facts=facts)
    return batch


@dataclass(frozen=True)
class RowWish:
    """Which rows of the file the reader asked for."""

    words: str = ""
    family: str = ""
    only_new: bool = False


def rows_of(batch: TopicImport, wish: RowWish) -> QuerySet[TopicImportRow]:
    rows = batch.rows.order_by("line")
    for word in normal(wish.words).split()[:_MOST_WORDS]:
        rows = rows.filter(key__contains=word)
    if wish.family:
        rows = rows.filter(family=wish.family)
    return new_ones(rows) if wish.only_new else rows


def new_ones(rows: QuerySet[TopicImportRow]) -> QuerySet[TopicImportRow]:
    """Without those whose name means something in the catalogue already."""
    names = Topic.objects.in_catalogue().values("key")
    return rows.exclude(key__in=names).exclude(key__in=TopicSynonym.objects.values("key"))


@dataclass(frozen=True)
class RowCounts:
    """How many rows a file has, how many are new, and how many of the new ones are chosen."""

    all: int
    new: int
    chosen: int


def row_counts(batch: TopicImport) -> RowCounts:
    known = Topic.objects.in_catalogue().values("key")
    is_new = ~Q(key__in=known) & ~Q(key__in=TopicSynonym.objects.values("key"))
    counts = batch.rows.aggregate(
        all=Count("pk"), new=Count("pk", filter=is_new), chosen=Count("pk", filter=is_new & Q(is_chosen=True))
    )
    return RowCounts(**counts)


@dataclass(frozen=True)
class Judged:
    """A row, and the topic of the catalogue that its name means already; ``clashes`` where as a synonym."""

    row: TopicImportRow
    there: Topic | None

    @property
    def clashes(self) -> bool:
        return self.there is not None and self.there.key != self.row.key


def judged(rows: Iterable[TopicImportRow]) -> list[Judged]:
    listed = list(rows)
    known = meanings([row.key for row in listed])
    return [Judged(row, known.get(row.key)) for row in listed]


def choose(batch: TopicImport, *, shown_rows: Collection[int], ticked: Collection[int]) -> None:
    """Of the rows that were on the page, those ticked are chosen and the others are not."""
    rows = batch.rows.filter(pk__in=shown_rows)
    rows.exclude(pk__in=ticked).update(is_chosen=False)
    rows.filter(pk__in=ticked).update(is_chosen=True)


def choose_all(batch: TopicImport, wish: RowWish) -> int:
    """Choose every new row that the wish finds, on whatever page."""
    return new_ones(rows_of(batch, wish)).update(is_chosen=True)


def choose_none(batch: TopicImport) -> None:
    batch.rows.update(is_chosen=False)


@transaction.atomic
def add_chosen(batch: TopicImport, *, family: str, by: User, now: datetime) -> int | None:
    """Add what was chosen and is still new, into one family if one is named; None when it was added already."""
    waiting = TopicImport.objects.filter(pk=batch.pk, state=TopicImport.State.WAITING)
    if not waiting.update(state=TopicImport.State.APPLIED, applied_at=now):
        return None
    rows = batch.rows.filter(is_chosen=True).order_by("line").iterator(2_000)
    added = take_in(
        NewTopic(TopicContent(row.name, family or row.family, row.description, tuple(row.synonyms)), row.source)
        for row in rows
    )
    TopicImport.objects.filter(pk=batch.pk).update(added=added)
    batch.rows.all().delete()
    record("added", noun="topic_file", object_id=batch.public_id, by=by, now=now, facts={"topics": added})
    return added


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
