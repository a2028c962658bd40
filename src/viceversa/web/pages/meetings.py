"""A meeting: its agenda, its date, one's own notes, the minute afterwards."""

from __future__ import annotations

from datetime import datetime
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
    DateTooFar,
    MeetingAnsweredFor,
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
    kept_words: str = "",
    minute_form: CheckInForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = _own_person(request)
    side = found.pair.side_of(person)
    partner = found.pair.partner_of(person)
    note = Note.objects.filter(meeting=found, author=person).select_related("author").first()
    context = {
        "meeting": found,
        "pair": found.pair,
        "side": side,
        "partner": partner,
        "plan": plan_for(found, side=side, zone=reader_zone(request)),
        "of": len(found.pair.cohort.programme.meetings),
        "is_over": found.is_over(now=request.now),
        "can_say_held": found.starts_at is not None and found.starts_at <= request.now,
        "note": note,
        "note_form": note_form or _note_form(note),
        "kept_words": kept_words,
        "checkin": CheckIn.objects.filter(meeting=found, person=person).first(),
        "minute_form": minute_form or CheckInForm(side=side, partner=partner.short_name),
    }
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
        return _meeting_page(request, found, note_form=form)
    try:
        save_note(meeting=found, author=_own_person(request), now=request.now, **form.cleaned_data)
    except NoteChanged as conflict:
        both = NoteForm({"words": form.cleaned_data["words"], "version": conflict.version})
        both.add_error("words", _("You saved other words in another window meanwhile. They stand below yours."))
        return _meeting_page(request, found, note_form=both, kept_words=conflict.words, status=409)
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
        said = say_held(meeting=found, held=took_place, by=seat_of(request).user, now=request.now)
    except MeetingNotOpen:
        words = _("This meeting has not begun yet, or was called off.")
        messages.warning(request, words, extra_tags="warn")
        return redirect("meeting", public_id=public_id)
    except MeetingAnsweredFor:
        words = _("One of you has answered the minute afterwards already, so it counts as held.")
        messages.warning(request, words, extra_tags="warn")
        return redirect("meeting", public_id=public_id)
    if said.can_be_planned:
        messages.success(request, _("Written down. Choose a new date now, while it is on your mind."))
        return redirect("meeting_plan", public_id=public_id)
    messages.success(request, _("Good. One minute more, and you are done.") if took_place else _("Written down."))
    return redirect("meeting", public_id=public_id)


def checkin(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    person = _own_person(request)
    partner = found.pair.partner_of(person).short_name
    form = CheckInForm(request.POST, side=found.pair.side_of(person), partner=partner)
    if not form.is_valid():
        return _meeting_page(request, found, minute_form=form)
    try:
        check_in(meeting=found, person=person, by=seat_of(request).user, now=request.now, **form.cleaned_data)
    except MeetingNotOpen:
        messages.warning(request, _("Say first that you met; the minute opens then."), extra_tags="warn")
    else:
        messages.success(request, _("Thank you. That is all for today."))
    return redirect("meeting", public_id=public_id)


# The date ----------------------------------------------------------------------------------------


def plan(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_meeting(request, public_id)
    if not found.can_be_planned:
        return _nothing_to_plan(request, found)
    zones = _zones(found)
    if request.method != "POST":
        form = PlanForm(meeting=found, zones=zones, start=_asked_start(request, zones))
        return _plan_page(request, found, form)
    form = PlanForm(request.POST, meeting=found, zones=zones)
    if not form.is_valid():
        return _plan_page(request, found, form)
    told, version = form.plan(), form.cleaned_data["version"]
    try:
        fixed = plan_meeting(meeting=found, plan=told, version=version, by=seat_of(request).user, now=request.now)
    except NoSuchTime as skipped:
        words = _("The clocks go forward that night, so %(time)s does not exist there. %(instead)s does.")
        form.add_error("time", words % {"time": f"{skipped.wall:%H:%M}", "instead": f"{skipped.instead:%H:%M}"})
    except DateInThePast:
        form.add_error("date", _("Choose a date and time that are still to come"))
    except DateTooFar:
        form.add_error("date", _("Choose a date within the next two years"))
    except MeetingNotOpen:
        return _nothing_to_plan(request, found)
    except MeetingChanged as conflict:
        return _plan_conflict(request, conflict.meeting, zones=zones)
    else:
        _say_fixed(request, fixed, twice=comes_twice(told.wall, time_zone=told.time_zone))
        return _back_from_date(request, found)
    return _plan_page(request, found, form)


def _nothing_to_plan(request: PageRequest, found: Meeting) -> HttpResponse:
    messages.warning(request, _("This meeting is over or called off, so its date stays as it was."), extra_tags="warn")
    return _back_from_date(request, found)


def _back_from_date(request: PageRequest, found: Meeting) -> HttpResponse:
    return redirect("dates") if _is_delegate(request, found) else redirect("meeting", public_id=found.public_id)


def _plan_conflict(request: PageRequest, fresh: Meeting, *, zones: list[tuple[str, str]]) -> HttpResponse:
    sent = request.POST.copy()
    sent["version"] = str(fresh.version)
    form = PlanForm(sent, meeting=fresh, zones=zones)
    words = _("This meeting was just set to %(when)s. Send again to use your date instead.")
    form.add_error(None, words % {"when": _date_and_zone(fresh)})
    return _plan_page(request, fresh, form, status=409)


def _date_and_zone(meeting: Meeting) -> str:
    local = meeting.starts_in(meeting.time_zone)
    assert local is not None  # only called for a meeting that somebody has just fixed
    return f"{date_format(local.replace(tzinfo=None), 'l j F, H:i')} ({meeting.time_zone})"


def _plan_page(request: PageRequest, found: Meeting, form: PlanForm, *, status: int = 200) -> HttpResponse:
    mentee, mentor = found.pair.mentee.person, found.pair.mentor.person
    context = {
        "meeting": found,
        "form": form,
        "as_delegate": _is_delegate(request, found),
        "mentee": mentee,
        "mentor": mentor,
        "taken": "start" in request.GET,
        "suggestions": times_that_suit(found, now=request.now),
        "two_zones": bool(mentee.time_zone and mentor.time_zone and mentee.time_zone != mentor.time_zone),
    }
    return render(request, "meetings/plan.html", context, status=status)


def _is_delegate(request: PageRequest, found: Meeting) -> bool:
    return seat_of(request).in_pair(found.pair) == {Role.DELEGATE}


def _zones(found: Meeting) -> list[tuple[str, str]]:
    """Whose clock is meant: the leader's first, who owns the date, then the mentor's; one entry where they agree."""
    names: dict[str, list[str]] = {}
    for person in (found.pair.mentee.person, found.pair.mentor.person):
        names.setdefault(person.time_zone or found.time_zone or "UTC", []).append(person.short_name)
    return [(zone, _whose_clock(people, zone)) for zone, people in names.items()]


def _whose_clock(people: list[str], zone: str) -> str:
    both = _("%(first)s and %(second)s") % {"first": people[0], "second": people[-1]}
    city = zone.rpartition("/")[2].replace("_", " ")
    return f"{both if len(people) > 1 else people[0]}, {city}"


def _asked_start(request: PageRequest, zones: list[tuple[str, str]]) -> datetime | None:
    """A suggested start that was clicked, on the wall of the first zone; nonsense is no suggestion."""
    try:
        asked = datetime.fromisoformat(request.GET.get("start", ""))
        return asked.astimezone(ZoneInfo(zones[0][0])) if asked.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _say_fixed(request: PageRequest, fixed: Meeting, *, twice: bool) -> None:
    told = {"when": _date_and_zone(fixed)}
    messages.success(request, _("The meeting is on %(when)s. The invitations are on their way.") % told)
    if twice:
        words = _("The clocks go back that night, so this time comes twice. The first of the two is meant.")
        messages.warning(request, words, extra_tags="warn")


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
