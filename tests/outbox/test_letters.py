"""A letter as it leaves: text and HTML, one action, the same id each time it is sent."""

from __future__ import annotations

import pytest
from django.core import mail

from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import Letter, absolute, send

pytestmark = pytest.mark.django_db


def letter(**changes):
    parts = {
        "to": "henrik@northmoor.example",
        "subject": "Would you learn something?",
        "paragraphs": ("One hour a month.",),
        "why": "Sent because Ruth named you.",
        "action_label": "Choose",
        "action_url": absolute("/join/x/"),
    }
    return Letter(**(parts | changes))


def sent(clock, **changes):
    job = enqueue("letter", key="one", now=clock())
    send(letter(**changes), job=job)
    return mail.outbox[-1]


def test_a_letter_says_the_same_as_text_and_as_html(clock):
    message = sent(clock)
    html = next(part.content for part in message.alternatives if part.mimetype == "text/html")
    for words in ("One hour a month.", "http://testserver/join/x/", "Sent because Ruth named you.", "Northmoor"):
        assert words in message.body
        assert words in html


def test_sent_twice_it_is_the_same_message(clock):
    first, again = sent(clock), sent(clock)
    assert first.message()["Message-ID"] == again.message()["Message-ID"]


def test_what_people_wrote_is_no_markup_and_no_header(clock):
    message = sent(clock, subject="Hello\nBcc: all@northmoor.example", paragraphs=("<script>alert(1)</script>",))
    html = next(part.content for part in message.alternatives if part.mimetype == "text/html")
    assert "<script>" not in html
    assert message.message()["Bcc"] is None
    assert message.recipients() == ["henrik@northmoor.example"]


def test_an_invitation_carries_its_calendar_part(clock):
    message = sent(clock, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert "method=REQUEST" in message.alternatives[-1].mimetype
