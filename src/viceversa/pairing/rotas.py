"""Rotas of a cohort: rounds of short meetings, each with somebody new, for all who take part."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from viceversa.accounts.models import User
from viceversa.matching import rota as engine
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort, Enrolment

from .arranging import ATTEMPTS, LEASE, Tell, ask, make
from .models import Pair, Rota, RotaMeeting
from .obstacles import problem_of
from .snapshot import IdPair, Snapshot, take_snapshot

MOST_ROUNDS = engine.MOST_ROUNDS
SHORTEST, LONGEST = 10, 90
"""Minutes of a meeting: below, nothing is said; beyond, it is no flash any more (a product decision)."""


def ask_rota(*, cohort: Cohort, rounds: int, minutes: int, by: User, now: datetime) -> Rota:
    """Have a rota proposed. The worker does the rest."""
    return ask(Rota, cohort=cohort, asked={"rounds": rounds, "minutes": minutes}, by=by, now=now)


@handles("rota", lease=LEASE, attempts=ATTEMPTS)
def make_rota(job: Job, now: datetime) -> None:
    make(Rota, job, now=now, find=_found)


def _found(made: Rota, tell: Tell) -> Callable[[Rota], dict[str, Any]]:
    """By what is told of alone: neither identity attributes nor how dear a wish was goes into it."""
    snapshot = take_snapshot(made.cohort, policy=made.policy, for_solving=False, though_full=True)
    rows, policy = snapshot.told()
    problem_of(rows, policy)  # tells of whoever lacks a grade
    told = engine.rota(rows, policy, rounds=made.rounds, met=met_before(made.cohort), progress=tell)
    return lambda held: _write(held, told, snapshot)


def met_before(cohort: Cohort) -> list[IdPair]:
    """Which two of the cohort were ever a pair, or met in a rota that was kept, in whatever cohort."""
    people = Enrolment.objects.filter(cohort=cohort).order_by().values("person")
    ids = ("mentor__person__person_id", "mentee__person__person_id")
    both = Q(mentor__person__in=people, mentee__person__in=people)
    kept = RotaMeeting.objects.filter(both, rota__kept_at__isnull=False)
    pairs = Pair.objects.filter(both)
    return sorted({two for rows in (kept, pairs) for two in rows.order_by().values_list(*ids)})


def _write(made: Rota, told: engine.Rota, snapshot: Snapshot) -> dict[str, Any]:
    RotaMeeting.objects.bulk_create(
        [
            RotaMeeting(
                rota=made,
                round=one.round,
                mentor_id=snapshot.enrolments[one.mentor_id, "mentor"],
                mentee_id=snapshot.enrolments[one.mentee_id, "mentee"],
            )
            for one in told.meetings
        ],
        batch_size=500,
    )
    met = {(side, one) for a in told.meetings for side, one in (("mentor", a.mentor_id), ("mentee", a.mentee_id))}
    report = {
        "meetings": len(told.meetings),
        "mentors": sum(role == "mentor" for _, role in snapshot.enrolments),
        "mentees": sum(role == "mentee" for _, role in snapshot.enrolments),
        "mentors_meeting": sum(side == "mentor" for side, _ in met),
        "mentees_meeting": sum(side == "mentee" for side, _ in met),
        "certified": told.solution.certified,
        "gap": told.solution.gap,
    }
    return {"report": report, "input_sha256": snapshot.digest}


def kept_rotas(cohort: Cohort) -> QuerySet[Rota]:
    """The latest first."""
    return Rota.objects.filter(cohort=cohort, kept_at__isnull=False).order_by("-kept_at", "-pk")


def leaders_meeting(made: Rota) -> QuerySet[Enrolment]:
    """Whoever is mentored in it, each once, by name."""
    meeting = RotaMeeting.objects.filter(rota=made).order_by().values("mentee")
    found = Enrolment.objects.filter(pk__in=meeting).select_related("person")
    return found.order_by("person__family_name", "person__given_name", "pk")


def meetings_of(made: Rota, *, of: Collection[int]) -> QuerySet[RotaMeeting]:
    """Meetings of these leaders, by key."""
    return RotaMeeting.objects.filter(rota=made, mentee__in=of).select_related("mentor__person")


def own_meetings(person: Person, *, now: datetime) -> list[RotaMeeting]:
    """Whom this person meets in rotas that were kept, the latest rota first, round by round; by one query."""
    related = ("rota__cohort__programme", "mentor__person", "mentee__person")
    mine = RotaMeeting.objects.kept_for(person).here(now=now).filter(rota__cohort__archived_at=None)
    return list(mine.select_related(*related).order_by("-rota__kept_at", "round", "pk"))


def taking_part(cohort: Cohort) -> dict[str, int]:
    """How many take part in each role, whether they have a place free or not."""
    enrolled = Enrolment.objects.taking_part().filter(cohort=cohort).order_by()
    found = dict(enrolled.values_list("role").annotate(people=Count("pk")))
    return {role.value: found.get(role.value, 0) for role in Enrolment.Role}
