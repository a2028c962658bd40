"""The catalogue of topics as its pages and the matching read it, and as Viceversa brings it along."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.formats.cells import FORMULA_STARTS
from viceversa.formats.topics import normal

from .models import Person, Topic, TopicOffer, TopicSynonym, TopicWant
from .models.topic import held_by_somebody
from .topics import NewTopic, TopicContent, take_in

COLUMNS = ("name", "family", "synonyms", "description")
_MOST_WORDS = 6
_SHORT = 3
_GUARDED = f"{FORMULA_STARTS}\t\r"


@dataclass(frozen=True)
class TopicWish:
    """What the reader of the catalogue asked for."""

    words: str = ""
    family: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Held:
    """How many people offer a topic and how many want it, under its name or a synonym."""

    offered: int
    wanted: int


def catalogue(wish: TopicWish) -> QuerySet[Topic]:
    """Topics by family and name, narrowed as asked; every word must occur in the name or in a synonym."""
    standing = Topic.Standing.RETIRED if wish.retired else Topic.Standing.LISTED
    topics = Topic.objects.filter(standing=standing)
    for word in normal(wish.words).split()[:_MOST_WORDS]:
        synonyms = TopicSynonym.objects.filter(_says(word)).values("topic")
        topics = topics.filter(_says(word) | Q(pk__in=synonyms))
    if wish.family:
        topics = topics.filter(family=wish.family)
    by_key = Prefetch("synonyms", queryset=TopicSynonym.objects.order_by("key"))
    return topics.prefetch_related(by_key).order_by("family", "key")


def _says(word: str) -> Q:
    """A short word must begin one: "ai" is not in "retail"."""
    if len(word) <= _SHORT:
        return Q(key__startswith=word) | Q(key__contains=f" {word}")
    return Q(key__contains=word)


@dataclass(frozen=True)
class CatalogueCounts:
    """How many topics are listed and retired, in all and by family, and how many words mean none of them."""

    listed: int
    retired: int
    words: int
    families: list[tuple[str, int]]


def families() -> list[tuple[str, int]]:
    """Each family of the catalogue with the number of topics that are offered to people."""
    rows = Topic.objects.listed().exclude(family="").order_by("family").values_list("family").annotate(n=Count("pk"))
    return list(rows)


def catalogue_counts() -> CatalogueCounts:
    grouped = Topic.objects.in_catalogue().order_by("family").values_list("standing", "family").annotate(n=Count("pk"))
    listed = [(family, n) for standing, family, n in grouped if standing == Topic.Standing.LISTED]
    return CatalogueCounts(
        listed=sum(n for _, n in listed),
        retired=sum(n for standing, _, n in grouped if standing == Topic.Standing.RETIRED),
        words=count_own_words(),
        families=[(family, n) for family, n in listed if family],
    )


def held_counts(topics: Iterable[Topic], *, people: QuerySet[Person]) -> dict[int, Held]:
    """Topic → how many of these people offer and want it, nobody counted twice; two queries for any number."""
    keys = [topic.pk for topic in topics]
    if not keys:
        return {}
    # From the synonyms to the words, not the other way: there may be ten thousand words, and few mean these topics.
    said = Topic.objects.filter(key=OuterRef("key"), standing=Topic.Standing.WORDS).order_by().values("pk")
    meant = TopicSynonym.objects.filter(topic__in=keys).order_by().annotate(word=Subquery(said))
    roots = {word: root for word, root in meant.values_list("word", "topic") if word is not None}
    among = Exists(people.filter(pk=OuterRef("person")).order_by())  # not IN: that would list everybody first
    offered = _people_by_root(TopicOffer.objects.filter(among), keys, roots, side="offered")
    wanted = _people_by_root(TopicWant.objects.filter(among), keys, roots, side="wanted")
    counts = {(side, root): n for side, root, n in offered.union(wanted, all=True)}
    return {key: Held(counts.get(("offered", key), 0), counts.get(("wanted", key), 0)) for key in keys}


def _people_by_root(
    rows: QuerySet[TopicOffer] | QuerySet[TopicWant], keys: list[int], roots: Mapping[int, int], *, side: str
) -> QuerySet[Any, Any]:
    """(side, topic, how many people): words that mean a topic are counted with it."""
    cases = [When(topic=word, then=Value(root)) for word, root in roots.items()]
    root = Case(*cases, default=F("topic"), output_field=BigIntegerField())
    held = rows.filter(topic__in=[*keys, *roots]).order_by()
    named = held.annotate(side=Value(side, output_field=CharField()), root=root).values_list("side", "root")
    return named.annotate(n=Count("person", distinct=bool(roots)))  # of one topic alone, a row is a person


@dataclass(frozen=True)
class Word:
    """Words of people that mean no topic of the catalogue, and how many offer and want them."""

    topic: Topic
    offered: int
    wanted: int


def _rows_of(model: type[TopicOffer] | type[TopicWant]) -> Coalesce:
    """How many rows a topic has, counted apart: offers joined with wants would be as many as both multiplied."""
    rows = model.objects.filter(topic=OuterRef("pk")).order_by().values("topic")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def own_words() -> QuerySet[Topic]:
    """What people and people files say that the catalogue does not know, the most used first."""
    counted = _held_words().annotate(offered=_rows_of(TopicOffer), wanted=_rows_of(TopicWant))
    return counted.order_by((F("offered") + F("wanted")).desc(), "key")


def count_own_words() -> int:
    """How many ``own_words`` there are, without counting who says each."""
    return _held_words().count()


def _held_words() -> QuerySet[Topic]:
    return Topic.objects.filter(held_by_somebody()).own_words()  # in this order: few are held, and that is seen sooner


def meanings(words: Collection[str]) -> dict[str, Topic]:
    """Normal form → the topic of the catalogue that it means, as its name or a synonym; what means none is left out."""
    forms = {normal(word) for word in words}
    found = {topic.key: topic for topic in Topic.objects.in_catalogue().filter(key__in=forms)}
    rest = forms - found.keys()
    if rest:
        rows = TopicSynonym.objects.filter(key__in=rest).select_related("topic")
        found |= {row.key: row.topic for row in rows}
    return found


def matching_synonyms(words: Collection[str]) -> dict[str, str]:
    """For the policy's ``synonyms``: each of these words that is a synonym → the catalogue's name of what it means.

    Only words that are in use: a catalogue may know a hundred thousand more.
    """
    forms = sorted({normal(word) for word in words})
    found: dict[str, str] = {}
    for begin in range(0, len(forms), 5_000):
        rows = TopicSynonym.objects.filter(key__in=forms[begin : begin + 5_000])
        found |= dict(rows.values_list("key", "topic__name"))
    return dict(sorted(found.items()))


def words_meaning() -> dict[str, str]:
    """Normal form of a synonym → that of the catalogue's topic, for every topic that somebody offers or wants."""
    held = [TopicOffer.objects.filter(topic=OuterRef("topic")), TopicWant.objects.filter(topic=OuterRef("topic"))]
    rows = TopicSynonym.objects.filter(Exists(held[0]) | Exists(held[1]))
    return dict(rows.order_by().values_list("key", "topic__key"))


def catalogue_csv() -> str:
    """The catalogue in the columns that can be brought in again; what looks like a formula is made text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    words: dict[int, list[str]] = defaultdict(list)
    for topic, name in TopicSynonym.objects.order_by("key").values_list("topic", "name"):
        words[topic].append(name)
    for listed in Topic.objects.listed().order_by("family", "key"):
        cells = (listed.name, listed.family, ";".join(words[listed.pk]), listed.description)
        writer.writerow([f"'{cell}" if cell[:1] and cell[0] in _GUARDED else cell for cell in cells])
    return text.getvalue()


@cache
def brought_along(language: str = "en") -> tuple[NewTopic, ...]:
    """The topics that Viceversa comes with, from ``viceversa/topics/<language>/``; one file a family."""
    folder = files("viceversa") / "topics" / language
    entries = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    topics = []
    for entry in entries:
        told = tomllib.loads(entry.read_text("utf-8"))
        for one in told["topics"]:
            content = TopicContent(one["name"], told["family"], one["about"], tuple(one["also"]))
            topics.append(NewTopic(content))
    return tuple(topics)


@transaction.atomic
def fill_catalogue(*, by: User | None, now: datetime) -> int:
    """Fill an empty catalogue with what Viceversa brings along; how many topics came in. Twice is once."""
    if Topic.objects.in_catalogue().exists():
        return 0
    added = take_in(brought_along())
    record("filled", noun="topic", object_id="catalogue", by=by, now=now, facts={"topics": added})
    return added
