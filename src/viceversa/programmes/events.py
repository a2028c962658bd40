"""Events of a programme and of an enrolment: one spelling, so that a scope is never forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from viceversa.accounts.events import Fact, record
from viceversa.accounts.models import User

from .models import Enrolment, Programme


def record_programme(
    verb: str, programme: Programme, *, by: User | None, now: datetime, facts: Mapping[str, Fact] | None = None
) -> None:
    """Add an event of this programme. Call inside the transaction of the change it tells of."""
    here = programme.public_id
    record(verb, noun="programme", object_id=here, by=by, now=now, scope=here, facts=facts)


def record_enrolment(
    verb: str, enrolment: Enrolment, *, by: User | None, now: datetime, facts: Mapping[str, Fact] | None = None
) -> None:
    """Add an event of this enrolment, in its programme. Call inside the transaction of the change it tells of."""
    scope = enrolment.cohort.programme.public_id
    record(verb, noun="enrolment", object_id=enrolment.public_id, by=by, now=now, scope=scope, facts=facts)
