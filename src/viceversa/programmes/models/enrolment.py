from __future__ import annotations

from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.people.models import Person

from .cohort import Cohort


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def taking_part(self) -> EnrolmentQuerySet:
        """Whoever may be matched: they said yes and have not withdrawn."""
        return self.filter(state__in=Enrolment.TAKING_PART)

    def with_a_place(self) -> EnrolmentQuerySet:
        """Whoever takes one of the places: they take part, or a place is held for them until they have said how."""
        return self.filter(has_a_place())

    def waiting(self) -> EnrolmentQuerySet:
        """The wait-list, first come first."""
        return self.filter(state=Enrolment.State.WAITING).order_by("waits_at", "pk")


class Enrolment(models.Model):
    """One person in one cohort with one role. Roles belong here, not to the person."""

    class Role(models.TextChoices):
        MENTOR = "mentor"
        MENTEE = "mentee"

    class State(models.TextChoices):
        INVITED = "invited"
        DRAFT = "draft"  # opened the form
        SUBMITTED = "submitted"  # sent it; taking part unless the coordinator says otherwise
        MATCHED = "matched"
        COMPLETED = "completed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        APPLIED = "applied"  # put themself forward; waits for the coordinator's word or for the lottery
        WAITING = "waiting"  # on the wait-list: every place is taken
        NOT_NOW = "not_now"  # the coordinator said: not this time

    TAKING_PART = (State.SUBMITTED, State.MATCHED)
    STANDS_BY = (State.APPLIED, State.WAITING)
    GONE = (State.WITHDRAWN, State.DECLINED, State.NOT_NOW)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    role = models.CharField(max_length=8, choices=Role.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED, db_index=True)
    capacity = models.PositiveSmallIntegerField(default=1)
    hope = models.TextField(blank=True, help_text="what this person hopes to be able to do")
    applied_at = models.DateTimeField(null=True, blank=True, help_text="put themself forward on the cohort's own page")
    place_held_at = models.DateTimeField(
        null=True, blank=True, help_text="since when a place is kept; empty: an invitation that keeps none"
    )
    waits_at = models.PositiveIntegerField(null=True, blank=True, help_text="place in the wait-list, lowest first")
    invited_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    steps_done = models.JSONField(default=list)
    link_code = models.CharField(
        max_length=24, blank=True, help_text="of the one personal link handed over by hand that is good; empty: none is"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "person", "role"], name="one_enrolment_a_role_in_a_cohort")
        ]
        indexes = [
            models.Index(fields=["cohort", "role", "state"]),
            models.Index(fields=["cohort", "submitted_at"], name="enrolment_by_submission"),  # taking_back.py
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def side(self) -> str:
        """How the looks name this side: a leader's corner points down, a mentor's up."""
        return "mentor" if self.role == self.Role.MENTOR else "leader"


def has_a_place() -> models.Q:
    """The condition of ``with_a_place``, for a query that counts more than that."""
    held = models.Q(state__in=(Enrolment.State.INVITED, Enrolment.State.DRAFT)) & ~models.Q(place_held_at=None)
    return held | models.Q(state__in=Enrolment.TAKING_PART)
