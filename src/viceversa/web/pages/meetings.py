"""A meeting: its agenda, its date, one's own notes, the minute afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.accounts.keys.store import KeysMissing
from viceversa.journey.actions import (
    DateInThePast,
    MeetingChanged,
    MeetingNotOpen,
    check_in,
    plan_meeting,
    say_held,
)
from viceversa.journey.invitation import invitation
from viceversa.journey.meeting_page import plan_for, times_that_suit
from viceversa.journey.models import CheckIn, Meeting, Note
from viceversa.journey.notes import NoteChanged, save_note, words_of
from viceversa.journey.wall_time import NoSuchTime, comes_twice
from viceversa.people.models import Person

from ..access import access_meeting, seat_of
from ..forms.meetings import CheckInForm, NoteForm, PlanForm
from ..request import PageRequest
from ..shell import reader_zone


def meeting(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    return _meeting_page(request, found)


def _own_person(request: PageRequest) -> Person:
    person = seat_of(request).person
    assert person is not None  # the table lets only people of the pair in
    return person


def _meeting_page(
    request: PageRequest,
    found: Meeting,
    *,
    note_form: NoteForm | None = None,
    minute_form: CheckInForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = _own_person(request)
    side = "mentor" if found.pair.mentor.person_id == person.pk else "mentee"
    partner = found.pair.partner_of(person)
    note = Note.objects.filter(meeting=found, author=person).select_related("author").first()
    context: dict[str, Any] = {
        "meeting": found,
        "pair": found.pair,
        "programme": found.pair.cohort.programme,
        "side": side,
        "partner": partner,
        "plan": plan_for(found, side=side, zone=reader_zone(request)),
        "of": len(found.pair.cohort.programme.meetings),
        "is_over": found.state == Meeting.State.HELD or (found.ends_at is not None and found.ends_at <= request.now),
        "can_say_held": found.starts_at is not None and found.starts_at <= request.now,
        "note": note,
        "note_form": note_form or _note_form(note),
        "checkin": CheckIn.objects.filter(meeting=found, person=person).first(),
    }
    context["minute_form"] = minute_form or CheckInForm(side=side, partner=partner.short_name)
    return render(request, "meetings/meeting.html", context, status=status)


def _note_form(note: Note | None) -> NoteForm | None:
    """The author's words in their form; None where their key cannot be had, and the page says so."""
    try:
        return NoteForm(initial={"words": words_of(note), "version": note.version if note else 0})
    except KeysMissing:
        return None


def note(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _meeting_page(request, found, note_form=form, status=422)
    told = form.cleaned_data
    try:
        save_note(
            meeting=found,
            author=_own_person(request),
            words=told["words"],
            version=told["version"],
            now=request.now,
        )
    except NoteChanged as conflict:
        both = NoteForm({"words": told["words"], "version": conflict.version})
        both.add_error("words", _("You saved other words in another window meanwhile. They stand below yours."))
        request.kept_words = conflict.words
        return _meeting_page(request, found, note_form=both, status=409)
    except KeysMissing:
        messages.warning(request, _("Notes cannot be kept safely right now, so nothing was saved."), extra_tags="warn")
        return _meeting_page(request, found, note_form=form, status=503)
    messages.success(request, _("Your note is saved. Only you can read it."))
    return redirect("meeting", public_id=public_id)


def held(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    took_place = request.POST.get("held") == "yes"
    try:
        say_held(meeting=found, held=took_place, by=seat_of(request).user, now=request.now)
    except MeetingNotOpen:
        messages.warning(request, _("This meeting has not begun yet."), extra_tags="warn")
        return redirect("meeting", public_id=public_id)
    if not took_place:
        messages.success(request, _("Written down. Choose a new date now, while it is on your mind."))
        return redirect("meeting_plan", public_id=public_id)
    messages.success(request, _("Good. One minute more, and you are done."))
    return redirect("meeting", public_id=public_id)


def checkin(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    person = _own_person(request)
    side = "mentor" if found.pair.mentor.person_id == person.pk else "mentee"
    form = CheckInForm(request.POST, side=side, partner=found.pair.partner_of(person).short_name)
    if not form.is_valid():
        return _meeting_page(request, found, minute_form=form, status=422)
    check_in(meeting=found, person=person, by=seat_of(request).user, now=request.now, **form.cleaned_data)
    messages.success(request, _("Thank you. That is all for today."))
    return redirect("meeting", public_id=public_id)


# The date ----------------------------------------------------------------------------------------


def plan(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    zones = _zones(found)
    if request.method != "POST":
        return _plan_page(request, found, PlanForm.about(found, zones=zones, start=_asked_start(request, zones)))
    form = PlanForm(request.POST, zones=zones)
    if not form.is_valid():
        return _plan_page(request, found, form, status=422)
    told = form.plan()
    try:
        version = form.cleaned_data["version"]
        fixed = plan_meeting(meeting=found, plan=told, version=version, by=seat_of(request).user, now=request.now)
    except NoSuchTime as skipped:
        words = _("The clocks go forward that night, so %(time)s does not exist there. %(instead)s does.")
        form.add_error("time", words % {"time": f"{skipped.wall:%H:%M}", "instead": f"{skipped.instead:%H:%M}"})
    except DateInThePast:
        form.add_error("date", _("Choose a date and time that are still to come"))
    except MeetingNotOpen:
        form.add_error(None, _("This meeting was held or called off, so its date stays as it was."))
    except MeetingChanged as conflict:
        return _plan_conflict(request, conflict.meeting, zones=zones)
    else:
        _say_fixed(request, fixed, twice=comes_twice(told.wall, time_zone=told.time_zone))
        return redirect("dates") if _is_delegate(request, found) else redirect("meeting", public_id=public_id)
    return _plan_page(request, found, form, status=422)


def _plan_conflict(request: PageRequest, fresh: Meeting, *, zones: list[tuple[str, str]]) -> HttpResponse:
    sent = request.POST.copy()
    sent["version"] = str(fresh.version)
    form = PlanForm(sent, zones=zones)
    form.is_valid()
    standing = fresh.starts_in(zones[0][0])
    shown = date_format(standing.replace(tzinfo=None), "l j F, H:i") if standing else _("no date")
    words = _("Somebody else just set this meeting to %(when)s. Send again to use your date instead.")
    form.add_error(None, words % {"when": shown})
    return _plan_page(request, fresh, form, status=409)


def _plan_page(request: PageRequest, found: Meeting, form: PlanForm, *, status: int = 200) -> HttpResponse:
    mentee, mentor = found.pair.mentee.person, found.pair.mentor.person
    context = {
        "meeting": found,
        "form": form,
        "as_delegate": _is_delegate(request, found),
        "mentee": mentee,
        "mentor": mentor,
        "suggestions": times_that_suit(found, now=request.now),
        "two_zones": bool(mentee.time_zone and mentor.time_zone and mentee.time_zone != mentor.time_zone),
    }
    return render(request, "meetings/plan.html", context, status=status)


def _is_delegate(request: PageRequest, found: Meeting) -> bool:
    return seat_of(request).in_pair(found.pair) == {Role.DELEGATE}


def _zones(found: Meeting) -> list[tuple[str, str]]:
    """Whose clock is meant: the leader's first, who owns the date, then the mentor's."""
    zones: dict[str, str] = {}
    for person in (found.pair.mentee.person, found.pair.mentor.person):
        zone = person.time_zone or found.time_zone or "UTC"
        zones.setdefault(zone, f"{person.short_name}, {zone.rpartition('/')[2].replace('_', ' ')}")
    return list(zones.items())


def _asked_start(request: PageRequest, zones: list[tuple[str, str]]) -> datetime | None:
    """A suggested start that was clicked, on the wall of the first zone; nonsense is no suggestion."""
    try:
        asked = datetime.fromisoformat(request.GET.get("start", ""))
    except ValueError:
        return None
    return asked.astimezone(ZoneInfo(zones[0][0])) if asked.tzinfo else None


def _say_fixed(request: PageRequest, fixed: Meeting, *, twice: bool) -> None:
    local = fixed.starts_in(fixed.time_zone)
    assert local is not None
    when = date_format(local.replace(tzinfo=None), "l j F, H:i")
    messages.success(request, _("The meeting is on %(when)s. Both of you get an invitation.") % {"when": when})
    if twice:
        words = _("The clocks go back that night, so %(time)s comes twice. The first of the two is meant.")
        messages.warning(request, words % {"time": f"{local:%H:%M}"}, extra_tags="warn")


def ics(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    if found.starts_at is None:
        return redirect("meeting_plan", public_id=public_id)
    calendar = invitation(found, now=request.now, method="PUBLISH")
    response = HttpResponse(calendar.text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


urlpatterns = [
    path("pairs/meetings/<str:public_id>/", meeting, name="meeting"),
    path("pairs/meetings/<str:public_id>/date/", plan, name="meeting_plan"),
    path("pairs/meetings/<str:public_id>/note/", note, name="meeting_note"),
    path("pairs/meetings/<str:public_id>/held/", held, name="meeting_held"),
    path("pairs/meetings/<str:public_id>/minute/", checkin, name="meeting_checkin"),
    path("pairs/meetings/<str:public_id>/meeting.ics", ics, name="meeting_ics"),
]
