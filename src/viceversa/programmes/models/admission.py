from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id

from .cohort import Cohort
from .enrolment import Enrolment

if TYPE_CHECKING:
    from datetime import datetime


class Admission(models.Model):
    """How people come into a cohort. A cohort without a row: by invitation only, with as many places as it needs."""

    class Way(models.TextChoices):
        INVITATION = "invitation"
        OPEN = "open"  # whoever fits is in until the places are full
        APPROVAL = "approval"
        LOTTERY = "lottery"

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="admission")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.INVITATION)
    mentor_places = models.PositiveIntegerField(null=True, blank=True, help_text="empty: no limit")
    mentee_places = models.PositiveIntegerField(null=True, blank=True, help_text="empty: no limit")
    mentor_grade_most = models.IntegerField(null=True, blank=True, help_text="who registers as a mentor; empty: all")
    mentee_grade_least = models.IntegerField(null=True, blank=True, help_text="who registers to learn; empty: all")
    until_on = models.DateField(null=True, blank=True, help_text="the last day to register; empty: no end")
    outside_welcome = models.BooleanField(default=False, help_text="people from outside may register")
    tells_managers = models.BooleanField(default=False, help_text="line managers get a letter with the hours")
    changed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.way} into cohort {self.cohort_id}"

    @property
    def takes_registrations(self) -> bool:
        return self.way != self.Way.INVITATION

    def is_open(self, *, on: date) -> bool:
        """Whether somebody may register on this day."""
        return self.takes_registrations and (self.until_on is None or on <= self.until_on)

    def places(self, role: str) -> int | None:
        """How many places this side has; None: no limit."""
        return self.mentor_places if role == Enrolment.Role.MENTOR else self.mentee_places

    def fits(self, grade: int | None, *, role: str) -> bool:
        """Whether somebody of this grade may register on this side. Who has no grade is for the coordinator."""
        if grade is None:
            return True
        if role == Enrolment.Role.MENTOR:
            return self.mentor_grade_most is None or grade <= self.mentor_grade_most
        return self.mentee_grade_least is None or grade >= self.mentee_grade_least


class WaitingMove(models.Model):
    """A coordinator put somebody to another place of the wait-list, and why. Only coordinators read it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="waiting_moves")
    from_place = models.PositiveIntegerField()
    to_place = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.from_place} to {self.to_place}"


class RegistrationRequest(models.Model):
    """An address was typed into a cohort's page. A letter goes to it, if it is somebody's; kept for seven days."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)
    role = models.CharField(max_length=8, choices=Enrolment.Role.choices)
    made_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email", "made_at"], name="registration_by_address")]

    def __str__(self) -> str:
        return self.public_id

    def is_good(self, *, now: datetime) -> bool:
        return self.used_at is None and (now - self.made_at).days < GOOD_FOR_DAYS


GOOD_FOR_DAYS = 2
