from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id

from .run import MatchRun


class CorrectionFile(models.Model):
    """Corrected pairs that a coordinator brought in, until they apply them, bring others, or a day has gone by."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="correction_files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    sealed_rows = models.BinaryField(help_text="what the file asks for, with reasons; the programme's key opens it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "by"], name="one_correction_file_a_coordinator")]

    def __str__(self) -> str:
        return self.public_id
