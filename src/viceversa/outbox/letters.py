"""Letters: what leaves by mail. A noun builds a Letter when its job runs; here it becomes text and HTML.

A letter's Message-ID follows from its job, so a worker that dies between sending and finishing sends the
same message again, and mail programs show it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from .models import Job


@dataclass(frozen=True)
class Letter:
    """One mail: what it says, one clear action, and why it came."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    why: str
    action_label: str = ""
    action_url: str = ""
    after: tuple[str, ...] = ()
    language: str = ""
    attachments: tuple[MIMEBase, ...] = ()
    calendar: str = ""  # an iTIP object, sent as an alternative part so that calendars offer to add it
    calendar_method: str = "REQUEST"


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def send(letter: Letter, *, job: Job) -> None:
    """Hand the letter to the mail server. Raises what the server raises; the job then comes back later."""
    with translation.override(letter.language or settings.LANGUAGE_CODE):
        context = {"letter": letter, "organisation": settings.ORGANISATION_NAME}
        message = EmailMultiAlternatives(
            subject=" ".join(letter.subject.split()),
            body=render_to_string("mail/letter.txt", context),
            to=[letter.to],
            headers={"Message-ID": f"<{job.public_id}@viceversa>", "Auto-Submitted": "auto-generated"},
            connection=get_connection(),
        )
        message.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
    if letter.calendar:
        message.attach_alternative(letter.calendar, f"text/calendar; method={letter.calendar_method}")
    for part in letter.attachments:
        message.attach(part)
    message.send()
