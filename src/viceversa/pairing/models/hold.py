from __future__ import annotations

from django.db import models
from django.db.models import Q

from .pair import Pair


class PairHoldQuerySet(models.QuerySet["PairHold"]):
    def standing(self) -> PairHoldQuerySet:
        return self.filter(lifted_at=None)


class PairHold(models.Model):
    """A running pair was paused since the two came into one reporting line, until they are in none any more.

    ``was`` is the state that it goes back to. Known to the coordinators alone.
    """

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="holds")
    was = models.CharField(max_length=8, choices=Pair.State.choices)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = PairHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair"], condition=Q(lifted_at=None), name="one_standing_hold_a_pair")
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"
