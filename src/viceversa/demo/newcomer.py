"""Noor, who came late to Fresh Eyes: matched last week, met once, and asked now whether she goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from viceversa.accounts.models import User
from viceversa.journey.actions import Plan, check_in, plan_meeting, say_held
from viceversa.journey.models import CheckIn, Meeting
from viceversa.pairing.models import Pair, Proposal, TrialWord
from viceversa.pairing.trial import say_after_trial
from viceversa.people.models import Person
from viceversa.programmes.invitations import invite
from viceversa.programmes.models import Cohort, Enrolment

from .answering import account_of
from .past import ROOMS
from .recruiting import LATE, settle

SATURDAY = 5


def come_late(cohort: Cohort, *, by: User, now: datetime, chance: Random) -> None:
    """She and a mentor are invited months after everybody else, and enrol within days."""
    for email, role in zip(LATE, (Enrolment.Role.MENTEE, Enrolment.Role.MENTOR), strict=True):
        asked = invite(cohort, people=Person.objects.filter(email=email), role=role, by=by, now=now)
        settle(asked, now=now, chance=chance, within_days=5, sure=True)


def hers_first(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Her proposal before everybody else's, which keep their order."""
    return sorted(proposals, key=lambda proposal: proposal.mentee.person.email != LATE[0])


def meet_on_trial(pair: Pair, *, now: datetime) -> None:
    """They met on the last working day, so both are asked; her mentor has said it, she has not."""
    mentor = account_of(pair.mentor)
    first: Meeting = pair.meetings.get(number=1)
    day = (now - timedelta(days=1)).date()
    while day.weekday() >= SATURDAY:
        day -= timedelta(days=1)
    wall = datetime.combine(day, time(9, 30))
    plan = Plan(wall, first.time_zone, first.minutes, place=ROOMS[1])
    plan_meeting(meeting=first, plan=plan, version=first.version, by=mentor, now=pair.formed_at + timedelta(hours=2))
    over = wall.replace(tzinfo=ZoneInfo(first.time_zone)) + timedelta(minutes=first.minutes)
    say_held(meeting=first, held=True, by=mentor, now=over + timedelta(minutes=20))
    for side, later in ((pair.mentee, timedelta(minutes=31)), (pair.mentor, timedelta(minutes=55))):
        _say_the_minute(first, side, now=over + later)
    pair.refresh_from_db()
    go_on, at = TrialWord.Word.GO_ON, over + timedelta(hours=1, minutes=5)
    say_after_trial(pair=pair, enrolment=pair.mentor, word=go_on, now=at)


def _say_the_minute(meeting: Meeting, side: Enrolment, *, now: datetime) -> None:
    check_in(
        meeting=meeting,
        person=side.person,
        could_say=4,
        useful=4,
        taught=CheckIn.Taught.BOTH,
        wants_contact=False,
        by=account_of(side),
        now=now,
    )
