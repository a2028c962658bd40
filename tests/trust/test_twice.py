"""A form sent twice does what one did; a form that is out of date overwrites nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import BOTH
from tests.personas import PASSWORD
from viceversa.outbox.worker import run_until_idle

from .crawl import body_of, changed, own_addresses, rows_of_everything
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)

Sent = tuple[str, str, dict[str, Any]]  # who, the address, and what they typed


def _key(house: House, persona: str, path: str) -> str:
    return str(house.client(persona).get(path).context["key"])


def _seen(house: House, persona: str, path: str) -> str:
    return str(house.client(persona).get(path).context["seen"])


def forms(house: House) -> dict[str, Sent]:
    """Every form of the product that changes something, filled in."""
    world = house.world
    programme, held = world.programme.public_id, house.held_meeting.public_id
    playbook, new = reverse("playbook", args=["empower"]), reverse("objective_new", args=[programme])
    step = reverse("enrolment_step", args=[world.enrolments["hopeful"].public_id, "interests"])
    date = {"date": "2026-06-30", "time": "10:00", "time_zone": "Europe/London", "minutes": "60", "version": "1"}
    minute = {"could_say": "4", "useful": "5", "taught": "both", "wants_contact": "on"}
    decide = reverse("run_decide", args=[house.draft_run.public_id])
    dates = {"name": "Next Spring", "starts_on": "2027-03-01", "ends_on": "2027-11-30"}
    opened = house.client("coordinator").get(playbook).context["form"].initial
    typed = {name: str(value) for name, value in opened.items() if value is not None}
    two = {"mentor": world.enrolments["hopeful"].public_id, "mentee": world.enrolments["waiting"].public_id}
    contact = {"meeting": held, "person": world.people["mentee"].public_id}
    delegate = {"name": "Hanna", "email": "hanna@northmoor.example", "until": "2026-12-31"}
    again = {"again": house.invited.public_id}
    return {
        "a programme": ("coordinator", playbook, typed | dates | {"key": _key(house, "coordinator", playbook)}),
        "an objective": (
            "coordinator",
            new,
            {"title": "More", "metric": "Count", "key": _key(house, "coordinator", new)},
        ),
        "a decision": ("coordinator", decide, two | {"kind": "locked"}),
        "a run": ("coordinator", reverse("run_list", args=[programme]), {}),
        "a contact": ("coordinator", reverse("pair_contacted", args=[programme]), contact),
        "a letter again": ("coordinator", reverse("invite", args=[programme]), again),
        "a yes": ("hopeful", reverse("proposal", args=[house.open_proposal.public_id]), {"word": "yes"}),
        "a no": ("waiting", reverse("proposal", args=[house.open_proposal.public_id]), {"word": "no", "reason": ""}),
        "a note": ("mentor", reverse("meeting_note", args=[held]), {"words": "Twice", "version": "0"}),
        "a minute": ("mentor", reverse("meeting_checkin", args=[held]), minute),
        "a date": ("mentee", reverse("meeting_plan", args=[world.meeting.public_id]), date),
        "a meeting that was held": ("mentee", reverse("meeting_held", args=[held]), {"held": "yes"}),
        "a page of enrolment": ("hopeful", step, {"interests": "chess", "seen": _seen(house, "hopeful", step)}),
        "a delegate": ("mentee", reverse("delegation_new"), delegate),
        "a role": ("administrator", reverse("admin_roles"), {"role": "analyst", "email": "new@northmoor.example"}),
        "an invitation's yes": ("anonymous", reverse("join", args=[house.join_token]), {"password": "a swim at noon"}),
        "an invitation's no": ("anonymous", reverse("join", args=[house.join_token]), {"answer": "no"}),
    }


NAMES = (
    "a programme",
    "an objective",
    "a decision",
    "a run",
    "a contact",
    "a letter again",
    "a yes",
    "a no",
    "a note",
    "a minute",
    "a date",
    "a meeting that was held",
    "a page of enrolment",
    "a delegate",
    "a role",
    "an invitation's yes",
    "an invitation's no",
)
CHANGE_NOTHING = {"a meeting that was held"}  # it is written down so already
# What is said again is noted again, with its time, and nothing comes of it.
SAID_AGAIN = {
    "a minute": {"default.accounts_event", "default.journey_checkin"},
    "a yes": {"default.accounts_event", "default.pairing_proposalanswer"},
}


@pytest.mark.parametrize("what", NAMES)
def test_what_is_sent_twice_is_done_once(house: House, what: str) -> None:
    house.clock.forward(minutes=1)
    who, path, typed = forms(house)[what]
    clients = [house.client(who), house.client(who)]
    begun = rows_of_everything()
    assert clients[0].post(path, typed).status_code in (200, 302)
    once = rows_of_everything()
    house.clock.forward(seconds=5)
    assert bool(changed(begun, once)) is (what not in CHANGE_NOTHING)
    assert clients[1].post(path, typed).status_code in (200, 302, 409, 410)
    twice = rows_of_everything()
    touched = {told.partition(":")[0] for told in changed(once, twice)}
    assert touched <= SAID_AGAIN.get(what, set()), changed(once, twice)
    run_until_idle(clock=house.clock)


def test_the_table_above_names_every_form(house: House) -> None:
    assert tuple(forms(house)) == NAMES


Change = Callable[[House], tuple[str, str, dict[str, Any], dict[str, Any], str]]


def _design(house: House) -> tuple[str, str, dict[str, Any], dict[str, Any], str]:
    path = reverse("programme_part", args=[house.world.programme.public_id, "purpose"])
    page = house.client("coordinator").get(path)
    typed = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    typed["seen"] = page.context["seen"]
    return "coordinator", path, typed | {"name": "First"}, typed | {"name": "Second"}, "Second"


def _objective(house: House) -> tuple[str, str, dict[str, Any], dict[str, Any], str]:
    held = house.world.programme.objectives.get()
    path = reverse("objective", args=[house.world.programme.public_id, held.public_id])
    page = house.client("coordinator").get(path)
    typed = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    typed["seen"] = page.context["seen"]
    return "coordinator", path, typed | {"title": "First"}, typed | {"title": "Second"}, "Second"


def _hope(house: House) -> tuple[str, str, dict[str, Any], dict[str, Any], str]:
    path = reverse("enrolment_step", args=[house.world.enrolments["mentor"].public_id, "learn"])
    seen = _seen(house, "mentor", path)
    return "mentor", path, {"hope": "First", "seen": seen}, {"hope": "Second", "seen": seen}, "Second"


def _note(house: House) -> tuple[str, str, dict[str, Any], dict[str, Any], str]:
    path = reverse("meeting_note", args=[house.held_meeting.public_id])
    house.send("mentor", "meeting_note", house.held_meeting.public_id, words="Begun", version="0")
    return "mentor", path, {"words": "First", "version": "1"}, {"words": "Second", "version": "1"}, "Second"


def _date(house: House) -> tuple[str, str, dict[str, Any], dict[str, Any], str]:
    path = reverse("meeting_plan", args=[house.world.meeting.public_id])
    date = {"date": "2026-06-30", "time_zone": "Europe/London", "minutes": "60", "version": "1"}
    return (
        "mentee",
        path,
        date | {"time": "10:00", "place": "First"},
        date | {"time": "11:00", "place": "Second"},
        "Second",
    )


@pytest.mark.parametrize("change", [_design, _objective, _hope, _note, _date])
def test_a_form_that_is_out_of_date_overwrites_nobody_and_loses_nothing(house: House, change: Change) -> None:
    who, path, first, second, typed = change(house)
    clients = [house.client(who), house.client(who)]
    assert clients[0].post(path, first).status_code == 302
    saved = rows_of_everything()
    answer = clients[1].post(path, second)
    assert answer.status_code == 409
    assert typed in answer.content.decode(), "what was typed is still there"
    assert changed(saved, rows_of_everything()) == []


# Looking ---------------------------------------------------------------------------------------------------------


def test_a_scanner_that_opens_the_links_of_letters_changes_nothing(house: House) -> None:
    links = [reverse("join", args=[house.join_token]), reverse("password_reset", args=[house.password_token])]
    before = rows_of_everything()
    for link in links:
        for headers in ({}, {"User-Agent": "LinkScanner/1.0"}, {"Purpose": "prefetch"}, {"HX-Request": "true"}):
            client = Client(headers=headers)
            for method in (client.head, client.get, client.options, client.get):
                assert method(link).status_code == 200
    assert changed(before, rows_of_everything()) == []
    assert Client().post(links[1], {"password": "a short swim at noon"}).status_code == 302
    assert Client().post("/sign-in/", {"email": "sponsor@northmoor.example", "password": PASSWORD}).status_code == 200
    assert Client().post(links[0], {"password": "a short swim at noon"}).status_code == 302


def test_asking_for_the_head_of_a_page_changes_nothing(house: House) -> None:
    personas = ("mentor", "delegate", "coordinator")
    clients = {persona: house.client(persona) for persona in personas}
    before = rows_of_everything()
    for persona, client in clients.items():
        for path in own_addresses(house):
            answer = client.head(path)
            assert answer.status_code < 500 or path == "/readyz", f"{persona} {path}"
            assert body_of(answer) == b"", f"{persona} {path}"
    assert changed(before, rows_of_everything()) == []
