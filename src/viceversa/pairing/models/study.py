from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.programmes.models import Cohort


class Study(models.Model):
    """A question about a cohort that is answered by solving several times; the latest of each kind is kept.

    ``asked`` holds what was asked, ``findings`` the answer in counts and figures, never names.
    """

    class Kind(models.TextChoices):
        WISHES = "wishes"
        PARTNERS = "partners"

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="studies")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="what stopped it: codes with their facts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "kind"], name="one_study_of_a_kind")]

    def __str__(self) -> str:
        return f"study {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.answered_at is None
