"""New partners for those who have none, at the price of few running pairs: what each further change would bring.

Everybody in a running pair joins those who look, and each pair that stays earns a bonus. The dearer the bonus, the
fewer pairs change; and what is found at one bonus is the best there is for as many changes, since any better one would
have been found. Nobody who has a partner is left without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from math import fsum
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, Max

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.matching import Solution, solve
from viceversa.matching.rules import feasible
from viceversa.matching.scoring import scores
from viceversa.outbox.actions import enqueue
from viceversa.programmes.models import Cohort, Enrolment
from viceversa.programmes.policy import complete_policy

from .holding import hold_cohort
from .models import MatchRun, Pair, Study
from .obstacles import check, problem_of
from .snapshot import IdPair, Snapshot, run_policy, take_snapshot
from .studies import answers
from .synonyms import with_synonyms

CHANGES = (0, 1, 2, 5)
"""How many running pairs may change, at most, in the rows that are worked out."""
DEAREST = 4.0
"""A bonus that no change is worth: it brings a pair more at most, of a score of 1, and moves two scores."""
HALVINGS = 8


@dataclass(frozen=True)
class Offer:
    """What one bonus brings. ``total`` is the fit of all pairs, those that stay and those that are new; ``alone`` are
    leaders without a mentor; ``loses`` says that somebody would have fewer partners than now."""

    keep: float
    ends: tuple[IdPair, ...]
    new: int
    alone: int
    total: float
    loses: bool

    @property
    def changes(self) -> int:
        return len(self.ends)


def pool_with_pairs(cohort: Cohort, *, policy: dict[str, Any]) -> Snapshot:
    """Whoever looks, and whoever is in a running pair that could be made anew. Raises what stops a snapshot.

    A pair that a rule forbids by now is no such pair, nor is one of somebody who pauses, or who is in both roles.
    """
    running = Pair.objects.running().filter(cohort=cohort).exclude(mentor__person__in=_in_both_roles(cohort))
    running = running.exclude(mentee__person__in=_in_both_roles(cohort)).order_by("pk")
    pairs = list(running.select_related("mentor__person", "mentee__person"))
    snapshot = take_snapshot(cohort, policy=policy, reopened=pairs)
    lawful = _lawful(snapshot, pairs)
    return snapshot if len(lawful) == len(pairs) else take_snapshot(cohort, policy=policy, reopened=lawful)


def _in_both_roles(cohort: Cohort) -> Any:
    twice = Enrolment.objects.taking_part().filter(cohort=cohort).order_by().values("person")
    return twice.annotate(roles=Count("pk")).filter(roles__gt=1).values("person")


def _lawful(snapshot: Snapshot, pairs: Collection[Pair]) -> list[Pair]:
    there = [
        pair
        for pair in pairs
        if snapshot.looks(pair.mentor.person.person_id, "mentor")
        and snapshot.looks(pair.mentee.person.person_id, "mentee")
    ]
    rows, policy = snapshot.told()
    problem = problem_of(rows, policy)
    mentors = np.array([problem.place[pair.mentor.person.person_id] for pair in there], dtype=np.int64)
    mentees = np.array([problem.place[pair.mentee.person.person_id] for pair in there], dtype=np.int64)
    holds = feasible(problem, mentors, mentees, scores=scores(problem, mentors, mentees)).tolist()
    return [pair for pair, is_lawful in zip(there, holds, strict=True) if is_lawful]


def changing_policy(policy: dict[str, Any], *, keep: float) -> dict[str, Any]:
    """The policy under which running pairs are weighed against new ones: the highest total, and a bonus to stay."""
    options = {**policy["options"], "objective": "quality", "keep": keep, "fairness": 0.0}
    return {**policy, "options": options}


def offer_at(snapshot: Snapshot, *, keep: float) -> Offer:
    """Solve the pool at one bonus."""
    options = {"objective": "quality", "keep": keep, "fairness": 0.0}
    there = replace(snapshot, policy=snapshot.policy.replace(options=options))
    problem = there.solving_problem()
    found = solve(problem)
    ids = [person.person_id for person in problem.people]
    made = {(ids[a], ids[b]) for a, b in zip(found.mentors.tolist(), found.mentees.tolist(), strict=True)}
    current = set(problem.policy.options.current)
    had, have = Counter(_ends(current)), Counter(_ends(made))
    return Offer(
        keep=keep,
        ends=tuple(sorted(current - made)),
        new=len(made - current),
        alone=len(set(problem.mentees.tolist()) - set(found.mentees.tolist())),
        total=_told_total(there, found),
        loses=any(have[side] < places for side, places in had.items()),
    )


def _ends(pairs: Collection[IdPair]) -> list[tuple[str, str]]:
    return [end for mentor, mentee in pairs for end in ((mentor, "mentor"), (mentee, "mentee"))]


def _told_total(snapshot: Snapshot, found: Solution) -> float:
    """By the scores that are told of, in the same order of people."""
    return fsum(scores(snapshot.problem(), found.mentors, found.mentees).tolist())


def offers(at: Callable[[float], Offer]) -> list[Offer]:
    """The best for 0, 1, 2, 5 and any number of changes, each once, fewest changes first.

    Without a change there is always one. Where no bonus brings exactly so many, the row has fewer.
    """
    tried = {DEAREST: at(DEAREST), 0.0: at(0.0)}
    best = [tried[DEAREST]]
    for most in CHANGES[1:]:
        low, high = 0.0, DEAREST
        for _ in range(HALVINGS):
            if not _is_too_much(tried[low], most):
                high = low
                break
            middle = (low + high) / 2
            tried.setdefault(middle, at(middle))
            low, high = (middle, high) if _is_too_much(tried[middle], most) else (low, middle)
        best.append(tried[high])
    if not tried[0.0].loses:
        best.append(tried[0.0])
    once: dict[int, Offer] = {}
    for offer in best:
        once.setdefault(offer.changes, offer)
    return list(once.values())


def _is_too_much(offer: Offer, most: int) -> bool:
    return offer.loses or offer.changes > most


@answers(Study.Kind.PARTNERS)
def weigh_changes(study: Study) -> dict[str, Any]:
    """Solve today's pool at several bonuses. Raises what stops a run."""
    snapshot = pool_with_pairs(study.cohort, policy=_policy_of(study.cohort, now=study.asked_at, keep=0.0))
    check(snapshot)
    pairs = {
        (mentor, mentee): public_id
        for mentor, mentee, public_id in Pair.objects.running()
        .filter(cohort=study.cohort)
        .values_list("mentor__person__person_id", "mentee__person__person_id", "public_id")
    }
    rows = [
        {
            "keep": offer.keep,
            "changes": offer.changes,
            "new": offer.new,
            "alone": offer.alone,
            "total": offer.total,
            "ends": [pairs[two] for two in offer.ends if two in pairs],
        }
        for offer in offers(lambda keep: offer_at(snapshot, keep=keep))
    ]
    return {"rows": rows, "stays": len(snapshot.policy.options.current)}


def _policy_of(cohort: Cohort, *, now: datetime, keep: float) -> dict[str, Any]:
    policy = complete_policy(cohort.programme.policy)
    seed = int(policy["options"].get("seed", 0))
    asked = changing_policy(run_policy(policy, on=now.date(), seed=seed), keep=keep)
    return with_synonyms(asked, cohort=cohort)


class NoSuchOffer(Exception):
    """Nothing was worked out for so many changes, or something is being worked out anew."""


@transaction.atomic
def request_new_partners(*, cohort: Cohort, changes: int, by: User, now: datetime) -> MatchRun:
    """Queue a run that changes as many running pairs as that row does. Raises ``NoSuchOffer``.

    While a run waits or runs, that one is given back.
    """
    held = hold_cohort(cohort)
    waiting = held.runs.filter(state__in=MatchRun.UNFINISHED).first()
    if waiting is not None:
        return waiting
    study = Study.objects.filter(cohort=held, kind=Study.Kind.PARTNERS).exclude(answered_at=None).first()
    rows = {row["changes"]: row for row in (study.findings.get("rows", []) if study else [])}
    if changes not in rows:
        raise NoSuchOffer
    policy = _policy_of(held, now=now, keep=rows[changes]["keep"])
    seed = int(policy["options"]["seed"])
    run = MatchRun.objects.create(
        cohort=held,
        number=(held.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        requested_by=by,
        requested_at=now,
        policy=policy,
        seed=seed,
        method=MatchRun.Method.CHANGE,
    )
    scope, facts = held.programme.public_id, {"number": run.number, "seed": seed}
    record("run.requested", noun="run", object_id=run.public_id, by=by, now=now, scope=scope, facts=facts)
    enqueue("match_run", key=run.public_id, now=now, facts={"run": run.public_id})
    return run


def pairs_to_end(run: MatchRun) -> list[Pair]:
    """The running pairs that end when this run is published, with their people."""
    running = Pair.objects.running().filter(public_id__in=run.ends, cohort=run.cohort_id)
    return list(running.select_related("mentor__person", "mentee__person").order_by("pk"))


def public_ids(cohort: Cohort, given_up: Collection[IdPair]) -> list[str]:
    """Of these running pairs, given by the ids of mentor and mentee."""
    running = Pair.objects.running().filter(cohort=cohort, mentor__person__person_id__in=[one for one, _ in given_up])
    sides = ("mentor__person__person_id", "mentee__person__person_id", "public_id")
    return sorted(name for mentor, mentee, name in running.values_list(*sides) if (mentor, mentee) in given_up)
