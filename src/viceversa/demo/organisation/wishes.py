"""Whom people would like to meet, and whom they would rather not."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from viceversa.demo.organisation.draws import Ints, chance
from viceversa.demo.organisation.staff import ROLES, Staff

_PREFERS: Final = 0.12
_MOST_PREFERRED: Final = 3
_RETURNED: Final = 0.35
_EXCLUDES: Final = 0.008


@dataclass
class Wishes:
    """For those who have any: indices of people, best first for `prefers`."""

    prefers: dict[int, list[int]] = field(default_factory=dict)
    excludes: dict[int, list[int]] = field(default_factory=dict)


def draw_wishes(rng: np.random.Generator, staff: Staff) -> Wishes:
    """Wishes among participants; nobody prefers themself, their boss or somebody they exclude."""
    wishes = Wishes()
    for role, other in (("mentor", "mentee"), ("mentee", "mentor")):
        people = _in_role(staff, role)
        partners = _in_role(staff, other)
        if len(people) and len(partners):
            _draw_exclusions(rng, people, partners, wishes)
            _draw_preferences(rng, people, partners, staff.boss, wishes)
    return wishes


def _in_role(staff: Staff, role: str) -> Ints:
    return np.flatnonzero((staff.role == ROLES.index(role)) | (staff.role == ROLES.index("both")))


def _draw_exclusions(rng: np.random.Generator, people: Ints, partners: Ints, wishes: Wishes) -> None:
    excluding = people[chance(rng, _EXCLUDES, len(people))].tolist()
    excluded = partners[rng.integers(0, len(partners), len(excluding))].tolist()
    for person, one in zip(excluding, excluded, strict=True):
        if one != person and one not in wishes.prefers.get(person, ()):
            wishes.excludes[person] = [one]


def _draw_preferences(rng: np.random.Generator, people: Ints, partners: Ints, boss: Ints, wishes: Wishes) -> None:
    preferring = people[chance(rng, _PREFERS, len(people))].tolist()
    counts = rng.integers(1, _MOST_PREFERRED + 1, len(preferring)).tolist()
    drawn = partners[rng.integers(0, len(partners), (len(preferring), _MOST_PREFERRED))].tolist()
    returned = chance(rng, _RETURNED, len(preferring)).tolist()
    for person, count, row, both_ways in zip(preferring, counts, drawn, returned, strict=True):
        for one in row[:count]:
            _prefer(person, one, boss, wishes)
        if both_ways:
            _prefer(row[0], person, boss, wishes)


def _prefer(person: int, one: int, boss: Ints, wishes: Wishes) -> None:
    if one in (person, boss[person]) or person == boss[one] or one in wishes.excludes.get(person, ()):
        return
    ranked = wishes.prefers.setdefault(person, [])
    if one not in ranked and len(ranked) < _MOST_PREFERRED:
        ranked.append(one)
