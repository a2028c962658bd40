"""Quotas: rules about all pairs together, as lines that a choice of pairs must keep.

`at_most` limits the pairs of each group, `share` asks that a part of all pairs is alike or different. An empty
value belongs to no group and fulfils no share. Each line reads Σ factor × pair ≤ limit, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

from viceversa.formats.problems import Problem as InputProblem
from viceversa.formats.topics import normal
from viceversa.matching.errors import policy_problem
from viceversa.matching.field import Field, free_capacity
from viceversa.matching.policy import AtMost, Policy, Share
from viceversa.matching.problem import Ints, Problem

MOST_PAIRS = 4_000_000
"""Possible pairs whose lines fit into a gigabyte, all of them feasible."""


@dataclass(frozen=True, eq=False)
class Lines:
    """What every choice of free pairs keeps: `factors` × chosen ≤ `limits`; locked pairs are taken off already."""

    factors: csr_array
    limits: Ints


def has_quotas(policy: Policy) -> bool:
    """Whether the policy has any quota."""
    return bool(policy.rules.at_most or policy.rules.share)


def lines(problem: Problem, field: Field) -> Lines:
    """Capacities, one pair for two people, and the quotas, over the free pairs in `field`."""
    mentors, mentees = problem.mentors[field.mentor], problem.mentees[field.mentee]
    teach, learn = free_capacity(problem)
    parts = [_lines(field.mentor, teach), _lines(field.mentee, learn), _once(problem, mentors, mentees)]
    rules = problem.policy.rules
    parts += [_at_most(problem, rule, mentors, mentees) for rule in rules.at_most]
    parts += [_share(problem, rule, mentors, mentees) for rule in rules.share]
    edges = np.concatenate([edge for _, edge, _, _ in parts])
    offsets = np.cumsum([0, *(len(limit) for *_, limit in parts)])
    line = np.concatenate([part[0] + first for part, first in zip(parts, offsets, strict=False)])
    factors = np.concatenate([factor for _, _, factor, _ in parts])
    shape = (int(offsets[-1]), len(field))
    return Lines(csr_array((factors, (line, edges)), shape=shape), np.concatenate([part[3] for part in parts]))


_Part = tuple[Ints, Ints, Ints, Ints]
"""Line, pair and factor of each entry, and the limits."""


def _lines(group: Ints, limits: Ints) -> _Part:
    return group, np.arange(len(group)), np.ones(len(group), dtype=np.int64), limits


def _once(problem: Problem, mentors: Ints, mentees: Ints) -> _Part:
    """Two people form one pair, whichever way round."""
    n = len(problem.people)
    _, group, count = np.unique(
        np.minimum(mentors, mentees) * n + np.maximum(mentors, mentees), return_inverse=True, return_counts=True
    )
    doubled = np.flatnonzero(count[group] > 1)
    which, line = np.unique(group[doubled], return_inverse=True)
    ones = np.ones(len(doubled), dtype=np.int64)
    return line.astype(np.int64), doubled, ones, np.ones(len(which), dtype=np.int64)


def values(problem: Problem, attribute: str) -> Ints:
    """A number for each participant, the same for the same value; -1 where it is empty."""
    words = [normal(getattr(person, attribute)) for person in problem.people]
    number = {word: k for k, word in enumerate(sorted(set(words) - {""}))}
    return np.array([number.get(word, -1) for word in words], dtype=np.int64)


def groups(problem: Problem, rule: AtMost, mentors: Ints, mentees: Ints) -> Ints:
    """The group of each pair under a limit; -1 where it belongs to none."""
    known = np.ones(len(mentors), dtype=np.bool_)
    group = np.zeros(len(mentors), dtype=np.int64)
    for attribute, side in ((rule.mentors, mentors), (rule.mentees, mentees)):
        if attribute:
            value = values(problem, attribute)
            known &= value[side] >= 0
            group = group * (int(value.max(initial=0)) + 1) + value[side]
    group[~known] = -1
    return group


def fulfils(problem: Problem, rule: Share, mentors: Ints, mentees: Ints) -> np.ndarray:
    """Whether each pair is one of those a share asks for."""
    value = values(problem, rule.different or rule.same)
    one, other = value[mentors], value[mentees]
    alike = one != other if rule.different else one == other
    counts: np.ndarray = alike & (one >= 0) & (other >= 0)
    return counts


def share_factors(problem: Problem, rule: Share, mentors: Ints, mentees: Ints) -> Ints:
    """What each pair adds to a sum that must not be below 0."""
    asked = Fraction(str(rule.at_least))
    kept = fulfils(problem, rule, mentors, mentees).astype(np.int64)
    factors: Ints = kept * asked.denominator - asked.numerator
    return factors


def _at_most(problem: Problem, rule: AtMost, mentors: Ints, mentees: Ints) -> _Part:
    group = groups(problem, rule, mentors, mentees)
    inside = np.flatnonzero(group >= 0)
    which, line = np.unique(group[inside], return_inverse=True)
    taken = groups(problem, rule, *_locked(problem))
    limits = np.array([rule.pairs - int((taken == one).sum()) for one in which], dtype=np.int64)
    return line.astype(np.int64), inside, np.ones(len(inside), dtype=np.int64), limits


def _share(problem: Problem, rule: Share, mentors: Ints, mentees: Ints) -> _Part:
    factors = -share_factors(problem, rule, mentors, mentees)
    limit = int(share_factors(problem, rule, *_locked(problem)).sum())
    return np.zeros(len(factors), dtype=np.int64), np.arange(len(factors)), factors, np.array([limit])


def _locked(problem: Problem) -> tuple[Ints, Ints]:
    pairs = np.array(problem.locked, dtype=np.int64).reshape(len(problem.locked), 2)
    return pairs[:, 0], pairs[:, 1]


def broken_quotas(problem: Problem, mentors: Ints, mentees: Ints) -> list[str]:
    """The quotas that these pairs together break, each in words of the policy."""
    return [name for name, is_kept in _checked(problem, mentors, mentees) if not is_kept]


def _checked(problem: Problem, mentors: Ints, mentees: Ints) -> Iterator[tuple[str, bool]]:
    for k, limit in enumerate(problem.policy.rules.at_most, start=1):
        group = groups(problem, limit, mentors, mentees)
        _, count = np.unique(group[group >= 0], return_counts=True)
        yield f"rules.at_most {k}", int(count.max(initial=0)) <= limit.pairs
    for k, share in enumerate(problem.policy.rules.share, start=1):
        yield f"rules.share {k}", int(share_factors(problem, share, mentors, mentees).sum()) >= 0


def quota_refusals(problem: Problem) -> list[InputProblem]:
    """Why these quotas cannot be worked out at all: too large a pool, or locked pairs beyond a limit."""
    if not has_quotas(problem.policy):
        return []
    possible = len(problem.mentors) * len(problem.mentees)
    if possible > MOST_PAIRS:
        message = (
            f"Quotas are worked out for up to {MOST_PAIRS:,} possible pairs (2,000 mentors and 2,000 mentees), and "
            f"this pool has {possible:,}; take the quotas out or match departments apart."
        )
        return [policy_problem("rules.at_most" if problem.policy.rules.at_most else "rules.share", "", message)]
    broken = [name for name in broken_quotas(problem, *_locked(problem)) if name.startswith("rules.at_most")]
    return [
        policy_problem(
            "options.locked",
            name,
            f"The locked pairs alone are more than {name} allows; unlock some or raise its pairs.",
        )
        for name in broken
    ]


def held_back(problem: Problem, field: Field, made: tuple[Ints, Ints], alone: Sequence[int]) -> dict[int, str]:
    """Those without a partner whom one quota alone keeps from one that still has room, with the key of it."""
    teach, learn = problem.capacity.copy(), problem.capacity.copy()
    np.subtract.at(teach, made[0], 1)
    np.subtract.at(learn, made[1], 1)
    mentors, mentees = problem.mentors[field.mentor], problem.mentees[field.mentee]
    open_pair = (teach[mentors] > 0) & (learn[mentees] > 0)
    mentors, mentees = mentors[open_pair], mentees[open_pair]
    keys = {"at_most": _full(problem, made, mentors, mentees), "share": _short(problem, made, mentors, mentees)}
    held = {key: set(np.append(mentors[stops], mentees[stops]).tolist()) for key, stops in keys.items()}
    found = {person: [key for key in held if person in held[key]] for person in alone}
    return {person: stopped[0] for person, stopped in found.items() if len(stopped) == 1}


def _full(problem: Problem, made: tuple[Ints, Ints], mentors: Ints, mentees: Ints) -> np.ndarray:
    """Whether each pair would be one too many for a group, beside the pairs made."""
    full = np.zeros(len(mentors), dtype=np.bool_)
    for limit in problem.policy.rules.at_most:
        group, taken = groups(problem, limit, mentors, mentees), groups(problem, limit, *made)
        count = np.bincount(taken[taken >= 0], minlength=int(group.max(initial=0)) + 1)
        full |= (group >= 0) & (count[group] >= limit.pairs)
    return full


def _short(problem: Problem, made: tuple[Ints, Ints], mentors: Ints, mentees: Ints) -> np.ndarray:
    """Whether a share would no longer be kept with each pair, beside the pairs made."""
    short = np.zeros(len(mentors), dtype=np.bool_)
    for share in problem.policy.rules.share:
        kept = int(share_factors(problem, share, *made).sum())
        short |= kept + share_factors(problem, share, mentors, mentees) < 0
    return short
