"""What a coordinator does to a programme: open it from a playbook, change its design and objectives, launch it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from viceversa.accounts.access import Role
from viceversa.accounts.events import record
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import RoleGrant, User
from viceversa.formats.topics import normal

from .fingerprint import check_unchanged
from .models import Cohort, Objective, Programme
from .playbook_content import Playbook
from .policy import new_policy
from .readiness import NotReady, readiness_of

MENTOR, MENTEE = "mentor", "mentee"


class LastObjective(Exception):
    """A launched programme keeps at least one complete objective, so that it can be measured."""


@dataclass(frozen=True)
class Design:
    """What a coordinator may change about a programme's design at any time."""

    name: str
    purpose: str
    mentee_word: str
    meeting_minutes: int
    cadence_days: int
    cohort_name: str
    starts_on: date
    ends_on: date
    topics_of_mentors: tuple[str, ...]
    topics_of_mentees: tuple[str, ...]


@dataclass(frozen=True)
class ObjectiveContent:
    """An objective as its form gives it; what is not known yet is empty."""

    title: str
    metric: str
    unit: str = ""
    baseline: Decimal | None = None
    target: Decimal | None = None
    owner: str = ""


@transaction.atomic
def open_programme(
    plan: Playbook,
    *,
    name: str,
    cohort_name: str,
    starts_on: date,
    ends_on: date,
    by: User,
    now: datetime,
    public_id: str = "",
) -> Programme:
    """Begin a programme as a copy of a playbook, and make ``by`` its coordinator.

    ``public_id`` names the programme beforehand: opening it a second time gives back the first.
    """
    programme, new = Programme.objects.get_or_create(
        public_id=public_id or new_public_id(),
        defaults={
            "name": name,
            "playbook": plan.slug,
            "language": plan.language,
            "purpose": plan.purpose,
            "meeting_minutes": plan.meeting_minutes,
            "cadence_days": plan.cadence_days,
            "meetings": [asdict(meeting) for meeting in plan.meetings],
            "topics": [{"name": topic.name, "family": topic.family, "side": topic.taught_by} for topic in plan.topics],
            "policy": new_policy(rules=plan.rules, reference_date=starts_on),
            "made_at": now,
        },
    )
    if not new:
        return programme
    Cohort.objects.create(programme=programme, name=cohort_name, starts_on=starts_on, ends_on=ends_on)
    Objective.objects.bulk_create(
        Objective(programme=programme, title=aim.title, metric=aim.metric, unit=aim.unit, position=position)
        for position, aim in enumerate(plan.objectives)
    )
    RoleGrant.objects.create(
        user=by, role=Role.COORDINATOR.value, scope=programme.public_id, granted_by=by, granted_at=now
    )
    _record("opened", programme, by=by, now=now, facts={"playbook": plan.slug})
    return programme


def design_of(programme: Programme) -> Design:
    cohort = programme.current_cohort
    return Design(
        name=programme.name,
        purpose=programme.purpose,
        mentee_word=programme.mentee_word,
        meeting_minutes=programme.meeting_minutes,
        cadence_days=programme.cadence_days,
        cohort_name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        topics_of_mentors=topics_of(programme, side=MENTOR),
        topics_of_mentees=topics_of(programme, side=MENTEE),
    )


def topics_of(programme: Programme, *, side: str) -> tuple[str, ...]:
    """The programme's topics that this side usually teaches, in their order."""
    return tuple(topic["name"] for topic in programme.topics if topic.get("side", MENTOR) == side)


@transaction.atomic
def change_design(programme: Programme, *, design: Design, seen: str, by: User, now: datetime) -> None:
    """Save a changed design. Raises ``ChangedMeanwhile`` when it is no longer the one that was seen."""
    held = _held(programme)
    check_unchanged(asdict(design_of(held)), seen=seen)
    held.name, held.purpose, held.mentee_word = design.name, design.purpose, design.mentee_word
    held.meeting_minutes, held.cadence_days = design.meeting_minutes, design.cadence_days
    held.topics = _topics(held, design)
    held.save(update_fields=["name", "purpose", "mentee_word", "meeting_minutes", "cadence_days", "topics"])
    Cohort.objects.filter(pk=held.current_cohort.pk).update(
        name=design.cohort_name, starts_on=design.starts_on, ends_on=design.ends_on
    )
    _record("design_changed", held, by=by, now=now)


def _topics(programme: Programme, design: Design) -> list[dict[str, str]]:
    """The topics as written, each with the family it had before."""
    families = {normal(topic["name"]): topic.get("family", "") for topic in programme.topics}

    def rows(names: Iterable[str], side: str) -> list[dict[str, str]]:
        return [{"name": name, "family": families.get(normal(name), ""), "side": side} for name in names]

    return rows(design.topics_of_mentors, MENTOR) + rows(design.topics_of_mentees, MENTEE)


@transaction.atomic
def add_objective(
    programme: Programme, *, content: ObjectiveContent, by: User, now: datetime, public_id: str = ""
) -> Objective:
    """Add an objective at the end; a second call with the same ``public_id`` gives back the first."""
    held = _held(programme)
    objective, new = Objective.objects.get_or_create(
        public_id=public_id or new_public_id(),
        defaults={"programme": held, "position": held.objectives.count(), **asdict(content)},
    )
    if new:
        _record("objective_added", held, by=by, now=now, facts={"objective": objective.public_id})
    return objective


def content_of(objective: Objective) -> ObjectiveContent:
    return ObjectiveContent(
        title=objective.title,
        metric=objective.metric,
        unit=objective.unit,
        baseline=objective.baseline,
        target=objective.target,
        owner=objective.owner,
    )


@transaction.atomic
def change_objective(objective: Objective, *, content: ObjectiveContent, seen: str, by: User, now: datetime) -> None:
    """Save a changed objective. Raises ``ChangedMeanwhile``, or ``LastObjective`` after the launch."""
    programme = _held(objective.programme)
    held = Objective.objects.get(pk=objective.pk)
    check_unchanged(asdict(content_of(held)), seen=seen)
    for part, value in asdict(content).items():
        setattr(held, part, value)
    held.save()
    _keep_one_complete(programme)
    _record("objective_changed", programme, by=by, now=now, facts={"objective": held.public_id})


@transaction.atomic
def remove_objective(objective: Objective, *, by: User, now: datetime) -> None:
    """Take an objective away; raises ``LastObjective`` when a launched programme would be left without one."""
    programme = _held(objective.programme)
    gone, _rows = Objective.objects.filter(pk=objective.pk).delete()
    if not gone:
        return
    _keep_one_complete(programme)
    _record("objective_removed", programme, by=by, now=now, facts={"objective": objective.public_id})


def _keep_one_complete(programme: Programme) -> None:
    if programme.is_launched and not any(each.is_complete for each in programme.objectives.all()):
        raise LastObjective


@transaction.atomic
def set_policy(programme: Programme, *, policy: Mapping[str, Any], seen: str, by: User, now: datetime) -> None:
    """Save the matching policy for later runs; runs that were made keep the policy they were made with."""
    held = _held(programme)
    check_unchanged(held.policy, seen=seen)
    held.policy = dict(policy)
    held.save(update_fields=["policy"])
    _record("policy_set", held, by=by, now=now)


@transaction.atomic
def launch_programme(programme: Programme, *, by: User, now: datetime) -> Programme:
    """Launch, once. Raises ``NotReady`` with everything that is missing."""
    held = _held(programme)
    if held.state != Programme.State.DRAFT:
        return held
    readiness = readiness_of(held, today=now.date())
    if not readiness.is_ready:
        raise NotReady(readiness)
    held.state, held.launched_at = Programme.State.LAUNCHED, now
    held.save(update_fields=["state", "launched_at"])
    _record("launched", held, by=by, now=now)
    return held


def _held(programme: Programme) -> Programme:
    """The programme as it is now, held until the transaction ends, so that two changes come one after the other."""
    return Programme.objects.select_for_update().get(pk=programme.pk)


def _record(
    verb: str, programme: Programme, *, by: User, now: datetime, facts: Mapping[str, str] | None = None
) -> None:
    record(
        verb, noun="programme", object_id=programme.public_id, by=by, now=now, scope=programme.public_id, facts=facts
    )
