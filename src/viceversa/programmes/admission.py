"""How people come into a cohort: what the coordinator chose, who put themself forward, and the word on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.people.models import Person

from .events import record_enrolment
from .models import Admission, Cohort, Enrolment
from .places import (
    admission_of,
    give_place,
    has_a_free_place,
    held_enrolments,
    hold_cohort,
    keep_waiting,
    tell,
)
from .waiting_list import move_up

CHOICES = (
    "way",
    "mentor_places",
    "mentee_places",
    "mentor_grade_most",
    "mentee_grade_least",
    "until_on",
    "outside_welcome",
    "tells_managers",
)


class Closed(Exception):
    """Nobody registers now: by invitation only, past the last day, not launched or closed."""


class DoesNotFit(Exception):
    """Whoever registers has no grade, the other side's grade, or has left."""


@dataclass(frozen=True)
class Verdicts:
    """What came of a coordinator's word on several applications."""

    placed: list[Enrolment] = field(default_factory=list)
    waiting: list[Enrolment] = field(default_factory=list)
    refused: list[Enrolment] = field(default_factory=list)
    without_grade: list[Enrolment] = field(default_factory=list)
    passed_over: int = 0


@dataclass(frozen=True)
class PlaceCount:
    """One side's places: None places is no limit."""

    role: str
    places: int | None
    taken: int
    applied: int
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.places is None else max(0, self.places - self.taken)


def values_of(admission: Admission) -> dict[str, Any]:
    return {name: getattr(admission, name) for name in CHOICES}


def seen_of(admission: Admission) -> str:
    """For the page that shows it, so that nobody overwrites what they have not seen."""
    return fingerprint(values_of(admission))


@transaction.atomic
def choose_admission(cohort: Cohort, *, chosen: dict[str, Any], seen: str, by: User, now: datetime) -> Admission:
    """Save how people come in; places that became free go to whoever waits. Raises ``ChangedMeanwhile``."""
    hold_cohort(cohort.pk)
    admission = admission_of(cohort)
    check_unchanged(values_of(admission), seen=seen)
    for name in CHOICES:
        setattr(admission, name, chosen[name])
    admission.changed_at = now
    admission.save()
    record(
        "admission_changed",
        noun="cohort",
        object_id=cohort.public_id,
        by=by,
        now=now,
        scope=cohort.programme.public_id,
        facts={"way": str(admission.way), "mentors": admission.mentor_places, "mentees": admission.mentee_places},
    )
    for role in Enrolment.Role:
        move_up(cohort, role=role, by=by, now=now)
    return admission


def place_counts(cohort: Cohort, *, admission: Admission | None = None) -> list[PlaceCount]:
    """Both sides, leaders first, in one query besides the admission, which is asked for where it is not given."""
    admission = admission or admission_of(cohort)
    asked = Q(state__in=(Enrolment.State.INVITED, Enrolment.State.DRAFT))
    # Grouped as the index has them; a filter for each figure would judge every row of the cohort three times.
    rows = Enrolment.objects.filter(cohort=cohort).order_by().values_list("role", "state")
    counted = rows.annotate(everybody=Count("*"), held=Count("place_held_at", filter=asked))
    by_role: dict[str, Counter[str]] = {role: Counter() for role in Enrolment.Role.values}
    for role, state, everybody, held in counted:
        by_role[role] += Counter({state: everybody, "taken": everybody if state in Enrolment.TAKING_PART else held})
    return [
        PlaceCount(
            role=role.value,
            places=admission.places(role),
            taken=by_role[role]["taken"],
            applied=by_role[role][Enrolment.State.APPLIED],
            waiting=by_role[role][Enrolment.State.WAITING],
        )
        for role in (Enrolment.Role.MENTEE, Enrolment.Role.MENTOR)
    ]


def sides_open_to(admission: Admission, *, person: Person) -> list[str]:
    """On which sides somebody may register, by their grade."""
    if person.grade is None and not person.is_external:
        return []
    return [role.value for role in (Enrolment.Role.MENTEE, Enrolment.Role.MENTOR) if _fits(admission, person, role)]


def _fits(admission: Admission, person: Person, role: str) -> bool:
    return admission.fits(person.grade, role=role)


def check_open(cohort: Cohort, *, now: datetime) -> Admission:
    """The admission, if somebody may register now. Raises ``Closed``."""
    admission = admission_of(cohort)
    programme = cohort.programme
    if not programme.is_launched or cohort.is_closed or not admission.is_open(on=now.date()):
        raise Closed
    return admission


@transaction.atomic
def register(cohort: Cohort, *, person: Person, role: str, by: User | None, now: datetime) -> Enrolment:
    """Put somebody forward by their own will; returns how they stand. Once: a second time changes nothing.

    Who had withdrawn or said no may come back; to whom the coordinator said "not this time" may not.
    Raises ``Closed`` and ``DoesNotFit``.
    """
    hold_cohort(cohort.pk)
    admission = check_open(cohort, now=now)
    if person.has_left(on=now.date()) or role not in sides_open_to(admission, person=person):
        raise DoesNotFit
    there = Enrolment.objects.filter(cohort=cohort, person=person, role=role).first()
    if there is not None and there.state not in (Enrolment.State.WITHDRAWN, Enrolment.State.DECLINED):
        return there
    enrolment = there or Enrolment(cohort=cohort, person=person, role=role, capacity=max(1, person.capacity))
    enrolment.applied_at, enrolment.ended_at, enrolment.submitted_at = now, None, None
    enrolment.state, enrolment.place_held_at, enrolment.waits_at = Enrolment.State.APPLIED, None, None
    enrolment.save()
    record_enrolment("registered", enrolment, by=by, now=now, facts={"role": role})
    _first_word(enrolment, way=admission.way, now=now)
    return enrolment


def _first_word(enrolment: Enrolment, *, way: str, now: datetime) -> None:
    """What the cohort's way says by itself. Who has no grade waits for the coordinator, whatever the way."""
    if way == Admission.Way.LOTTERY and _was_drawn(enrolment):
        keep_waiting(enrolment, news="waiting", by=None, now=now)
    elif way != Admission.Way.OPEN or enrolment.person.grade is None:
        tell(enrolment, news="applied", now=now)
    elif has_a_free_place(enrolment.cohort, role=enrolment.role):
        give_place(enrolment, news="place", by=None, now=now)
    else:
        keep_waiting(enrolment, news="waiting", by=None, now=now)


def _was_drawn(enrolment: Enrolment) -> bool:
    """Whether this side's lottery is over, so that a newcomer stands behind whoever was not drawn."""
    lotteries = enrolment.cohort.lotteries.filter(role=enrolment.role).order_by()
    return lotteries.aggregate(last=Max("drawn_at"))["last"] is not None


@transaction.atomic
def accept(cohort: Cohort, *, chosen: Sequence[str], by: User, now: datetime) -> Verdicts:
    """Let these in, in the order in which they applied; where no place is left, onto the wait-list.

    Whoever has gone, or was answered meanwhile, is passed over and counted. Who has no grade cannot be matched
    and stays where they are.
    """
    verdicts = Verdicts()
    answered = 0
    for enrolment in held_enrolments(cohort, chosen=chosen):
        if enrolment.state not in (Enrolment.State.APPLIED, Enrolment.State.NOT_NOW):
            answered += 1
        elif enrolment.person.grade is None:
            verdicts.without_grade.append(enrolment)
        elif has_a_free_place(cohort, role=enrolment.role):
            give_place(enrolment, news="place", by=by, now=now)
            verdicts.placed.append(enrolment)
        else:
            keep_waiting(enrolment, news="waiting", by=by, now=now)
            verdicts.waiting.append(enrolment)
    return Verdicts(verdicts.placed, verdicts.waiting, [], verdicts.without_grade, passed_over=answered)


@transaction.atomic
def say_not_now(cohort: Cohort, *, chosen: Sequence[str], by: User, now: datetime) -> Verdicts:
    """Not this time, without a reason; a kind letter says so. Only to whoever has applied or waits."""
    refused, answered = [], 0
    for enrolment in held_enrolments(cohort, chosen=chosen):
        if enrolment.state not in Enrolment.STANDS_BY:
            answered += 1
            continue
        enrolment.state, enrolment.ended_at, enrolment.waits_at = Enrolment.State.NOT_NOW, now, None
        enrolment.save(update_fields=["state", "ended_at", "waits_at"])
        record_enrolment("not_admitted", enrolment, by=by, now=now)
        tell(enrolment, news="not_now", now=now)
        refused.append(enrolment)
    return Verdicts(refused=refused, passed_over=answered)


@transaction.atomic
def give_grade(enrolment: Enrolment, *, grade: int, by: User, now: datetime) -> None:
    """The level at which somebody from outside is matched; only of whom no people file tells one."""
    person = enrolment.person
    if not person.is_external:
        raise DoesNotFit
    person.grade = grade
    person.save(update_fields=["grade", "changed_at"])
    record_enrolment("grade_given", enrolment, by=by, now=now, facts={"grade": grade})


def applications_of(cohort: Cohort, *, role: str = "", answered: Iterable[str] = ()) -> QuerySet[Enrolment]:
    """Whoever put themself forward and waits for a word, or was given one of these; first come first."""
    states = list(answered) or [Enrolment.State.APPLIED]
    rows = Enrolment.objects.filter(cohort=cohort, state__in=states).select_related("person")
    if role in Enrolment.Role:
        rows = rows.filter(role=role)
    return rows.order_by("applied_at", "pk")
