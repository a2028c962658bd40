from __future__ import annotations

from django.db import models

from .enrolment import Enrolment


class Favourites(models.Model):
    """Whom somebody would like as a partner in this cohort, best first.

    A sealed list of person numbers, in one piece: whoever holds the database learns neither whom, nor how many.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="favourites")
    sealed_people = models.BinaryField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"favourites {self.pk}"
