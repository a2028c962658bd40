"""From invited to matched: how many of each side of a cohort are how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from viceversa.programmes.models import Cohort, Enrolment

from .models import Pair, Proposal, SeatTaken


@dataclass(frozen=True)
class Side:
    """One side of the cohort. ``waiting`` are those who take part with no partner and no open proposal."""

    invited: int
    enrolled: int
    matched: int
    waiting: int


@dataclass(frozen=True)
class Funnel:
    leaders: Side
    mentors: Side

    @property
    def invited(self) -> int:
        return self.leaders.invited + self.mentors.invited

    @property
    def enrolled(self) -> int:
        return self.leaders.enrolled + self.mentors.enrolled

    @property
    def matched(self) -> int:
        return self.leaders.matched + self.mentors.matched


SAID_YES = (Enrolment.State.SUBMITTED, Enrolment.State.MATCHED, Enrolment.State.COMPLETED)


def funnel_of(cohort: Cohort) -> Funnel:
    """One query, however many people there are. Whoever left their only pair counts as not matched."""
    own = Q(mentor=OuterRef("pk")) | Q(mentee=OuterRef("pk"))
    in_a_pair = Exists(Pair.objects.exclude(state=Pair.State.EXITED).filter(own))
    asked = Exists(Proposal.objects.filter(own, state__in=Proposal.OPEN))
    placed = Exists(SeatTaken.objects.filter(enrolment=OuterRef("pk")))
    rows: QuerySet[Enrolment, dict[str, Any]] = (
        Enrolment.objects.filter(cohort=cohort)
        .order_by()
        .values("role")
        .annotate(
            invited=Count("pk"),
            enrolled=Count("pk", filter=Q(state__in=SAID_YES)),
            matched=Count("pk", filter=Q(in_a_pair)),
            waiting=Count("pk", filter=Q(state__in=Enrolment.TAKING_PART) & ~Q(placed) & ~Q(asked)),
        )
    )
    by_role = {row.pop("role"): row for row in rows}
    nobody = {"invited": 0, "enrolled": 0, "matched": 0, "waiting": 0}
    return Funnel(
        leaders=Side(**by_role.get(Enrolment.Role.MENTEE, nobody)),
        mentors=Side(**by_role.get(Enrolment.Role.MENTOR, nobody)),
    )
