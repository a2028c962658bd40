from __future__ import annotations

from datetime import date

from django.db import models

from viceversa.accounts.ids import new_public_id

from .programme import Programme


class Cohort(models.Model):
    """One dated run of a programme."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="cohorts")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="cohort_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    def month_on(self, day: date) -> int:
        """Which month of the cohort a day falls into, counted from 1; 0 before it starts."""
        if day < self.starts_on:
            return 0
        months = (day.year - self.starts_on.year) * 12 + day.month - self.starts_on.month
        return months + (1 if day.day >= self.starts_on.day else 0)
