"""After a meeting: whether it was held, the minute each answers, and notes that their author alone reads."""

from __future__ import annotations

import html
import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.journey.models import CheckIn, Meeting, Note
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import Pair

DATE = {
    "date": "2026-07-02",
    "time": "10:00",
    "time_zone": "Europe/London",
    "minutes": "60",
    "place": "4th-floor library",
    "video_link": "",
    "version": "1",
}
MINUTE = {"could_say": "4", "useful": "5", "taught": "both"}
CANARY = "zanzibar-canary"


@pytest.fixture
def priya(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "mentor")


@pytest.fixture
def henrik(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "mentee")


@pytest.fixture
def marta(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "delegate")


@pytest.fixture
def afterwards(northmoor: Northmoor, clock: MovableClock) -> None:
    """It is the evening after the meeting."""
    clock.now = northmoor.meeting.starts_at + timedelta(hours=9)


@pytest.fixture
def page(northmoor: Northmoor):
    def _page(name: str = "meeting") -> str:
        return reverse(name, args=[northmoor.meeting.public_id])

    return _page


def words_on(response) -> str:
    text = re.sub(r"<(style|script).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def stands(northmoor: Northmoor) -> Meeting:
    return Meeting.objects.get(pk=northmoor.meeting.pk)


# Held, and the minute afterwards --------------------------------------------------------------------


def test_held_is_one_tap_and_opens_the_minute(northmoor, priya, page, afterwards):
    assert "Did you two meet?" in words_on(priya.get(page()))
    answer = priya.post(page("meeting_held"), {"held": "yes"}, follow=True)
    assert "How was it?" in words_on(answer)
    assert stands(northmoor).state == Meeting.State.HELD
    priya.post(page("meeting_checkin"), MINUTE)
    assert "Answered" in words_on(priya.get(page()))
    assert "How was it?" not in words_on(priya.get(page()))


def test_not_held_leads_to_a_new_date(northmoor, priya, page, afterwards):
    answer = priya.post(page("meeting_held"), {"held": "no"})
    assert answer.url == page("meeting_plan")
    assert "It was to be on Thursday 25 June" in words_on(priya.get(answer.url))


def test_not_held_in_a_pair_that_has_ended_asks_for_no_date(northmoor, priya, page, afterwards):
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.CLOSED)
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(state=Meeting.State.HELD)
    assert priya.post(page("meeting_held"), {"held": "no"}).url == page()


def test_before_it_begins_nobody_can_say_how_it_was(northmoor, priya, page):
    assert "Did you two meet?" not in words_on(priya.get(page()))
    assert "has not begun yet" in words_on(priya.post(page("meeting_held"), {"held": "yes"}, follow=True))
    assert "Say first that you met" in words_on(priya.post(page("meeting_checkin"), MINUTE, follow=True))
    assert not CheckIn.objects.exists()


def test_two_who_met_without_a_date_say_so(northmoor, priya, page):
    Meeting.objects.filter(pk=northmoor.meeting.pk).update(starts_at=None, state=Meeting.State.UNPLANNED)
    assert "Met without fixing a date?" in words_on(priya.get(page()))
    priya.post(page("meeting_held"), {"held": "yes"})
    assert stands(northmoor).state == Meeting.State.HELD


def test_once_the_other_has_answered_it_counts_as_held(northmoor, priya, henrik, page, afterwards):
    priya.post(page("meeting_held"), {"held": "yes"})
    priya.post(page("meeting_checkin"), MINUTE)
    answer = henrik.post(page("meeting_held"), {"held": "no"}, follow=True)
    assert "it counts as held" in words_on(answer)
    assert stands(northmoor).state == Meeting.State.HELD


def test_a_minute_half_filled_keeps_its_answers_and_asks_for_the_rest(northmoor, priya, page, afterwards):
    priya.post(page("meeting_held"), {"held": "yes"})
    answer = priya.post(page("meeting_checkin"), {"could_say": "2", "wants_contact": "on"})
    assert answer.status_code == 200
    assert "Choose who taught today" in words_on(answer)
    assert re.search(r'name="could_say" value="2"[^>]* checked', answer.content.decode())
    assert not CheckIn.objects.exists()


def test_the_partner_learns_nothing_of_ones_minute(northmoor, priya, henrik, page, afterwards):
    priya.post(page("meeting_held"), {"held": "yes"})
    priya.post(page("meeting_checkin"), MINUTE | {"wants_contact": "on"})
    words = words_on(henrik.get(page()))
    assert "You asked to be contacted" not in words
    assert "Answered" not in words
    assert "You asked to be contacted" in words_on(priya.get(page()))


# Notes -----------------------------------------------------------------------------------------------


def test_a_note_is_saved_and_read_by_its_author(priya, page):
    answer = priya.post(page("meeting_note"), {"words": CANARY, "version": "0"}, follow=True)
    assert "Only you can read it" in words_on(answer)
    assert CANARY in words_on(answer)


def test_two_windows_never_overwrite_each_other_both_texts_are_shown(northmoor, priya, page):
    priya.post(page("meeting_note"), {"words": "first window", "version": "0"})
    conflict = priya.post(page("meeting_note"), {"words": "second window", "version": "0"})
    assert conflict.status_code == 409
    assert "first window" in words_on(conflict)
    assert "second window" in words_on(conflict)
    assert "<title>Error:" in conflict.content.decode()
    merged = {"words": "both windows", "version": str(conflict.context["note_form"]["version"].value())}
    assert priya.post(page("meeting_note"), merged).status_code == 302
    assert "both windows" in words_on(priya.get(page()))


def test_a_note_too_long_is_refused_with_its_length_and_kept_on_the_page(priya, page):
    answer = priya.post(page("meeting_note"), {"words": "long " * 4001, "version": "0"})
    assert answer.status_code == 200
    assert "Keep it to 20,000 characters; you wrote 20004" in words_on(answer)
    assert "long long" in words_on(answer)
    assert not Note.objects.exists()


def test_where_the_key_cannot_be_had_the_page_stands_and_says_so(northmoor, priya, page, settings, tmp_path):
    priya.post(page("meeting_note"), {"words": CANARY, "version": "0"})
    settings.FIELD_KEY_FILE = tmp_path / "gone" / "field-key"
    words = words_on(priya.get(page()))
    assert "Your notes are locked away right now" in words
    assert "Agenda" in words
    refused = priya.post(page("meeting_note"), {"words": "typed meanwhile", "version": "1"})
    assert refused.status_code == 503
    assert "nothing was saved" in words_on(refused)
    assert "typed meanwhile" in words_on(refused)


def everything_stored() -> bytes:
    """Every cell of every table of both databases, as bytes."""
    found = []
    for alias in connections:
        tables = connections[alias].introspection.table_names()
        with connections[alias].cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT * FROM {connections[alias].ops.quote_name(table)}")
                for row in cursor.fetchall():
                    cells = (
                        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
                    )
                    found.extend(cells)
    return b"\n".join(found)


def test_a_note_is_nowhere_in_the_clear(northmoor, priya, henrik, marta, page, clock, client, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.request")
    priya.post(page("meeting_note"), {"words": CANARY, "version": "0"})
    priya.post(page("meeting_note"), {"words": f"{CANARY} again", "version": "0"})  # a conflict
    priya.post(page("meeting_note"), {"words": CANARY * 2_000, "version": "1"})  # too long
    priya.post(page("meeting_note"), {"words": f"{CANARY} at last", "version": "1"})
    priya.post(page("meeting_plan"), DATE)
    run_until_idle(clock=clock)
    clock.now = datetime(2026, 7, 2, 18, 0, tzinfo=UTC)
    priya.post(page("meeting_held"), {"held": "yes"})
    priya.post(page("meeting_checkin"), MINUTE)
    assert CANARY in words_on(priya.get(page()))
    stored = everything_stored()
    assert b"4th-floor library" in stored  # the look itself works
    assert CANARY.encode() not in stored
    assert page("meeting_note") in caplog.text  # so does the listening: a conflict is logged by its address
    assert CANARY not in caplog.text
    assert len(mail.outbox) == 2
    assert not [message for message in mail.outbox if CANARY.encode() in message.message().as_bytes()]
    for reader, addresses in {
        henrik: ("your_pairs", "home"),
        marta: ("dates", "home"),
        northmoor.sign_in(client, "coordinator"): ("home", "people_list"),
    }.items():
        for address in addresses:
            assert CANARY not in reader.get(reverse(address), follow=True).content.decode()
    assert CANARY not in henrik.get(page()).content.decode()
    assert CANARY not in henrik.get(reverse("pair", args=[northmoor.pair.public_id])).content.decode()
    assert client.get(page()).status_code == 403
