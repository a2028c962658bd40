"""What a coordinator does to a programme: its objectives, its matching policy, its launch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import User

from .events import record_programme
from .models import LaunchRecord, Objective, Programme
from .readiness import NotReady
from .readiness_check import Check, check_of


class NotAcknowledged(Exception):
    """The check says not yet, and nobody wrote why to launch all the same. Carries the ``Check``."""

    def __init__(self, check: Check) -> None:
        self.check = check
        super().__init__(check.overall.value)


class LastObjective(Exception):
    """A launched programme keeps at least one complete objective, so that it can be measured."""


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
        record_programme("objective_added", held, by=by, now=now, facts={"objective": objective.public_id})
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
    record_programme("objective_changed", programme, by=by, now=now, facts={"objective": held.public_id})


@transaction.atomic
def remove_objective(objective: Objective, *, by: User, now: datetime) -> None:
    """Take an objective away; raises ``LastObjective`` when a launched programme would be left without one."""
    programme = _held(objective.programme)
    gone, _rows = Objective.objects.filter(pk=objective.pk).delete()
    if not gone:
        return
    _keep_one_complete(programme)
    record_programme("objective_removed", programme, by=by, now=now, facts={"objective": objective.public_id})


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
    record_programme("policy_set", held, by=by, now=now)


@transaction.atomic
def launch_programme(programme: Programme, *, by: User, now: datetime, acknowledgement: str = "") -> Programme:
    """Launch, once, and keep how the readiness check stood.

    Raises ``NotReady`` with everything that is missing, and ``NotAcknowledged`` where the check says not yet and
    nothing was written about why it is launched all the same.
    """
    held = _held(programme)
    held.look_at(programme.current_cohort)
    if held.state != Programme.State.DRAFT:
        return held
    check = check_of(held, now=now)
    if not check.gate.is_ready:
        raise NotReady(check.gate)
    words = acknowledgement.strip()
    if check.must_acknowledge and not words:
        raise NotAcknowledged(check)
    held.state, held.launched_at = Programme.State.LAUNCHED, now
    held.save(update_fields=["state", "launched_at"])
    LaunchRecord.objects.create(
        programme=held,
        overall=check.overall.value,
        verdicts=check.verdicts,
        acknowledgement=words if check.must_acknowledge else "",
        by=by,
        at=now,
    )
    record_programme("launched", held, by=by, now=now, facts={"check": check.overall.value})
    return held


def _held(programme: Programme) -> Programme:
    """The programme as it is now, held until the transaction ends, so that two changes come one after the other."""
    return Programme.objects.select_for_update().get(pk=programme.pk)
