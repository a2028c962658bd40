from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id

from .run import MatchRun


class CorrectionFile(models.Model):
    """Corrected pairs that a coordinator brought in, until they apply them, bring others, or a day has gone by.

    What it asks for and what came of judging it are sealed with the programme's key.
    """

    class State(models.TextChoices):
        JUDGING = "judging"  # by the worker
        JUDGED = "judged"
        APPLYING = "applying"  # by the worker
        APPLIED = "applied"
        STOPPED = "stopped"

    UNDER_WAY = (State.JUDGING, State.APPLYING)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    run = models.ForeignKey(MatchRun, on_delete=models.CASCADE, related_name="correction_files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    sealed_rows = models.BinaryField(help_text="what the file asks for, with reasons; the programme's key opens it")
    sealed_result = models.BinaryField(default=b"", help_text="what it would change, as it was judged last")
    state = models.CharField(max_length=8, choices=State.choices, default=State.JUDGED)
    is_other = models.BooleanField(default=False, help_text="judged anew, since the draft was another than was seen")
    done = models.PositiveIntegerField(default=0, help_text="pairs judged so far")
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="what was changed: new, gone, stays")
    problems = models.JSONField(default=list, help_text="what stopped it: codes with their facts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "by"], name="one_correction_file_a_coordinator")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY
