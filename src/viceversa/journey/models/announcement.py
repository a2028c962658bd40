from __future__ import annotations

from django.conf import settings
from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort


class Announcement(models.Model):
    """What a coordinator tells a circle of a cohort, now or at a time. Its words are for all of them: no secret."""

    class Circle(models.TextChoices):
        EVERYBODY = "everybody"
        MENTEES = "mentees"
        MENTORS = "mentors"
        NO_DATE = "no_date"  # both of each running pair that has no date ahead
        NOT_MET = "not_met"  # both of each running pair that has not met
        NOT_ANSWERED = "not_answered"  # invited, and neither yes nor no
        NO_PARTNER = "no_partner"  # take part, and are in no pair

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="announcements")
    circle = models.CharField(max_length=12, choices=Circle.choices)
    subject = models.CharField(max_length=150)
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    send_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when its circle was read and the letters written")
    called_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-send_at", "-pk"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        """It waits for its time, and may still be called off."""
        return self.sent_at is None and self.called_off_at is None


class AnnouncementReceipt(models.Model):
    """That somebody was told, once: their home shows it, and a letter went if an address was there."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="receipts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="announcements")
    by_letter = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["announcement", "person"], name="told_once")]

    def __str__(self) -> str:
        return f"receipt {self.pk}"
