"""Participation facts, as each role may read them; never a person, never a pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from viceversa.accounts.access import Role
from viceversa.insights.deciding import signs_of
from viceversa.insights.disclosure import Hidden
from viceversa.insights.participation import Audience, facts_of_each, participation_facts
from viceversa.programmes.cohorts import cohorts_today
from viceversa.programmes.models import Cohort, Programme

from ..access import Seat, access_programme, access_self, seat_of
from ..attention_words import leaders_word
from ..deciding_words import glance, leaning_words, sign_words, whole_answer
from ..insights_words import headline, hours_words, share_bars, share_words, stages
from ..paging import one_page
from ..request import PageRequest


def insights_list(request: PageRequest) -> HttpResponse:
    access_self(request)
    seat = seat_of(request)
    cohorts = _readable(seat, today=request.now.date())
    if len(cohorts) == 1:
        return redirect("programme_insights", cohorts[0].programme.public_id)
    listed = one_page(request, cohorts)
    here = list(listed["page"])
    audiences = {cohort.programme_id: audience_of(seat, cohort.programme) for cohort in here}
    facts = facts_of_each(here, audiences=audiences, now=request.now)
    context = {
        **listed,
        "glances": [glance(cohort, each) for cohort, each in zip(here, facts, strict=True)],
        "answer": whole_answer([signs_of(each).leaning for each in facts]),
    }
    return render(request, "insights/insights_list.html", context)


def _readable(seat: Seat, *, today: date) -> list[Cohort]:
    """The cohort that is being run, of each programme whose facts this seat may read, by the programme's name."""
    programmes = Programme.objects.exclude(state=Programme.State.DRAFT).filter(archived_at=None)
    if not seat.holds(Role.ANALYST):
        programmes = programmes.filter(public_id__in=seat.scopes(Role.COORDINATOR, Role.SPONSOR))
    rows = list(programmes)
    cohorts = cohorts_today(rows, today=today)
    for programme in rows:
        cohorts[programme.pk].programme = programme
    return sorted(cohorts.values(), key=lambda cohort: cohort.programme.name.casefold())


def programme_insights(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    audience = audience_of(seat_of(request), programme)
    cohort = programme.current_cohort
    facts = participation_facts(programme, cohort=cohort, audience=audience, now=request.now)
    leaders = leaders_word(programme)
    context = {
        "programme": programme,
        "facts": facts,
        "headline": headline(facts),
        "leaders": leaders,
        "stages": stages(facts, leaders=leaders),
        "held": share_words(facts.held),
        "held_hidden": isinstance(facts.held, Hidden),
        "hours": hours_words(facts.hours),
        "months": share_bars(facts.months),
        "leaning": leaning_words(signs_of(facts), facts=facts),
        "signs": sign_words(signs_of(facts)),
        "asks": asks_of(programme) if audience is Audience.SPONSOR else None,
        "hides": {why.value for why in facts.hides},
    }
    return render(request, "insights/programme_insights.html", context)


@dataclass(frozen=True)
class Asks:
    """What the programme asks of whoever takes part, in hours, and with it of the sponsor."""

    meetings: int
    hours: int


def asks_of(programme: Programme) -> Asks:
    minutes = sum(int(meeting.get("minutes", programme.meeting_minutes)) for meeting in programme.meetings)
    return Asks(meetings=len(programme.meetings), hours=round(minutes / 60))


def audience_of(seat: Seat, programme: Programme) -> Audience:
    """The closest that this reader stands to the programme."""
    held = seat.staff_of(programme)
    if Role.COORDINATOR in held:
        return Audience.COORDINATOR
    return Audience.SPONSOR if Role.SPONSOR in held else Audience.ANALYST


urlpatterns = [
    path("insights/", insights_list, name="insights_list"),
    path("insights/<programme:public_id>/", programme_insights, name="programme_insights"),
]
