"""A few pairs judged by themselves: may they be made today, how well do they fit, and why. Nothing is solved."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from viceversa.matching import PairExplanation, Solution, explain_pair
from viceversa.matching.solution import Leaf
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from .finding import kept, telling
from .models import MatchRun, Proposal
from .obstacles import problem_of
from .snapshot import Snapshot, run_policy, take_snapshot
from .words.reasons import Two, against_sentences, mentioned

Sides = tuple[Enrolment, Enrolment]
"""A mentor's and a mentee's enrolment, with their persons."""


@dataclass(frozen=True)
class Judged:
    """One pair as it would be. ``away`` names who looks for no partner; ``against`` says each rule in words.

    ``found`` is None where somebody is away.
    """

    mentor: Enrolment
    mentee: Enrolment
    found: PairExplanation | None
    away: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def may_be(self) -> bool:
        return not self.away and not self.against

    @property
    def score(self) -> float:
        return (self.found.score if self.found else None) or 0.0

    def proposal(self, run: MatchRun) -> Proposal:
        """An unsaved draft made by hand."""
        assert self.found is not None
        return Proposal(
            run=run,
            mentor=self.mentor,
            mentee=self.mentee,
            score=self.score,
            criteria={part.name: part.value for part in self.found.parts},
            reasons=kept(telling(self.found)),
            cautions=kept(self.found.cautions),
            by_hand=True,
        )


def judge_pairs(run: MatchRun, pairs: Collection[Sides], *, now: datetime) -> list[Judged]:
    """Each pair by the run's own rules and today's people.

    The work grows with these pairs and not with the cohort. Raises ``RunStopped`` and ``KeysMissing``.
    """
    return judge_snapshot(snapshot_of(run, {side.pk for pair in pairs for side in pair}, now=now), pairs)


def snapshot_of(run: MatchRun, keys: Collection[int], *, now: datetime) -> Snapshot:
    """These enrolments' people today; its digest is another whenever a judgement on them might be."""
    policy = run_policy(run.policy, on=now.date(), seed=run.seed)
    return take_snapshot(run.cohort, policy=policy, only=keys, for_solving=False)


def judge_snapshot(snapshot: Snapshot, pairs: Collection[Sides]) -> list[Judged]:
    """Each pair, of a snapshot that was taken of them. Raises ``RunStopped``."""
    found = dict(_explained(snapshot, pairs))
    names = _names(found.values())
    return [_judged(pair, snapshot=snapshot, found=found.get(_ids(pair)), names=names) for pair in pairs]


def _ids(pair: Sides) -> tuple[str, str]:
    return pair[0].person.person_id, pair[1].person.person_id


def _away(pair: Sides, *, snapshot: Snapshot) -> tuple[str, ...]:
    roles = zip(pair, ("mentor", "mentee"), strict=True)
    return tuple(side.person.name for side, role in roles if not snapshot.looks(side.person.person_id, role))


def _explained(snapshot: Snapshot, pairs: Iterable[Sides]) -> Iterable[tuple[tuple[str, str], PairExplanation]]:
    judged = [pair for pair in pairs if not _away(pair, snapshot=snapshot)]
    if not judged:
        return
    problem = problem_of(*snapshot.told())
    for pair in judged:
        yield _ids(pair), explain_pair(problem, NOTHING_MADE, *_ids(pair))


def _names(found: Iterable[PairExplanation]) -> dict[str, str]:
    ids = {one for each in found for one in mentioned(kept(each.forbidden_by))}
    return {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)} if ids else {}


def _judged(pair: Sides, *, snapshot: Snapshot, found: PairExplanation | None, names: dict[str, str]) -> Judged:
    mentor, mentee = pair
    two = Two.of(mentor.person, mentee.person, names=names)
    against: list[Any] = against_sentences(kept(found.forbidden_by), two=two) if found else []
    return Judged(mentor, mentee, found, _away(pair, snapshot=snapshot), tuple(against))


def _nothing_made() -> Solution:
    """For explaining a pair by itself: no pair is made and nothing is proven."""
    none = np.zeros(0, dtype=np.int64)
    nobody = np.zeros(0, dtype=np.bool_)
    return Solution(
        mentors=none,
        mentees=none,
        scores=np.zeros(0),
        criteria={},
        total_score=0.0,
        kept_bonus=0.0,
        upper_bound=0.0,
        gap=1.0,
        certified=False,
        max_pairs=0,
        proof=Leaf((), nobody, nobody, none, none),
    )


NOTHING_MADE = _nothing_made()
