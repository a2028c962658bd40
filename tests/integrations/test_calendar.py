"""A meeting as calendars and mail programs get it, read back with a calendar library of its own."""

# ruff: noqa: DTZ001 - a wall time has no zone of its own
from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from icalendar import Calendar

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.journey.actions import Plan, plan_meeting
from viceversa.journey.invitation import invitation
from viceversa.journey.models import Meeting
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_job, run_until_idle
from viceversa.people.models import Person

TITLE, TOPIC = "Titlecanary", "Topiccanary"
NOW = datetime(2026, 6, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def meeting(northmoor: Northmoor) -> Meeting:
    found = northmoor.meeting
    found.title = TITLE
    found.save()
    northmoor.programme.meetings[0]["purpose"] = TOPIC
    northmoor.programme.topics = [{"name": TOPIC, "family": TOPIC, "side": "mentor"}]
    northmoor.programme.save()
    return Meeting.objects.select_related("pair__cohort__programme").get(pk=found.pk)


@pytest.fixture
def fix(northmoor: Northmoor, meeting: Meeting, clock: MovableClock):
    def _fix(wall: datetime, *, zone: str = "Europe/London", **changes) -> Meeting:
        fresh = Meeting.objects.get(pk=meeting.pk)
        plan = Plan(wall=wall, time_zone=zone, minutes=60, **({"place": "4th-floor library"} | changes))
        by = northmoor.users["mentee"]
        return plan_meeting(meeting=fresh, plan=plan, version=fresh.version, by=by, now=clock())

    return _fix


def event_of(text: str):
    return Calendar.from_ical(text).walk("VEVENT")[0]


def test_the_two_are_invited_by_the_programmes_own_mailbox(meeting, settings):
    settings.DEFAULT_FROM_EMAIL = "Northmoor mentoring <mentoring@northmoor.example>"
    calendar = Calendar.from_ical(invitation(meeting, now=NOW).text)
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:mentoring@northmoor.example"
    assert sorted(event["ATTENDEE"]) == [
        "mailto:henrik.solberg@northmoor.example",
        "mailto:priya.raman@northmoor.example",
    ]
    assert {guest.params["RSVP"] for guest in event["ATTENDEE"]} == {"TRUE"}
    assert (event["STATUS"], event["LOCATION"], event["CLASS"]) == ("CONFIRMED", "4th-floor library", "PRIVATE")


def test_it_says_reverse_mentoring_and_never_what_the_meeting_is_about(meeting):
    for method in ("REQUEST", "CANCEL", "PUBLISH"):
        text = invitation(meeting, now=NOW, method=method).text
        assert event_of(text)["SUMMARY"] == "Reverse mentoring"
        for secret in (TITLE, TOPIC, "Fresh Eyes", "Spring 2026"):
            assert secret not in text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("zone", "wall", "offset_hours"),
    [
        ("Europe/London", datetime(2026, 7, 2, 10, 0), 1),
        ("Europe/London", datetime(2026, 12, 3, 10, 0), 0),
        ("America/St_Johns", datetime(2026, 7, 2, 10, 0), -2.5),
        ("Australia/Lord_Howe", datetime(2026, 12, 3, 10, 0), 11),
        ("Asia/Kathmandu", datetime(2026, 7, 2, 10, 0), 5.75),
        ("UTC", datetime(2026, 7, 2, 10, 0), 0),
    ],
)
def test_the_wall_time_stands_with_its_zone_and_the_zones_rules_agree(fix, zone, wall, offset_hours):
    text = invitation(fix(wall, zone=zone), now=NOW).text
    start = event_of(text).decoded("DTSTART")
    assert start.replace(tzinfo=None) == wall
    assert start.utcoffset() == timedelta(hours=offset_hours)
    assert event_of(text).decoded("DTEND") - start == timedelta(hours=1)
    rules = Calendar.from_ical(text).walk("VTIMEZONE")
    if zone == "UTC":
        assert "DTSTART:20260702T100000Z" in text
        return
    (rule,) = rules
    assert rule["TZID"] == event_of(text)["DTSTART"].params["TZID"] == zone
    assert start.replace(tzinfo=None).replace(tzinfo=rule.to_tz(lookup_tzid=False)).utcoffset() == start.utcoffset()


def test_one_meeting_is_one_entry_for_good_and_each_change_has_the_next_number(fix):
    first = event_of(invitation(fix(datetime(2026, 7, 2, 10, 0)), now=NOW).text)
    second = event_of(invitation(fix(datetime(2026, 7, 3, 10, 0)), now=NOW).text)
    third = event_of(invitation(fix(datetime(2026, 7, 3, 10, 0), place="Room 2.11"), now=NOW).text)
    assert first["UID"] == second["UID"] == third["UID"]
    assert [event["SEQUENCE"] for event in (first, second, third)] == [1, 2, 3]


def test_a_cancellation_names_the_same_entry_and_says_so(meeting):
    calendar = Calendar.from_ical(invitation(meeting, now=NOW, method="CANCEL").text)
    event = calendar.walk("VEVENT")[0]
    assert (calendar["METHOD"], event["STATUS"], event["UID"]) == ("CANCEL", "CANCELLED", meeting.uid)


def test_names_and_places_with_signs_of_the_format_stay_names_and_places(northmoor, fix):
    mentor = northmoor.people["mentor"]
    mentor.given_name, mentor.family_name = 'Ann "A;B:C,D"', "Ødegård"
    mentor.save()
    place = "Room 1; left, then\\right: BEGIN:VALARM"
    event = event_of(invitation(fix(datetime(2026, 7, 2, 10, 0), place=place), now=NOW).text)
    assert event["LOCATION"] == place
    assert len(event.subcomponents) == 0
    assert "Ødegård" in event["ATTENDEE"][1].params["CN"]


def test_a_meeting_without_a_date_has_no_invitation(meeting):
    meeting.starts_at = None
    with pytest.raises(ValueError, match="without a date"):
        invitation(meeting, now=NOW)


# The mail ------------------------------------------------------------------------------------------


def parsed(message):
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def test_both_get_a_mail_with_text_page_calendar_part_and_file(fix, clock):
    fix(datetime(2026, 7, 2, 10, 0), video_link="https://meet.northmoor.example/room-1")
    run_until_idle(clock=clock)
    assert sorted(message.to[0] for message in mail.outbox) == [
        "henrik.solberg@northmoor.example",
        "priya.raman@northmoor.example",
    ]
    for message in mail.outbox:
        parts = {part.get_content_type(): part for part in parsed(message).walk() if not part.is_multipart()}
        assert set(parts) == {"text/plain", "text/html", "text/calendar", "application/ics"}
        assert parts["text/calendar"]["Content-Type"].params["method"] == "REQUEST"
        assert parts["application/ics"].get_filename() == "invite.ics"
        as_file = parts["application/ics"].get_payload(decode=True).decode()
        assert event_of(as_file) == event_of(parts["text/calendar"].get_content())
        alternatives = [part for part in parsed(message).walk() if part.get_content_type() == "multipart/alternative"]
        assert [part.get_content_type() for part in alternatives[0].iter_parts()] == [
            "text/plain",
            "text/html",
            "text/calendar",
        ]


def test_each_reads_the_partners_name_and_the_time_on_their_own_clock(northmoor, fix, clock):
    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(time_zone="America/New_York")
    fix(datetime(2026, 7, 2, 15, 0))
    run_until_idle(clock=clock)
    henrik, priya = sorted(mail.outbox, key=lambda message: message.to[0])
    assert "Priya Raman meet on Thursday 2 July, 15:00 (Europe/London)" in henrik.body
    assert "Henrik Solberg meet on Thursday 2 July, 10:00 (America/New_York)" in priya.body
    assert "Place: 4th-floor library" in priya.body


def test_the_mail_tells_neither_title_nor_topic(fix, clock):
    fix(datetime(2026, 7, 2, 10, 0))
    run_until_idle(clock=clock)
    for message in mail.outbox:
        decoded = [part.get_content() for part in parsed(message).walk() if part.get_content_maintype() == "text"]
        assert not [text for text in [message.subject, *decoded] if TITLE in text or TOPIC in text]


def test_done_again_by_another_worker_the_same_message_goes_out_and_no_third_person_is_written_to(fix, clock):
    fix(datetime(2026, 7, 2, 10, 0))
    run_until_idle(clock=clock)
    before = {message.message()["Message-ID"] for message in mail.outbox}
    for job in Job.objects.all():
        run_job(job, clock=clock)
    run_until_idle(clock=clock)
    assert {message.message()["Message-ID"] for message in mail.outbox} == before
    assert len(before) == 2


def test_moved_before_the_mail_left_only_the_newer_date_is_told(fix, clock):
    fix(datetime(2026, 7, 2, 10, 0))
    fix(datetime(2026, 7, 3, 10, 0))
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2
    assert all("3 July" in message.body for message in mail.outbox)
    assert not Job.objects.open().exists()


def test_moved_between_the_two_mails_the_older_one_is_not_sent_any_more(fix, clock):
    fix(datetime(2026, 7, 2, 10, 0))
    run_job(Job.objects.get(kind="meeting_invitation"), clock=clock)
    fix(datetime(2026, 7, 3, 10, 0))
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 2
    assert all("3 July" in message.body for message in mail.outbox)


@pytest.mark.parametrize("state", [Meeting.State.CANCELLED, Meeting.State.HELD])
def test_nobody_is_invited_to_what_was_called_off_or_held_meanwhile(fix, clock, state):
    meeting = fix(datetime(2026, 7, 2, 10, 0))
    Meeting.objects.filter(pk=meeting.pk).update(state=state)
    run_until_idle(clock=clock)
    assert mail.outbox == []


def test_whoever_has_no_address_is_not_written_to_and_the_other_is(northmoor, fix, clock):
    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(email="")
    meeting = fix(datetime(2026, 7, 2, 10, 0))
    run_until_idle(clock=clock)
    assert [message.to for message in mail.outbox] == [["henrik.solberg@northmoor.example"]]
    meeting = Meeting.objects.select_related("pair__cohort__programme").get(pk=meeting.pk)
    event = event_of(invitation(meeting, now=NOW).text)
    assert event["ATTENDEE"] == "mailto:henrik.solberg@northmoor.example"


def test_an_address_that_went_before_the_mail_left_stops_nothing(northmoor, fix, clock):
    fix(datetime(2026, 7, 2, 10, 0))
    run_job(Job.objects.get(kind="meeting_invitation"), clock=clock)
    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(email="")
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 1
    assert not Job.objects.open().exists()


class RefusesPriya(EmailBackend):
    """A mail server at which one mailbox is full."""

    def send_messages(self, messages):
        if "priya.raman@northmoor.example" in messages[0].to:
            raise smtplib.SMTPRecipientsRefused({"priya.raman@northmoor.example": (452, b"mailbox full")})
        return super().send_messages(messages)


def test_a_full_mailbox_holds_up_nobody_else_and_is_tried_again(fix, clock, settings):
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.RefusesPriya"
    fix(datetime(2026, 7, 2, 10, 0))
    run_until_idle(clock=clock)
    assert [message.to for message in mail.outbox] == [["henrik.solberg@northmoor.example"]]
    settings.EMAIL_BACKEND = works
    clock.forward(hours=7)
    run_until_idle(clock=clock)
    assert [message.to[0].split(".")[0] for message in mail.outbox] == ["henrik", "priya"]
