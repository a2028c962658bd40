from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Cohort


class StepTaken(models.Model):
    """What a coordinator did about something that needed them: which need, about what, who and when.

    ``thing`` is the public id of the pair, the run or the cohort that the need is about.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, help_text="a Kind of attention.py")
    thing = models.CharField(max_length=24)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    letters_at = models.DateTimeField(null=True, blank=True, help_text="when its letters leave; empty: it sends none")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["cohort", "at"], name="steps_by_day")]

    def __str__(self) -> str:
        return self.public_id
