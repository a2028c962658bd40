from __future__ import annotations

from django.db import models
from django.db.models import Q

from viceversa.accounts.ids import new_public_id

from .enrolment import Enrolment
from .programme import Programme


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> QuestionQuerySet:
        """What is asked today, in its order; earlier versions and what was removed are not."""
        return self.filter(retired_at=None).order_by("position", "pk")

    def for_role(self, role: str) -> QuestionQuerySet:
        return self.filter(Q(side=role) | Q(side=Question.Side.BOTH))


class Question(models.Model):
    """One more thing that a programme asks at enrolment.

    Once somebody has answered, an edit makes a new version and retires this one, so that an answer always stands
    beside the words it was given to.
    """

    class Kind(models.TextChoices):
        SHORT = "short"
        LONG = "long"
        ONE = "one"
        SEVERAL = "several"
        SCALE = "scale"
        YES_NO = "yes_no"

    class Side(models.TextChoices):
        MENTOR = "mentor"
        MENTEE = "mentee"
        BOTH = "both"

    class Readers(models.TextChoices):
        COORDINATOR = "coordinator"
        PARTNER_TOO = "partner_too"  # once the two are a pair

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.BOTH)
    words = models.CharField(max_length=200)
    hint = models.CharField(max_length=200, blank=True)
    choices = models.JSONField(default=list, help_text="what can be chosen; for a scale the words of its two ends")
    required = models.BooleanField(default=False)
    readers = models.CharField(max_length=12, choices=Readers.choices, default=Readers.COORDINATOR)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by"
    )
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.public_id


class QuestionAnswer(models.Model):
    """What one enrolment answered: a text, a list of choices, a number or a truth value, as the kind asks."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="question_answers")
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "enrolment"], name="one_answer_a_question_and_enrolment")
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"
