from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id


class RosterImport(models.Model):
    """One people file on its way in: uploaded, its columns mapped, checked, applied in the background."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKED = "checked"
        QUEUED = "queued"
        APPLYING = "applying"
        APPLIED = "applied"
        FAILED = "failed"

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="the file, removed once applied")
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, help_text="source column → what it becomes")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    leave_out = models.JSONField(default=list, help_text="lines whose problems the coordinator chose to leave out")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.CharField(max_length=120, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.public_id
