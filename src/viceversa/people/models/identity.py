from __future__ import annotations

from django.db import models
from django.db.models import Q

from .person import Person


class IdentityAnswer(models.Model):
    """What somebody said of themself, sealed with their own key. It stands as long as they consent to one use of it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identity_answers")
    attribute = models.SlugField(max_length=40)
    sealed_value = models.BinaryField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "attribute"], name="one_answer_an_attribute")]

    def __str__(self) -> str:
        return f"identity answer {self.pk}"


class IdentityConsentQuerySet(models.QuerySet["IdentityConsent"]):
    def standing(self) -> IdentityConsentQuerySet:
        return self.filter(withdrawn_at=None)


class IdentityConsent(models.Model):
    """From when to when one attribute may be used for one purpose in one programme.

    ``scope`` is the programme's public id. ``words_digest`` tells which written purpose was agreed to: when the
    programme writes another one, this consent no longer covers it.
    """

    class Purpose(models.TextChoices):
        MATCH = "match"
        PARTNER = "partner"
        COUNTED = "counted"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identity_consents")
    attribute = models.SlugField(max_length=40)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    scope = models.CharField(max_length=24)
    words_digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "attribute", "purpose", "scope"],
                condition=Q(withdrawn_at=None),
                name="one_standing_consent_a_purpose",
            )
        ]
        indexes = [models.Index(fields=["scope", "purpose"], name="consent_by_scope_and_purpose")]

    def __str__(self) -> str:
        return f"identity consent {self.pk}"
