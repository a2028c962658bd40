"""Why these two, or why not: judged on today's people under the run's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

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
    ``proposed`` is what the run proposes to this mentee, the best of it; ``is_proposed`` whether these two.
    ``decided`` is the kind of decision that stands about the two, or empty.
    """

    status: str
    score: float | None
    criteria: dict[str, float]
    why: tuple[str, ...]
    against: tuple[str, ...]
    cautions: tuple[str, ...]
    price: Price | None
    away: tuple[str, ...]
    proposed: Proposal | None
    is_proposed: bool
    decided: str


def compare(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> Verdict:
    """Explain one pairing of the run's cohort, judged on the two people alone: nothing is solved here.

    Raises ``RunStopped`` and ``KeysMissing`` as a run does.
    """
    snapshot = take_snapshot(run.cohort, policy=run.policy, only=[mentor.pk, mentee.pk], for_solving=False)
    sides = ((mentor, "mentor"), (mentee, "mentee"))
    away = tuple(side.person.name for side, role in sides if not snapshot.looks(side.person.person_id, role))
    desk = _on_the_desk(run, mentor=mentor, mentee=mentee)
    if away:
        return _verdict(desk, away=away)
    problem = problem_of(*snapshot.told())
    found = explain_pair(problem, NOTHING_MADE, mentor.person.person_id, mentee.person.person_id)
    price = None
    if found.status == "feasible" and desk.is_proposed:
        found = replace(found, status="made")
    elif found.status == "feasible" and desk.leaves_no_place(snapshot):
        price = Price(taken=True)
    elif found.status == "feasible":
        price = price_of(run, mentor=mentor, mentee=mentee, worth=_worth(problem, found))
    return _verdict(desk, found=found, price=price, two=_two(found, mentor.person, mentee.person))


@dataclass(frozen=True)
class _Desk:
    """What is proposed to the mentee, and what is decided about either of the two."""

    mentor: Enrolment
    mentee: Enrolment
    proposals: Sequence[Proposal]
    decisions: Sequence[PairDecision]

    @property
    def is_proposed(self) -> bool:
        return any(one.mentor_id == self.mentor.pk for one in self.proposals)

    @property
    def decided(self) -> str:
        return next((one.kind for one in self.decisions if _sides(one) == (self.mentor.pk, self.mentee.pk)), "")

    def leaves_no_place(self, snapshot: Snapshot) -> bool:
        """Whether locked pairs that are still to be made need every place of one of the two."""
        locked = [_sides(one) for one in self.decisions if one.kind == PairDecision.Kind.LOCKED and not _is_made(one)]
        free = {row.person_id: row.capacity for row in snapshot.rows}
        return any(
            sum(keys[place] == side.pk for keys in locked) >= free[side.person.person_id]
            for place, side in enumerate((self.mentor, self.mentee))
        )


def _on_the_desk(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> _Desk:
    proposals = standing_in(run).filter(mentee=mentee).select_related("mentor__person", "mentee__person")
    made = Pair.objects.filter(cohort=run.cohort_id, mentor=OuterRef("mentor"), mentee=OuterRef("mentee"))
    standing = PairDecision.objects.standing().filter(cohort=run.cohort_id)
    touching = standing.filter(Q(mentor=mentor) | Q(mentee=mentee)).annotate(is_made=Exists(made))
    return _Desk(mentor, mentee, proposals=list(proposals), decisions=list(touching))


def _sides(decision: PairDecision) -> tuple[int, int]:
    return decision.mentor_id, decision.mentee_id


def _is_made(decision: PairDecision) -> bool:
    annotated: Any = decision  # by _on_the_desk
    return bool(annotated.is_made)


def _worth(problem: Problem, found: PairExplanation) -> float:
    """The pair's score with the bonus for keeping it, as the engine counts it."""
    places = (np.array([problem.place[one]]) for one in (found.mentor_id, found.mentee_id))
    return float(units(problem, np.array([found.score or 0.0]), *places)[0]) / RESOLUTION


def _two(found: PairExplanation, mentor: Person, mentee: Person) -> Two:
    ids = mentioned(kept(found.forbidden_by))
    names = {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)} if ids else {}
    return Two.of(mentor, mentee, names=names)


_NOTHING_FOUND: dict[str, Any] = {"score": None, "criteria": {}, "why": (), "against": (), "cautions": ()}


def _verdict(
    desk: _Desk,
    *,
    found: PairExplanation | None = None,
    two: Two | None = None,
    price: Price | None = None,
    away: tuple[str, ...] = (),
) -> Verdict:
    words = _in_words(found, two=two) if found and two else {"status": "away", **_NOTHING_FOUND}
    return Verdict(
        **words,
        price=price,
        away=away,
        proposed=next(iter(desk.proposals), None),
        is_proposed=desk.is_proposed,
        decided=desk.decided,
    )


def _in_words(found: PairExplanation, *, two: Two) -> dict[str, Any]:
    return {
        "status": found.status,
        "score": found.score,
        "criteria": {part.name: part.value for part in found.parts if part.weight > 0},
        "why": tuple(why_sentences(kept(telling(found)), two=two, at_most=7)),
        "against": tuple(against_sentences(kept(found.forbidden_by), two=two)),
        "cautions": tuple(caution_sentences(kept(found.cautions), two=two)),
    }
