from django.db import models

from viceversa.people.models import Person

from .meeting import Meeting


class CheckIn(models.Model):
    """One minute after a meeting. The coordinator sees "please contact" alone, never the answers."""

    class Taught(models.TextChoices):
        MENTOR = "mentor"
        BOTH = "both"
        MENTEE = "mentee"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="checkins")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="checkins")
    at = models.DateTimeField()
    could_say = models.PositiveSmallIntegerField(help_text="I could say what I really think: 1 to 5")
    useful = models.PositiveSmallIntegerField(help_text="I learned something usable: 1 to 5")
    taught = models.CharField(max_length=6, choices=Taught.choices)
    wants_contact = models.BooleanField(default=False)
    contacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_checkin_a_person")]

    def __str__(self) -> str:
        return f"check-in {self.pk}"
