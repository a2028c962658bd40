"""Which topics of the catalogue somebody may mean by their own words. The same words get the same answer."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from viceversa.formats.topics import normal

from .models import Topic, TopicSynonym

AT_MOST = 3
# Words that share so much of their letters in threes are taken for each other: "excell" and "excel" share 0.62,
# "budgets" and "gadgets" 0.31.
_SIMILAR = 0.42
# Below that not even one slip of the finger is looked for.
_WORTH_A_LOOK = 0.2
# Above that the candidates are narrowed in the database first: a large catalogue must not slow a page.
_MANY_WORDS = 6_000
_GAPS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Suggestion:
    """A topic that may be meant; ``through`` is the synonym that led to it, empty for its own name."""

    topic: str
    name: str
    description: str
    through: str


@dataclass(frozen=True)
class _Entry:
    form: str
    squeezed: str
    triples: frozenset[str]
    topic: int
    through: str


class Suggester:
    """The catalogue's words, taken apart once for all the words that are asked about."""

    def __init__(self, words: Collection[str], *, narrow_above: int = _MANY_WORDS) -> None:
        """``words`` are those that will be asked about: of a catalogue above that size nothing else is read."""
        names = Topic.objects.listed()
        synonyms = TopicSynonym.objects.filter(topic__standing=Topic.Standing.LISTED)
        if synonyms.count() > narrow_above:
            begins = _begins(words)
            names, synonyms = names.filter(begins), synonyms.filter(begins)
        rows = [(key, pk, "") for key, pk in names.order_by().values_list("key", "pk")]
        rows += list(synonyms.order_by().values_list("key", "topic", "name"))
        self._entries = [_entry(key, topic, through) for key, topic, through in sorted(rows)]
        self._with_triple: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for triple in entry.triples:
                self._with_triple[triple].append(number)

    def nearest(self, words: Collection[str], *, at_most: int = AT_MOST) -> dict[str, list[Suggestion]]:
        """Each of these words → the topics nearest to it, best first; two queries for all."""
        found = {word: self._ranked(word)[:at_most] for word in words}
        wanted = {entry.topic for entries in found.values() for entry in entries}
        topics = Topic.objects.in_bulk(wanted)
        return {
            word: [_suggestion(topics[entry.topic], entry) for entry in entries if entry.topic in topics]
            for word, entries in found.items()
        }

    def _ranked(self, word: str) -> list[_Entry]:
        asked = _entry(normal(word), 0, "")
        if not asked.squeezed:
            return []
        shared = Counter(number for triple in asked.triples for number in self._with_triple.get(triple, ()))
        best: dict[int, tuple[tuple[int, float, str], _Entry]] = {}
        for number, count in shared.items():
            entry = self._entries[number]
            nearness = _nearness(asked, entry, share=count / (len(asked.triples) + len(entry.triples) - count))
            if nearness is None:
                continue
            rank = (*nearness, entry.form)
            if entry.topic not in best or rank < best[entry.topic][0]:
                best[entry.topic] = (rank, entry)
        return [entry for _, entry in sorted(best.values(), key=lambda one: one[0])]


def _nearness(asked: _Entry, entry: _Entry, *, share: float) -> tuple[int, float] | None:
    """How near: the same, the same but for gaps, a beginning, one slip, similar; None for none of these."""
    if asked.form == entry.form:
        return 0, 0.0
    if asked.squeezed == entry.squeezed:
        return 1, 0.0
    if _begins_the_other(asked.form, entry.form):
        return 2, -share
    if share >= _WORTH_A_LOOK and len(asked.form) >= 4 and one_slip_apart(asked.form, entry.form):
        return 3, -share
    return (4, -share) if share >= _SIMILAR else None


def _begins_the_other(one: str, other: str) -> bool:
    """One is the beginning of the other, up to the end of a word: "tiktok" and "tiktok ads"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.startswith(short) and not long[len(short)].isalnum()


def one_slip_apart(one: str, other: str) -> bool:
    """One letter more, less, other, or two neighbours swapped."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, (a, b) in enumerate(zip(short, long)) if a != b), len(short))
    if len(long) > len(short):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]


def _entry(form: str, topic: int, through: str) -> _Entry:
    padded = f"  {_GAPS.sub(' ', form).strip()} "
    triples = frozenset(padded[place : place + 3] for place in range(len(padded) - 2))
    return _Entry(form, _GAPS.sub("", form), triples, topic, through)


def _suggestion(topic: Topic, entry: _Entry) -> Suggestion:
    return Suggestion(topic.public_id, topic.name, topic.description, entry.through)


def _begins(words: Iterable[str]) -> Q:
    """Whatever begins with the same two letters as one of these words or a part of it."""
    parts = {part[:2] for word in words for part in _GAPS.split(normal(word)) if len(part) > 1}
    found = Q(pk__in=[])
    for part in sorted(parts)[:60]:
        found |= Q(key__startswith=part)
    return found
