"""Why someone has no partner, and the one loosening of a rule that would help most.

The reason is true, not guessed: a rule is named when taking away that rule alone gives a feasible partner. The
relaxation is found by solving again; exclusions, locks, forbidden pairs and capacities are never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from viceversa.matching.breaches import (
    KEYS,
    RULE_BITS,
    Loosening,
    breach_block,
    loosening,
    needed,
)
from viceversa.matching.cover import maximum_cover
from viceversa.matching.engine import solve
from viceversa.matching.field import feasible_field, free_capacity
from viceversa.matching.objective import pairs_at_most
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quotas import has_quotas, held_back
from viceversa.matching.solution import Mask, Solution

VALUES_TRIED = 12
"""Values of one rule that are solved again; people between two of them are given the looser."""
PAIRS_AT_ONCE = 20_000_000
"""Pairs looked at together: 40 MB."""
PAIRS_ADDED = 8
"""Pairs per person that join a search for more pairs at each step."""
ROWS_AT_ONCE = 256
"""Rows of pairs from which some are chosen together."""
LOOSENED_UP_TO = 20_000
"""People a side up to which loosenings are solved again; beyond, a single one takes minutes."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Someone without a partner in any role.

    `feasible_partners` counts people, in either role. `reason` is a code of docs/files.md. `relaxation` is
    the loosening found, None where no single one gives more pairs or the pool is too large to try them;
    `further_pairs` is how many more.
    """

    person_id: str
    role: str
    feasible_partners: int
    reason: str
    relaxation: Loosening | None
    further_pairs: int

    @property
    def relaxation_text(self) -> str:
        """As it stands in `unmatched.csv`: `key=value (+n)` or nothing."""
        return f"{self.relaxation} (+{self.further_pairs})" if self.relaxation else ""


def explain_unmatched(
    problem: Problem, solution: Solution, *, at_once: int = PAIRS_AT_ONCE, loosened_up_to: int = LOOSENED_UP_TO
) -> list[Unmatched]:
    """Everyone without a partner in any role, by id; `at_once` pairs at most are held in memory.

    Loosenings are tried in pools of `loosened_up_to` people a side at most.
    """
    paired = set(solution.mentors.tolist()) | set(solution.mentees.tolist())
    alone = sorted(set(range(len(problem.people))) - paired, key=lambda p: problem.people[p].person_id)
    if not alone:
        return []
    study = _Study(problem, solution, alone, at_once=at_once, loosened_up_to=loosened_up_to)
    return [study.about(person) for person in alone]


@dataclass(frozen=True, eq=False)
class _Stance:
    """Before how many `partners` nothing stands, and for each rule that alone forbids somebody the strictest value
    that would allow them (0 where nobody asks)."""

    partners: int
    need: Mapping[str, float]


class _Side(NamedTuple):
    """The same in one role, with the partners themselves."""

    partners: Ints
    need: Mapping[str, float]


class _Study:
    """What the whole pool says about those without a partner; re-solves each loosening once."""

    def __init__(
        self, problem: Problem, solution: Solution, alone: Sequence[int], *, at_once: int, loosened_up_to: int
    ) -> None:
        self.problem, self.at_once = problem, at_once
        self.made = len(solution.mentors)
        self.mentor_place = _places(problem.mentors, len(problem.people))
        self.mentee_place = _places(problem.mentees, len(problem.people))
        self.start = self._made_places(solution)
        few = max(len(problem.mentors), len(problem.mentees)) <= loosened_up_to
        self.room = few and pairs_at_most(problem) > self.made and not has_quotas(problem.policy)
        self.held: dict[int, str] = {}
        if has_quotas(problem.policy):
            self.held = held_back(problem, feasible_field(problem), (solution.mentors, solution.mentees), alone)
        self.tried: dict[str, Ints] = {}
        self.looked_at: dict[tuple[bytes, bytes], np.ndarray] = {}
        self.stances = self._stances(alone)
        self.values = {key: self._values(key) for key in KEYS} if self.room else {}

    def _made_places(self, solution: Solution) -> tuple[Ints, Ints]:
        """Free pairs of the solution by place, sorted: where every search for more begins."""
        locked = set(self.problem.locked)
        made = zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True)
        free = np.array([pair for pair in made if pair not in locked], dtype=np.int64).reshape(-1, 2)
        rows, columns = self.mentor_place[free[:, 0]], self.mentee_place[free[:, 1]]
        order = np.lexsort((columns, rows))
        return rows[order], columns[order]

    def about(self, person: int) -> Unmatched:
        row, stance = self.problem.people[person], self.stances[person]
        relaxation, further = self._relaxation(stance) if self.room else (None, 0)
        reason = self._reason(row.role, person, stance)
        return Unmatched(row.person_id, row.role, stance.partners, reason, relaxation, further)

    def _stances(self, alone: Sequence[int]) -> dict[int, _Stance]:
        """By participant; the pairs of those without a partner are looked at in blocks."""
        problem, people = self.problem, np.array(alone, dtype=np.int64)
        mentors, mentees = np.arange(len(problem.mentors)), np.arange(len(problem.mentees))
        found: dict[int, list[_Side]] = {person: [] for person in alone}
        for rows in _cut(np.sort(self.mentor_place[people]), len(mentees), self.at_once):
            bits = breach_block(problem, rows, mentees)
            for row, line in zip(rows.tolist(), bits, strict=True):
                found[int(problem.mentors[row])].append(self._side(line, problem.mentees, row=row))
        for columns in _cut(np.sort(self.mentee_place[people]), len(mentors), self.at_once):
            bits = breach_block(problem, mentors, columns)
            for at, column in enumerate(columns.tolist()):
                found[int(problem.mentees[column])].append(self._side(bits[:, at], problem.mentors, column=column))
        return {person: _together(sides) for person, sides in found.items()}

    def _side(self, line: np.ndarray, others: Ints, *, row: int | None = None, column: int | None = None) -> _Side:
        """What stands before one person in one role, `row` as mentor or `column` as mentee."""
        partners = np.flatnonzero(line == 0)
        need = {}
        for key in KEYS:
            sole = np.flatnonzero(line == RULE_BITS[key])
            if not len(sole):
                continue
            here = np.full(len(sole), row if column is None else column)
            pairs = (here, sole) if column is None else (sole, here)
            need[key] = float(self._needed(key, *pairs).max()) if self.room else 0.0
        return _Side(others[partners], need)

    def _reason(self, role: str, person: int, stance: _Stance) -> str:
        if stance.partners:
            return self.held.get(person, "outcompeted")
        wantless = self.problem.traits.priority_sum[person] == 0
        if role == "mentee" and wantless and self.problem.policy.rules.must_teach:
            return "no_wants"
        sole = set(stance.need)
        if "must_teach" in sole:
            # The level is part of that rule: where both bind, the rule as a whole does.
            sole -= {"teach_level_min"}
        return sole.pop() if len(sole) == 1 else "no_feasible_partner"

    def _relaxation(self, stance: _Stance) -> tuple[Loosening | None, int]:
        best: tuple[Loosening | None, int] = (None, 0)
        for key, need in stance.need.items():
            helping = self.values[key]
            at = max(0, int(np.searchsorted(helping, need, side="right")) - 1)
            further = int(self._further(key)[at])
            chosen = loosening(key, float(helping[at]))
            if further > best[1]:
                best = chosen, further
        return best

    def _needed(self, key: str, mentor: Ints, mentee: Ints) -> np.ndarray:
        return needed(self.problem, key, self.problem.mentors[mentor], self.problem.mentees[mentee])

    def _values(self, key: str) -> np.ndarray:
        """Values of a rule that help someone here, ascending: at most `VALUES_TRIED`, the loosest among them."""
        values = np.unique([stance.need[key] for stance in self.stances.values() if key in stance.need])
        if len(values) <= VALUES_TRIED:
            return values
        return values[np.linspace(0, len(values) - 1, VALUES_TRIED).astype(np.int64)]

    def _further(self, key: str) -> Ints:
        """How many more pairs each value of a rule gives, by solving again.

        Looser never means fewer pairs where as many as possible are made: between two values that give the same
        number, all do.
        """
        if key in self.tried:
            return self.tried[key]
        last = len(self.values[key]) - 1
        further = np.full(last + 1, -1, dtype=np.int64)
        for at in {0, last}:
            further[at] = self._pairs_under(key, at) - self.made
        between = [(0, last)]
        while between:
            looser, stricter = between.pop()
            if further[looser] == further[stricter] and self.problem.policy.options.objective == "coverage":
                further[looser : stricter + 1] = further[looser]
            elif stricter - looser > 1:
                middle = (looser + stricter) // 2
                further[middle] = self._pairs_under(key, middle) - self.made
                between += [(looser, middle), (middle, stricter)]
        self.tried[key] = further
        return further

    def _pairs_under(self, key: str, at: int) -> int:
        problem, need = self.problem, float(self.values[key][at])
        chosen = loosening(key, need)
        if problem.policy.options.objective == "coverage":
            pairs = self._most_pairs(key, need)
            if pairs is not None:
                return pairs
        policy = problem.policy.replace(rules={chosen.key: chosen.value})
        return len(solve(problem.with_policy(policy)).mentors)

    def _most_pairs(self, key: str, need: float) -> int | None:
        """The greatest number of pairs; None where it would pair two people both ways round."""
        problem = self.problem
        teach, learn = free_capacity(problem)
        rows, columns = self.start
        while True:
            cover = maximum_cover(rows, columns, supply=teach, demand=learn)
            known = rows * len(learn) + columns
            more = self._outside(key, need, np.flatnonzero(~cover.rows), np.flatnonzero(~cover.columns), known)
            if not len(more):
                break
            rows, columns = np.divmod(np.union1d(known, more), len(learn))
        first, second = problem.mentors[rows[cover.used]], problem.mentees[columns[cover.used]]
        n = len(problem.people)
        if np.isin(first * n + second, second * n + first).any():
            return None
        return cover.pairs + len(problem.locked)

    def _outside(self, key: str, need: float, rows: Ints, columns: Ints, known: Ints) -> Ints:
        """Some pairs not `known` yet that the loosened rules allow between uncovered people.

        Pairs are row × width + column. Only pairs between uncovered people can make the greatest number
        greater, so that few of all pairs are ever looked at.
        """
        bits = self._bits(rows, columns)
        width, taken_away = len(self.problem.mentees), _taken_away(key)
        known_row, known_column = np.divmod(known, width)
        open_row, open_column = (np.zeros(many, dtype=np.bool_) for many in (len(self.problem.mentors), width))
        open_row[rows], open_column[columns] = True, True
        there = open_row[known_row] & open_column[known_column]
        known_row, known_column = known_row[there], known_column[there]
        known_row, known_column = np.searchsorted(rows, known_row), np.searchsorted(columns, known_column)
        taken = np.zeros(len(columns), dtype=np.int32)
        found = [np.zeros(0, dtype=np.int64)]
        for first in range(0, len(rows), ROWS_AT_ONCE):
            block = bits[first : first + ROWS_AT_ONCE]
            allowed = block == 0
            at_row, at_column = np.nonzero(np.logical_or.reduce([block == bit for bit in taken_away]))
            helps = self._needed(key, rows[first + at_row], columns[at_column]) >= need
            allowed[at_row[helps], at_column[helps]] = True
            begin, end = np.searchsorted(known_row, (first, first + len(block)))
            allowed[known_row[begin:end] - first, known_column[begin:end]] = False
            at_row, at_column = np.nonzero(_few(allowed, taken))
            found.append(rows[first + at_row] * width + columns[at_column])
        return np.concatenate(found)

    def _bits(self, rows: Ints, columns: Ints) -> np.ndarray:
        """Every search begins with the same people: their pairs are looked at once."""
        name = rows.tobytes(), columns.tobytes()
        if name in self.looked_at:
            return self.looked_at[name]
        bits = breach_block(self.problem, rows, columns)
        if not self.looked_at and bits.size <= self.at_once:
            self.looked_at[name] = bits
        return bits


def _few(allowed: Mask, taken: np.ndarray) -> Mask:
    """Some pairs of each row, spread evenly, and of each column its first; `taken` counts those of each column."""
    rank = np.cumsum(allowed, axis=1, dtype=np.int32)
    total = np.maximum(rank[:, -1:], 1) if allowed.shape[1] else np.ones((len(allowed), 1), dtype=np.int32)
    shift = np.arange(len(allowed), dtype=np.int32)[:, None]
    spread = allowed & ((rank + shift) % -(-total // PAIRS_ADDED) == 0)
    first = allowed & (np.cumsum(allowed, axis=0, dtype=np.int32) + taken <= PAIRS_ADDED)
    taken += allowed.sum(axis=0, dtype=np.int32)
    chosen: Mask = spread | first
    return chosen


def _taken_away(key: str) -> list[int]:
    """Bits of the pairs that only this rule forbids; without `must_teach` its level forbids nothing either."""
    keys = ("must_teach", "teach_level_min") if key == "must_teach" else (key,)
    return [RULE_BITS[name] for name in keys]


def _places(side: Ints, count: int) -> Ints:
    places = np.full(count, -1, dtype=np.int64)
    places[side] = np.arange(len(side))
    return places


def _cut(places: Ints, width: int, at_once: int) -> Iterator[Ints]:
    """Places ≥ 0 in blocks of at most so many pairs, one person at least."""
    there = places[places >= 0]
    step = max(1, at_once // max(1, width))
    for first in range(0, len(there), step):
        yield there[first : first + step]


def _together(sides: Sequence[_Side]) -> _Stance:
    """Both roles of one person; somebody who could be a partner either way round counts once."""
    need: dict[str, float] = {}
    for key in KEYS:
        values = [side.need[key] for side in sides if key in side.need]
        if values:
            need[key] = max(values)
    partners = sides[0].partners if len(sides) == 1 else np.concatenate([side.partners for side in sides])
    return _Stance(len(np.unique(partners)), need)
