"""Why a pair was made, or why not: every point of the score with the facts behind it, every rule against it.

Exclusions and forbidden pairs are told as "not available" only, without side or reason, and nothing else is
told about such a pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viceversa.matching.errors import InputProblems, people_problem
from viceversa.matching.facts import cautions, facts, rules_against
from viceversa.matching.field import free_capacity
from viceversa.matching.objective import RESOLUTION, stretch, weights
from viceversa.matching.policy import CRITERIA
from viceversa.matching.problem import Problem
from viceversa.matching.reasons import Reason
from viceversa.matching.rules import broken, unavailable
from viceversa.matching.scoring import criteria, judged_scores, score, weight_sum
from viceversa.matching.solution import Leaf, Solution


@dataclass(frozen=True, slots=True)
class CriterionPart:
    """One criterion of one pair. `points` = value × weight ÷ Σ weights; the points of all add up to the score."""

    name: str
    value: float
    weight: float
    points: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Why or why not. `status` is `made`, `feasible`, `forbidden` or `not_available`.

    `forbidden_by` says each rule against the pair with both values; `loss` is what the whole pool would lose
    at least if a feasible pair were made, None where that is not known or a pair would be lost.
    """

    mentor_id: str
    mentee_id: str
    status: str
    score: float | None
    parts: tuple[CriterionPart, ...]
    cautions: tuple[Reason, ...]
    forbidden_by: tuple[Reason, ...]
    not_made: tuple[Reason, ...]
    loss: float | None

    def sentences(self) -> list[str]:
        """Everything in plain English, the weightiest first."""
        by_points = sorted(self.parts, key=lambda part: -part.points)
        told = [*self.forbidden_by, *self.not_made, *(r for part in by_points for r in part.reasons)]
        return list(dict.fromkeys(reason.sentence() for reason in (*told, *self.cautions)))


def explain_pair(problem: Problem, solution: Solution, mentor_id: str, mentee_id: str) -> PairExplanation:
    """Explain one pair; raises `InputProblems` for an id that does not take part."""
    mentor, mentee = _place(problem, mentor_id), _place(problem, mentee_id)
    if refusal := _no_pair_at_all(problem, mentor, mentee):
        status = "not_available" if refusal.code == "not_available" else "forbidden"
        return PairExplanation(mentor_id, mentee_id, status, None, (), (), (refusal,), (), None)
    one, other = np.array([mentor]), np.array([mentee])
    values = criteria(problem, one, other)
    made = score(problem, values)
    forbids = broken(problem, one, other, scores=made)
    judged = judged_scores(problem, one, other, scores=made)
    against = tuple(rules_against(problem, mentor, mentee, score=float(judged[0]), forbids=forbids))
    status = "forbidden" if against else "feasible"
    if (mentor, mentee) in _made(solution):
        status = "made"
    not_made, loss = (
        _price_of(problem, solution, mentor, mentee, float(made[0])) if status == "feasible" else ((), None)
    )
    total = weight_sum(problem.policy)
    parts = tuple(
        CriterionPart(
            name,
            float(values[name][0]),
            problem.policy.weights[name],
            float(values[name][0]) * problem.policy.weights[name] / total,
            tuple(facts(problem, name, mentor, mentee)),
        )
        for name in CRITERIA
    )
    told = tuple(cautions(problem, mentor, mentee))
    return PairExplanation(mentor_id, mentee_id, status, float(made[0]), parts, told, against, not_made, loss)


def _place(problem: Problem, person_id: str) -> int:
    place = problem.place.get(person_id)
    if place is None:
        message = f"{person_id} does not take part; name a mentor and a mentee of this run."
        raise InputProblems([people_problem(0, "person_id", value=person_id, message=message)])
    return place


def _no_pair_at_all(problem: Problem, mentor: int, mentee: int) -> Reason | None:
    people = problem.people
    if mentor == mentee:
        return Reason("same_person")
    if people[mentor].role == "mentee":
        return Reason("not_mentor", {"person": people[mentor].person_id})
    if people[mentee].role == "mentor":
        return Reason("not_mentee", {"person": people[mentee].person_id})
    if unavailable(problem, np.array([mentor]), np.array([mentee]))[0]:
        return Reason("not_available")
    return None


def _made(solution: Solution) -> set[tuple[int, int]]:
    return set(zip(solution.mentors.tolist(), solution.mentees.tolist(), strict=True))


def _price_of(
    problem: Problem, solution: Solution, mentor: int, mentee: int, score: float
) -> tuple[tuple[Reason, ...], float | None]:
    """What making a feasible pair would cost the pool at least: its reduced cost, less what is unproven."""
    if (mentee, mentor) in _made(solution):
        return (Reason("made_reverse"),), None
    at = int(np.flatnonzero(problem.mentors == mentor)[0]), int(np.flatnonzero(problem.mentees == mentee)[0])
    for person, room in zip((mentor, mentee), free_capacity(problem), strict=True):
        if room[at[0] if person == mentor else at[1]] <= 0:
            return (Reason("taken_by_locks", {"person": problem.people[person].person_id}),), None
    leaf = solution.proof
    if not isinstance(leaf, Leaf) or not solution.certified:
        return (Reason("loses_nothing_proven"),), None
    coverage = problem.policy.options.objective == "coverage"
    if coverage and leaf.covered_mentors[at[0]] and leaf.covered_mentees[at[1]]:
        return (Reason("loses_pairs"),), None
    weight = weights(problem, np.array([score]), np.array([mentor]), np.array([mentee]))[0]
    reduced = int(leaf.mentor_price[at[0]]) + int(leaf.mentee_price[at[1]]) - int(weight)
    unproven = solution.upper_bound - solution.total_score - solution.kept_bonus
    loss = max(0.0, reduced / stretch(problem) / RESOLUTION - unproven)
    if loss < 5e-7:
        return (Reason("loses_nothing_proven"),), 0.0
    return (Reason("loses_score", {"loss": loss}),), loss
