from __future__ import annotations

from django.db import models

from viceversa.programmes.models import Cohort


class SupplyCount(models.Model):
    """What a cohort's pool was short of when it was counted last. Topics, counts and people's numbers; no scores.

    ``mark`` is a quick sign of the pool that was counted, ``digest`` an exact one.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="supply_count")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    phase = models.CharField(max_length=12, blank=True)
    mark = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="what stopped it: codes with their facts")

    def __str__(self) -> str:
        return f"supply of {self.cohort_id}"
