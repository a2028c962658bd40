from __future__ import annotations

from django.db import models
from django.db.models import Q

from .enrolment import Enrolment


class ConsentGiven(models.Model):
    """That somebody agreed to the programme's words of consent, and to which: the digest tells if they changed."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="consents")
    words_digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "words_digest"], name="one_consent_to_these_words")]

    def __str__(self) -> str:
        return f"consent {self.pk}"


class ShownProfile(models.Model):
    """From when to when others in the cohort may look at this enrolment's profile; nobody may without a row.

    ``sentence`` is what the person says of themself there, in their own words.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="shown_profiles")
    sentence = models.CharField(max_length=200, blank=True)
    shown_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(withdrawn_at=None), name="one_standing_profile_an_enrolment"
            )
        ]

    def __str__(self) -> str:
        return f"shown profile {self.pk}"
