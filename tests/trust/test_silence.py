"""What is kept to oneself shows nowhere: pages stay the same whatever was answered, and faults quote nobody."""

from __future__ import annotations

import io
import logging
import re

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from tests.conftest import BOTH
from viceversa.config.logs import JsonLines, TextLines
from viceversa.insights import installation
from viceversa.journey.models import CheckIn
from viceversa.web.access import access_self
from viceversa.web.request import PageRequest
from viceversa.web.urls import urlpatterns as real

from .crawl import crawl
from .forms import undone
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)

STAFF = ("coordinator", "sponsor", "analyst", "administrator", "privacy_officer", "handler")
CHANCE = re.compile(r'(csrfmiddlewaretoken" value="|name="key" value=")[^"]+|<td[^>]*>[0-9a-f]{12,64}</td>')


@pytest.fixture(autouse=True)
def _a_disk_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation's page shows sizes, which grow with every act of anybody, and with the other tests' files."""
    monkeypatch.setattr(installation, "_storage", lambda: installation.Storage(10_000_000, 50 * 10**9, 100 * 10**9))


def read_as(house: House, *personas: str) -> dict[tuple[str, str], str]:
    doors = ["/", "/pairs/", "/insights/", reverse("meeting", args=[house.held_meeting.public_id])]
    last = sorted(personas, key=lambda persona: persona == "coordinator")  # who takes out files, which the log notes
    with undone():
        visits = [one for persona in last for one in crawl(house, persona, start=doors)]
    return {(one.persona, one.path): CHANCE.sub("", one.text) for one in visits if one.status == 200}


def differing(one: dict[tuple[str, str], str], other: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    return sorted(place for place in one.keys() | other.keys() if one.get(place) != other.get(place))


def test_nobody_can_tell_what_was_answered_in_the_minute_afterwards(house: House) -> None:
    """Two worlds that differ in the answers alone look the same to everybody, the partner and the author included."""
    readers = ("mentor", "mentee", "delegate", "coordinator", "sponsor", "analyst", "privacy_officer")
    CheckIn.objects.update(could_say=1, useful=1, taught="mentor")
    bad = read_as(house, *readers)
    CheckIn.objects.update(could_say=5, useful=4, taught="both")
    good = read_as(house, *readers)
    assert len(good) > 60
    assert differing(bad, good) == []


def test_no_staff_can_tell_from_their_pages_which_of_the_two_said_no(house: House) -> None:
    """Both sides answer; the one or the other says no. Run the same night twice and read everything after each."""
    looks = []
    answers = {"hopeful": "waiting", "waiting": "hopeful"}
    for refuses, agrees in answers.items():
        with transaction.atomic():
            house.send(agrees, "proposal", house.open_proposal.public_id, word="yes", reason="")
            house.clock.forward(minutes=1)
            house.send(refuses, "proposal", house.open_proposal.public_id, word="no", reason="")
            looks.append(read_as(house, *(who for who in STAFF if who != "privacy_officer")))
            house.clock.forward(minutes=-1)
            transaction.set_rollback(True)
    assert differing(*looks) == []


def fails_with_what_was_typed(request: PageRequest) -> HttpResponse:
    """A fault that somebody could make: the exception quotes what the form carried."""
    access_self(request)
    words = request.POST["words"]
    raise ValueError(f"cannot keep {words!r}")


def fails_anyway(request: HttpRequest) -> HttpResponse:
    return fails_with_what_was_typed(request)  # type: ignore[arg-type]


handler400 = "viceversa.web.pages.errors.bad_request"
handler404 = "viceversa.web.pages.errors.not_found"
handler500 = "viceversa.web.pages.errors.fault"
urlpatterns = [
    path("planted/fails/", fails_anyway, name="your_pairs"),
    *[pattern for pattern in real if pattern.name != "your_pairs"],
]


@pytest.mark.urls("tests.trust.test_silence")
def test_a_fault_quotes_nobody_on_its_page_or_in_the_log(house: House) -> None:
    log, root = io.StringIO(), logging.getLogger()
    handlers = [logging.StreamHandler(log), logging.StreamHandler(log)]
    for handler, form in zip(handlers, (TextLines(), JsonLines()), strict=True):
        handler.setFormatter(form)
        root.addHandler(handler)
    try:
        answer = house.client("mentor").post("/planted/fails/", {"words": "Qfaultcanary"})
    finally:
        for handler in handlers:
            root.removeHandler(handler)
    assert answer.status_code == 500
    assert b"Qfaultcanary" not in answer.content
    assert b"Traceback" not in answer.content
    assert "ValueError" in log.getvalue(), "the place and the kind of the fault are there"
    assert "Qfaultcanary" not in log.getvalue()


def test_what_is_not_there_and_what_is_not_ones_own_look_the_same(house: House) -> None:
    """Byte by byte: the page for a pair that exists tells nothing that the page for none does not."""
    for persona in ("outsider", "other_mentor", "line_manager", "coordinator_elsewhere", "administrator"):
        client = house.client(persona)
        for name, there in {"pair": house.world.pair.public_id, "meeting": house.world.meeting.public_id}.items():
            is_there = client.get(reverse(name, args=[there]))
            is_not = client.get(reverse(name, args=["a" * len(there)]))
            assert is_there.status_code == is_not.status_code == 404
            assert is_there.content == is_not.content
            assert dict(is_there.headers) == dict(is_not.headers)


def test_asking_for_a_password_tells_nobody_who_has_an_account(house: House) -> None:
    answers = []
    for address in ("mentor@northmoor.example", "nobody@northmoor.example"):
        answer = house.client("anonymous").post(reverse("password_forgot"), {"email": address})
        wrong = house.client("anonymous").post("/sign-in/", {"email": address, "password": "not this one at all"})
        answers.append((answer.status_code, answer["Location"], CHANCE.sub("", wrong.content.decode())))
    assert answers[0] == (*answers[1][:2], answers[1][2].replace("nobody@", "mentor@"))


WATCHING = ("coordinator", "sponsor", "analyst", "administrator", "waiting")


def after_a_first_no(house: House) -> list[tuple[str, str]]:
    """Which pages of those who watch tell one side's no while the other has not answered."""
    before = read_as(house, *WATCHING)
    house.send("hopeful", "proposal", house.open_proposal.public_id, word="no", reason="Rather not")
    return differing(before, read_as(house, *WATCHING))


def test_a_no_shows_to_nobody_as_long_as_the_other_side_is_silent(house: House) -> None:
    assert [place for place in after_a_first_no(house) if "/compare/" not in place[1]] == []


def test_nor_does_it_show_where_two_people_are_compared(house: House) -> None:
    assert [place for place in after_a_first_no(house) if "/compare/" in place[1]] == []
