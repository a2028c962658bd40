"""Why these two, or why not: judged on today's people under the run's own rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from viceversa.matching import InputProblems, PairExplanation, Solution, explain_pair, solve
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .finding import kept, telling
from .models import MatchRun, Proposal
from .obstacles import RunStopped, check, input_obstacles
from .snapshot import Snapshot, take_snapshot
from .words.reasons import Two, against_sentences, caution_sentences, mentioned, why_sentences

EXACT_UP_TO = 1_000
"""People a side up to which the price of a pair is found by solving again; above, by the proof's own bound."""


@dataclass(frozen=True)
class Price:
    """What the pool would lose if a pair were made: whole pairs, and points of fit (1 a hundredth of a score).

    ``is_exact`` is False where the points are a bound from below; ``taken`` says that locked pairs leave no place.
    """

    pairs: int = 0
    points: float = 0.0
    is_exact: bool = True
    taken: bool = False


@dataclass(frozen=True)
class Verdict:
    """``status`` is made, feasible, forbidden, not_available or away (somebody looks no longer).

    ``criteria`` maps a criterion to 0 to 1. ``price`` is what making a feasible pair would cost everybody.
    """

    status: str
    score: float | None
    criteria: dict[str, float]
    why: tuple[str, ...]
    against: tuple[str, ...]
    cautions: tuple[str, ...]
    price: Price | None
    away: tuple[str, ...]
    changed_since: bool


def compare(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> Verdict:
    """Explain one pairing of the run's cohort. Raises ``RunStopped`` and ``KeysMissing`` as a run does."""
    snapshot = take_snapshot(run.cohort, policy=run.policy)
    changed = bool(run.input_sha256) and snapshot.digest != run.input_sha256
    sides = ((mentor, "mentor"), (mentee, "mentee"))
    away = tuple(side.person.name for side, role in sides if not snapshot.looks(side.person.person_id, role))
    if away:
        return Verdict("away", None, {}, (), (), (), None, away=away, changed_since=changed)
    found, price = _explained(snapshot, mentor.person.person_id, mentee.person.person_id)
    return _in_words(found, price=price, two=_two(found, mentor.person, mentee.person), changed=changed)


def _explained(snapshot: Snapshot, mentor_id: str, mentee_id: str) -> tuple[PairExplanation, Price | None]:
    check(snapshot)
    try:
        problem = snapshot.problem()
        solution = solve(problem)
        found = explain_pair(problem, solution, mentor_id, mentee_id)
    except InputProblems as error:
        raise RunStopped(input_obstacles(error)) from error
    if found.status != "feasible":
        return found, None
    if max(len(problem.mentors), len(problem.mentees)) > EXACT_UP_TO:
        return found, _bound(found)
    return found, _exact(snapshot, solution, pair=(mentor_id, mentee_id))


def _exact(snapshot: Snapshot, best: Solution, *, pair: tuple[str, str]) -> Price:
    """The price by solving again with the pair locked."""
    try:
        other = solve(replace(snapshot, locked=(*snapshot.locked, pair)).problem())
    except InputProblems:  # feasible by itself, so it is the places that locked pairs have taken
        return Price(taken=True)
    lost = (best.total_score - other.total_score) * 100
    return Price(pairs=len(best.mentors) - len(other.mentors), points=lost)


def _bound(found: PairExplanation) -> Price:
    codes = {reason.code for reason in found.not_made}
    return Price(
        pairs=int("loses_pairs" in codes),
        points=(found.loss or 0.0) * 100,
        is_exact=False,
        taken="taken_by_locks" in codes,
    )


def _two(found: PairExplanation, mentor: Person, mentee: Person) -> Two:
    ids = mentioned(kept(found.forbidden_by))
    names = {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)} if ids else {}
    return Two.of(mentor, mentee, names=names)


def _in_words(found: PairExplanation, *, price: Price | None, two: Two, changed: bool) -> Verdict:
    return Verdict(
        status=found.status,
        score=found.score,
        criteria={part.name: part.value for part in found.parts if part.weight > 0},
        why=tuple(why_sentences(kept(telling(found)), two=two, at_most=7)),
        against=tuple(against_sentences(kept(found.forbidden_by), two=two)),
        cautions=tuple(caution_sentences(kept(found.cautions), two=two)),
        price=price,
        away=(),
        changed_since=changed,
    )


def proposed_for(run: MatchRun, mentee: Enrolment) -> Proposal | None:
    """What the run proposes to this mentee, the best first."""
    return run.proposals.filter(mentee=mentee).select_related("mentor__person", "mentee__person").first()


def people_of(run: MatchRun) -> dict[str, list[dict[str, Any]]]:
    """Mentors and mentees who take part in the run's cohort, by role, in the order of their names."""
    rows = Enrolment.objects.taking_part().filter(cohort=run.cohort_id).select_related("person")
    people: dict[str, list[dict[str, Any]]] = {role.value: [] for role in Enrolment.Role}
    for row in rows.order_by("person__family_name", "person__given_name", "pk"):
        people[row.role].append({"public_id": row.public_id, "name": row.person.name, "title": row.person.job_title})
    return people
