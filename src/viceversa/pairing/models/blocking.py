from __future__ import annotations

from django.db import models

from viceversa.programmes.models import Enrolment

from .run import MatchRun


class BlockingPair(models.Model):
    """Two people of a run who fit each other better than either fits whom they got: the first thousand of them.

    Written with the run, by the scores that are told of, and never of what people wish for or exclude.
    """

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="blocking")
    rank = models.PositiveIntegerField(help_text="1 gains most")
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1")
    mentor_has = models.FloatField(help_text="the lowest score of the mentor's pairs; 0 without one")
    mentee_has = models.FloatField(help_text="the lowest score of the mentee's pairs; 0 without one")
    pairs_lost = models.PositiveIntegerField(null=True, help_text="pairs fewer at least if it were made; null: unknown")
    points_lost = models.FloatField(null=True, help_text="points of fit that the pool would lose at least")

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["run", "rank"], name="one_blocking_pair_a_rank")]

    def __str__(self) -> str:
        return f"blocking {self.pk}"
