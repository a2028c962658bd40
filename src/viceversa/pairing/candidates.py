"""One by one: the best partners for one person, with what everybody would lose by each.

Whom to list is found by the worker over everybody who looks. How well they fit, why, and what a pair would cost is
judged on the day of reading, so that nobody is shown whom a rule or a decision of that day keeps apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from viceversa.accounts.keys.store import KeysMissing
from viceversa.matching import InputProblems, PolicyError, Problem
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.programmes.models import Enrolment

from .finding import kept, telling
from .judging import Judged, Sides, judge_snapshot, snapshot_of
from .models import MatchRun, PartnerSearch, RunPrices
from .obstacles import Obstacle, RunStopped, input_obstacles, obstacle, policy_obstacles, problem_of
from .pricing import GIVEN_UP_AFTER, Price, least_loss
from .sifting import standing_in
from .snapshot import Snapshot, run_policy, take_snapshot
from .words.reasons import Two, caution_sentences, why_sentences

BEST = 5
"""So many of those that fit best are listed, and so many of those by which all would lose least."""


@dataclass(frozen=True)
class Candidate:
    """A partner who may be. ``price`` is what all would lose at least; ``is_proposed`` that the run has these two."""

    judged: Judged
    partner: Enrolment
    price: Price
    is_proposed: bool
    why: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def criteria(self) -> dict[str, float]:
        found = self.judged.found
        return {part.name: part.value for part in found.parts if part.weight > 0} if found else {}


@transaction.atomic
def ask_candidates(*, run: MatchRun, enrolment: Enrolment, now: datetime) -> PartnerSearch:
    """Have the best partners looked for; asked twice while the worker is about it, it is done once."""
    search, is_new = PartnerSearch.objects.get_or_create(run=run, enrolment=enrolment, defaults={"asked_at": now})
    waits = search.answered_at is None and now - search.asked_at < GIVEN_UP_AFTER
    if not is_new and not waits:
        search.asked_at, search.answered_at, search.problems = now, None, []
        search.save(update_fields=["asked_at", "answered_at", "problems"])
    enqueue("partner_search", key=f"{search.pk}:{search.asked_at.isoformat()}", now=now, facts={"search": search.pk})
    return search


@handles("partner_search", lease=timedelta(minutes=15), attempts=2)
def look_for_partners(job: Job, now: datetime) -> None:
    """Weigh everybody who looks. Nothing is held meanwhile."""
    related = ("run__cohort__programme", "enrolment__person")
    search = PartnerSearch.objects.select_related(*related).filter(pk=job.facts["search"], answered_at=None).first()
    if search is None:
        return
    found, possible, problems = list[int](), 0, list[Obstacle]()
    try:
        found, possible = best_partners(search.run, search.enrolment, now=now)
    except RunStopped as stopped:
        problems = stopped.obstacles
    except PolicyError as error:
        problems = policy_obstacles(error)
    except InputProblems as error:
        problems = input_obstacles(error)
    except KeysMissing:
        problems = [obstacle("keys_missing")]
    asked = PartnerSearch.objects.filter(pk=search.pk, asked_at=search.asked_at)
    asked.update(found=found, possible=possible, problems=problems, answered_at=now)


def best_partners(run: MatchRun, enrolment: Enrolment, *, now: datetime) -> tuple[list[int], int]:
    """Keys of the enrolments that fit best and of those that cost all least, and how many are possible at all.

    Locked pairs keep their places. Nobody, where the person looks no longer. Raises what stops a run.
    """
    policy = run_policy(run.policy, on=now.date(), seed=run.seed)
    snapshot = take_snapshot(run.cohort, policy=policy, for_solving=False)
    person, role = enrolment.person.person_id, str(enrolment.role)
    if not snapshot.looks(person, role):
        return [], 0
    full = _full(snapshot)
    if (person, role) in full:
        return [], 0
    problem = problem_of(*snapshot.told())
    mentors, mentees = _pairs_with(problem, problem.place[person], role=role)
    fit = scores(problem, mentors, mentees)
    may_be = feasible(problem, mentors, mentees, scores=fit)
    partners, other = (mentees, "mentee") if role == "mentor" else (mentors, "mentor")
    sides = [(problem.people[place].person_id, other) for place in partners.tolist()]
    fits = {
        snapshot.enrolments[side]: score
        for side, score, is_possible in zip(sides, fit.tolist(), may_be.tolist(), strict=True)
        if is_possible and side not in full
    }
    return _listed(run, enrolment, fits), len(fits)


def _pairs_with(problem: Problem, place: int, *, role: str) -> tuple[Any, Any]:
    if role == "mentor":
        return np.full(len(problem.mentees), place), problem.mentees
    return problem.mentors, np.full(len(problem.mentors), place)


def _full(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Who has no place besides those of locked pairs, by person and role."""
    taken = Counter(side for pair in snapshot.locked for side in zip(pair, ("mentor", "mentee"), strict=True))
    free = {row.person_id: row.capacity for row in snapshot.rows}
    return {side for side, count in taken.items() if count >= free[side[0]]}


def _listed(run: MatchRun, enrolment: Enrolment, fits: Mapping[int, float]) -> list[int]:
    """The best by fit and the cheapest for all, by fit; equal ones by key."""
    best = sorted(fits, key=lambda key: (-fits[key], key))
    prices = RunPrices.objects.filter(run=run).first()
    losses = {key: least_loss(prices, **_sides(enrolment, key), worth=fits[key]) for key in fits}
    cheap = [key for key in best if losses[key] is not None]
    cheap.sort(key=lambda key: (losses[key].pairs, losses[key].points))  # type: ignore[union-attr]
    chosen = {*best[:BEST], *cheap[:BEST]}
    return [key for key in best if key in chosen]


def _sides(enrolment: Enrolment, partner: int) -> dict[str, int]:
    if enrolment.role == Enrolment.Role.MENTOR:
        return {"mentor": enrolment.pk, "mentee": partner}
    return {"mentor": partner, "mentee": enrolment.pk}


def search_of(run: MatchRun, enrolment: Enrolment) -> PartnerSearch | None:
    """With the run's prices, where it keeps any."""
    found = PartnerSearch.objects.filter(run=run, enrolment=enrolment)
    return found.select_related("run__prices").first()


def candidates_in(search: PartnerSearch, *, run: MatchRun, enrolment: Enrolment, now: datetime) -> list[Candidate]:
    """Those found by ``search_of`` who may still be partners, those that fit best first.

    Raises ``RunStopped`` and ``KeysMissing``.
    """
    partners = list(Enrolment.objects.filter(pk__in=search.found, cohort=run.cohort_id).select_related("person"))
    if not partners:
        return []
    is_mentor = enrolment.role == Enrolment.Role.MENTOR
    pairs: list[Sides] = [(enrolment, one) if is_mentor else (one, enrolment) for one in partners]
    snapshot = snapshot_of(run, [enrolment.pk, *(one.pk for one in partners)], now=now)
    judged = [one for one in judge_snapshot(snapshot, pairs) if one.may_be]
    prices = getattr(search.run, "prices", None)
    proposed = _proposed_in(run, enrolment)
    told = [_candidate(one, prices=prices, proposed=proposed, of=enrolment) for one in judged]
    return sorted(told, key=lambda one: (-one.judged.score, one.partner.pk))


def _candidate(
    judged: Judged, *, prices: RunPrices | None, proposed: Collection[tuple[int, int]], of: Enrolment
) -> Candidate:
    found, two = judged.found, Two.of(judged.mentor.person, judged.mentee.person)
    assert found is not None
    keys = {"mentor": judged.mentor.pk, "mentee": judged.mentee.pk}
    return Candidate(
        judged=judged,
        partner=judged.mentee if judged.mentor.pk == of.pk else judged.mentor,
        price=least_loss(prices, **keys, worth=judged.score) or Price(is_exact=False),
        is_proposed=(judged.mentor.pk, judged.mentee.pk) in proposed,
        why=tuple(why_sentences(kept(telling(found)), two=two)),
        cautions=tuple(caution_sentences(kept(found.cautions), two=two)),
    )


def _proposed_in(run: MatchRun, enrolment: Enrolment) -> Collection[tuple[int, int]]:
    side = {"mentor": enrolment} if enrolment.role == Enrolment.Role.MENTOR else {"mentee": enrolment}
    return set(standing_in(run).filter(**side).values_list("mentor_id", "mentee_id"))
