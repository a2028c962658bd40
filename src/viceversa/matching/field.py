"""All pairs of a pool, block by block, and the feasible ones with what they weigh."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from viceversa.matching.objective import weights
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import Floats, scores

SMALL_POOL_PAIRS = 250_000
"""Up to 500 × 500 numpy is quicker than waiting for a compiler."""

BLOCK_PAIRS = 400_000
"""Pairs scored at once: some 60 MB of intermediate arrays."""


@dataclass(frozen=True, eq=False)
class Field:
    """Feasible pairs by place: `mentor` and `mentee` index `problem.mentors` and `problem.mentees`.

    Sorted by mentor, then mentee. Locked pairs and their reverse are left out: they are settled.
    """

    mentor: Ints
    mentee: Ints
    score: Floats
    weight: Ints

    def __len__(self) -> int:
        return len(self.mentor)


def is_small(problem: Problem) -> bool:
    """Whether the pool is worked out in numpy; larger ones are swept by compiled code."""
    return len(problem.mentors) * len(problem.mentees) <= SMALL_POOL_PAIRS


def blocks(problem: Problem) -> Iterator[tuple[Ints, Ints]]:
    """Places of all pairs in blocks of whole mentors, sorted."""
    width = len(problem.mentees)
    if not width:
        return
    step = max(1, BLOCK_PAIRS // width)
    for first in range(0, len(problem.mentors), step):
        mentor = np.arange(first, min(first + step, len(problem.mentors)))
        yield np.repeat(mentor, width), np.tile(np.arange(width), len(mentor))


def feasible_block(problem: Problem, mentor: Ints, mentee: Ints) -> Field:
    """The feasible pairs among the given places, freshly scored."""
    first, second = problem.mentors[mentor], problem.mentees[mentee]
    score = scores(problem, first, second)
    free = feasible(problem, first, second, scores=score) & ~is_settled(problem, first, second)
    first, second, score = first[free], second[free], score[free]
    return Field(mentor[free], mentee[free], score, weights(problem, score, first, second))


def feasible_field(problem: Problem) -> Field:
    """All feasible pairs of the pool at once; for small pools."""
    parts = [feasible_block(problem, *block) for block in blocks(problem)]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Field(none, none, np.zeros(0), none)
    columns = zip(*((part.mentor, part.mentee, part.score, part.weight) for part in parts), strict=True)
    return Field(*(np.concatenate(column) for column in columns))


def is_settled(problem: Problem, mentors: Ints, mentees: Ints) -> np.ndarray:
    """Whether each pair of participants is locked, or the reverse of a locked pair."""
    if not problem.locked:
        return np.zeros(len(mentors), dtype=np.bool_)
    n = len(problem.people)
    settled = [key for a, b in problem.locked for key in (a * n + b, b * n + a)]
    return np.isin(mentors * n + mentees, settled)


def free_capacity(problem: Problem) -> tuple[Ints, Ints]:
    """Capacity of mentors and of mentees, by place, that locked pairs leave."""
    teach, learn = problem.capacity.copy(), problem.capacity.copy()
    for mentor, mentee in problem.locked:
        teach[mentor] -= 1
        learn[mentee] -= 1
    return (
        np.minimum(teach[problem.mentors], len(problem.mentees)),
        np.minimum(learn[problem.mentees], len(problem.mentors)),
    )
