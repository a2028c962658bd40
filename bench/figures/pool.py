"""The pool that everything is measured on: a synthetic organisation, each person in one role, of capacity 1."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viceversa.demo.organisation import organisation
from viceversa.formats.people import PersonRow, read_people, write_people
from viceversa.matching import Policy, Problem
from viceversa.matching.field import blocks, feasible_block
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores

PEOPLE, MATRIX = "people.csv", "matrix.npz"


@dataclass(frozen=True, slots=True)
class Shape:
    """How many mentor, how many are mentored, and how many partners each may have in a role."""

    mentors: int
    mentees: int
    capacity: int = 1

    @classmethod
    def of(cls, text: str) -> Shape:
        """`1000`, `60000x5000`, or `10000x10000x3`; raises ValueError for anything else."""
        numbers = [int(part) for part in text.split("x")]
        if not 1 <= len(numbers) <= 3 or min(numbers) < 1:
            raise ValueError(f"{text}: give a size as 1000, 60000x5000 or 10000x10000x3")
        return cls(numbers[0], *(numbers[1:] or numbers))

    def is_like(self, other: Shape) -> bool:
        """Whether it is the same but for its size."""
        same = self.mentors * other.mentees == self.mentees * other.mentors and self.capacity == other.capacity
        return same and self.mentors != other.mentors

    def __str__(self) -> str:
        plain = str(self.mentors) if self.mentors == self.mentees else f"{self.mentors}x{self.mentees}"
        return plain if self.capacity == 1 else f"{self.mentors}x{self.mentees}x{self.capacity}"


def people(size: int, *, seed: int) -> list[PersonRow]:
    """An organisation in which `size` people mentor and `size` others are mentored; nobody leaves it."""
    return people_of(Shape(size, size), seed=seed)


def people_of(shape: Shape, *, seed: int) -> list[PersonRow]:
    """The same with other numbers on the two sides."""
    drawn, by_role = _volunteers(max(shape.mentors, shape.mentees), seed)
    draw = random.Random(seed)
    sides = ("mentor", shape.mentors), ("mentee", shape.mentees)
    taking_part = {one for role, size in sides for one in draw.sample(by_role[role], size)}
    return [
        changed(row, role=row.role if row.person_id in taking_part else "", capacity=shape.capacity, leave_date=None)
        for row in drawn
    ]


def with_those_above(rows: list[PersonRow]) -> list[PersonRow]:
    """Those who take part and all their managers: as good as the whole organisation for every rule."""
    manager = {row.person_id: row.manager_id for row in rows}
    needed: set[str] = set()
    for row in rows:
        one = row.person_id if row.role else ""
        while one and one not in needed:
            needed.add(one)
            one = manager.get(one, "")
    return [row for row in rows if row.person_id in needed]


def _volunteers(size: int, seed: int) -> tuple[list[PersonRow], dict[str, list[str]]]:
    """An organisation that is large enough, and the ids of those who would take part in one role."""
    for employees in count(6 * size, max(1, size)):
        drawn = organisation(people=employees, seed=seed)
        by_role = {role: [row.person_id for row in drawn if row.role == role] for role in ("mentor", "mentee")}
        if all(len(ids) >= size for ids in by_role.values()):
            break
    return drawn, by_role


def changed(row: PersonRow, **values: object) -> PersonRow:
    """The row with other values."""
    return PersonRow(**({name: getattr(row, name) for name in PersonRow.__slots__} | values))


def write_pool(folder: Path, size: int, *, seed: int) -> Problem:
    """Write the people as a file, and return the problem that the file holds."""
    write_shape(folder, Shape(size, size), seed=seed)
    return read_pool(folder / PEOPLE)


def write_shape(folder: Path, shape: Shape, *, seed: int) -> None:
    """Write those who take part and everybody above them as a file."""
    (folder / PEOPLE).write_bytes(write_people(with_those_above(people_of(shape, seed=seed))))


def read_pool(path: Path) -> Problem:
    """The problem of a people file under the default policy; raises ValueError where the file has errors."""
    read = read_people(path.read_bytes(), file_name=path.name)
    if not read.ok:
        raise ValueError(f"{path}: {read.errors[0].message}")
    return Problem.from_people(read.rows, Policy.default())


def write_matrix(folder: Path, problem: Problem) -> float:
    """Write what peers are handed: -score of each pair, and beyond every total for pairs that break a rule.

    A cheapest assignment of this square matrix has the most lawful pairs, and of those the highest total.
    Returns the share of lawful pairs.
    """
    shape = len(problem.mentors), len(problem.mentees)
    if shape[0] != shape[1]:
        raise ValueError(f"{shape[0]} mentors and {shape[1]} mentees: peers are handed a square matrix.")
    prohibitive = float(shape[0] + 1)
    cost = np.full(shape, prohibitive)
    for block in blocks(problem):
        field = feasible_block(problem, *block)
        cost[field.mentor, field.mentee] = -field.score
    np.savez(folder / MATRIX, cost=cost, prohibitive=np.array(prohibitive))
    return float((cost < prohibitive).mean())


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs as we see them: how many, their total by our own scoring, and what is wrong with them."""

    pairs: int
    total: float
    faults: tuple[str, ...]


def judged(problem: Problem, places: NDArray[np.int64]) -> Judged:
    """Recompute rules, capacities and scores of pairs given as places of shape (pairs, 2)."""
    mentor, mentee = places.reshape(-1, 2).T
    first, second = problem.mentors[mentor], problem.mentees[mentee]
    made = scores(problem, first, second)
    faults = []
    if not feasible(problem, first, second, scores=made).all():
        faults.append("a pair breaks a rule")
    if len(np.unique(first)) < len(first) or len(np.unique(second)) < len(second):
        faults.append("somebody has two partners")
    return Judged(len(made), float(np.sort(made).sum()), tuple(faults))
