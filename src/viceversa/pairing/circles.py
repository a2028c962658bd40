"""Circles of a cohort: the mentors of its running pairs in small groups that speak among themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import User
from viceversa.matching.circle_members import Members, members_of
from viceversa.matching.circles import LARGEST, SMALLEST, Division, Refusal, divide, refusals
from viceversa.matching.line import LineCycle
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort, Enrolment, Pause

from .arranging import ATTEMPTS, LEASE, Tell, ask, make
from .holding import hold_cohort
from .models import Circle, CircleDivision, CircleMember, Pair
from .obstacles import RunStopped, obstacle
from .snapshot import IdPair, Snapshot, run_policy, take_snapshot

__all__ = ["LARGEST", "SMALLEST", "Refused", "ask_circles", "circles_in_force", "mentors_to_divide", "move"]


def mentors_to_divide(cohort: Cohort, *, on: date) -> int:
    """How many people mentor in a running pair of the cohort and do not pause on that day."""
    paused = Pause.objects.over(on).order_by().values("enrolment")
    running = Pair.objects.running().filter(cohort=cohort).exclude(mentor__in=paused).order_by()
    return running.aggregate(people=Count("mentor", distinct=True))["people"] or 0


def circles_in_force(cohort: Cohort) -> CircleDivision | None:
    return CircleDivision.objects.filter(cohort=cohort, kept_at__isnull=False, replaced_at=None).first()


def ask_circles(*, cohort: Cohort, size: int, by: User, now: datetime) -> CircleDivision:
    """Have circles of about this size proposed. The worker does the rest."""
    return ask(CircleDivision, cohort=cohort, asked={"size": size}, by=by, now=now)


@handles("circles", lease=LEASE, attempts=ATTEMPTS)
def make_circles(job: Job, now: datetime) -> None:
    make(CircleDivision, job, now=now, find=_found)


def _found(division: CircleDivision, tell: Tell) -> Callable[[CircleDivision], dict[str, Any]]:
    snapshot = take_snapshot(division.cohort, policy=division.policy, for_solving=False, though_full=True)
    pairs = _running(division.cohort)
    mentors = {mentor for mentor, _ in pairs if snapshot.looks(mentor, "mentor")}
    tell("search", 0.0)
    try:
        told = divide(
            snapshot.rows,
            mentors,
            size=division.size,
            rules=snapshot.policy.rules,
            partners=pairs,
            apart=snapshot.policy.options.forbidden,
            seed=division.seed,
        )
    except LineCycle as error:
        ids = [snapshot.rows[place].person_id for place in error.cycle]
        raise RunStopped([obstacle("line_cycle", ids=[*ids, ids[0]])]) from error
    return lambda held: _write(held, told, snapshot)


def _running(cohort: Cohort) -> list[IdPair]:
    ids = ("mentor__person__person_id", "mentee__person__person_id")
    return list(Pair.objects.running().filter(cohort=cohort).order_by("pk").values_list(*ids))


def _write(division: CircleDivision, told: Division, snapshot: Snapshot) -> dict[str, Any]:
    circles = Circle.objects.bulk_create(
        [Circle(division=division, number=number) for number in range(1, len(told.circles) + 1)], batch_size=500
    )
    places = [
        CircleMember(division=division, circle=circle, enrolment_id=snapshot.enrolments[one, "mentor"])
        for circle, ids in zip(circles, told.circles, strict=True)
        for one in ids
    ]
    places += [
        CircleMember(
            division=division,
            enrolment_id=snapshot.enrolments[one.person_id, "mentor"],
            rules=dict(one.rules),
            company=one.company,
        )
        for one in told.without
    ]
    CircleMember.objects.bulk_create(places, batch_size=500)
    report = {"alike": told.alike, "bound": told.bound}
    return {"report": report, "input_sha256": snapshot.digest}


class Refused(Exception):
    """Somebody may not join a circle. Carries why, with the names of whom it is about."""

    def __init__(self, refusals: Iterable[Refusal], names: dict[str, str]) -> None:
        self.refusals, self.names = list(refusals), names
        super().__init__(", ".join(one.rule for one in self.refusals))


def seen_of(member: CircleMember, *, others: Collection[int]) -> str:
    """What a page has shown of a move: where somebody sits, and with whom."""
    return fingerprint({"circle": member.circle_id, "with": sorted(others)})


def company_of(member: CircleMember) -> list[int]:
    """Keys of the enrolments in the same circle."""
    if member.circle_id is None:
        return []
    inside = CircleMember.objects.filter(circle=member.circle_id).exclude(pk=member.pk)
    return list(inside.order_by().values_list("enrolment", flat=True))


@transaction.atomic
def move(*, member: CircleMember, number: int, seen: str, by: User, now: datetime) -> None:
    """Seat somebody in the circle of this number by hand. What others see of it changes at once where it is kept.

    Raises ``Refused`` with all that stands against it, ``ChangedMeanwhile`` where somebody came or went since it
    was ``seen``, ``Circle.DoesNotExist``.
    """
    cohort = hold_cohort(member.division.cohort)
    division = CircleDivision.objects.select_for_update(no_key=True).get(pk=member.division_id)
    division.cohort = cohort
    held = CircleMember.objects.select_related("enrolment__person").get(pk=member.pk)
    company = company_of(held)
    if division.replaced_at is not None or seen_of(held, others=company) != seen:
        raise ChangedMeanwhile
    to = Circle.objects.get(division=division, number=number)
    if held.circle_id == to.pk:
        return
    against = _against(division, held, to, leaves=len(company), now=now)
    if against.refusals:
        raise against
    held.circle, held.rules, held.company = to, {}, 0
    held.save(update_fields=["circle", "rules", "company"])
    CircleDivision.objects.filter(pk=division.pk).update(by_hand=division.by_hand + 1)
    facts: dict[str, str | int | bool | None] = {"enrolment": held.enrolment.public_id, "circle": number}
    scope = cohort.programme.public_id
    record("circles.moved", noun="circles", object_id=division.public_id, by=by, now=now, scope=scope, facts=facts)


def _against(division: CircleDivision, held: CircleMember, to: Circle, *, leaves: int, now: datetime) -> Refused:
    """All that stands against a move; nothing, where it may be. Reads the target's members alone."""
    inside = list(CircleMember.objects.filter(circle=to).select_related("enrolment__person"))
    who = held.enrolment.person.person_id
    names = {one.enrolment.person.person_id: one.enrolment.person.name for one in (*inside, held)}
    found = []
    if held.circle_id is not None and leaves < SMALLEST:
        found.append(Refusal("too_few_left"))
    if len(inside) >= LARGEST:
        found.append(Refusal("full"))
    keys = [held.enrolment_id, *(one.enrolment_id for one in inside)]
    members = _members(division, keys, now=now)
    if who not in members.ids:
        return Refused([*found, Refusal("away")], names)
    circle = [one.enrolment.person.person_id for one in inside if one.enrolment.person.person_id in members.ids]
    return Refused([*found, *refusals(members, circle, who)], names)


def _members(division: CircleDivision, keys: Collection[int], *, now: datetime) -> Members:
    policy = run_policy(division.policy, on=now.date(), seed=division.seed)
    snapshot = take_snapshot(division.cohort, policy=policy, only=keys, for_solving=False, though_full=True)
    pairs = Pair.objects.running().filter(cohort=division.cohort).filter(mentee__person__enrolments__in=keys)
    partners = pairs.values_list("mentor__person__person_id", "mentee__person__person_id")
    return members_of(
        snapshot.rows,
        [row.person_id for row in snapshot.rows if row.role],
        rules=snapshot.policy.rules,
        partners=list(partners),
        apart=snapshot.policy.options.forbidden,
    )


def own_circles(person: Person, *, now: datetime) -> list[list[CircleMember]]:
    """The circles this person sits in, each with its members who are still here; by two queries."""
    own = CircleMember.objects.in_force_for(person).order_by().values("circle")
    inside = CircleMember.objects.here(now=now).filter(circle__in=own, division__cohort__archived_at=None).by_name()
    circles: dict[int, list[CircleMember]] = {}
    for member in inside.select_related("enrolment__person", "enrolment__cohort__programme", "circle"):
        circles.setdefault(member.circle_id or 0, []).append(member)
    return [some for _, some in sorted(circles.items()) if any(one.enrolment.person_id == person.pk for one in some)]


def without_place(division: CircleDivision) -> list[CircleMember]:
    return list(division.members.filter(circle=None).by_name())


def enrolment_in(division: CircleDivision, public_id: str) -> CircleMember | None:
    """Somebody's place in a division, by their enrolment."""
    related = ("enrolment__person", "circle", "division__cohort__programme")
    found = Enrolment.objects.filter(public_id=public_id, cohort=division.cohort_id)
    return CircleMember.objects.filter(division=division, enrolment__in=found).select_related(*related).first()
