from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id

from .cohort import Cohort
from .enrolment import Enrolment


class Lottery(models.Model):
    """One draw for one side of a cohort: the list is frozen and hashed first, the seed comes afterwards.

    Who was drawn stays on record as drawn whatever they do later: evidence compares the groups that the lottery made.
    """

    class SeedFrom(models.TextChoices):
        PUBLIC = "public"  # a number that nobody here can choose, announced before it was known
        COORDINATOR = "coordinator"

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="lotteries")
    role = models.CharField(max_length=8, choices=Enrolment.Role.choices)
    places = models.PositiveIntegerField()
    strata = models.JSONField(default=list, help_text="codes of what the strata are made of, in order")
    list_text = models.TextField(help_text="the frozen list in its canonical text; ids and strata, no names")
    list_hash = models.CharField(max_length=64)
    seed_from = models.CharField(max_length=11, choices=SeedFrom.choices)
    seed_plan = models.CharField(max_length=200, help_text="which number will be the seed, said before it was known")
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    seed = models.CharField(max_length=200, blank=True)
    record = models.TextField(blank=True, help_text="the record of the draw, as it is downloaded; empty: not drawn yet")
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-frozen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "role"],
                condition=models.Q(drawn_at=None),
                name="one_frozen_list_a_side_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None


class LotteryEntry(models.Model):
    """One person of a frozen list: their stratum, and from the draw on whether they were drawn."""

    lottery = models.ForeignKey(Lottery, on_delete=models.CASCADE, related_name="entries")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lottery_entries")
    stratum = models.JSONField(default=list)
    drawn = models.BooleanField(null=True)
    place = models.PositiveIntegerField(
        null=True, help_text="in the order of tickets, of the drawn or of those waiting"
    )
    drawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-drawn", "place", "pk"]
        constraints = [models.UniqueConstraint(fields=["lottery", "enrolment"], name="one_entry_a_person_in_a_lottery")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} in {self.lottery_id}"
