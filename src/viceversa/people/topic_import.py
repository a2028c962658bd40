"""Topics out of a file: kept once it was read, chosen by a coordinator, then added.

Nothing is in the catalogue before it was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from viceversa.accounts.events import Fact, record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User
from viceversa.formats.problems import shown
from viceversa.formats.topics import normal

from .models import Topic, TopicImport, TopicImportRow, TopicSynonym
from .topic_catalogue import meanings
from .topic_file import read_topics
from .topics import NewTopic, TopicContent, take_in

MOST_PROBLEMS = 500
KEEP_WAITING = timedelta(days=7)
_MOST_WORDS = 6
_AT_ONCE = 500


@transaction.atomic
def upload_topics(content: bytes, *, file_name: str, by: User, now: datetime) -> TopicImport:
    """Read a file and keep its rows until somebody has chosen. Raises ``TopicsRefused`` with every reason."""
    found = read_topics(content, file_name=file_name)
    TopicImport.objects.filter(state=TopicImport.State.WAITING, uploaded_at__lte=now - KEEP_WAITING).delete()
    batch = TopicImport.objects.create(
        public_id=new_public_id(),
        uploaded_by=by,
        uploaded_at=now,
        file_name=shown(file_name)[:200],
        shape=found.shape,
        problems=list(found.problems[:MOST_PROBLEMS]),
    )
    for row in found.rows:
        row.batch = batch
    TopicImportRow.objects.bulk_create(found.rows, batch_size=_AT_ONCE)
    facts: dict[str, Fact] = {"shape": batch.shape, "rows": len(found.rows), "problems": len(found.problems)}
    record("uploaded", noun="topic_file", object_id=batch.public_id, by=by, now=now, facts=facts)
    return batch


@dataclass(frozen=True)
class RowWish:
    """Which rows of the file the reader asked for."""

    words: str = ""
    family: str = ""
    only_new: bool = False


def rows_of(batch: TopicImport, wish: RowWish) -> QuerySet[TopicImportRow]:
    """The rows that a wish finds, in the order of the file."""
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
    """By one query."""
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
    """The rows, each beside what its name means already."""
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
