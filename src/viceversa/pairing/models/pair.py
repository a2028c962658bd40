from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Cohort, Enrolment

from .proposal import Proposal

if TYPE_CHECKING:
    from viceversa.people.models import Person


class PairQuerySet(models.QuerySet["Pair"]):
    def running(self) -> PairQuerySet:
        return self.filter(state__in=Pair.RUNNING)

    def of_person(self, person: Person) -> PairQuerySet:
        # By the few keys: through both joins a database reads every pair there is.
        enrolled = Enrolment.objects.filter(person=person).order_by().values("pk")
        return self.filter(Q(mentor__in=enrolled) | Q(mentee__in=enrolled))


class Pair(models.Model):
    """Two people who both said yes."""

    class State(models.TextChoices):
        TRIAL = "trial"
        ACTIVE = "active"
        PAUSED = "paused"
        CLOSED = "closed"
        EXITED = "exited"

    RUNNING = (State.TRIAL, State.ACTIVE, State.PAUSED)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="pairs")
    proposal = models.OneToOneField(Proposal, null=True, on_delete=models.SET_NULL, related_name="pair")
    mentor = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pairs_as_mentor")
    mentee = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pairs_as_mentee")
    state = models.CharField(max_length=8, choices=State.choices, default=State.TRIAL, db_index=True)
    formed_at = models.DateTimeField()
    trial_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="since when the two are asked whether they go on; empty: not yet"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["formed_at", "pk"]
        indexes = [models.Index(fields=["cohort", "state"], name="pairs_of_a_cohort")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_running(self) -> bool:
        return self.state in self.RUNNING

    def side_of(self, person: Person) -> str:
        """``mentor`` or ``mentee``, for one of the two."""
        return "mentor" if self.mentor.person_id == person.pk else "mentee"

    def partner_of(self, person: Person) -> Person:
        return self.mentee.person if self.mentor.person_id == person.pk else self.mentor.person


class SeatTaken(models.Model):
    """A place with somebody that a running pair takes. The database holds capacity, whatever races there are."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="seats")
    number = models.PositiveSmallIntegerField(help_text="1 to the enrolment's capacity")
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="seats")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "number"], name="a_seat_is_taken_once")]

    def __str__(self) -> str:
        return f"seat {self.number}"
