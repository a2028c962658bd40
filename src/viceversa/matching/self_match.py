"""Which mentors a leader may choose from, so that nobody else goes without one by that choice and all lose little.

The best pairs of the pool, each leader with one mentor, are found once, with prices that prove them. What one choice
costs is then the length of a shortest path (Ahuja, Magnanti & Orlin 1993, ch. 9): whoever had the chosen mentor's place
moves on to another mentor, and so on, until somebody takes the place that the choosing leader leaves, or a free one. As
long as that path is, so much do all lose at least, and exactly so much where everybody moves as it says.

A pair weighs more than all fits together, so a loss within the limit never costs a pair: whatever a leader picks of
their list, the greatest number of pairs stays possible. That holds for one choice at a time: after each, lists are
worked out anew, and what several choices lose together is the sum of what each one did.

Of two pairs of the same two people, each the other's mentor, only the better one takes part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from viceversa.matching import dense
from viceversa.matching.field import Field, feasible_field, free_capacity, is_small
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quotas import has_quotas
from viceversa.matching.solution import Mask

UNIT = 10**6
"""Whole units per 1.0 of score: a loss is told to a ten-thousandth of a point."""


@dataclass(frozen=True)
class Choice:
    """A mentor whom a leader may choose: their fit, and what all would lose by it, both 0 to 1 of score."""

    mentor_id: str
    score: float
    loss: float


@dataclass(frozen=True, eq=False)
class Choices:
    """What every choice would cost: of shape (leaders, mentors), in units, and -1 where it may not be made."""

    problem: Problem
    pairs: int
    total: float
    weight: Ints
    loss: Ints

    def of(self, leader_id: str, *, among: Collection[str]) -> list[Choice]:
        """Whom this leader may choose among these mentors, those that fit best first, equal ones by id."""
        problem, wanted = self.problem, frozenset(among)
        row = np.flatnonzero(problem.mentees == problem.place[leader_id])[0]
        ids = ((at, problem.people[problem.mentors[at]].person_id) for at in np.flatnonzero(self.loss[row] >= 0))
        found = [
            Choice(mentor, float(self.weight[row, at]) / UNIT, float(self.loss[row, at]) / UNIT)
            for at, mentor in ids
            if mentor in wanted
        ]
        return sorted(found, key=lambda one: (-one.score, one.mentor_id))

    def lists(
        self, *, length: int, among: Collection[str], without: Mapping[str, Collection[str]] | None = None
    ) -> dict[str, list[Choice]]:
        """For each leader the best they may choose among these mentors, without those of their own they have seen."""
        ids = [self.problem.people[place].person_id for place in self.problem.mentees.tolist()]
        seen, wanted = without or {}, frozenset(among)
        return {one: self.of(one, among=wanted - frozenset(seen.get(one, ())))[:length] for one in ids}


def choices(problem: Problem, *, at_most: float, compiled: bool | None = None) -> Choices:
    """What each choice of a mentor by a leader would cost all, wherever that is `at_most` so much of score (0 to 1).

    `compiled` says which solver finds the best pairs; by default the size of the pool does.

    A leader whose pair is locked chooses no more; locked pairs keep the places of their mentors. Raises `ValueError`
    for a limit outside 0 … 1, and for a policy with quotas, which no single choice can promise to keep.
    """
    if not 0 <= at_most <= 1:
        raise ValueError(f"what a choice may cost is 0 to 1 of score, not {at_most}")
    if has_quotas(problem.policy):
        raise ValueError("quotas bind all pairs together; they are matched in bulk")
    limit = round(at_most * UNIT)
    if not len(problem.mentees) or not len(problem.mentors):
        none = np.zeros((len(problem.mentees), len(problem.mentors)), dtype=np.int64)
        return Choices(problem, 0, 0.0, none, none)
    field = _one_way(problem, feasible_field(problem))
    shape = len(problem.mentees), len(problem.mentors)
    weight, allowed = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    weight[field.mentee, field.mentor] = np.rint(field.score * UNIT).astype(np.int64)
    allowed[field.mentee, field.mentor] = True
    seats, places = _supply(problem)
    a_pair = (len(problem.mentees) + 1) * UNIT
    by_sweep = not is_small(problem) if compiled is None else compiled
    best = (_compiled if by_sweep else _plain)(weight + a_pair, allowed, supply=places, demand=seats)
    loss = losses(best, weight + a_pair, allowed, supply=places, demand=seats, limit=limit)
    return Choices(
        problem=problem,
        pairs=int(best.used.sum()) + len(problem.locked),
        total=float(weight[best.used].sum()) / UNIT,
        weight=weight,
        loss=loss,
    )


def _one_way(problem: Problem, field: Field) -> Field:
    """Without the lesser of two pairs of the same two people, or the later one where they are equal."""
    n = len(problem.people)
    key = problem.mentors[field.mentor] * n + problem.mentees[field.mentee]
    back = problem.mentees[field.mentee] * n + problem.mentors[field.mentor]
    order = np.argsort(key)
    at = np.minimum(np.searchsorted(key[order], back), max(0, len(key) - 1))
    if not len(key):
        return field
    other = order[at]
    twice = key[other] == back
    units = np.rint(field.score * UNIT)
    stays = ~twice | (units > units[other]) | ((units == units[other]) & (key < back))
    return Field(field.mentor[stays], field.mentee[stays], field.score[stays], field.weight[stays])


def _supply(problem: Problem) -> tuple[Ints, Ints]:
    """Free seats of the mentors, and for each leader whether they choose."""
    seats, _ = free_capacity(problem)
    learns = problem.capacity[problem.mentees] > 0
    settled = np.isin(problem.mentees, [mentee for _, mentee in problem.locked])
    return np.maximum(seats, 0), (learns & ~settled).astype(np.int64)


def _plain(weight: Ints, allowed: Mask, *, supply: Ints, demand: Ints) -> dense.Transport:
    return dense.transport(weight, allowed, supply=supply, demand=demand, must_use=False)


def _compiled(weight: Ints, allowed: Mask, *, supply: Ints, demand: Ints) -> dense.Transport:
    from viceversa.matching import sparse  # numba: only where it is needed

    row, column = (side.astype(np.int64) for side in np.nonzero(allowed))
    edges = sparse.graph(row, column, weight[row, column], rows=len(supply), columns=len(demand))
    chosen, row_price, column_price = sparse.transport(
        edges,
        supply=supply,
        demand=demand,
        must_use=False,
        price=np.zeros(len(demand), dtype=np.int64),
        used=np.zeros(len(row), dtype=np.bool_),
    )
    used = np.zeros(weight.shape, dtype=np.bool_)
    used[row[chosen], column[chosen]] = True
    return dense.Transport(used, row_price, column_price)


def losses(best: dense.Transport, weight: Ints, allowed: Mask, *, supply: Ints, demand: Ints, limit: int) -> Ints:
    """Slack of each pair, and the way back from its mentor to where its leader is now; -1 beyond the limit.

    The same under any prices that prove the best pairs; there are many.
    """
    slack = best.row_price[:, None] + best.column_price - weight
    allowed = allowed & (supply > 0)[:, None] & (demand > 0)
    slack[~allowed | (slack > limit)] = limit + 1
    ways = _ways(best, slack, supply=supply, demand=demand, limit=limit)
    nowhere = weight.shape[1]
    now = np.where(best.used.any(axis=1), best.used.argmax(axis=1), nowhere)
    back = ways[:nowhere, :][:, now].T
    whole = slack + np.minimum(back, limit + 1)
    whole[best.used] = 0
    return np.where(allowed & (whole <= limit), whole, -1)


def _ways(best: dense.Transport, slack: Ints, *, supply: Ints, demand: Ints, limit: int) -> Ints:
    """Least losses by which a place too many at one mentor becomes one at another; the last row is no mentor at all.

    One mentor's leader goes to another by the slack of that pair, or to nobody by the leader's own price; a leader
    without a mentor may come; and a seat that stays empty costs its price.
    """
    from viceversa.matching import detours  # numba: only where it is needed

    mentors = slack.shape[1]
    cost = np.full((mentors + 1, mentors + 1), limit + 1, dtype=np.int64)
    taken: Mask = np.asarray(best.used.any(axis=1))
    now = best.used.argmax(axis=1)
    for leader in np.flatnonzero(supply > 0).tolist():
        here = int(now[leader]) if taken[leader] else mentors
        np.minimum(cost[here, :mentors], slack[leader], out=cost[here, :mentors])
        if taken[leader]:
            cost[here, mentors] = min(cost[here, mentors], int(best.row_price[leader]))
    free = demand > best.used.sum(axis=0)
    cost[:mentors, mentors][free] = 0
    cost[mentors, :mentors] = np.minimum(cost[mentors, :mentors], best.column_price)
    return np.asarray(detours.least_detours(cost, limit))


__all__ = ["UNIT", "Choice", "Choices", "choices"]
