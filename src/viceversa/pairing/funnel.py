"""From invited to matched: how many of each side of a cohort are how far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from viceversa.programmes.models import Cohort, Enrolment, Pause

from .models import Pair, Proposal, SeatTaken


@dataclass(frozen=True)
class Side:
    """One side of the cohort. ``unanswered`` have not said yes or no; ``waiting`` take part, are here and not paused,
    and have neither a partner nor an open proposal; ``applied`` put themself forward; ``proposed`` were ever sent a
    proposal. ``brought_in`` were enrolled by a coordinator without being asked: of the enrolled, but neither invited
    nor a yes."""

    invited: int
    unanswered: int
    enrolled: int
    matched: int
    waiting: int
    applied: int = 0
    proposed: int = 0
    brought_in: int = 0

    @property
    def said_yes(self) -> int:
        """Of those who were asked, or asked for themselves."""
        return self.enrolled - self.brought_in

    @property
    def listed(self) -> int:
        return self.invited + self.brought_in


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

    @property
    def applied(self) -> int:
        return self.leaders.applied + self.mentors.applied

    @property
    def proposed(self) -> int:
        return self.leaders.proposed + self.mentors.proposed

    @property
    def brought_in(self) -> int:
        return self.leaders.brought_in + self.mentors.brought_in

    @property
    def said_yes(self) -> int:
        return self.leaders.said_yes + self.mentors.said_yes

    @property
    def listed(self) -> int:
        return self.leaders.listed + self.mentors.listed


NOT_ANSWERED = (Enrolment.State.INVITED, Enrolment.State.DRAFT)
SAID_YES = (Enrolment.State.SUBMITTED, Enrolment.State.MATCHED, Enrolment.State.COMPLETED)


# Put themself forward and has no place: not asked by anybody yet.
NOT_ASKED = Q(state__in=(Enrolment.State.APPLIED, Enrolment.State.WAITING, Enrolment.State.NOT_NOW)) & ~Q(
    applied_at=None
)
# Enrolled from the people file: they said yes elsewhere, if they did; no invitation went out.
BROUGHT_IN = Q(invited_at=None, applied_at=None) & ~Q(state__in=NOT_ANSWERED)
NOBODY = Side(invited=0, unanswered=0, enrolled=0, matched=0, waiting=0)


def without_partner() -> Q:
    """Of enrolments: who takes part and has neither a partner nor an open proposal, paused or not."""
    own = Q(mentor=OuterRef("pk")) | Q(mentee=OuterRef("pk"))
    asked = Exists(Proposal.objects.filter(own, state__in=Proposal.OPEN))
    # One list of those who have a partner, read once: asking for each of ten thousand takes three times as long.
    placed = Q(pk__in=SeatTaken.objects.values("enrolment"))
    return Q(state__in=Enrolment.TAKING_PART) & ~placed & ~Q(asked)


def looks_on(on: date) -> Q:
    """Of enrolments: who is still here on that day, and has not paused."""
    here = Q(person__leave_date=None) | Q(person__leave_date__gt=on)
    return here & ~Q(Exists(Pause.objects.over(on).filter(enrolment=OuterRef("pk"))))


def funnel_of(cohort: Cohort, *, on: date) -> Funnel:
    """One query, however many people there are. Whoever left their only pair counts as not matched."""
    return funnels_of([cohort], on=on)[cohort.pk]


def funnels_of(cohorts: Sequence[Cohort], *, on: date) -> dict[int, Funnel]:
    """By the cohort's key; one query for all of them."""
    own = Q(mentor=OuterRef("pk")) | Q(mentee=OuterRef("pk"))
    in_a_pair = Exists(Pair.objects.exclude(state=Pair.State.EXITED).filter(own))
    proposed = Exists(Proposal.objects.filter(own).exclude(published_at=None))
    rows: Iterable[Any] = (
        Enrolment.objects.filter(cohort__in=cohorts)
        .order_by()
        .values("cohort", "role")
        .annotate(
            invited=Count("pk", filter=~NOT_ASKED & ~BROUGHT_IN),
            unanswered=Count("pk", filter=Q(state__in=NOT_ANSWERED)),
            enrolled=Count("pk", filter=Q(state__in=SAID_YES)),
            matched=Count("pk", filter=Q(in_a_pair)),
            waiting=Count("pk", filter=without_partner() & looks_on(on)),
            applied=Count("pk", filter=~Q(applied_at=None)),
            proposed=Count("pk", filter=Q(proposed) | Q(in_a_pair)),
            brought_in=Count("pk", filter=BROUGHT_IN & Q(state__in=SAID_YES)),
        )
    )
    sides = {(row.pop("cohort"), row.pop("role")): Side(**row) for row in rows}
    return {
        cohort.pk: Funnel(
            leaders=sides.get((cohort.pk, Enrolment.Role.MENTEE.value), NOBODY),
            mentors=sides.get((cohort.pk, Enrolment.Role.MENTOR.value), NOBODY),
        )
        for cohort in cohorts
    }
