"""Rows into arrays: every text becomes a number once, so that the sweeps compare numbers only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viceversa.formats.people import PersonRow, normal
from viceversa.matching.hours import shared_minutes, working_day
from viceversa.matching.line import ReportingLine, reporting_line
from viceversa.matching.policy import IDENTITY, Policy

Ints = NDArray[np.int64]
UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class TopicLists:
    """One list of topics per participant: those of participant i are [start[i], start[i + 1]), ascending.

    For offers `level` is the level, for wants the own current level; `priority` is 0 for offers.
    """

    start: Ints
    topic: Ints
    level: Ints
    priority: Ints


@dataclass(frozen=True, eq=False)
class PairValues:
    """A sparse map from ordered pairs of participants to a number; `key` = first * n + second, ascending."""

    key: Ints
    value: NDArray[np.float64]

    def of(self, keys: Ints) -> NDArray[np.float64]:
        """The value at each key, 0 where there is none."""
        if not len(self.key):
            return np.zeros(len(keys))
        at = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[at] == keys, self.value[at], 0.0)


@dataclass(frozen=True, eq=False)
class Traits:
    """Everything about n participants that a rule or a criterion looks at. Unknown is -1, an empty set 0 bits.

    `minutes` is shared working time by zone class; class 0 stands for unknown and shares 0 minutes.
    `preference` is each one's own half of the criterion; `unavailable` holds both directions of exclusions,
    and forbidden pairs as (mentor, mentee); `bonus` is `keep` for each current pair.
    """

    topics: tuple[str, ...]
    grade: Ints
    attributes: Ints
    zone: Ints
    minutes: Ints
    style: Ints
    languages: NDArray[np.uint64]
    interests: NDArray[np.uint64]
    interest_count: Ints
    manager: Ints
    line: ReportingLine
    offers: TopicLists
    wants: TopicLists
    priority_sum: Ints
    top_priority: Ints
    preference: PairValues
    unavailable: PairValues
    bonus: PairValues


def encode(people: Sequence[PersonRow], rows: Sequence[PersonRow], policy: Policy) -> Traits:
    """Encode `people`; `rows` are all people of the file, who make up the reporting line."""
    topic_of = Meanings(policy.options.synonyms)
    offers = [_merged_offers(person.offers, topic_of) for person in people]
    wants = [_merged_wants(person.wants, topic_of) for person in people]
    topics = tuple(sorted({topic for lists in (offers, wants) for one in lists for topic in one}))
    number = {topic: index for index, topic in enumerate(topics)}
    interests = [{topic_of(item) for item in person.interests} for person in people]
    zone, minutes = _zones(people, policy)
    priorities = [[priority for priority, _ in one.values()] for one in wants]
    return Traits(
        topics=topics,
        grade=np.array([person.grade for person in people], dtype=np.int64),
        attributes=_attributes(people, policy.options.difference_on),
        zone=zone,
        minutes=minutes,
        style=np.array(
            [(p.style_formality or UNKNOWN, p.style_structure or UNKNOWN) for p in people], dtype=np.int64
        ).reshape(len(people), 2),
        languages=_bits([{tag.strip().lower() for tag in person.languages} for person in people]),
        interests=_bits(interests),
        interest_count=np.array([len(one) for one in interests], dtype=np.int64),
        manager=_codes([person.manager_id for person in people]),
        line=_line(people, rows),
        offers=_lists([{number[t]: (level, 0) for t, level in one.items()} for one in offers]),
        wants=_lists([{number[t]: (c, p) for t, (p, c) in one.items()} for one in wants]),
        priority_sum=np.array([sum(one) for one in priorities], dtype=np.int64),
        top_priority=np.array([max(one, default=0) for one in priorities], dtype=np.int64),
        preference=_preferences(people, policy.options.ranked),
        unavailable=_unavailable(people, policy),
        bonus=_pair_values(people, dict.fromkeys(policy.options.current, policy.options.keep)),
    )


class Meanings:
    """The compared form of a topic or interest, synonyms followed to their end."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        self._next = {normal(word): normal(meaning) for word, meaning in synonyms.items()}
        self._spelling = {normal(meaning): meaning.strip() for meaning in synonyms.values()}
        self._known: dict[str, str] = {}

    def __call__(self, written: str) -> str:
        if written not in self._known:
            word, met = normal(written), set()
            while word in self._next and word not in met:
                met.add(word)
                word = self._next[word]
            self._known[written] = min(met) if word in met else word
        return self._known[written]

    def shown(self, written: str) -> str:
        """A word for a reader: what the synonyms call it, or as it was written where they do not name it."""
        return self._spelling.get(self(written), written)


def _merged_offers(offers: Mapping[str, int], topic_of: Meanings) -> dict[str, int]:
    merged: dict[str, int] = {}
    for written, level in offers.items():
        topic = topic_of(written)
        merged[topic] = max(level, merged.get(topic, 0))
    return merged


def _merged_wants(wants: Mapping[str, tuple[int, int]], topic_of: Meanings) -> dict[str, tuple[int, int]]:
    merged: dict[str, tuple[int, int]] = {}
    for written, want in wants.items():
        topic = topic_of(written)
        merged[topic] = max((want[0], want[1]), merged.get(topic, (0, 0)))
    return merged


def _lists(lists: Sequence[Mapping[int, tuple[int, int]]]) -> TopicLists:
    counts = np.fromiter((len(one) for one in lists), dtype=np.int64, count=len(lists))
    start = np.concatenate(([0], np.cumsum(counts)))
    entries = [(topic, *values) for one in lists for topic, values in sorted(one.items())]
    table = np.array(entries, dtype=np.int64).reshape(len(entries), 3)
    return TopicLists(start, *(np.ascontiguousarray(table[:, column]) for column in range(3)))


def _codes(values: Sequence[str]) -> Ints:
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) if value else UNKNOWN for value in values]
    return np.array(codes, dtype=np.int64)


def _attributes(people: Sequence[PersonRow], names: Sequence[str]) -> Ints:
    """One column an attribute, those about identity last."""
    in_order = sorted(names, key=lambda name: name.startswith(IDENTITY))
    columns = [_codes([normal(attribute_of(person, name)) for person in people]) for name in in_order]
    return np.array(columns, dtype=np.int64).reshape(len(names), len(people)).T.copy()


def attribute_of(person: PersonRow, name: str) -> str:
    """What `difference_on` compares; empty where it is not known, or its use was not agreed to."""
    if name.startswith(IDENTITY):
        return person.identity.get(name.removeprefix(IDENTITY), "")
    return str(getattr(person, name))


def _bits(sets: Sequence[set[str]]) -> NDArray[np.uint64]:
    members = sorted(set().union(*sets)) if sets else []
    number = {member: index for index, member in enumerate(members)}
    bits = np.zeros((len(sets), max(1, -(-len(members) // 64))), dtype=np.uint64)
    for row, one in enumerate(sets):
        for member in one:
            word, bit = divmod(number[member], 64)
            bits[row, word] |= np.uint64(1 << bit)
    return bits


def _zones(people: Sequence[PersonRow], policy: Policy) -> tuple[Ints, Ints]:
    day = policy.rules.reference_date
    classes: dict[tuple[int, int], int] = {}
    zone = np.zeros(len(people), dtype=np.int64)
    for index, person in enumerate(people):
        if person.time_zone:
            working = working_day(person.time_zone, person.hours, on=day)
            zone[index] = classes.setdefault(working, len(classes) + 1)
    days = np.array([*classes], dtype=np.int64).reshape(len(classes), 2)
    minutes = np.zeros((len(classes) + 1, len(classes) + 1), dtype=np.int64)
    minutes[1:, 1:] = shared_minutes(days, days)
    return zone, minutes


def _line(people: Sequence[PersonRow], rows: Sequence[PersonRow]) -> ReportingLine:
    ids = [row.person_id for row in rows]
    whole = reporting_line(ids, [row.manager_id for row in rows])
    place = {person: index for index, person in enumerate(ids)}
    at = np.array([place[person.person_id] for person in people], dtype=np.int64)
    return ReportingLine(whole.opens[at], whole.closes[at], whole.depth[at])


def _pair_values(people: Sequence[PersonRow], values: Mapping[tuple[str, str], float]) -> PairValues:
    place = {person.person_id: index for index, person in enumerate(people)}
    keyed = {place[a] * len(people) + place[b]: value for (a, b), value in values.items() if a in place and b in place}
    keys = np.array(sorted(keyed), dtype=np.int64)
    return PairValues(keys, np.array([keyed[key] for key in keys.tolist()], dtype=np.float64))


def _preferences(people: Sequence[PersonRow], ranked: int) -> PairValues:
    halves: dict[tuple[str, str], float] = {}
    for person in people:
        for rank, other in enumerate(person.prefers[:ranked], start=1):
            halves.setdefault((person.person_id, other), (ranked - rank + 1) / ranked)
    return _pair_values(people, halves)


def _unavailable(people: Sequence[PersonRow], policy: Policy) -> PairValues:
    pairs: dict[tuple[str, str], float] = dict.fromkeys(policy.options.forbidden, 1.0)
    for person in people:
        pairs |= dict.fromkeys(_both_ways(person.person_id, person.excludes), 1.0)
    return _pair_values(people, pairs)


def _both_ways(person: str, others: Iterable[str]) -> list[tuple[str, str]]:
    return [pair for other in others for pair in ((person, other), (other, person))]
