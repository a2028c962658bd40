"""From invited to matched: how many of each side of a cohort are how far."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from viceversa.programmes.models import Cohort, Enrolment

from .models import Pair, Proposal, SeatTaken


@dataclass(frozen=True)
class Side:
    """One side of the cohort. ``unanswered`` have not said yes or no; ``waiting`` take part and have neither a
    partner nor an open proposal."""

    invited: int
    unanswered: int
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
    def unanswered(self) -> int:
        return self.leaders.unanswered + self.mentors.unanswered

    @property
    def matched(self) -> int:
        return self.leaders.matched + self.mentors.matched

    @property
    def waiting(self) -> int:
        return self.leaders.waiting + self.mentors.waiting


NOT_ANSWERED = (Enrolment.State.INVITED, Enrolment.State.DRAFT)
SAID_YES = (Enrolment.State.SUBMITTED, Enrolment.State.MATCHED, Enrolment.State.COMPLETED)


def funnel_of(cohort: Cohort) -> Funnel:
    """One query, however many people there are. Whoever left their only pair counts as not matched."""
    own = Q(mentor=OuterRef("pk")) | Q(mentee=OuterRef("pk"))
    in_a_pair = Exists(Pair.objects.exclude(state=Pair.State.EXITED).filter(own))
    asked = Exists(Proposal.objects.filter(own, state__in=Proposal.OPEN))
    placed = Exists(SeatTaken.objects.filter(enrolment=OuterRef("pk")))
    rows = (
        Enrolment.objects.filter(cohort=cohort)
        .order_by()
        .values("role")
        .annotate(
            invited=Count("pk"),
            unanswered=Count("pk", filter=Q(state__in=NOT_ANSWERED)),
            enrolled=Count("pk", filter=Q(state__in=SAID_YES)),
            matched=Count("pk", filter=Q(in_a_pair)),
            waiting=Count("pk", filter=Q(state__in=Enrolment.TAKING_PART) & ~Q(placed) & ~Q(asked)),
        )
    )
    by_role = {
        row["role"]: Side(row["invited"], row["unanswered"], row["enrolled"], row["matched"], row["waiting"])
        for row in rows
    }
    nobody = Side(invited=0, unanswered=0, enrolled=0, matched=0, waiting=0)
    return Funnel(
        leaders=by_role.get(Enrolment.Role.MENTEE, nobody), mentors=by_role.get(Enrolment.Role.MENTOR, nobody)
    )
