from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id

from .programme import Programme


class ProgrammeHandler(models.Model):
    """Somebody to whom a participant may bring a concern: a person with the role, or a contact outside."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="handlers")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="handles"
    )
    name = models.CharField(max_length=120, blank=True, help_text="of a contact outside; empty for a user")
    reach = models.CharField(max_length=200, blank=True, help_text="how a contact outside is reached")
    is_outside_hr = models.BooleanField(default=False, help_text="not in the line of the HR department")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "user"], name="one_handler_once_a_programme"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(name="") & ~models.Q(reach=""),
                name="a_handler_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
