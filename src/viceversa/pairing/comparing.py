"""Why these two, or why not: judged on today's people under the run's own rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from viceversa.matching import InputProblems, PairExplanation, explain_pair, solve
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .finding import kept, telling
from .models import MatchRun, Proposal
from .obstacles import RunStopped, check, input_obstacles
from .snapshot import Snapshot, take_snapshot
from .words.reasons import Two, against_sentences, caution_sentences, mentioned, why_sentences


@dataclass(frozen=True)
class Verdict:
    """``status`` is made, feasible, forbidden, not_available or away (somebody looks no longer).

    ``criteria`` maps a criterion to 0 to 1. ``loss`` is what the pool would lose at least, in points of 100 of
    the total, None where that is not known; ``loses_a_pair`` says that it would cost a whole pair.
    """

    status: str
    score: float | None
    criteria: dict[str, float]
    why: tuple[str, ...]
    against: tuple[str, ...]
    cautions: tuple[str, ...]
    loss: float | None
    loses_a_pair: bool
    away: tuple[str, ...]
    changed_since: bool


def compare(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> Verdict:
    """Explain one pairing of the run's cohort. Raises ``RunStopped`` and ``KeysMissing`` as a run does."""
    snapshot = take_snapshot(run.cohort, policy=run.policy)
    changed = bool(run.input_sha256) and snapshot.digest != run.input_sha256
    sides = ((mentor, "mentor"), (mentee, "mentee"))
    away = tuple(side.person.name for side, role in sides if not snapshot.looks(side.person.person_id, role))
    if away:
        return Verdict("away", None, {}, (), (), (), None, loses_a_pair=False, away=away, changed_since=changed)
    found = _explained(snapshot, mentor.person.person_id, mentee.person.person_id)
    return _in_words(found, two=_two(found, mentor.person, mentee.person), changed=changed)


def _explained(snapshot: Snapshot, mentor_id: str, mentee_id: str) -> PairExplanation:
    check(snapshot)
    try:
        problem = snapshot.problem()
        return explain_pair(problem, solve(problem), mentor_id, mentee_id)
    except InputProblems as error:
        raise RunStopped(input_obstacles(error)) from error


def _two(found: PairExplanation, mentor: Person, mentee: Person) -> Two:
    ids = mentioned(kept(found.forbidden_by))
    names = {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)} if ids else {}
    return Two.of(mentor, mentee, names=names)


def _in_words(found: PairExplanation, *, two: Two, changed: bool) -> Verdict:
    return Verdict(
        status=found.status,
        score=found.score,
        criteria={part.name: part.value for part in found.parts if part.weight > 0},
        why=tuple(why_sentences(kept(telling(found)), two=two, at_most=7)),
        against=tuple(against_sentences(kept(found.forbidden_by), two=two)),
        cautions=tuple(caution_sentences(kept(found.cautions), two=two)),
        loss=None if found.loss is None else found.loss * 100,
        loses_a_pair=any(reason.code == "loses_pairs" for reason in found.not_made),
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
