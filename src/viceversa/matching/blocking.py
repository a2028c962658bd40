"""Who would both rather have each other: the pairs behind the number of blocking pairs, those that gain most first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viceversa.matching.field import BLOCK_PAIRS, Field, feasible_block
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quality import worst_partner
from viceversa.matching.scoring import Floats
from viceversa.matching.solution import Mask, Solution

PAIRS_LOOKED_AT = 4_000_000
"""Beyond that, only the mentors whose present partners fit least are looked at: three seconds of one core."""


@dataclass(frozen=True, eq=False)
class Blocking:
    """Blocking pairs by participant, with their score and the worst score that each end has now (0 without a partner).

    Sorted by what both gain at least, the most first, then by place. `is_whole` is False where not every mentor was
    looked at, or there were more than asked for.
    """

    mentors: Ints
    mentees: Ints
    scores: Floats
    mentor_has: Floats
    mentee_has: Floats
    is_whole: bool

    def __len__(self) -> int:
        return len(self.mentors)


def blocking_list(problem: Problem, solution: Solution, *, most: int, looked_at: int = PAIRS_LOOKED_AT) -> Blocking:
    """The `most` blocking pairs (see `quality.Quality`) that gain most, among `looked_at` pairs."""
    mentor_has = worst_partner(problem, solution.mentors, solution.scores)[problem.mentors]
    mentee_has = worst_partner(problem, solution.mentees, solution.scores)[problem.mentees]
    width = max(1, len(problem.mentees))
    rows = np.sort(np.argsort(mentor_has, kind="stable")[: max(1, looked_at // width)])
    made = _made(problem, solution)
    fields = [
        _blocking(problem, block, made, mentor_has=mentor_has, mentee_has=mentee_has)
        for block in np.array_split(rows, max(1, -(-len(rows) * width // BLOCK_PAIRS)))
    ]
    mentor = np.concatenate([field.mentor for field in fields])
    mentee = np.concatenate([field.mentee for field in fields])
    score = np.concatenate([field.score for field in fields])
    gain = score - np.maximum(mentor_has[mentor], mentee_has[mentee])
    best = np.lexsort((mentee, mentor, -gain))[:most]
    return Blocking(
        mentors=problem.mentors[mentor[best]],
        mentees=problem.mentees[mentee[best]],
        scores=score[best],
        mentor_has=mentor_has[mentor[best]],
        mentee_has=mentee_has[mentee[best]],
        is_whole=len(rows) == len(problem.mentors) and len(gain) <= most,
    )


def _made(problem: Problem, solution: Solution) -> Ints:
    """Keys of the pairs that are made, either way round."""
    n = len(problem.people)
    return np.concatenate((solution.mentors * n + solution.mentees, solution.mentees * n + solution.mentors))


def _blocking(problem: Problem, rows: Ints, made: Ints, *, mentor_has: Floats, mentee_has: Floats) -> Field:
    columns = np.arange(len(problem.mentees))
    field = feasible_block(problem, np.repeat(rows, len(columns)), np.tile(columns, len(rows)))
    better: Mask = (field.score > mentor_has[field.mentor]) & (field.score > mentee_has[field.mentee])
    keys = problem.mentors[field.mentor] * len(problem.people) + problem.mentees[field.mentee]
    better &= ~np.isin(keys, made)
    return Field(field.mentor[better], field.mentee[better], field.score[better], field.weight[better])
