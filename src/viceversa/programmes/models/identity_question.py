from __future__ import annotations

from django.db import models

from viceversa.accounts.ids import new_public_id

from .programme import Programme


class IdentityQuestion(models.Model):
    """An identity attribute that this programme asks for, and what for. A programme asks for none of itself.

    ``purposes`` maps match and partner to the written reason; a purpose that is not there is not asked for.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="identity_questions")
    attribute = models.SlugField(max_length=40)
    label = models.CharField(max_length=60)
    choices = models.JSONField(default=list)
    purposes = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "attribute"], name="one_identity_question_an_attribute")
        ]

    def __str__(self) -> str:
        return self.public_id
