"""What a match run found, and the proof that nothing better exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from viceversa.matching.problem import Ints, Problem
from viceversa.matching.scoring import Floats

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Leaf:
    """Prices that bound every choice in which none of the `banned` pairs is made.

    `covered_mentors` and `covered_mentees` are the cover that bounds the number of pairs (see `cover`); under
    `quality` it bounds nothing but that. Prices are in units of the objective, by place in
    `problem.mentors` and `problem.mentees`; `banned` holds pairs of participants.
    """

    banned: tuple[tuple[int, int], ...]
    covered_mentors: Mask
    covered_mentees: Mask
    mentor_price: Ints
    mentee_price: Ints


@dataclass(frozen=True, eq=False)
class Branch:
    """Two people may form one pair only: either the first way round is banned, or the other."""

    pair: tuple[int, int]
    without_pair: Leaf | Branch
    without_reverse: Leaf | Branch


@dataclass(frozen=True, eq=False)
class QuotaProof:
    """Prices of the lines of `quotas.lines`, which bound the number of pairs and the weight of every choice."""

    pair_prices: Ints
    weight_prices: Ints


Proof = Leaf | Branch


class MadePair(NamedTuple):
    """One pair of a solution; participant indices, the score and each criterion."""

    mentor: int
    mentee: int
    score: float
    criteria: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Floor:
    """Under `fairness`: no free pair scores below `score`, and `proof` shows that no higher floor is affordable.

    The proof is one for the pool in which only pairs of at least `score` + 1e-6 are feasible.
    """

    score: float
    proof: Proof


@dataclass(frozen=True, eq=False)
class Solution:
    """Pairs by mentor and mentee id, with the figures that `certify` proved.

    `upper_bound` holds over all feasible pairs and counts the `keep` bonus, as `gap` does; `total_score` does
    not. `kept_bonus` is the bonus that was earned. `certified` says that bound and gap are proven, and under
    `coverage` that no more pairs are possible.
    """

    mentors: Ints
    mentees: Ints
    scores: Floats
    criteria: Mapping[str, Floats]
    total_score: float
    kept_bonus: float
    upper_bound: float
    gap: float
    certified: bool
    max_pairs: int
    proof: Proof | QuotaProof
    floor: Floor | None = None

    @cached_property
    def pairs(self) -> tuple[MadePair, ...]:
        """The pairs one by one."""
        return tuple(self._pairs())

    def _pairs(self) -> Iterator[MadePair]:
        columns = {name: values.tolist() for name, values in self.criteria.items()}
        rows = zip(self.mentors.tolist(), self.mentees.tolist(), self.scores.tolist(), strict=True)
        for k, (mentor, mentee, score) in enumerate(rows):
            yield MadePair(mentor, mentee, score, {name: values[k] for name, values in columns.items()})

    @property
    def mentor_price(self) -> Ints:
        """Prices of the first leaf of the proof; see `Leaf`."""
        return _first_leaf(_unruled(self.proof)).mentor_price

    @property
    def mentee_price(self) -> Ints:
        """Prices of the first leaf of the proof; see `Leaf`."""
        return _first_leaf(_unruled(self.proof)).mentee_price

    def partners(self, problem: Problem) -> dict[int, list[int]]:
        """Participants who have a partner, with all of theirs in both roles."""
        found: dict[int, list[int]] = {}
        for mentor, mentee in zip(self.mentors.tolist(), self.mentees.tolist(), strict=True):
            found.setdefault(mentor, []).append(mentee)
            found.setdefault(mentee, []).append(mentor)
        return found


def _unruled(proof: Proof | QuotaProof) -> Proof:
    if isinstance(proof, QuotaProof):
        raise ValueError("under quotas people alone have no price")
    return proof


def _first_leaf(proof: Proof) -> Leaf:
    while isinstance(proof, Branch):
        proof = proof.without_pair
    return proof
