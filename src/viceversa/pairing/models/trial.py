from django.db import models

from viceversa.programmes.models import Enrolment

from .pair import Pair


class TrialWord(models.Model):
    """What one of the two said after the trial: go on, or another partner. Its author's own; nobody else is told."""

    class Word(models.TextChoices):
        GO_ON = "go_on"
        ANOTHER = "another"

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="trial_words")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=8, choices=Word.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "enrolment"], name="one_trial_word_a_side")]

    def __str__(self) -> str:
        return f"trial word {self.pk}"
