"""For each pair the set of rules that forbid it, as bits, and what each rule would have to be to allow it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from viceversa.matching.field import blocks, is_settled, is_small
from viceversa.matching.policy import Rules
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.rules import broken, unavailable
from viceversa.matching.scoring import Floats, judged_scores, lesson_levels, scores

KEYS = tuple(one.name for one in fields(Rules) if one.name not in {"reference_date", "at_most", "share"})
"""Rules that can be loosened, in the order of docs/files.md."""

RULE_BITS: Mapping[str, int] = {key: 1 << place for place, key in enumerate(KEYS)}
UNAVAILABLE = 1 << len(KEYS)
SETTLED = 1 << (len(KEYS) + 1)
"""A locked pair or its reverse: neither free to be made nor forbidden."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """One rule changed to a value that forbids less."""

    key: str
    value: Any

    def __str__(self) -> str:
        value = str(self.value).lower() if isinstance(self.value, bool) else f"{self.value:g}"
        return f"{self.key}={value}"


def breach_bits(problem: Problem, mentors: Ints, mentees: Ints) -> Ints:
    """The bits of every rule that forbids each pair of participants; 0 where it is feasible.

    A lesson that is only at too low a level counts for `teach_level_min`, not for `must_teach`.
    """
    judges = problem.policy.rules.score_min > 0
    made = scores(problem, mentors, mentees) if judges else np.zeros(len(mentors))
    forbids = broken(problem, mentors, mentees, scores=made)
    bits = np.zeros(len(mentors), dtype=np.int64)
    for name, mask in forbids.items():
        bits |= mask * np.int64(RULE_BITS[name])
    untaught = np.flatnonzero(forbids["must_teach"])
    taught = untaught[best_lesson(problem, mentors[untaught], mentees[untaught]) > 0]
    bits[taught] ^= RULE_BITS["must_teach"] | RULE_BITS["teach_level_min"]
    bits |= unavailable(problem, mentors, mentees) * np.int64(UNAVAILABLE)
    bits |= is_settled(problem, mentors, mentees) * np.int64(SETTLED)
    return bits


def breach_matrix(problem: Problem) -> np.ndarray:
    """`breach_bits` of all pairs by place: mentors × mentees, 16 bits each."""
    if not is_small(problem):
        return swept_matrix(problem)
    matrix = np.zeros((len(problem.mentors), len(problem.mentees)), dtype=np.uint16)
    for mentor, mentee in blocks(problem):
        matrix[mentor, mentee] = breach_bits(problem, problem.mentors[mentor], problem.mentees[mentee])
    return matrix


def breach_block(problem: Problem, mentors: Ints, mentees: Ints) -> np.ndarray:
    """`breach_matrix` of some mentors and mentees, by places that ascend."""
    part = replace(problem, mentors=problem.mentors[mentors], mentees=problem.mentees[mentees])
    # The parts of a large pool are many, and the compiler is loaded already.
    return breach_matrix(part) if is_small(problem) else swept_matrix(part)


def swept_matrix(problem: Problem) -> np.ndarray:
    from viceversa.matching.forbidding import sweep_breaches  # numba: only where it is needed
    from viceversa.matching.view import view_of

    bits = np.array([RULE_BITS[key] for key in KEYS], dtype=np.int64)
    view = view_of(problem)
    matrix: np.ndarray = sweep_breaches(view, len(problem.mentees), bits)
    mentor = np.repeat(np.arange(len(problem.mentors)), np.diff(view.ban_start))
    first, second = problem.mentors[mentor], problem.mentees[view.ban_column]
    apart = unavailable(problem, first, second) * np.uint16(UNAVAILABLE)
    matrix[mentor, view.ban_column] |= apart | is_settled(problem, first, second) * np.uint16(SETTLED)
    return matrix


def best_lesson(problem: Problem, mentors: Ints, mentees: Ints) -> Ints:
    """The highest level above the mentee's own in a topic of their highest priority; 0 where there is none."""
    wants = problem.traits.wants
    pair, entry, level = lesson_levels(problem, mentors, mentees)
    top = wants.priority[entry] == problem.traits.top_priority[mentees[pair]]
    lesson = top & (level > wants.level[entry])
    best = np.zeros(len(mentors), dtype=np.int64)
    np.maximum.at(best, pair[lesson], level[lesson])
    return best


def needed(problem: Problem, key: str, mentors: Ints, mentees: Ints) -> Floats:
    """For pairs that only `key` forbids: the strictest value of the rule that allows each, as a number.

    Greater is stricter for every rule; switches are 0. The line allows a distance of d from depth d - 1 down.
    """
    traits = problem.traits
    if key == "grade_gap_min":
        return (traits.grade[mentees] - traits.grade[mentors]).astype(np.float64)
    if key == "reporting_line":
        depth: Floats = np.abs(traits.line.depth[mentors] - traits.line.depth[mentees]) - 1.0
        return depth
    if key == "overlap_hours_min":
        minutes = traits.minutes[traits.zone[mentors], traits.zone[mentees]]
        hours: Floats = np.floor(minutes / 60 * 100) / 100
        return hours
    if key == "teach_level_min":
        return best_lesson(problem, mentors, mentees).astype(np.float64)
    if key == "score_min":
        judged = judged_scores(problem, mentors, mentees, scores=scores(problem, mentors, mentees))
        score: Floats = np.floor(np.rint(judged * 1e6) / 1e4) / 100
        return score
    return np.zeros(len(mentors))


def loosening(key: str, need: float) -> Loosening:
    """The loosening that allows pairs whose `needed` value is `need` or stricter."""
    if key in ("grade_gap_min", "reporting_line", "teach_level_min"):
        return Loosening(key, math.floor(need))
    if key in ("overlap_hours_min", "score_min"):
        return Loosening(key, float(need))
    return Loosening(key, key == "same_manager")
