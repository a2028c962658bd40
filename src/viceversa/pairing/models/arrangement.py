from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Cohort


class Arrangement(models.Model):
    """Something made for a whole cohort by the worker, a proposal until a coordinator keeps it.

    Policy, seed and ``input_sha256`` say from what it was made; ``report`` holds its figures, never names.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="%(class)ss")
    policy = models.JSONField()
    seed = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    share = models.PositiveSmallIntegerField(default=0, help_text="how much of the work is done, in percent")
    report = models.JSONField(default=dict)
    input_sha256 = models.CharField(max_length=64, blank=True)
    problems = models.JSONField(default=list, help_text="what stopped it: codes with their facts")
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_under_way(self) -> bool:
        return self.answered_at is None

    @property
    def can_be_kept(self) -> bool:
        return self.answered_at is not None and not self.problems and self.kept_at is None
