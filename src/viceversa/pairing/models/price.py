from __future__ import annotations

from django.db import models

from viceversa.programmes.models import Enrolment

from .run import MatchRun


class PairPrice(models.Model):
    """What making one pair would cost everybody, found by solving again with the pair locked.

    Asked for by a coordinator, worked out by the worker, and forgotten when something is decided in the cohort.
    """

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="pair_prices")
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    worked_out_at = models.DateTimeField(null=True, blank=True)
    pairs = models.IntegerField(default=0, help_text="how many fewer pairs there would be")
    points = models.FloatField(default=0.0, help_text="points of fit lost over all pairs")
    taken = models.BooleanField(default=False, help_text="locked pairs have taken the place")
    problem = models.CharField(max_length=20, blank=True, help_text="why it could not be worked out, as a code")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "mentor", "mentee"], name="one_price_a_pair_in_a_run")]

    def __str__(self) -> str:
        return f"price {self.pk}"
