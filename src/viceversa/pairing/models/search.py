from __future__ import annotations

from django.db import models

from viceversa.programmes.models import Enrolment

from .run import MatchRun


class PartnerSearch(models.Model):
    """The best partners for one person among everybody who looks, found by the worker.

    ``found`` holds keys of enrolments alone: fit, reasons and what a pair would cost are judged when they are read.
    Forgotten when something is decided in the cohort.
    """

    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="partner_searches")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    found = models.JSONField(default=list, help_text="keys of enrolments, those that fit best first")
    possible = models.PositiveIntegerField(default=0, help_text="how many may be partners at all")
    problems = models.JSONField(default=list, help_text="what stopped it: codes with their facts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "enrolment"], name="one_search_a_person_in_a_run")]

    def __str__(self) -> str:
        return f"search {self.pk}"
