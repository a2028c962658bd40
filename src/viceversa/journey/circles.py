"""Whom an announcement reaches: circles of a cohort, read anew in the moment in which it is sent."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from viceversa.pairing.models import Pair, SeatTaken
from viceversa.people.models import Person
from viceversa.programmes.models import Cohort, Enrolment

from .models import Announcement, Meeting

Circle = Announcement.Circle
BELONG = (*Enrolment.TAKING_PART, Enrolment.State.COMPLETED)
NOT_ANSWERED = (Enrolment.State.INVITED, Enrolment.State.DRAFT)


def people_in_circle(cohort: Cohort, circle: Announcement.Circle, *, now: datetime) -> QuerySet[Person]:
    """Each person once, by name; whoever has left is in no circle."""
    enrolled = _enrolments(cohort, circle, now=now).order_by().values("person")
    here = Q(leave_date=None) | Q(leave_date__gt=now.date())
    return Person.objects.filter(here, pk__in=enrolled).order_by("family_name", "given_name", "pk")


def _enrolments(cohort: Cohort, circle: Announcement.Circle, *, now: datetime) -> QuerySet[Enrolment]:
    mine = Enrolment.objects.filter(cohort=cohort)
    part = mine.filter(state__in=BELONG)
    if circle == Circle.NOT_ANSWERED:
        return mine.filter(state__in=NOT_ANSWERED)
    if circle == Circle.MENTORS:
        return part.filter(role=Enrolment.Role.MENTOR)
    if circle == Circle.MENTEES:
        return part.filter(role=Enrolment.Role.MENTEE)
    if circle == Circle.NO_PARTNER:
        seats = SeatTaken.objects.filter(enrolment=OuterRef("pk"))
        return mine.filter(~Exists(seats), state__in=Enrolment.TAKING_PART)
    if circle in (Circle.NO_DATE, Circle.NOT_MET):
        return part.filter(Exists(_pairs(cohort, circle, now=now)))
    return part


def _pairs(cohort: Cohort, circle: Announcement.Circle, *, now: datetime) -> QuerySet[Pair]:
    """Running pairs of the enrolment at hand that have no date ahead, or have not met."""
    own = Q(mentor=OuterRef("pk")) | Q(mentee=OuterRef("pk"))
    meetings = Meeting.objects.filter(pair=OuterRef("pk"))
    lacks = meetings.filter(state=Meeting.State.PLANNED, starts_at__gt=now)
    if circle == Circle.NOT_MET:
        lacks = meetings.filter(state=Meeting.State.HELD)
    running = Pair.objects.filter(own, ~Exists(lacks), cohort=cohort)
    return running.filter(state__in=(Pair.State.TRIAL, Pair.State.ACTIVE))
