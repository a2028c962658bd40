from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id


class SavedView(models.Model):
    """A search of the directory that somebody keeps under a name; nobody else sees it."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    asked = models.JSONField(default=dict, help_text="what was asked of the directory, by name of the filter")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name")]

    def __str__(self) -> str:
        return self.public_id
