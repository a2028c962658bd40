from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, OuterRef

from viceversa.accounts.ids import new_public_id
from viceversa.pairing.models import Pair


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def ahead(self) -> MeetingQuerySet:
        """Open meetings that their pair has not gone past: no later one was held."""
        later = Meeting.objects.filter(pair=OuterRef("pair"), number__gt=OuterRef("number"), state=Meeting.State.HELD)
        return self.filter(~Exists(later.order_by()), state__in=Meeting.OPEN)


class InOrder(Protocol):
    """What tells which of a pair's meetings is next: a meeting, or the columns of one."""

    @property
    def number(self) -> Any: ...

    @property
    def state(self) -> Any: ...


One = TypeVar("One", bound=InOrder)


def next_of(meetings: Sequence[One]) -> One | None:
    """Which of a pair's meetings, given in their order, comes next: the first open one after the last held."""
    last_held = max((meeting.number for meeting in meetings if meeting.state == Meeting.State.HELD), default=0)
    ahead = (meeting for meeting in meetings if meeting.number > last_held and meeting.state in Meeting.OPEN)
    return next(ahead, None)


class Meeting(models.Model):
    """One conversation of a pair. Its wall time stands in its own time zone, so a clock change moves nothing."""

    class State(models.TextChoices):
        UNPLANNED = "unplanned"
        PLANNED = "planned"
        HELD = "held"
        MISSED = "missed"
        CANCELLED = "cancelled"

    OPEN = (State.UNPLANNED, State.PLANNED)  # still to take place
    PLANNABLE = (State.UNPLANNED, State.PLANNED, State.MISSED)  # a date can be fixed for these

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    due_on = models.DateField(help_text="by when the cadence expects it")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNPLANNED, db_index=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=200, blank=True)
    video_link = models.URLField(max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0, help_text="of the calendar invitation; grows with each change")
    times_moved = models.PositiveSmallIntegerField(default=0)
    held_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["pair", "number"], name="one_meeting_a_number")]
        indexes = [models.Index(fields=["state", "starts_at"])]

    def __str__(self) -> str:
        return self.public_id

    @property
    def uid(self) -> str:
        """The calendar's name for this meeting; stays for good."""
        return f"{self.public_id}@viceversa"

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def can_be_planned(self) -> bool:
        return self.state in self.PLANNABLE and self.pair.is_running

    def is_over(self, *, now: datetime) -> bool:
        """Held, or its time has gone by and nobody has said yet whether it was."""
        gone_by = self.ends_at is not None and self.ends_at <= now
        return self.state == self.State.HELD or (self.state == self.State.PLANNED and gone_by)

    def starts_in(self, time_zone: str) -> datetime | None:
        """The start on the wall clock of that zone."""
        return self.starts_at.astimezone(ZoneInfo(time_zone)) if self.starts_at else None
