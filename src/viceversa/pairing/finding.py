"""What a run found, as it is kept: proposals with their reasons, people without a partner, and the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from math import fsum
from typing import Any

import numpy as np

from viceversa.matching import (
    PairExplanation,
    Problem,
    Quality,
    Reason,
    Solution,
    Unmatched,
    explain_pair,
    explain_unmatched,
    quality,
    solve,
)
from viceversa.matching.blocking import Blocking, blocking_list
from viceversa.matching.figures import figures_of
from viceversa.matching.policy import CRITERIA
from viceversa.matching.stable import stable_pairs
from viceversa.programmes.models import Enrolment

from .models import MatchRun, Proposal, UnmatchedPerson
from .snapshot import Snapshot

Tell = Callable[[str, int, int], None]
"""Called with the phase, how much of it is done, and how much there is."""

PHASES = ("reading", "search", "certificate", "explaining", "writing")
KEPT_REASONS = 40
"""Reasons kept with a proposal at most; a page shows the first few and the topics among them."""

MOST_BLOCKING = 1000
"""Of two who would both rather have each other, so many are kept: more than anybody reads."""

SAYS_NOTHING = frozenset(
    {
        "teaches_nothing",
        "wants_nothing",
        "learns_nothing",
        "no_shared_interests",
        "named_by_none",
        "same",
        "unknown_attribute",
        "style_unknown",
        "time_zone_unknown",
    }
)
"""Reasons that say why a pair did not score, not why it was made."""

WISHES = frozenset({"named_by_mentor", "named_by_mentee"})
NAMED = Reason("named", {})


@dataclass(frozen=True, eq=False)
class Finding:
    """A solved run, before anything of it is written."""

    snapshot: Snapshot
    problem: Problem
    solution: Solution
    quality: Quality
    explanations: tuple[PairExplanation, ...]
    unmatched: tuple[Unmatched, ...]
    blocking: Blocking | None = None
    """None where telling of them would tell of a wish."""

    def report(self, *, seconds: float) -> dict[str, Any]:
        """The figures of ``report.json``, and those that a page needs beside them."""
        problem, solution = self.problem, self.solution
        stay = self._mentees_who_stay()
        return {
            "version": version("viceversa"),
            "input_sha256": self.snapshot.digest,
            **figures_of(problem, solution, self.quality),
            "seconds": round(seconds, 3),
            "people": len(problem.people),
            "mentees": len(problem.mentees) - stay,
            "mentees_paired": len(np.unique(solution.mentees)) - stay,
            "mentors_paired": len(np.unique(solution.mentors)),
            "pairs_checked": len(problem.mentors) * len(problem.mentees),
            "mentees_placed_before": self.snapshot.placed + stay,
            "pool_sha256": self.snapshot.pool_digest,
        }

    def _mentees_who_stay(self) -> int:
        """How many mentees are in running pairs that stay, and get nobody new."""
        there = set(self.snapshot.policy.options.current)
        sides = [(found.mentor_id, found.mentee_id) for found in self.explanations]
        new = {mentee for mentor, mentee in sides if (mentor, mentee) not in there}
        return len({mentee for mentor, mentee in sides if (mentor, mentee) in there} - new)

    def proposals(self, run: MatchRun) -> list[Proposal]:
        """Unsaved drafts, in the order of the solution; of pairs that run already, none."""
        locked, there = set(self.snapshot.locked), set(self.snapshot.policy.options.current)
        return [
            Proposal(
                run=run,
                mentor_id=self.snapshot.enrolments[found.mentor_id, "mentor"],
                mentee_id=self.snapshot.enrolments[found.mentee_id, "mentee"],
                score=found.score or 0.0,
                criteria={part.name: part.value for part in found.parts},
                reasons=kept(telling(found)),
                cautions=kept(found.cautions),
                is_locked=(found.mentor_id, found.mentee_id) in locked,
            )
            for found in self.explanations
            if (found.mentor_id, found.mentee_id) not in there
        ]

    def given_up(self) -> set[tuple[str, str]]:
        """Running pairs that were there to stay or to go, and go; by the ids of mentor and mentee."""
        stays = {(found.mentor_id, found.mentee_id) for found in self.explanations}
        return set(self.snapshot.policy.options.current) - stays

    def people_without(self, run: MatchRun) -> list[UnmatchedPerson]:
        """Unsaved rows; whoever looked in both roles stands there once, as the learner."""
        return [
            UnmatchedPerson(
                run=run,
                enrolment_id=self._enrolment_of(alone),
                feasible_partners=alone.feasible_partners,
                reason=alone.reason,
                relaxation_key=alone.relaxation.key if alone.relaxation else "",
                relaxation_value=_value_of(alone),
                further_pairs=alone.further_pairs,
            )
            for alone in self.unmatched
        ]

    def _enrolment_of(self, alone: Unmatched) -> int:
        role = Enrolment.Role.MENTOR if alone.role == "mentor" else Enrolment.Role.MENTEE
        return self.snapshot.enrolments[alone.person_id, role.value]


def find(snapshot: Snapshot, *, tell: Tell, method: str = MatchRun.Method.BEST) -> Finding:
    """Solve, certify, measure and explain. Raises ``InputProblems`` with everything that stops it.

    Stable pairs are held against the best: the bound is the best's. No loosening of a rule is tried for them, nor
    where running pairs change.
    """
    tell("reading", 0, 1)
    problem, told = snapshot.solving_problem(), snapshot.problem()
    checked = len(problem.mentors) * len(problem.mentees)
    solution = solve(problem, progress=lambda stage, share: tell(stage, round(share * checked), checked))
    is_stable = method == MatchRun.Method.STABLE
    if is_stable:
        solution = stable_pairs(problem, solution)
    explanations = tuple(_explained(told, solution, tell=tell))
    loosened = {} if method == MatchRun.Method.BEST else {"loosened_up_to": 0}
    unmatched = tuple(explain_unmatched(problem, solution, **loosened))
    shown = as_shown(solution, explanations) if snapshot.weighs_what_is_kept else solution
    measured = quality(told, shown)
    would_tell = is_stable and snapshot.weighs_what_is_kept
    blocking = blocking_list(told, shown, most=MOST_BLOCKING) if measured.blocking_pairs and not would_tell else None
    return Finding(snapshot, problem, shown, measured, explanations, unmatched, blocking)


def as_shown(solution: Solution, explanations: Sequence[PairExplanation]) -> Solution:
    """The same pairs with the figures that are shown of each: some of what people said weighs in the solving alone.

    A total that counts identity, or how dear a wish was, would tell of it by the scores that do not.
    """
    parts = [{part.name: part.value for part in found.parts} for found in explanations]
    scores = np.array([found.score or 0.0 for found in explanations])
    total = fsum(scores)
    slack = solution.gap * solution.upper_bound
    bound = total + solution.kept_bonus + slack
    return replace(
        solution,
        scores=scores,
        criteria={name: np.array([values.get(name, 0.0) for values in parts]) for name in CRITERIA},
        total_score=total,
        upper_bound=bound,
        gap=slack / bound if bound else 0.0,
    )


def _explained(problem: Problem, solution: Solution, *, tell: Tell) -> Iterator[PairExplanation]:
    count = len(solution.pairs)
    for number, pair in enumerate(solution.pairs):
        tell("explaining", number, count)
        ids = (problem.people[place].person_id for place in (pair.mentor, pair.mentee))
        yield explain_pair(problem, solution, *ids)


def telling(found: PairExplanation) -> list[Reason]:
    """The reasons that speak for a pair, those behind the most points first.

    Of wishes it says that there was one: whose it was, and how dear, is known to its author and the solving alone.
    """
    by_points = sorted(found.parts, key=lambda part: -part.points)
    reasons = [reason for part in by_points if part.points > 0 for reason in part.reasons]
    told = [reason for reason in reasons if reason.code not in SAYS_NOTHING]
    return list(_without_wishers(told))[:KEPT_REASONS]


def _without_wishers(reasons: list[Reason]) -> Iterator[Reason]:
    is_named = False
    for reason in reasons:
        if reason.code not in WISHES:
            yield reason
        elif not is_named:
            is_named = True
            yield NAMED


def kept(reasons: list[Reason] | tuple[Reason, ...]) -> list[dict[str, Any]]:
    """Reasons in the shape in which a row keeps them."""
    return [{"code": reason.code, "params": _plain(reason)} for reason in reasons]


def _plain(reason: Reason) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in reason.params.items()}


def _value_of(alone: Unmatched) -> str:
    """The loosened value alone, as ``key=value`` spells it."""
    return str(alone.relaxation).partition("=")[2] if alone.relaxation else ""
