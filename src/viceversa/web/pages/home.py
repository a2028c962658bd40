"""Everybody's home: one question each. People who run things go to where their day is; participants stay here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.journey.announcements import on_home_of
from viceversa.journey.busiest import busiest_of
from viceversa.journey.today import Rest, today_for
from viceversa.pairing.circles import own_circles
from viceversa.pairing.models import Rota, RotaMeeting
from viceversa.pairing.rotas import own_meetings
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

from ..access import Seat, access_self, seat_of
from ..request import PageRequest
from ..shell import reader_zone


def home(request: PageRequest) -> HttpResponse:
    access_self(request)
    seat = seat_of(request)
    place = _desk_of(seat, now=request.now)
    if place:
        return redirect(place)
    if seat.holds(Role.COORDINATOR):
        return _first_steps(request)
    person = seat.person
    if seat.is_delegate and not _takes_part(person):
        return redirect("dates")
    return _today(request, person)


def _desk_of(seat: Seat, *, now: datetime) -> str:
    """Where the day of somebody who runs things is; nothing for everybody else."""
    programmes = seat.scopes(Role.COORDINATOR)
    if len(programmes) == 1:
        return reverse("programme", args=programmes)
    if programmes:
        busiest = busiest_of(programmes, now=now)
        return reverse("programme", args=[busiest]) if busiest else reverse("programme_list")
    if seat.holds(Role.COORDINATOR):
        return ""
    desks = {
        Role.SPONSOR: "insights_list",
        Role.ANALYST: "insights_list",
        Role.ADMINISTRATOR: "admin",
        Role.HANDLER: "concerns",
        Role.PRIVACY_OFFICER: "admin_events",
    }
    return next((reverse(route) for role, route in desks.items() if seat.holds(role)), "")


def _takes_part(person: Person | None) -> bool:
    return person is not None and Enrolment.objects.filter(person=person).exists()


def _first_steps(request: PageRequest) -> HttpResponse:
    """A coordinator who has begun no programme yet."""
    return render(request, "home/first_steps.html", {"people": Person.objects.count()})


def _today(request: PageRequest, person: Person | None) -> HttpResponse:
    zone = reader_zone(request)
    local = request.now.astimezone(ZoneInfo(zone))
    context: dict[str, object] = {
        "local": local.replace(tzinfo=None),
        "greeting": _greeting(local, _called(request, person)),
    }
    if person is None:
        return render(request, "home/today.html", context | {"rest": Rest.NOT_INVITED})
    today = today_for(person, now=request.now, time_zone=zone)
    context["announcements"] = on_home_of(person, now=request.now)
    context["circles"] = own_circles(person, now=request.now)
    context["rotas"] = _rotas(own_meetings(person, now=request.now), person=person)
    return render(request, "home/today.html", context | {"today": today, "rest": today.rest})


def _rotas(meetings: Iterable[RotaMeeting], *, person: Person) -> list[tuple[Rota, list[tuple[int, Person]]]]:
    """Each rota with whom the person meets in which round."""
    found: dict[int, tuple[Rota, list[tuple[int, Person]]]] = {}
    for one in meetings:
        partner = one.mentee.person if one.mentor.person_id == person.pk else one.mentor.person
        found.setdefault(one.rota_id, (one.rota, []))[1].append((one.round, partner))
    return list(found.values())


def _called(request: PageRequest, person: Person | None) -> str:
    return person.short_name if person else seat_of(request).user.shown_name


def _greeting(local: datetime, name: str) -> str:
    if 5 <= local.hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if 12 <= local.hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


urlpatterns = [path("", home, name="home")]
