from django.db import models

from viceversa.people.models import Person

from .meeting import Meeting


class Note(models.Model):
    """A person's own words about a meeting, sealed with their key: nobody else reads them, not the partner, not IT."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notes")
    sealed = models.BinaryField(default=b"")
    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "author"], name="one_note_an_author")]

    def __str__(self) -> str:
        return f"note {self.pk}"
