from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from viceversa.accounts.ids import new_public_id

if TYPE_CHECKING:
    from .cohort import Cohort


class Programme(models.Model):
    """A purpose, its rules and its measures, run over one or more cohorts. Begun from a playbook, then its own."""

    class State(models.TextChoices):
        DRAFT = "draft"
        LAUNCHED = "launched"
        CLOSED = "closed"

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    playbook = models.SlugField(max_length=60)
    language = models.CharField(max_length=16, default="en")
    purpose = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    mentee_word = models.CharField(
        max_length=40, default="leader", help_text="the programme's own word for its mentees"
    )
    meeting_minutes = models.PositiveSmallIntegerField(default=60)
    cadence_days = models.PositiveSmallIntegerField(default=30, help_text="days between two meetings")
    meetings = models.JSONField(
        default=list, help_text="the playbook's meetings with their agendas, as this programme runs them"
    )
    topics = models.JSONField(default=list, help_text="[{name, family, side}] shown first at enrolment")
    policy = models.JSONField(default=dict, help_text="the matching policy, in the policy file's own shape")
    made_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_launched(self) -> bool:
        return self.state == self.State.LAUNCHED

    @property
    def current_cohort(self) -> Cohort:
        """The cohort that is being run; a programme always has one."""
        return self.cohorts.order_by("-starts_on", "-pk")[0]

    def meeting_plan(self, number: int) -> dict[str, Any]:
        """The programme's plan for the meeting with this number, counted from one."""
        plan: dict[str, Any] = self.meetings[number - 1]
        return plan


class Objective(models.Model):
    """What the programme is for, so that it can be measured. Without one there is no launch."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="objectives")
    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=200)
    metric = models.CharField(max_length=200, help_text="what is counted or asked")
    unit = models.CharField(max_length=40, blank=True)
    baseline = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    owner = models.CharField(max_length=200, blank=True, help_text="who answers for it")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_complete(self) -> bool:
        """Metric, baseline, target and owner are all there, and the target is not where we stand already."""
        numbers: tuple[Decimal | None, Decimal | None] = (self.baseline, self.target)
        return bool(self.title and self.metric and self.owner and None not in numbers and numbers[0] != numbers[1])
