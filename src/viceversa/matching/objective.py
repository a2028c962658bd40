"""Scores as integers, so that the engine compares, ends and proves exactly and alike on every machine."""

from __future__ import annotations

import numpy as np

from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats

RESOLUTION = 10**12
"""Units per 1.0 of score: rounding moves a total by less than 1e-12 a pair, and 2**57 holds all sums."""


EQUAL_UNITS = 4
"""Under `quality` totals count as equal within so many units a pair: two thirds of a score, rounded, must not
beat twice one third, and more pairs are wanted among equals."""


def pairs_at_most(problem: Problem) -> int:
    """A plain bound on the number of pairs, from capacities alone."""
    mentors, mentees = problem.mentors, problem.mentees
    teach = np.minimum(problem.capacity[mentors], len(mentees)).sum()
    learn = np.minimum(problem.capacity[mentees], len(mentors)).sum()
    return int(min(teach, learn))


def stretch(problem: Problem) -> int:
    """Factor on the units under `quality`, leaving room to prefer more pairs among equal totals; else 1."""
    if problem.policy.options.objective == "coverage":
        return 1
    return 1 << (pairs_at_most(problem) + 1).bit_length()


def units(problem: Problem, scores: Floats, mentors: Ints, mentees: Ints) -> Ints:
    """Score plus `keep` bonus of each pair in whole units of 1 / RESOLUTION."""
    keys = mentors * len(problem.people) + mentees
    bonus = problem.traits.bonus.of(keys)
    whole: Ints = (np.rint(scores * RESOLUTION) + np.rint(bonus * RESOLUTION)).astype(np.int64)
    return whole


def weights(problem: Problem, scores: Floats, mentors: Ints, mentees: Ints) -> Ints:
    """What the engine maximises: units; under `quality` stretched, and 1 more for each pair."""
    whole = units(problem, scores, mentors, mentees)
    factor = stretch(problem)
    return whole if factor == 1 else (whole + EQUAL_UNITS) * factor + 1
