"""The criteria and the score of given pairs (docs/matching.md), vectorised over lists of pairs.

Sums run in ascending order of topic and in the order of `CRITERIA`, here and in the compiled sweep, so that
both give the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.encode import TopicLists
from viceversa.matching.hours import FULL_OVERLAP_MINUTES
from viceversa.matching.policy import CRITERIA, IDENTITY, Policy
from viceversa.matching.problem import Ints, Problem

Floats = NDArray[np.float64]


def criteria(problem: Problem, mentors: Ints, mentees: Ints) -> dict[str, Floats]:
    """Each criterion in [0, 1] for the pairs (mentors[k], mentees[k]), both participant indices."""
    return {
        "complementarity": taught(problem, mentors, mentees),
        "interests": shared_interests(problem, mentors, mentees),
        "preference": preference(problem, mentors, mentees),
        "difference": difference(problem, mentors, mentees),
        "style": style(problem, mentors, mentees),
        "reciprocity": taught(problem, mentees, mentors),
        "overlap": overlap(problem, mentors, mentees),
    }


def score(problem: Problem, values: Mapping[str, Floats]) -> Floats:
    """Σ weight × criterion / Σ weights."""
    weights = problem.policy.weights
    total = np.zeros(len(values[CRITERIA[0]]))
    for name in CRITERIA:
        total = total + weights[name] * values[name]
    return total / weight_sum(problem.policy)


def weight_sum(policy: Policy) -> float:
    """Σ weights, rounded once, whatever the version of Python."""
    return math.fsum(policy.weights[name] for name in CRITERIA)


def scores(problem: Problem, mentors: Ints, mentees: Ints) -> Floats:
    """The score of each pair (mentors[k], mentees[k])."""
    return score(problem, criteria(problem, mentors, mentees))


def plain_attributes(policy: Policy) -> int:
    """How many attributes of `difference_on` are not about identity; they are the first columns."""
    return sum(not name.startswith(IDENTITY) for name in policy.options.difference_on)


def judged_scores(problem: Problem, mentors: Ints, mentees: Ints, *, scores: Floats) -> Floats:
    """What `score_min` is held against: these scores, but computed without identity attributes.

    Otherwise which pairs may be made, and how many partners somebody could have had, would tell of them.
    """
    plain = plain_attributes(problem.policy)
    if not problem.policy.rules.score_min or plain == problem.traits.attributes.shape[1]:
        return scores
    values = criteria(problem, mentors, mentees)
    return score(problem, {**values, "difference": difference(problem, mentors, mentees, among=plain)})


def taught(problem: Problem, teachers: Ints, learners: Ints) -> Floats:
    """How much of what each learner wants their teacher can give, weighed by priority; 0 without wants."""
    pair, entry, level = lesson_levels(problem, teachers, learners)
    wants = problem.traits.wants
    gain = np.maximum(0, level - wants.level[entry])
    part = wants.priority[entry] * gain / (5 - wants.level[entry])
    summed = np.bincount(pair, weights=part, minlength=len(teachers))[: len(teachers)]
    return summed / np.maximum(1, problem.traits.priority_sum[learners])


def lesson_levels(problem: Problem, teachers: Ints, learners: Ints) -> tuple[Ints, Ints, Ints]:
    """One line per pair and want of its learner: pair, place in `wants`, level of the teacher (0: none)."""
    wants = problem.traits.wants
    count = wants.start[learners + 1] - wants.start[learners]
    pair = np.repeat(np.arange(len(learners)), count)
    first = np.cumsum(count) - count
    entry = np.arange(len(pair)) - np.repeat(first, count) + np.repeat(wants.start[learners], count)
    return pair, entry, _level_of(problem.traits.offers, teachers[pair], wants.topic[entry], problem)


def _level_of(offers: TopicLists, teacher: Ints, topic: Ints, problem: Problem) -> Ints:
    if not len(offers.topic):
        return np.zeros(len(teacher), dtype=np.int64)
    width = len(problem.traits.topics)
    owner = np.repeat(np.arange(len(offers.start) - 1), np.diff(offers.start))
    keys = owner * width + offers.topic
    wanted = teacher * width + topic
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, offers.level[at], 0)


def shared_interests(problem: Problem, mentors: Ints, mentees: Ints) -> Floats:
    """Size of the intersection over the size of the union; 0 when both are empty."""
    traits = problem.traits
    both = np.bitwise_count(traits.interests[mentors] & traits.interests[mentees]).sum(axis=1, dtype=np.int64)
    union = traits.interest_count[mentors] + traits.interest_count[mentees] - both
    share: Floats = both / np.maximum(1, union)
    return share


def preference(problem: Problem, mentors: Ints, mentees: Ints) -> Floats:
    """Mean of both sides' (ranked - r + 1) / ranked."""
    n = len(problem.people)
    halves = problem.traits.preference
    return (halves.of(mentors * n + mentees) + halves.of(mentees * n + mentors)) / 2


def difference(problem: Problem, mentors: Ints, mentees: Ints, *, among: int | None = None) -> Floats:
    """Share of the attributes of `difference_on`, or of the first few, that are known on both sides and differ."""
    attributes = problem.traits.attributes[:, :among]
    ours, theirs = attributes[mentors], attributes[mentees]
    differ = ((ours >= 0) & (theirs >= 0) & (ours != theirs)).sum(axis=1)
    share: Floats = differ / max(1, attributes.shape[1])
    return share


def style(problem: Problem, mentors: Ints, mentees: Ints) -> Floats:
    """Mean over the scales known for both of 1 - |a - b| / 4; 0.5 where none is."""
    ours, theirs = problem.traits.style[mentors], problem.traits.style[mentees]
    known = (ours > 0) & (theirs > 0)
    likeness = np.where(known, 4 - np.abs(ours - theirs), 0).sum(axis=1)
    scales = known.sum(axis=1)
    return np.where(scales > 0, likeness / (4 * np.maximum(1, scales)), 0.5)


def overlap(problem: Problem, mentors: Ints, mentees: Ints) -> Floats:
    """Shared working hours on one day over 8, at most 1; 0 where a time zone is unknown."""
    zone = problem.traits.zone
    minutes = problem.traits.minutes[zone[mentors], zone[mentees]]
    return np.minimum(1.0, minutes / FULL_OVERLAP_MINUTES)
