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
    playbook = models.SlugField(max_length=60, blank=True, help_text="empty: designed from scratch")
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
    has_trial = models.BooleanField(
        default=True, help_text="whether the two of a new pair are asked after their first meeting if they go on"
    )
    topics = models.JSONField(default=list, help_text="[{name, family, side}] shown first at enrolment")
    policy = models.JSONField(default=dict, help_text="the matching policy, in the policy file's own shape")
    consent_text = models.TextField(blank=True, help_text="what somebody agrees to when they enrol")
    limits_text = models.TextField(blank=True, help_text="where confidentiality ends; read before the first meeting")
    survey_plan = models.JSONField(
        default=dict, help_text="wave → codes of its instruments; the waves stand in survey_plan.py"
    )
    made_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, help_text="out of the lists and read-only since then")
    figures_mark = models.CharField(
        max_length=24, blank=True, editable=False, help_text="another after each change from its desk; journey/kept.py"
    )

    _looked_at: Cohort | None = None

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_launched(self) -> bool:
        return self.state == self.State.LAUNCHED

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def current_cohort(self) -> Cohort:
        """The cohort that is looked at: the one a page chose, else the newest. A programme always has one."""
        if self._looked_at is None:
            self._looked_at = self.cohorts.order_by("-starts_on", "-pk")[0]
        return self._looked_at

    def look_at(self, cohort: Cohort) -> None:
        """From here on this cohort is the current one, for this instance alone."""
        cohort.programme = self
        self._looked_at = cohort

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self._looked_at = None
        super().refresh_from_db(*args, **kwargs)

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
