"""Sends a meeting to both calendars when its date was fixed or moved."""

from __future__ import annotations

from datetime import datetime
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from viceversa.journey.invitation import CalendarObject, invitation
from viceversa.journey.models import Meeting
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import Letter, absolute, send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.people.models import Person


@handles("meeting_invitation")
def invite_both(job: Job, now: datetime) -> None:
    meeting = _as_told(job)
    if meeting is None:
        return
    _ask_for_letters("meeting_letter", meeting, now=now)


@handles("meeting_letter")
def send_invitation(job: Job, now: datetime) -> None:
    meeting = _as_told(job)
    if meeting is None:
        return
    reader = next(person for person in _the_two(meeting) if person.public_id == job.facts["person"])
    if reader.email:
        send(_letter(meeting, reader=reader, calendar=invitation(meeting, now=job.written_at)), job=job)


@handles("meeting_cancellation")
def call_off_both(job: Job, now: datetime) -> None:
    meeting = _called_off(job)
    if meeting is None:
        return
    _ask_for_letters("meeting_cancellation_letter", meeting, now=now)


@handles("meeting_cancellation_letter")
def send_cancellation(job: Job, now: datetime) -> None:
    meeting = _called_off(job)
    if meeting is None:
        return
    reader = next(person for person in _the_two(meeting) if person.public_id == job.facts["person"])
    if reader.email:
        calendar = invitation(meeting, now=job.written_at, method="CANCEL")
        send(_called_off_letter(meeting, reader=reader, calendar=calendar), job=job)


def _ask_for_letters(kind: str, meeting: Meeting, *, now: datetime) -> None:
    """One letter for each of the two, so that a full mailbox of one holds up nobody else."""
    for person in _the_two(meeting):
        if person.email:
            enqueue(
                kind,
                key=f"{meeting.public_id}:{meeting.sequence}:{person.public_id}",
                now=now,
                facts={"meeting": meeting.public_id, "sequence": meeting.sequence, "person": person.public_id},
            )


def _called_off(job: Job) -> Meeting | None:
    """The meeting, if it is still called off as the job tells."""
    people = ("pair__cohort__programme", "pair__mentor__person__user", "pair__mentee__person__user")
    meetings = Meeting.objects.select_related(*people).filter(state=Meeting.State.CANCELLED)
    found = meetings.filter(public_id=job.facts["meeting"], sequence=job.facts["sequence"])
    return found.exclude(starts_at=None).first()


def _called_off_letter(meeting: Meeting, *, reader: Person, calendar: CalendarObject) -> Letter:
    partner = meeting.pair.partner_of(reader)
    language = reader.user.language if reader.user else ""
    zone = reader.time_zone or meeting.time_zone or "UTC"
    assert meeting.starts_at is not None
    with override(language or None):
        when = date_format(meeting.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), "l j F, H:i")
        told = {"partner": partner.name, "when": when, "zone": zone}
        return Letter(
            to=reader.email,
            subject=_("Your meeting with %(partner)s on %(when)s is called off") % told,
            paragraphs=(
                _("Your meeting with %(partner)s on %(when)s (%(zone)s) will not take place: your pair has ended.")
                % told,
            ),
            after=(_("The attached notice takes it out of your calendar."),),
            why=_("You get this because you two had a meeting in %(programme)s.")
            % {"programme": meeting.pair.cohort.programme.name},
            language=language,
            calendar=calendar.text,
            calendar_method=calendar.method,
            attachments=(_as_file(calendar),),
        )


def _as_told(job: Job) -> Meeting | None:
    """The meeting, if its date is still the one the job tells of; of a later date a later job tells."""
    people = ("pair__cohort__programme", "pair__mentor__person__user", "pair__mentee__person__user")
    meetings = Meeting.objects.select_related(*people).filter(state=Meeting.State.PLANNED)
    return meetings.filter(public_id=job.facts["meeting"], sequence=job.facts["sequence"]).first()


def _the_two(meeting: Meeting) -> tuple[Person, Person]:
    return meeting.pair.mentee.person, meeting.pair.mentor.person


def _letter(meeting: Meeting, *, reader: Person, calendar: CalendarObject) -> Letter:
    partner = meeting.pair.partner_of(reader)
    language = reader.user.language if reader.user else ""
    zone = reader.time_zone or meeting.time_zone or "UTC"
    assert meeting.starts_at is not None
    with override(language or None):
        when = date_format(meeting.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), "l j F, H:i")
        told = {"partner": partner.name, "when": when, "zone": zone, "place": meeting.place, "link": meeting.video_link}
        lines = [_("You and %(partner)s meet on %(when)s (%(zone)s).") % told]
        if meeting.place:
            lines.append(_("Place: %(place)s") % told)
        if meeting.video_link:
            lines.append(_("Video: %(link)s") % told)
        return Letter(
            to=reader.email,
            subject=_("Your meeting with %(partner)s on %(when)s") % told,
            paragraphs=tuple(lines),
            after=(_("The attached invitation puts it into your calendar. What it is about stays between you two."),),
            action_label=_("See the agenda"),
            action_url=absolute(reverse("meeting", args=[meeting.public_id])),
            why=_("You get this because you two have a meeting in %(programme)s.")
            % {"programme": meeting.pair.cohort.programme.name},
            language=language,
            calendar=calendar.text,
            calendar_method=calendar.method,
            attachments=(_as_file(calendar),),
        )


def _as_file(calendar: CalendarObject) -> MIMEBase:
    part = MIMEText(calendar.text, "calendar", "utf-8")
    part.replace_header("Content-Type", f'application/ics; name="invite.ics"; method={calendar.method}')
    part.add_header("Content-Disposition", "attachment", filename="invite.ics")
    return part
