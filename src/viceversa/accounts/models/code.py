from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models

from ..ids import new_public_id


class OneTimeCodeQuerySet(models.QuerySet["OneTimeCode"]):
    def standing(self, *, now: datetime) -> OneTimeCodeQuerySet:
        """Not used, not replaced, not run out."""
        return self.filter(used_at=None, ended_at=None, good_until__gt=now)


class OneTimeCode(models.Model):
    """A code that opens somebody's account once, made for them by somebody else. The code itself is kept as a hash."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="one_time_codes")
    secret = models.CharField(max_length=200, help_text="hash, made as those of passwords are")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    good_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="a newer one replaced it")
    told_at = models.DateTimeField(null=True, blank=True, help_text="when its person read that it was made")

    objects = OneTimeCodeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(used_at=None, ended_at=None), name="one_good_code_a_person"
            )
        ]

    def __str__(self) -> str:
        return self.public_id
