from __future__ import annotations

from django.conf import settings
from django.db import models

from .programme import Programme


class ReadinessAnswer(models.Model):
    """What a coordinator answered to a question that only people can answer. The newest of a question counts."""

    class Word(models.TextChoices):
        YES = "yes"
        PARTLY = "partly"
        NO = "no"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="readiness_answers")
    question = models.CharField(max_length=30, help_text="a code of self_assessment.py")
    word = models.CharField(max_length=6, choices=Word.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.question}: {self.word}"


class LaunchRecord(models.Model):
    """How the readiness check stood when the programme was launched, and what was written against its advice."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="launch_record")
    overall = models.CharField(max_length=8, help_text="go, caution or not_yet")
    verdicts = models.JSONField(help_text="code of the item → go, caution or not_yet")
    acknowledgement = models.TextField(blank=True, help_text="why it was launched though the check said not yet")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"launch of {self.programme_id}"
