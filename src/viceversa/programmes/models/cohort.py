from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db import models

from viceversa.accounts.ids import new_public_id

from .programme import Programme


class CohortQuerySet(models.QuerySet["Cohort"]):
    def in_lists(self) -> CohortQuerySet:
        """Those that have not been archived."""
        return self.filter(archived_at=None)


class Cohort(models.Model):
    """One run of a programme: between two dates, or always on, where each pair runs its own months."""

    class Kind(models.TextChoices):
        DATED = "dated"
        ALWAYS_ON = "always_on"

    class PairsEnd(models.TextChoices):
        """What a closing does with pairs that run."""

        ON_THEIR_DAY = "on_their_day"
        NOW = "now"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="cohorts")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.DATED)
    ends_on = models.DateField(null=True, blank=True, help_text="empty: always on")
    pair_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="how long each pair of a cohort that is always on runs, from its forming"
    )
    made_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    pairs_end = models.CharField(max_length=12, choices=PairsEnd.choices, blank=True, help_text="as its closing chose")
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="dated", ends_on__gt=models.F("starts_on"), pair_months=None)
                | models.Q(kind="always_on", ends_on=None, pair_months__gte=1),
                name="cohort_ends_after_it_starts_or_never",
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

    @property
    def is_always_on(self) -> bool:
        return self.kind == self.Kind.ALWAYS_ON

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_shut(self) -> bool:
        """Closed or archived: nobody is brought into it any more."""
        return self.is_closed or self.archived_at is not None

    def is_over(self, *, on: date) -> bool:
        """Whether its last day is behind us. One that is always on has none: its closing ends it, with its pairs."""
        if self.ends_on is None:
            return self.is_closed and self.pairs_end != self.PairsEnd.ON_THEIR_DAY
        return on > self.ends_on

    def last_day_of_pair(self, *, formed_on: date) -> date:
        """Until when a pair of this cohort runs."""
        if self.ends_on is not None:
            return self.ends_on
        return months_later(max(formed_on, self.starts_on), self.pair_months or 1)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
