from django.db import models


class OwnerKey(models.Model):
    """The key of one owner's private fields, wrapped by the master key. Destroying it erases them everywhere."""

    owner = models.CharField(max_length=24, unique=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.owner
