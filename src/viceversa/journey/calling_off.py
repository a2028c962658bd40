"""When a pair ends, what it had still before it is called off and taken out of both calendars."""

from __future__ import annotations

from datetime import datetime

from viceversa.accounts.events import record
from viceversa.outbox.actions import enqueue
from viceversa.pairing.ending import on_pair_ended
from viceversa.pairing.models import Pair

from .models import Meeting


@on_pair_ended
def call_off_meetings(pair: Pair, now: datetime) -> None:
    """Call off every open meeting of the pair; a date that has gone by without a word stays as it is."""
    meetings = Meeting.objects.select_for_update(of=("self",)).filter(pair=pair, state__in=Meeting.OPEN).order_by("pk")
    for meeting in meetings:
        if meeting.starts_at is not None and meeting.starts_at <= now:
            continue
        meeting.state = Meeting.State.CANCELLED
        meeting.sequence += 1
        meeting.version += 1
        meeting.save(update_fields=["state", "sequence", "version"])
        if meeting.starts_at is not None:
            _tell_calendars(pair, meeting, now=now)


def _tell_calendars(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    scope = pair.cohort.programme.public_id
    record("meeting.called_off", noun="meeting", object_id=meeting.public_id, by=None, now=now, scope=scope)
    enqueue(
        "meeting_cancellation",
        key=f"{meeting.public_id}:{meeting.sequence}",
        now=now,
        facts={"meeting": meeting.public_id, "sequence": meeting.sequence},
    )
