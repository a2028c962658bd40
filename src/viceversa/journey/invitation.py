"""A meeting as calendars read it (RFC 5545, 5546): who, when and where, and never what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from viceversa.people.models import Person

from .models import Meeting

PRODUCT = "-//Viceversa//Reverse mentoring//EN"


@dataclass(frozen=True)
class CalendarObject:
    """The text of a calendar file and its method: REQUEST, CANCEL or PUBLISH."""

    text: str
    method: str


def invitation(meeting: Meeting, *, now: datetime, method: str = "REQUEST") -> CalendarObject:
    """The meeting as an invitation for the two, an update of one (its SEQUENCE says so), or its cancellation.

    The title is "Reverse mentoring" alone: calendars are read by assistants, colleagues and screens in meeting
    rooms. The wall time stands in the meeting's own zone, with the zone's rules beside it.
    """
    if meeting.starts_at is None:
        raise ValueError("a meeting without a date has no invitation")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, now=now, method=method))
    first = meeting.starts_at.date()
    calendar.add_missing_timezones(first_date=first - timedelta(days=366), last_date=first + timedelta(days=366))
    return CalendarObject(text=calendar.to_ical().decode(), method=method)


def _event(meeting: Meeting, *, now: datetime, method: str) -> Event:
    zone = ZoneInfo(meeting.time_zone or "UTC")
    assert meeting.starts_at is not None
    assert meeting.ends_at is not None
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now)
    event.add("summary", _("Reverse mentoring"))
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    called_off = method == "CANCEL" or meeting.state == Meeting.State.CANCELLED
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    event.add("class", "PRIVATE")
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.video_link:
        event.add("url", meeting.video_link)
    if method != "PUBLISH":
        event["organizer"] = vCalAddress(f"mailto:{organiser_address()}")
        event["organizer"].params["cn"] = vText(settings.ORGANISATION_NAME)
        for person in (meeting.pair.mentee.person, meeting.pair.mentor.person):
            if person.email:
                event.add("attendee", _attendee(person), encode=False)
    return event


def organiser_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _attendee(person: Person) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["cn"] = vText(person.name)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("NEEDS-ACTION")
    attendee.params["rsvp"] = vText("TRUE")
    return attendee
