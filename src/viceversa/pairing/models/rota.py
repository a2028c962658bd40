from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from viceversa.programmes.models import Enrolment

from .arrangement import Arrangement

if TYPE_CHECKING:
    from datetime import datetime

    from viceversa.people.models import Person


class Rota(Arrangement):
    """Rounds of short meetings, each with somebody new."""

    rounds = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(help_text="how long a meeting is")

    class Meta:
        indexes = [models.Index(fields=["cohort", "kept_at"], name="rotas_of_a_cohort")]


class RotaMeetingQuerySet(models.QuerySet["RotaMeeting"]):
    def kept_for(self, person: Person) -> RotaMeetingQuerySet:
        """Meetings of this person in rotas that were kept."""
        own = Enrolment.objects.filter(person=person).order_by().values("pk")
        return self.filter(Q(mentor__in=own) | Q(mentee__in=own), rota__kept_at__isnull=False)

    def here(self, *, now: datetime) -> RotaMeetingQuerySet:
        """Of two who still take part and have not left the organisation."""
        found = self
        for side in ("mentor", "mentee"):
            left = Q(**{f"{side}__person__leave_date": None}) | Q(**{f"{side}__person__leave_date__gt": now.date()})
            found = found.filter(left, **{f"{side}__state__in": (*Enrolment.TAKING_PART, Enrolment.State.COMPLETED)})
        return found


class RotaMeeting(models.Model):
    """Two people in one round, 1 for the first. Not a date: that is for the two."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="meetings")
    round = models.PositiveSmallIntegerField()
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="rota_as_mentor")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="rota_as_mentee")

    objects = RotaMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rota", "mentor", "round"], name="a_mentor_meets_one_a_round"),
            models.UniqueConstraint(fields=["rota", "mentee", "round"], name="a_mentee_meets_one_a_round"),
            models.UniqueConstraint(fields=["rota", "mentor", "mentee"], name="no_two_meet_twice_in_a_rota"),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"
