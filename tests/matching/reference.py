"""A slow second reading of docs/files.md and docs/matching.md, written without the engine.

It reads clean people files and policies only, works pair by pair in exact fractions, and shares no line with
``viceversa.matching``.
Where the two disagree, one of them has misread the contract.
"""

from __future__ import annotations

import csv
import io
import operator
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

CRITERIA = ("complementarity", "interests", "preference", "difference", "style", "reciprocity", "overlap")
RULES = (
    "grade_gap_min",
    "reporting_line",
    "same_manager",
    "common_language",
    "overlap_hours_min",
    "must_teach",
    "score_min",
)

DEFAULT_RULES: dict[str, Any] = {
    "grade_gap_min": 2,
    "reporting_line": "any",
    "same_manager": False,
    "common_language": True,
    "overlap_hours_min": 2.0,
    "must_teach": True,
    "teach_level_min": 3,
    "score_min": 0.0,
    "reference_date": "2026-01-15",
}
DEFAULT_WEIGHTS: dict[str, float] = {
    "complementarity": 0.35,
    "interests": 0.20,
    "preference": 0.20,
    "difference": 0.10,
    "style": 0.10,
    "reciprocity": 0.05,
    "overlap": 0.0,
}
DEFAULT_OPTIONS: dict[str, Any] = {
    "difference_on": ["function", "location"],
    "ranked": 3,
    "objective": "coverage",
    "locked": [],
    "forbidden": [],
    "current": [],
    "keep": 0.0,
    "fairness": 0.0,
    "synonyms": {},
    "seed": 0,
}

Ratio = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Policy:
    rules: Mapping[str, Any]
    weights: Mapping[str, float]
    options: Mapping[str, Any]

    def pairs_of(self, key: str) -> set[tuple[str, str]]:
        return {(mentor, mentee) for mentor, mentee in self.options[key]}

    def with_rule(self, key: str, value: Any) -> Policy:
        return Policy(rules={**self.rules, key: value}, weights=self.weights, options=self.options)

    @property
    def reference_date(self) -> date:
        return date.fromisoformat(str(self.rules["reference_date"]))


def read_policy(text: str) -> Policy:
    """The policy of a clean TOML text: rules and options by default, weights all or nothing."""
    given = tomllib.loads(text)
    weights = given.get("weights")
    return Policy(
        rules={**DEFAULT_RULES, **given.get("rules", {})},
        weights=DEFAULT_WEIGHTS if weights is None else {name: weights.get(name, 0) for name in CRITERIA},
        options={**DEFAULT_OPTIONS, **given.get("options", {})},
    )


def same_word(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


@dataclass(frozen=True)
class Person:
    person_id: str
    manager: str
    grade: int | None
    role: str
    capacity: int
    offers: Mapping[str, int]
    wants: Mapping[str, tuple[int, int]]  # topic -> (priority, own current level)
    interests: frozenset[str]
    languages: frozenset[str]
    day: tuple[int, int] | None  # minutes after midnight UTC
    style: tuple[int | None, int | None]
    prefers: tuple[str, ...]
    excludes: frozenset[str]
    attributes: Mapping[str, str]
    leaves: date | None


def _synonymous(policy: Policy) -> Callable[[str], str]:
    meant = {same_word(word): same_word(sense) for word, sense in policy.options["synonyms"].items()}
    return lambda topic: meant.get(same_word(topic), same_word(topic))


def _offers(cell: str, topic_of: Callable[[str], str]) -> dict[str, int]:
    offers: dict[str, int] = {}
    for part in listed(cell):
        name, _, level = part.rpartition(":")
        offers[topic_of(name)] = max(int(level), offers.get(topic_of(name), 0))
    return offers


def _wants(cell: str, topic_of: Callable[[str], str]) -> dict[str, tuple[int, int]]:
    wants: dict[str, tuple[int, int]] = {}
    for part in listed(cell):
        pieces = part.split(":")
        want = (int(pieces[1]), int(pieces[2]) if len(pieces) > 2 else 0)
        wants[topic_of(pieces[0])] = max(want, wants.get(topic_of(pieces[0]), (0, 0)))
    return wants


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _utc_offset_minutes(zone: str, day: date) -> int:
    """Offset at 00:00 local on ``day``, from the pinned tzdata package and never from the system."""
    with resources.files("tzdata.zoneinfo").joinpath(*zone.split("/")).open("rb") as data:
        offset = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo.from_file(data)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


def _day(zone: str, hours: str, reference: date) -> tuple[int, int] | None:
    if not zone:
        return None
    start, end = (_minutes(clock) for clock in (hours or "09:00-17:00").split("-"))
    if end < start:
        end += 24 * 60
    offset = _utc_offset_minutes(zone, reference)
    return start - offset, end - offset


def _number(cell: str) -> int | None:
    return int(cell) if cell else None


def _person(row: Mapping[str, str], policy: Policy) -> Person:
    topic_of = _synonymous(policy)

    def cell(column: str) -> str:
        return (row.get(column) or "").strip()

    return Person(
        person_id=cell("person_id"),
        manager=cell("manager_id"),
        grade=_number(cell("grade")),
        role=cell("role"),
        capacity=int(cell("capacity") or 1),
        offers=_offers(cell("offers"), topic_of),
        wants=_wants(cell("wants"), topic_of),
        interests=frozenset(same_word(word) for word in listed(cell("interests"))),
        languages=frozenset(tag.casefold() for tag in listed(cell("languages"))),
        day=_day(cell("time_zone"), cell("hours"), policy.reference_date),
        style=(_number(cell("style_formality")), _number(cell("style_structure"))),
        prefers=tuple(listed(cell("prefers"))),
        excludes=frozenset(listed(cell("excludes"))),
        attributes={name: same_word(cell(name)) for name in ("function", "location", "job_title")},
        leaves=date.fromisoformat(cell("leave_date")) if cell("leave_date") else None,
    )


@dataclass
class Pool:
    """People and policy, with the contract's rules and score for any pair of them.

    ``ratio`` divides: ``Fraction`` for exact work, ``operator.truediv`` where thousands of pairs are asked for.
    """

    people: dict[str, Person]
    policy: Policy
    ratio: Ratio = Fraction
    _scores: dict[tuple[str, str], Any] = field(default_factory=dict)

    def with_rule(self, key: str, value: Any) -> Pool:
        return Pool(
            people=self.people, policy=self.policy.with_rule(key, value), ratio=self.ratio, _scores=self._scores
        )

    def takes_part(self, person: Person) -> bool:
        return bool(person.role) and (person.leaves is None or person.leaves > self.policy.reference_date)

    @property
    def participants(self) -> list[str]:
        return sorted(name for name, person in self.people.items() if self.takes_part(person))

    @property
    def mentors(self) -> list[str]:
        return [name for name in self.participants if self.people[name].role in ("mentor", "both")]

    @property
    def mentees(self) -> list[str]:
        return [name for name in self.participants if self.people[name].role in ("mentee", "both")]

    def possible(self, mentor: str, mentee: str) -> bool:
        """What always holds: never with oneself, never where either side or the policy excludes it."""
        return not (
            mentor == mentee
            or mentee in self.people[mentor].excludes
            or mentor in self.people[mentee].excludes
            or (mentor, mentee) in self.policy.pairs_of("forbidden")
        )

    def feasible(self, mentor: str, mentee: str) -> bool:
        return self.possible(mentor, mentee) and not any(self.broken_rules(mentor, mentee))

    def feasible_pairs(self) -> list[tuple[str, str]]:
        return self._feasible_pairs

    @cached_property
    def _feasible_pairs(self) -> list[tuple[str, str]]:
        return [(m, e) for m in self.mentors for e in self.mentees if self.feasible(m, e)]

    def feasible_partners(self, name: str) -> int:
        """How many different people could be partner of ``name`` in one role or the other."""
        return len(self._partners[name])

    @cached_property
    def _partners(self) -> dict[str, set[str]]:
        partners: dict[str, set[str]] = {name: set() for name in self.participants}
        for mentor, mentee in self._feasible_pairs:
            partners[mentor].add(mentee)
            partners[mentee].add(mentor)
        return partners

    def broken_rules(self, mentor: str, mentee: str) -> Iterator[str]:
        m, e = self.people[mentor], self.people[mentee]
        rules = self.policy.rules
        assert m.grade is not None
        assert e.grade is not None
        if e.grade - m.grade < rules["grade_gap_min"]:
            yield "grade_gap_min"
        if self.in_one_line(mentor, mentee):
            yield "reporting_line"
        if not rules["same_manager"] and m.manager and m.manager == e.manager:
            yield "same_manager"
        if rules["common_language"] and m.languages and e.languages and not m.languages & e.languages:
            yield "common_language"
        if m.day and e.day and Fraction(shared_minutes(m.day, e.day), 60) < Fraction(str(rules["overlap_hours_min"])):
            yield "overlap_hours_min"
        if rules["must_teach"] and not teaches(m, e, level_min=rules["teach_level_min"]):
            yield "must_teach"
        if round(self.score(mentor, mentee), 6) < self.number(rules["score_min"]):
            yield "score_min"

    def in_one_line(self, one: str, other: str) -> bool:
        return self.is_above(one, other) or self.is_above(other, one)

    def is_above(self, boss: str, name: str) -> bool:
        """Whether ``boss`` stands above ``name`` within the depth that the policy looks at."""
        depth = self.policy.rules["reporting_line"]
        levels = len(self.people) if depth == "any" else int(depth)
        for _ in range(levels):
            person = self.people.get(name)
            if person is None or not person.manager:
                return False
            name = person.manager
            if name == boss:
                return True
        return False

    def score(self, mentor: str, mentee: str) -> Any:
        if (mentor, mentee) not in self._scores:
            self._scores[mentor, mentee] = self._score(mentor, mentee)
        return self._scores[mentor, mentee]

    def _score(self, mentor: str, mentee: str) -> Any:
        weights = {name: self.number(weight) for name, weight in self.policy.weights.items()}
        weighted = sum(weights[name] * value for name, value in self.criteria(mentor, mentee).items())
        return weighted / sum(weights.values())

    def number(self, value: Any) -> Any:
        return float(value) if self.ratio is operator.truediv else Fraction(str(value))

    def criteria(self, mentor: str, mentee: str) -> dict[str, Any]:
        m, e = self.people[mentor], self.people[mentee]
        return {
            "complementarity": self.taught(m, e),
            "interests": self.shared_interests(m, e),
            "preference": self.ratio(1, 2) * (self.liking(m, mentee) + self.liking(e, mentor)),
            "difference": self.difference(m, e),
            "style": self.style(m, e),
            "reciprocity": self.taught(e, m),
            "overlap": min(self.ratio(1, 1), self.ratio(shared_minutes(m.day, e.day), 8 * 60)),
        }

    def taught(self, teacher: Person, learner: Person) -> Any:
        whole = sum(priority for priority, _ in learner.wants.values())
        if not whole:
            return self.ratio(0, 1)
        parts = (
            priority * self.ratio(max(0, teacher.offers.get(topic, 0) - current), 5 - current)
            for topic, (priority, current) in learner.wants.items()
        )
        return sum(parts) / whole

    def shared_interests(self, m: Person, e: Person) -> Any:
        either = m.interests | e.interests
        return self.ratio(len(m.interests & e.interests), len(either) or 1)

    def liking(self, person: Person, other: str) -> Any:
        ranked = self.policy.options["ranked"]
        rank = person.prefers.index(other) + 1 if other in person.prefers else ranked + 1
        return self.ratio(ranked - rank + 1, ranked) if rank <= ranked else self.ratio(0, 1)

    def difference(self, m: Person, e: Person) -> Any:
        names = self.policy.options["difference_on"]
        sides = [(m.attributes[name], e.attributes[name]) for name in names]
        return self.ratio(sum(bool(a and b and a != b) for a, b in sides), len(names) or 1)

    def style(self, m: Person, e: Person) -> Any:
        gaps = [abs(a - b) for a, b in zip(m.style, e.style, strict=True) if a is not None and b is not None]
        return 1 - self.ratio(sum(gaps), 4 * len(gaps)) if gaps else self.ratio(1, 2)


def shared_minutes(one: tuple[int, int] | None, other: tuple[int, int] | None) -> int:
    """Working minutes shared, the second day moved by a day back, not at all, or a day on; 0 if unknown."""
    if one is None or other is None:
        return 0
    moved = ((other[0] + shift, other[1] + shift) for shift in (-24 * 60, 0, 24 * 60))
    return max(0, *(min(one[1], end) - max(one[0], start) for start, end in moved))


def teaches(mentor: Person, mentee: Person, *, level_min: int) -> bool:
    """``must_teach``: something the mentee wants most, above their own level and well enough."""
    top = max((priority for priority, _ in mentee.wants.values()), default=0)
    return any(
        mentor.offers.get(topic, 0) > current and mentor.offers.get(topic, 0) >= level_min
        for topic, (priority, current) in mentee.wants.items()
        if priority == top
    )


def read_pool(people: str, policy: str = "", *, ratio: Ratio = Fraction) -> Pool:
    """The pool of a clean people CSV (as text) under a policy (as TOML text)."""
    read = read_policy(policy)
    rows = csv.DictReader(io.StringIO(people.removeprefix("\ufeff"), newline=""))
    everybody = (_person(row, read) for row in rows)
    return Pool(people={person.person_id: person for person in everybody}, policy=read, ratio=ratio)
