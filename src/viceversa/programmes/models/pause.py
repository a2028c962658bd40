from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from .enrolment import Enrolment


class PauseQuerySet(models.QuerySet["Pause"]):
    def over(self, day: date) -> PauseQuerySet:
        """Pauses that hold on this day."""
        return self.filter(ended_at=None, from_on__lte=day, until_on__gte=day)

    def ahead_or_over(self, day: date) -> PauseQuerySet:
        """The pause that holds on this day, or that is still to come."""
        return self.filter(ended_at=None, until_on__gte=day)


class Pause(models.Model):
    """Days on which nobody is proposed to this enrolment, both included. Running pairs go on."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pauses")
    from_on = models.DateField()
    until_on = models.DateField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="resumed before its last day, or replaced")

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="pause_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ended_at=None), name="one_standing_pause_an_enrolment"
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"
