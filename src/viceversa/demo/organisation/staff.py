"""Who works at Northmoor: grades, functions, the reporting tree, places, hire dates, who takes part."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from viceversa.demo.organisation.draws import (
    Flags,
    Floats,
    Ints,
    chance,
    shared_out,
    weighted,
    weighted_by_group,
)
from viceversa.demo.organisation.reference import functions, places
from viceversa.demo.organisation.shape import HIGHEST_GRADE, MIDDLE_TO, Shape, tier_of

ROLES: Final = ("mentor", "mentee", "both", "")
NOBODY: Final = -1

# So many people of grades 8 and 7 at most, however large the company: the chief executive leads 40 at
# most, and each of those 25. Whoever is more goes one grade down.
_MOST_OF_GRADE: Final = {8: 40, 7: 1000}
# The share of each grade that leads anybody; about one person in five does, for a span near five.
_LEADS: Final = {2: 0.04, 3: 0.10, 4: 0.20, 5: 0.30, 6: 0.50, 7: 0.80, 8: 1.0, 9: 1.0}
# Whose boss is in the same function, among leaders and among everybody else.
_SAME_FUNCTION_LEADERS: Final = 0.97
_SAME_FUNCTION: Final = 0.85
_BOSS_TWO_GRADES_UP: Final = 0.25
# But no more than so many for each leader there, or the few at the top of a large company drown.
_TWO_GRADES_DOWN_EACH: Final = 10
_SAME_PLACE_AS_BOSS: Final = 0.45
# Leaders sit in a head office twice as often.
_SENIOR_PULL: Final = 2.0
# Mean days with the company, by grade.
_MEAN_TENURE: Final = (0, 500, 800, 1150, 1600, 2200, 2800, 3300, 3900, 4500)
_LONGEST_TENURE: Final = 13_500


@dataclass(frozen=True)
class Staff:
    """One entry per person in each array, in the order they were hired.

    `function` and `place` are places in the data files' lists, `boss` is an index or `NOBODY`, `role` an
    index into `ROLES`, `tenure` is in days, `chief` marks the head of each function.
    """

    grade: Ints
    function: Ints
    place: Ints
    boss: Ints
    tenure: Ints
    role: Ints
    chief: Flags

    def __len__(self) -> int:
        return len(self.grade)

    @cached_property
    def tier(self) -> Ints:
        return np.array([tier_of(grade) for grade in range(HIGHEST_GRADE + 1)])[self.grade]

    @cached_property
    def takes_part(self) -> Flags:
        takes_part: Flags = self.role != ROLES.index("")
        return takes_part


def draw_staff(rng: np.random.Generator, *, people: int, shape: Shape) -> Staff:
    """`people` people, at least one; exactly one has nobody above."""
    grade = _grades(people, shape)
    function = _functions(rng, grade)
    boss = _bosses(rng, grade, function)
    drawn = Staff(
        grade=grade,
        function=function,
        place=_places(rng, grade, boss),
        boss=boss,
        tenure=_tenures(rng, grade),
        role=_roles(rng, grade, shape),
        chief=_chiefs(grade, function),
    )
    return _in_order_of_hire(drawn)


def _grades(people: int, shape: Shape) -> Ints:
    """Grades from the highest to the lowest, by the shape's shares."""
    counts = [0, *shared_out(people - 1, shape.grade_shares), 1]
    for grade, most in _MOST_OF_GRADE.items():
        excess = max(0, counts[grade] - most)
        counts[grade] -= excess
        counts[grade - 1] += excess
    downwards = np.arange(HIGHEST_GRADE, -1, -1)
    return np.repeat(downwards, [counts[grade] for grade in downwards])


def _functions(rng: np.random.Generator, grade: Ints) -> Ints:
    shares = [one.share for one in functions()]
    drawn = weighted(rng, shares, len(grade))
    for leading in range(MIDDLE_TO + 1, HIGHEST_GRADE):
        # Every function gets its own leaders before any gets a second.
        first = np.flatnonzero(grade == leading)[: len(shares)]
        drawn[first] = np.arange(len(first))
    return drawn


def _chiefs(grade: Ints, function: Ints) -> Flags:
    chief = np.zeros(len(grade), dtype=np.bool_)
    at_the_top = np.flatnonzero(grade == HIGHEST_GRADE - 1)
    _, first = np.unique(function[at_the_top], return_index=True)
    chief[at_the_top[first]] = True
    return chief


class _Leaders:
    """The people of one grade who lead others, by function."""

    def __init__(self, members: Ints, function: Ints, share: float) -> None:
        by_function = [members[function[members] == one] for one in range(len(functions()))]
        leading = [group[: int(np.ceil(share * len(group)))] for group in by_function]
        self._people = np.concatenate(leading)
        self._count = np.array([len(group) for group in leading])
        self._start = np.cumsum(self._count) - self._count

    def __len__(self) -> int:
        return len(self._people)

    def drawn_for(self, rng: np.random.Generator, function: Ints, *, same_function: float) -> Ints:
        """One leader for each entry of `function`, out of that function with the probability given."""
        own = chance(rng, same_function, len(function)) & (self._count[function] > 0)
        start = np.where(own, self._start[function], 0)
        count = np.where(own, self._count[function], len(self._people))
        drawn: Ints = self._people[start + (rng.random(len(function)) * count).astype(np.int64)]
        return drawn


def _bosses(rng: np.random.Generator, grade: Ints, function: Ints) -> Ints:
    """A boss one or two grades up for everybody but the first; nobody of one's own grade, so no cycle."""
    boss = np.full(len(grade), NOBODY, dtype=np.int64)
    above: list[tuple[int, _Leaders]] = []
    for level in range(HIGHEST_GRADE, 0, -1):
        members = np.flatnonzero(grade == level)
        if not len(members):
            continue
        same = _SAME_FUNCTION_LEADERS if level > MIDDLE_TO else _SAME_FUNCTION
        if above:
            boss[members] = above[-1][1].drawn_for(rng, function[members], same_function=same)
        # The chief executive leads the grade below alone, or nobody could answer all those people.
        if len(above) > 2 and above[-2][0] == level + 2:
            most = _TWO_GRADES_DOWN_EACH * len(above[-2][1])
            further = members[chance(rng, _BOSS_TWO_GRADES_UP, len(members))][:most]
            boss[further] = above[-2][1].drawn_for(rng, function[further], same_function=same)
        if level in _LEADS:
            above.append((level, _Leaders(members, function, _LEADS[level])))
    return boss


def _places(rng: np.random.Generator, grade: Ints, boss: Ints) -> Ints:
    """Often the boss's place; grade by grade, so that the boss has one already."""
    share = np.array([one.share for one in places()])
    pull = np.array([_SENIOR_PULL if one.head_office else 1.0 for one in places()])
    place = weighted_by_group(rng, np.stack([share, share * pull]), (grade > MIDDLE_TO).astype(np.int64))
    place[boss == NOBODY] = 0
    with_boss = chance(rng, _SAME_PLACE_AS_BOSS, len(grade)) & (boss != NOBODY)
    for level in range(HIGHEST_GRADE - 1, 0, -1):
        moving = np.flatnonzero(with_boss & (grade == level))
        place[moving] = place[boss[moving]]
    return place


def _tenures(rng: np.random.Generator, grade: Ints) -> Ints:
    """Days with the company: a gamma distribution of shape 2, as the sum of two exponential draws."""
    mean = np.array(_MEAN_TENURE, dtype=np.float64)[grade]
    drawn = (rng.standard_exponential(len(grade)) + rng.standard_exponential(len(grade))) * mean / 2
    return np.clip(drawn.astype(np.int64), 3, _LONGEST_TENURE)


def _roles(rng: np.random.Generator, grade: Ints, shape: Shape) -> Ints:
    tier = np.array([tier_of(one) for one in range(HIGHEST_GRADE + 1)])[grade]
    return weighted_by_group(rng, _role_shares(shape), tier)


def _role_shares(shape: Shape) -> Floats:
    rows = [(part.mentor, part.mentee, part.both) for part in shape.taking_part]
    return np.array([(*row, 1.0 - sum(row)) for row in rows])


def _in_order_of_hire(staff: Staff) -> Staff:
    order = np.argsort(-staff.tenure, kind="stable")
    new_index = np.empty(len(order) + 1, dtype=np.int64)
    new_index[order] = np.arange(len(order))
    new_index[NOBODY] = NOBODY
    return Staff(
        grade=staff.grade[order],
        function=staff.function[order],
        place=staff.place[order],
        boss=new_index[staff.boss[order]],
        tenure=staff.tenure[order],
        role=staff.role[order],
        chief=staff.chief[order],
    )
