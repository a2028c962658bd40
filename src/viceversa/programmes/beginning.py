"""How a programme begins, from a playbook, from scratch or from another programme; and how it gets another cohort."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from viceversa.accounts.access import Role
from viceversa.accounts.ids import new_public_id
from viceversa.accounts.models import RoleGrant, User

from .default_texts import consent_text, limits_text
from .events import record_programme
from .models import Cohort, Objective, Programme, ProgrammeHandler
from .playbook_content import Playbook
from .policy import new_policy
from .scratch import plain_meetings
from .survey_plan import suggested_plan

# What a copy takes over. Not its people, its pairs, its runs, its launch or what was answered about readiness.
COPIED = (
    "playbook",
    "language",
    "purpose",
    "mentee_word",
    "meeting_minutes",
    "cadence_days",
    "meetings",
    "topics",
    "policy",
    "consent_text",
    "limits_text",
    "survey_plan",
)


@dataclass(frozen=True)
class CohortDates:
    """A cohort's name and when it runs: until ``ends_on``, or always on with ``pair_months`` for each pair."""

    name: str
    starts_on: date
    ends_on: date | None = None
    pair_months: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        kind = Cohort.Kind.DATED if self.ends_on else Cohort.Kind.ALWAYS_ON
        return asdict(self) | {"kind": kind}


@dataclass(frozen=True)
class Outline:
    """What is known about a programme that begins without a playbook."""

    purpose: str
    meeting_count: int
    meeting_minutes: int
    cadence_days: int


def open_programme(
    plan: Playbook,
    *,
    name: str,
    cohort_name: str,
    starts_on: date,
    ends_on: date | None,
    by: User,
    now: datetime,
    pair_months: int | None = None,
    public_id: str = "",
) -> Programme:
    """Begin a programme as a copy of a playbook, and make ``by`` its coordinator.

    ``public_id`` names the programme beforehand: opening it a second time gives back the first.
    """
    design = {
        "playbook": plan.slug,
        "language": plan.language,
        "purpose": plan.purpose,
        "meeting_minutes": plan.meeting_minutes,
        "cadence_days": plan.cadence_days,
        "meetings": [asdict(meeting) for meeting in plan.meetings],
        "topics": [{"name": topic.name, "family": topic.family, "side": topic.taught_by} for topic in plan.topics],
        "policy": new_policy(rules=plan.rules, reference_date=starts_on),
        "consent_text": consent_text(),
        "limits_text": limits_text(plan.limits),
        "survey_plan": suggested_plan(plan.instruments),
    }
    aims = [Objective(title=aim.title, metric=aim.metric, unit=aim.unit) for aim in plan.objectives]
    dates = CohortDates(cohort_name, starts_on, ends_on, pair_months)
    begun = Begun(name=name, design=design, aims=aims, verb="opened", facts={"playbook": plan.slug})
    return _begin(begun, dates=dates, by=by, now=now, public_id=public_id)


def open_from_scratch(
    outline: Outline, *, name: str, dates: CohortDates, by: User, now: datetime, public_id: str = ""
) -> Programme:
    """Begin a programme without a playbook: plain meetings, the default rules, no topics and no objectives yet."""
    design = {
        "purpose": outline.purpose,
        "meeting_minutes": outline.meeting_minutes,
        "cadence_days": outline.cadence_days,
        "meetings": plain_meetings(
            outline.meeting_count, minutes=outline.meeting_minutes, every_days=outline.cadence_days
        ),
        "policy": new_policy(rules={}, reference_date=dates.starts_on),
        "consent_text": consent_text(),
        "limits_text": limits_text(),
        "survey_plan": suggested_plan(()),
    }
    begun = Begun(name=name, design=design, aims=[], verb="opened", facts={})
    return _begin(begun, dates=dates, by=by, now=now, public_id=public_id)


def copy_programme(
    programme: Programme, *, name: str, dates: CohortDates, by: User, now: datetime, public_id: str = ""
) -> Programme:
    """Begin a programme with another's design, objectives (without today's number) and handlers; nobody is in it."""
    design = {column: deepcopy(getattr(programme, column)) for column in COPIED}
    design["policy"].setdefault("rules", {})["reference_date"] = dates.starts_on.isoformat()
    aims = [
        Objective(title=aim.title, metric=aim.metric, unit=aim.unit, target=aim.target, owner=aim.owner)
        for aim in programme.objectives.all()
    ]
    begun = Begun(name=name, design=design, aims=aims, verb="copied", facts={"from": str(programme.public_id)})
    return _begin(begun, dates=dates, by=by, now=now, public_id=public_id, handlers_of=programme)


@dataclass(frozen=True)
class Begun:
    """A programme about to begin: its design as columns, its first objectives, and how the event tells of it."""

    name: str
    design: Mapping[str, Any]
    aims: list[Objective]
    verb: str
    facts: Mapping[str, str]


@transaction.atomic
def _begin(
    begun: Begun,
    *,
    dates: CohortDates,
    by: User,
    now: datetime,
    public_id: str,
    handlers_of: Programme | None = None,
) -> Programme:
    programme, new = Programme.objects.get_or_create(
        public_id=public_id or new_public_id(), defaults={"name": begun.name, "made_at": now, **begun.design}
    )
    if not new:
        return programme
    Cohort.objects.create(programme=programme, made_at=now, **dates.columns)
    for position, aim in enumerate(begun.aims):
        aim.programme, aim.position = programme, position
    Objective.objects.bulk_create(begun.aims)
    if handlers_of is not None:
        ProgrammeHandler.objects.bulk_create(
            ProgrammeHandler(
                programme=programme,
                user=each.user,
                name=each.name,
                reach=each.reach,
                is_outside_hr=each.is_outside_hr,
                added_at=now,
            )
            for each in handlers_of.handlers.select_related("user")
        )
    RoleGrant.objects.create(
        user=by, role=Role.COORDINATOR.value, scope=programme.public_id, granted_by=by, granted_at=now
    )
    record_programme(begun.verb, programme, by=by, now=now, facts=begun.facts)
    return programme


@transaction.atomic
def add_cohort(programme: Programme, *, dates: CohortDates, by: User, now: datetime, public_id: str = "") -> Cohort:
    """Another round of the programme with its design as it stands; a second call with the same id gives the first.

    A closed programme is launched again by it: what was closed stays closed.
    """
    held = Programme.objects.select_for_update().get(pk=programme.pk)
    cohort, new = Cohort.objects.get_or_create(
        public_id=public_id or new_public_id(), defaults={"programme": held, "made_at": now, **dates.columns}
    )
    if not new:
        return cohort
    if held.state == Programme.State.CLOSED:
        held.state, held.closed_at = Programme.State.LAUNCHED, None
        held.save(update_fields=["state", "closed_at"])
    record_programme("cohort_added", held, by=by, now=now, facts={"cohort": cohort.public_id})
    return cohort
