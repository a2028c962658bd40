"""Why these two, or why not: judged on today's people under the run's own rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Exists, OuterRef, Q

from viceversa.matching import PairExplanation, Problem, explain_pair
from viceversa.matching.objective import RESOLUTION, units
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .finding import kept, telling
from .judging import NOTHING_MADE
from .models import MatchRun, Pair, PairDecision, Proposal
from .obstacles import problem_of
from .pricing import Price, price_of
from .sifting import standing_in
from .snapshot import Snapshot, take_snapshot
from .words.reasons import Two, against_sentences, caution_sentences, mentioned, why_sentences


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


def compare(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> Verdict:
    """Explain one pairing of the run's cohort, judged on the two people alone: nothing is solved here.

    Raises ``RunStopped`` and ``KeysMissing`` as a run does.
    """
    snapshot = take_snapshot(run.cohort, policy=run.policy, only=[mentor.pk, mentee.pk])
    sides = ((mentor, "mentor"), (mentee, "mentee"))
    away = tuple(side.person.name for side, role in sides if not snapshot.looks(side.person.person_id, role))
    if away:
        return Verdict("away", None, {}, (), (), (), None, away=away)
    problem = problem_of(*snapshot.told())
    found = explain_pair(problem, NOTHING_MADE, mentor.person.person_id, mentee.person.person_id)
    price = None
    if found.status == "feasible" and _is_proposed(run, mentor=mentor, mentee=mentee):
        found = replace(found, status="made")
    elif found.status == "feasible" and _is_taken(run, mentor=mentor, mentee=mentee, snapshot=snapshot):
        price = Price(taken=True)
    elif found.status == "feasible":
        price = price_of(run, mentor=mentor, mentee=mentee, worth=_worth(problem, found))
    return _in_words(found, price=price, two=_two(found, mentor.person, mentee.person))


def _is_proposed(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> bool:
    return standing_in(run).filter(mentor=mentor, mentee=mentee).exists()


def _is_taken(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment, snapshot: Snapshot) -> bool:
    """Whether locked pairs that are still to be made need every place of one of the two."""
    made = Pair.objects.filter(cohort=run.cohort_id, mentor=OuterRef("mentor"), mentee=OuterRef("mentee"))
    locked = PairDecision.objects.standing().filter(cohort=run.cohort_id, kind=PairDecision.Kind.LOCKED)
    touching = locked.filter(~Exists(made), Q(mentor=mentor) | Q(mentee=mentee))
    sides = list(touching.values_list("mentor_id", "mentee_id"))
    free = {row.person_id: row.capacity for row in snapshot.rows}
    return any(
        sum(keys[place] == side.pk for keys in sides) >= free[side.person.person_id]
        for place, side in enumerate((mentor, mentee))
    )


def _worth(problem: Problem, found: PairExplanation) -> float:
    """The pair's score with the bonus for keeping it, as the engine counts it."""
    places = (np.array([problem.place[one]]) for one in (found.mentor_id, found.mentee_id))
    return float(units(problem, np.array([found.score or 0.0]), *places)[0]) / RESOLUTION


def _two(found: PairExplanation, mentor: Person, mentee: Person) -> Two:
    ids = mentioned(kept(found.forbidden_by))
    names = {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)} if ids else {}
    return Two.of(mentor, mentee, names=names)


def _in_words(found: PairExplanation, *, price: Price | None, two: Two) -> Verdict:
    return Verdict(
        status=found.status,
        score=found.score,
        criteria={part.name: part.value for part in found.parts if part.weight > 0},
        why=tuple(why_sentences(kept(telling(found)), two=two, at_most=7)),
        against=tuple(against_sentences(kept(found.forbidden_by), two=two)),
        cautions=tuple(caution_sentences(kept(found.cautions), two=two)),
        price=price,
        away=(),
    )


def proposed_for(run: MatchRun, mentee: Enrolment) -> Proposal | None:
    """What the run proposes to this mentee, the best first."""
    return run.proposals.filter(mentee=mentee).select_related("mentor__person", "mentee__person").first()
