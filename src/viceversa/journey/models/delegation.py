from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from viceversa.people.models import Person


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def standing(self, *, now: datetime) -> DelegationQuerySet:
        """Neither ended nor run out, and the mentee is still here: who has left has nobody acting for them."""
        here = Q(mentee__leave_date=None) | Q(mentee__leave_date__gt=now.date())
        return self.filter(here, Q(ended_at=None) | Q(ended_at__gt=now), expires_at__gt=now)


class Delegation(models.Model):
    """A mentee's assistant may fix and move the mentee's meetings, and sees nothing but dates and places."""

    mentee = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations")
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"delegation {self.pk}"
