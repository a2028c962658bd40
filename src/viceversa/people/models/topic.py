from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from .person import Person


class Topic(models.Model):
    """Something that can be taught or learned. ``key`` is the name after NFKC, case folding and trimming."""

    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TopicOffer(models.Model):
    """A topic that a person can teach, and how well they know it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="offers")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="offers")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_offer_a_topic")]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class TopicWant(models.Model):
    """A topic that a person wants to learn: priority 1 to 3 (3 matters most), own level today 0 to 4."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wants")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="wants")
    priority = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(3)])
    current = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(4)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_want_a_topic")]

    def __str__(self) -> str:
        return f"want {self.pk}"
