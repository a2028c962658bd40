from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id


class MappingProfile(models.Model):
    """What the columns of one kind of people file mean, kept under a name for the next file of that kind.

    Headings and the meaning of values such as grade labels; nothing about anybody.
    """

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    mapping = models.JSONField(default=dict, help_text="a FileMapping as plain data")
    headings = models.JSONField(default=list, help_text="the headings of the file it was made with, in their order")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text="counts changes, so that none is lost unseen")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
