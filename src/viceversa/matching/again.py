"""A run that is kept, so that a small change of it is solved and proved again in a blink.

Forbidding or locking a pair, or taking somebody out, leaves nearly all of a solution as it was. The search goes on
from its candidates and prices, and only pairs of people whose price falls are priced again: all others weighed no more
than their prices before, and still do. With `keep`, pairs that stay earn a bonus, so that few others change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from viceversa.matching.branching import search
from viceversa.matching.certify import candidates_bound, certified
from viceversa.matching.encode import PairValues
from viceversa.matching.engine import Progress, assembled, nobody, solve, use_threads
from viceversa.matching.field import Field, feasible_block, is_small
from viceversa.matching.locks import check_locks
from viceversa.matching.objective import stretch, units
from viceversa.matching.parts import Plan
from viceversa.matching.policy import Policy
from viceversa.matching.problem import Ints, Problem
from viceversa.matching.quotas import has_quotas
from viceversa.matching.solution import Leaf, Mask, Solution

if TYPE_CHECKING:
    from viceversa.matching.cover import Cover
    from viceversa.matching.large import Reached

IdPair = tuple[str, str]
KEEP = 0.1
"""A bonus for pairs that stay under which few others change: at 10,000 a side at most four (measured November 2026)."""
SAME_GROUND = ("difference_on", "ranked", "synonyms", "seed", "locked", "forbidden", "current", "keep")
"""Options that go into the encoding; a run under other ones begins afresh."""


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A solved pool with all that is needed to go on from it. Nothing in it changes: each change is another run."""

    problem: Problem
    solution: Solution
    reached: Reached | None

    @classmethod
    def of(cls, problem: Problem, *, progress: Progress = nobody, threads: int | None = None) -> KeptRun:
        """Solve and certify as `engine.solve` does, and keep what the search has learnt.

        Pools that are small, or ask for fairness or quotas, are kept without: they are solved afresh after each
        change.
        """
        if is_small(problem) or _is_solved_whole(problem.policy):
            return cls(problem, solve(problem, progress=progress, threads=threads), None)
        use_threads(threads)
        return cls.swept(problem, progress=progress)

    @classmethod
    def swept(cls, problem: Problem, *, progress: Progress = nobody) -> KeptRun:
        """The same by the compiled sweeps, whatever the size. Raises `ValueError` for fairness and for quotas."""
        if _is_solved_whole(problem.policy):
            raise ValueError("fairness and quotas are not swept; keep the run with KeptRun.of")
        check_locks(problem)
        return _proved(_searched(problem, None, progress), progress)

    def changed(
        self,
        *,
        forbid: Iterable[IdPair] = (),
        lock: Iterable[IdPair] = (),
        drop: Iterable[str] = (),
        keep: float | None = None,
    ) -> KeptRun:
        """The best pairs after a change, pairs by (mentor, mentee) id and `drop` by person id.

        `keep` gives each pair of this run that stays such a bonus (in units of score, 1 is the greatest score);
        None leaves the policy's own. Raises `InputProblems` where a locked pair cannot be made, `KeyError` for ids
        that take no part. Where `certified` says so, the result is proven over all pairs.
        """
        problem = _changed(self, list(forbid), list(lock), list(drop), keep)
        check_locks(problem)
        if self.reached is None:
            return KeptRun.of(problem)
        if stretch(problem) != stretch(self.problem):
            return KeptRun.swept(problem)
        run = _searched(problem, _moved(self.reached, self.problem, problem, freed=self._freed(problem)))
        if not isinstance(run.solution.proof, Leaf) or run.reached is None:
            return _proved(run)
        bound = candidates_bound(problem, run.solution.proof, run.reached.field)
        return replace(run, solution=certified(problem, run.solution, bound=bound))

    def under(self, policy: Policy) -> KeptRun:
        """The best pairs of the same people under other rules or weights, from this run's candidates and prices.

        Raises `ValueError` where the policy would read the people in another way: `SAME_GROUND` must be the same.
        """
        mine, other = self.problem.policy.options, policy.options
        changed = [name for name in SAME_GROUND if getattr(mine, name) != getattr(other, name)]
        if changed or policy.rules.reference_date != self.problem.policy.rules.reference_date:
            raise ValueError(f"begin a new run for another {', '.join(changed) or 'reference_date'}")
        problem = self.problem.with_policy(policy)
        check_locks(problem)
        if self.reached is None or _is_solved_whole(policy) or mine.objective != other.objective:
            return KeptRun.of(problem)
        return _proved(_searched(problem, _reweighed(self.reached, problem)))

    def differences(self, other: KeptRun) -> tuple[set[IdPair], set[IdPair]]:
        """Pairs that only this run has, and those that only the other has."""
        mine, theirs = self._made(), other._made()
        return mine - theirs, theirs - mine

    def _freed(self, problem: Problem) -> Ints:
        """People who have lost a partner, now that it is this problem, where pairs that stay earn a bonus."""
        if not len(problem.traits.bonus.key):
            return np.zeros(0, dtype=np.int64)
        n, found = len(problem.people), self.solution
        lost = np.isin(found.mentors * n + found.mentees, _not_free(problem))
        locked = np.array(problem.locked, dtype=np.int64).reshape(len(problem.locked), 2)
        for side, taken in ((found.mentors, locked[:, 0]), (found.mentees, locked[:, 1])):
            room = problem.capacity - np.bincount(taken, minlength=n)
            lost |= (np.bincount(side, minlength=n) > room)[side]
        return np.union1d(found.mentors[lost], found.mentees[lost])

    def _made(self) -> set[IdPair]:
        people, found = self.problem.people, self.solution
        ends = zip(found.mentors.tolist(), found.mentees.tolist(), strict=True)
        return {(people[a].person_id, people[b].person_id) for a, b in ends}


def _is_solved_whole(policy: Policy) -> bool:
    """Whether a change begins afresh: fairness and quotas have searches of their own."""
    return policy.options.fairness > 0 or has_quotas(policy)


def _searched(problem: Problem, start: Reached | None, progress: Progress = nobody) -> KeptRun:
    from viceversa.matching.large import LargePool  # numba: only where it is needed

    pool = LargePool(problem, lambda share: progress("search", share), reached=start)
    best, proof = search(pool.relax)
    return KeptRun(problem, assembled(problem, best, proof), pool.reached)


def _proved(run: KeptRun, progress: Progress = nobody) -> KeptRun:
    progress("certificate", 0.0)
    solution = certified(run.problem, run.solution)
    progress("certificate", 1.0)
    return replace(run, solution=solution)


def _changed(run: KeptRun, forbid: list[IdPair], lock: list[IdPair], drop: list[str], keep: float | None) -> Problem:
    problem, place = run.problem, run.problem.place
    n, options, traits = len(problem.people), problem.policy.options, problem.traits
    banned = [place[a] * n + place[b] for a, b in forbid]
    keys = np.union1d(traits.unavailable.key, np.array(banned, dtype=np.int64))
    traits = replace(traits, unavailable=PairValues(keys, np.ones(len(keys))))
    options = replace(options, locked=(*options.locked, *lock), forbidden=(*options.forbidden, *forbid))
    if keep is not None:
        made = np.sort(run.solution.mentors * n + run.solution.mentees)
        traits = replace(traits, bonus=PairValues(made, np.full(len(made), keep)))
        options = replace(options, keep=keep, current=tuple(sorted(run._made())))
    people = list(problem.people)
    for person_id in drop:
        people[place[person_id]] = replace(people[place[person_id]], capacity=0)
    return replace(
        problem,
        policy=replace(problem.policy, options=options),
        people=tuple(people),
        traits=traits,
        locked=(*problem.locked, *((place[a], place[b]) for a, b in lock)),
    )


def _moved(reached: Reached, old: Problem, new: Problem, *, freed: Ints) -> Reached:
    """What was reached, for the same people with fewer pairs that are free and others that earn a bonus.

    Pairs with a bonus become candidates: only of those can what they weigh lie above the old prices. All pairs of
    the people in `freed` do too, since under a bonus the price of somebody whose partner is gone falls far, and
    would otherwise fall step by step.
    """
    from viceversa.matching.large import joined, without

    field, plan = reached.field, reached.plan
    paid = np.union1d(old.traits.bonus.key, new.traits.bonus.key)
    at, there = _found(new, field, paid)
    gain = np.zeros(len(field), dtype=np.int64)
    gain[at] = ((_bonus(new, paid) - _bonus(old, paid)) * stretch(new))[there]
    weight, plan = field.weight + gain, _raised(field, plan, gain, reached.cover)
    gone = np.zeros(len(field), dtype=np.bool_)
    gone[_found(new, field, _not_free(new))[0]] = True
    field, plan = without(replace(field, weight=weight), plan, gone)
    n = len(new.people)
    theirs = [keys for one in freed.tolist() for keys in (one * n + new.mentees, new.mentors * n + one)]
    wanted = np.unique(np.concatenate((new.traits.bonus.key, *theirs)))
    found = _feasible(new, wanted[~_found(new, field, wanted)[1]])
    if len(found):
        field, plan = joined(field, found, plan)
    return replace(reached, field=field, plan=plan)


def _raised(field: Field, plan: Plan, gain: Ints, cover: Cover | None) -> Plan:
    """Prices that take in what used pairs gain, on the side that need not be used in full.

    Whoever has no partner there has no price, and stays near for all who look for one: few prices fall then. On the
    other side the bonus would keep everybody equally far.
    """
    used = np.flatnonzero(plan.used & (gain > 0))
    mentor, mentee = field.mentor[used], field.mentee[used]
    by_mentee = np.ones(len(used), dtype=np.bool_) if cover is None else cover.rows[mentor]
    prices = plan.mentor_price.copy(), plan.mentee_price.copy()
    for price, place, here in ((prices[0], mentor, ~by_mentee), (prices[1], mentee, by_mentee)):
        more = np.zeros_like(price)
        np.maximum.at(more, place[here], gain[used][here])
        price += more
    return Plan(plan.used, *prices)


def _reweighed(reached: Reached, new: Problem) -> Reached:
    """Candidates and prices of another policy as a start: what is not allowed any more left out, all weighed anew."""
    from viceversa.matching.large import Reached
    from viceversa.matching.pricing import Pricing

    field = feasible_block(new, reached.field.mentor, reached.field.mentee)
    used = np.isin(_keys(new, field), _keys(new, reached.field)[reached.plan.used])
    return Reached(field, Plan(used, reached.plan.mentor_price, reached.plan.mentee_price), Pricing(new))


def _keys(problem: Problem, field: Field) -> Ints:
    """Pairs as pairs of participants."""
    return problem.mentors[field.mentor] * len(problem.people) + problem.mentees[field.mentee]


def _not_free(problem: Problem) -> Ints:
    n = len(problem.people)
    settled = [key for a, b in problem.locked for key in (a * n + b, b * n + a)]
    return np.union1d(problem.traits.unavailable.key, np.array(settled, dtype=np.int64))


def _found(problem: Problem, field: Field, keys: Ints) -> tuple[Ints, Mask]:
    """Where among the candidates pairs of participants are, and which of them are candidates."""
    from viceversa.matching.large import pair_keys

    n = len(problem.people)
    mentor, mentor_there = _places(problem.mentors, keys // n, n)
    mentee, mentee_there = _places(problem.mentees, keys % n, n)
    wanted, have = mentor * len(problem.mentees) + mentee, pair_keys(field, problem)
    at = np.minimum(np.searchsorted(have, wanted), max(0, len(have) - 1))
    there = mentor_there & mentee_there & (have[at] == wanted) if len(have) else np.zeros(len(keys), dtype=np.bool_)
    return at[there], there


def _bonus(problem: Problem, keys: Ints) -> Ints:
    n = len(problem.people)
    return units(problem, np.zeros(len(keys)), keys // n, keys % n)


def _feasible(problem: Problem, keys: Ints) -> Field:
    """Those of the pairs that are feasible and free, with what they weigh."""
    n = len(problem.people)
    mentor, mentor_there = _places(problem.mentors, keys // n, n)
    mentee, mentee_there = _places(problem.mentees, keys % n, n)
    there = mentor_there & mentee_there & (keys // n != keys % n)
    order = np.lexsort((mentee[there], mentor[there]))
    return feasible_block(problem, mentor[there][order], mentee[there][order])


def _places(side: Ints, people: Ints, n: int) -> tuple[Ints, Mask]:
    place = np.full(n, -1, dtype=np.int64)
    place[side] = np.arange(len(side))
    return place[people], place[people] >= 0
