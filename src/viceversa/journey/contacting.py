"""The coordinator's word that they got in touch with somebody who asked for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.people.models import Person
from viceversa.programmes.models import Programme

from .attention import Kind
from .models import CheckIn
from .steps import note_step


class NobodyAsked(Exception):
    """No check-in of this programme with this meeting and person asks to be contacted."""


@transaction.atomic
def note_contacted(*, programme: Programme, meeting_id: str, person_id: str, by: User, now: datetime) -> Person:
    """Write down that this person was contacted, and give them back; a second time changes nothing.

    ``meeting_id`` and ``person_id`` are public ids. Raises ``NobodyAsked``.
    """
    asked = CheckIn.objects.filter(
        meeting__public_id=meeting_id,
        meeting__pair__cohort__programme=programme,
        person__public_id=person_id,
        wants_contact=True,
    )
    checkin = asked.select_related("meeting__pair__cohort", "person").first()
    if checkin is None:
        raise NobodyAsked
    if asked.filter(contacted_at=None).update(contacted_at=now):
        cohort = checkin.meeting.pair.cohort
        note_step(cohort=cohort, kind=Kind.CONTACT, thing=checkin.person.public_id, by=by, now=now)
        record(
            "checkin.contacted",
            noun="meeting",
            object_id=checkin.meeting.public_id,
            by=by,
            now=now,
            scope=programme.public_id,
        )
    return checkin.person
