from django.conf import settings
from django.db import models

from .pair import Pair


class Ending(models.Model):
    """That a pair has ended: when, in which of a few neutral categories, and by whose hand. Nobody's fault, ever.

    ``side`` is the one who does not go on: whoever left or stopped taking part. After a trial it is empty.
    """

    class Category(models.TextChoices):
        LEFT = "left"  # one of the two no longer works here
        WITHDREW = "withdrew"  # one of the two stopped taking part
        CLOSED = "closed"  # their time is over, or the cohort was closed
        CHANGED = "changed"  # the coordinator looked for new partners, and this pair made way
        TRIAL = "trial"  # one of the two would rather meet somebody else; which one is not kept here

    class Side(models.TextChoices):
        MENTOR = "mentor"
        MENTEE = "mentee"

    pair = models.OneToOneField(Pair, on_delete=models.CASCADE, related_name="ending")
    category = models.CharField(max_length=12, choices=Category.choices)
    side = models.CharField(max_length=6, choices=Side.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="endings_by_day")]

    def __str__(self) -> str:
        return f"{self.category} {self.pk}"
