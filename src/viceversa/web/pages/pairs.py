"""Pairs, as their own two see them; and a delegate's dates."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from viceversa.journey.pair_page import dates_for_delegate, pairs_of, view_for
from viceversa.programmes.told_to_partner import what_partner_tells

from ..access import access_installation, access_pair, access_self, seat_of
from ..request import PageRequest


def your_pairs(request: PageRequest) -> HttpResponse:
    access_self(request)
    person = seat_of(request).person
    return render(request, "pairs/your_pairs.html", {"views": pairs_of(person) if person else []})


def pair(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_pair(request, public_id)
    person = seat_of(request).person
    assert person is not None  # the table lets only the two of the pair in
    view = view_for(found, person=person, meetings=list(found.meetings.order_by("number")))
    partner = found.mentee if found.mentor.person_id == person.pk else found.mentor
    tells = what_partner_tells(partner) if found.is_running else None
    return render(request, "pairs/pair.html", {"view": view, "tells": tells})


def dates(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    return render(request, "pairs/dates.html", {"dates": dates_for_delegate(seat.user, now=request.now)})


urlpatterns = [
    path("pairs/", your_pairs, name="your_pairs"),
    path("pairs/dates/", dates, name="dates"),
    path("pairs/<str:public_id>/", pair, name="pair"),
]
