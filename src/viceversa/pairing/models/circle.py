from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from viceversa.accounts.ids import new_public_id
from viceversa.programmes.models import Enrolment

from .arrangement import Arrangement

if TYPE_CHECKING:
    from datetime import datetime

    from viceversa.people.models import Person


class CircleDivision(Arrangement):
    """The mentors of a cohort's running pairs in circles for peer support.

    One is in force at a time: the one that was kept and not ``replaced_at``.
    """

    size = models.PositiveSmallIntegerField(help_text="members a circle, as asked for")
    by_hand = models.PositiveIntegerField(default=0, help_text="how often somebody was moved by hand")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["cohort", "kept_at"], name="circles_of_a_cohort")]

    @property
    def is_in_force(self) -> bool:
        return self.kept_at is not None and self.replaced_at is None


class Circle(models.Model):
    """A few mentors who speak among themselves."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    division = models.ForeignKey(CircleDivision, on_delete=models.CASCADE, related_name="circles")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["division", "number"], name="one_circle_a_number")]

    def __str__(self) -> str:
        return self.public_id


class CircleMemberQuerySet(models.QuerySet["CircleMember"]):
    def here(self, *, now: datetime) -> CircleMemberQuerySet:
        """Those who still take part and have not left the organisation."""
        stays = models.Q(enrolment__person__leave_date=None) | models.Q(enrolment__person__leave_date__gt=now.date())
        return self.filter(stays, enrolment__state__in=(*Enrolment.TAKING_PART, Enrolment.State.COMPLETED))

    def by_name(self) -> CircleMemberQuerySet:
        person = "enrolment__person"
        related = self.select_related(f"{person}", "circle")
        return related.order_by(f"{person}__family_name", f"{person}__given_name", "pk")

    def in_force_for(self, person: Person) -> CircleMemberQuerySet:
        """This person's own places in circles that were kept."""
        kept = self.filter(division__kept_at__isnull=False, division__replaced_at=None, circle__isnull=False)
        return kept.filter(enrolment__in=Enrolment.objects.filter(person=person).order_by().values("pk"))


class CircleMember(models.Model):
    """Somebody's place in a division; without a ``circle`` there is none, and ``rules`` and ``company`` say why.

    ``rules`` counts, for each rule, the others with whom it forbids them to sit, ``company`` those with whom none does.
    Neither knows of exclusions.
    """

    division = models.ForeignKey(CircleDivision, on_delete=models.CASCADE, related_name="members")
    circle = models.ForeignKey(Circle, null=True, on_delete=models.CASCADE, related_name="members")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="circle_places")
    rules = models.JSONField(default=dict)
    company = models.PositiveIntegerField(default=0)

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "enrolment"], name="one_place_in_a_division")]

    def __str__(self) -> str:
        return f"place {self.pk}"
