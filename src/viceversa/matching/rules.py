"""The hard rules: which pairs are never proposed, and which rule says so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats, judged_scores, lesson_levels

Mask = NDArray[np.bool_]


def broken(problem: Problem, mentors: Ints, mentees: Ints, *, scores: Floats) -> dict[str, Mask]:
    """For each rule whether it forbids each pair (mentors[k], mentees[k])."""
    rules = problem.policy.rules
    judged = judged_scores(problem, mentors, mentees, scores=scores)
    return {
        "grade_gap_min": problem.traits.grade[mentees] - problem.traits.grade[mentors] < rules.grade_gap_min,
        "reporting_line": in_line(problem, mentors, mentees),
        "same_manager": _same_manager(problem, mentors, mentees),
        "common_language": _no_common_language(problem, mentors, mentees),
        "overlap_hours_min": _too_little_overlap(problem, mentors, mentees),
        "must_teach": _teaches_nothing(problem, mentors, mentees),
        "score_min": np.rint(judged * 1e6) / 1e6 < rules.score_min,
    }


def feasible(problem: Problem, mentors: Ints, mentees: Ints, *, scores: Floats) -> Mask:
    """Whether no rule forbids each pair and both are available to each other."""
    forbids = broken(problem, mentors, mentees, scores=scores)
    forbids["unavailable"] = unavailable(problem, mentors, mentees)
    free: Mask = ~np.logical_or.reduce(list(forbids.values()))
    return free


def unavailable(problem: Problem, mentors: Ints, mentees: Ints) -> Mask:
    """Oneself, excluded from either side, or forbidden by the policy."""
    keys = mentors * len(problem.people) + mentees
    apart: Mask = (mentors == mentees) | (problem.traits.unavailable.of(keys) > 0)
    return apart


def in_line(problem: Problem, mentors: Ints, mentees: Ints) -> Mask:
    """Whether one stands above the other within the depth of the rule."""
    limit = problem.policy.rules.reporting_line
    if limit == 0:
        return np.zeros(len(mentors), dtype=np.bool_)
    line = problem.traits.line
    opens, closes = line.opens, line.closes
    above = (opens[mentors] < opens[mentees]) & (opens[mentees] < closes[mentors])
    below = (opens[mentees] < opens[mentors]) & (opens[mentors] < closes[mentees])
    related: Mask = above | below
    if limit == "any":
        return related
    near: Mask = np.abs(line.depth[mentors] - line.depth[mentees]) <= int(limit)
    close: Mask = related & near
    return close


def _same_manager(problem: Problem, mentors: Ints, mentees: Ints) -> Mask:
    if problem.policy.rules.same_manager:
        return np.zeros(len(mentors), dtype=np.bool_)
    manager = problem.traits.manager
    same: Mask = (manager[mentors] >= 0) & (manager[mentors] == manager[mentees])
    return same


def _no_common_language(problem: Problem, mentors: Ints, mentees: Ints) -> Mask:
    if not problem.policy.rules.common_language:
        return np.zeros(len(mentors), dtype=np.bool_)
    ours, theirs = problem.traits.languages[mentors], problem.traits.languages[mentees]
    known = ours.any(axis=1) & theirs.any(axis=1)
    shared = np.asarray((ours & theirs).any(axis=1), dtype=np.bool_)
    apart: Mask = known & ~shared
    return apart


def _too_little_overlap(problem: Problem, mentors: Ints, mentees: Ints) -> Mask:
    zone = problem.traits.zone
    known = (zone[mentors] > 0) & (zone[mentees] > 0)
    return known & (problem.traits.minutes[zone[mentors], zone[mentees]] < minutes_needed(problem))


def minutes_needed(problem: Problem) -> float:
    """`overlap_hours_min` in minutes, a hair less so that 0.1 hours are six minutes."""
    return problem.policy.rules.overlap_hours_min * 60 - 1e-6


def _teaches_nothing(problem: Problem, mentors: Ints, mentees: Ints) -> Mask:
    rules, traits = problem.policy.rules, problem.traits
    if not rules.must_teach:
        return np.zeros(len(mentors), dtype=np.bool_)
    pair, entry, level = lesson_levels(problem, mentors, mentees)
    top = traits.wants.priority[entry] == traits.top_priority[mentees[pair]]
    lesson = top & (level > traits.wants.level[entry]) & (level >= rules.teach_level_min)
    nothing: Mask = np.bincount(pair[lesson], minlength=len(mentors))[: len(mentors)] == 0
    return nothing
