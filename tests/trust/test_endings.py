"""Whatever somebody may do ends with what it rested on: on the next request, with the session still open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.conftest import BOTH
from tests.personas import PASSWORD
from viceversa.accounts.links import password_token
from viceversa.accounts.models import RoleGrant
from viceversa.journey.models import Delegation
from viceversa.programmes.models import Enrolment

from .crawl import changed, rows_of_everything
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)

End = Callable[[House, str], Any]


def _leaves(house: House, persona: str) -> None:
    person = house.world.people[persona]
    person.leave_date = house.clock().date()
    person.save()


def _is_deactivated(house: House, persona: str) -> None:
    user = house.world.users[persona]
    user.is_active = False
    user.save()


def _loses_the_role(house: House, persona: str) -> None:
    RoleGrant.objects.filter(user=house.world.users[persona]).update(ended_at=house.clock())


def _delegation_runs_out(house: House, _persona: str) -> None:
    house.clock.forward(days=201)


def _delegation_is_ended(house: House, _persona: str) -> None:
    Delegation.objects.update(ended_at=house.clock())


def _mentee_leaves(house: House, _persona: str) -> None:
    _leaves(house, "mentee")


def _enrolment_is_withdrawn(house: House, persona: str) -> None:
    enrolment = house.world.enrolments[persona].public_id
    house.send(persona, "enrolment_withdraw", enrolment)


def pages_of(house: House) -> dict[str, tuple[str, ...]]:
    """What each persona can open before the end."""
    world = house.world
    programme, pair, meeting = world.programme.public_id, world.pair.public_id, world.meeting.public_id
    step = reverse("enrolment_step", args=[world.enrolments["mentor"].public_id, "time"])
    dates = (reverse("dates"), reverse("meeting_plan", args=[meeting]), reverse("meeting_ics", args=[meeting]))
    both = (reverse("pair", args=[pair]), reverse("meeting", args=[meeting]), reverse("meeting_ics", args=[meeting]))
    run = reverse("run_pairs_csv", args=[world.run.public_id])
    return {
        "mentor": ("/you/", "/pairs/", step, *both),
        "mentee": ("/you/", "/pairs/", *both),
        "delegate": dates,
        "coordinator": (reverse("programme", args=[programme]), reverse("people_list"), run),
        "sponsor": (reverse("programme_insights", args=[programme]),),
        "analyst": (reverse("programme_insights", args=[programme]),),
        "administrator": (reverse("admin"), reverse("admin_roles"), reverse("admin_events")),
        "privacy_officer": (reverse("admin_events"),),
        "handler": (reverse("concerns"),),
    }


ALL = (
    "mentor",
    "mentee",
    "delegate",
    "coordinator",
    "sponsor",
    "analyst",
    "administrator",
    "privacy_officer",
    "handler",
)
STAFF = ALL[3:]
ENDINGS: list[tuple[End, str, str]] = [
    *((_is_deactivated, persona, "out") for persona in ALL),
    *((_leaves, persona, "out") for persona in ("mentor", "mentee")),
    *((_loses_the_role, persona, "hidden") for persona in STAFF),
    *((end, "delegate", "hidden") for end in (_delegation_runs_out, _delegation_is_ended, _mentee_leaves)),
]


@pytest.mark.parametrize(("end", "persona", "then"), ENDINGS, ids=lambda part: getattr(part, "__name__", part))
def test_it_ends_on_the_next_request(house: House, end: End, persona: str, then: str) -> None:
    pages = pages_of(house)[persona]
    client = house.client(persona)
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
    end(house, persona)
    for path in pages:
        answer = client.get(path)
        if then == "out":
            assert answer.status_code == 302, path
            assert answer["Location"].startswith(reverse("sign_in")), path
        else:
            assert answer.status_code == 404, path


@pytest.mark.parametrize("end", [_is_deactivated, _leaves])
def test_who_is_gone_changes_nothing_and_does_not_come_back(house: House, end: End) -> None:
    client = house.client("mentor")
    meeting, proposal = house.held_meeting.public_id, house.world.proposal.public_id
    end(house, "mentor")
    before = rows_of_everything()
    for route, fields in {
        reverse("meeting_note", args=[meeting]): {"words": "kept?", "version": "0"},
        reverse("meeting_held", args=[meeting]): {"held": "no"},
        reverse("proposal", args=[proposal]): {"word": "no"},
        "/you/": {"form": "account", "name": "Kept"},
    }.items():
        assert client.post(route, fields)["Location"].startswith(reverse("sign_in"))
    fresh = Client()
    typed = {"email": "mentor@northmoor.example", "password": PASSWORD}
    assert fresh.post("/sign-in/", typed).status_code == 200
    assert changed(before, rows_of_everything()) == []
    assert fresh.get("/you/").status_code == 302


def test_who_leaves_tomorrow_is_here_today(house: House) -> None:
    person = house.world.people["mentor"]
    person.leave_date = house.clock().date() + timedelta(days=1)
    person.save()
    client = house.client("mentor")
    assert client.get("/you/").status_code == 200
    house.clock.forward(days=1)
    assert client.get("/you/").status_code == 302


def test_who_has_left_leaves_no_session(house: House) -> None:
    client = house.client("mentor")
    _leaves(house, "mentor")
    client.get("/you/")
    assert Session.objects.count() == 0


def test_a_coordinator_who_has_left_the_organisation_is_out_too(house: House) -> None:
    """A grant outlives nobody's employment."""
    person = house.world.people["outsider"]
    person.user = house.world.users["coordinator"]
    person.save()
    client, path = house.client("coordinator"), reverse("programme", args=[house.world.programme.public_id])
    assert client.get(path).status_code == 200
    _leaves(house, "outsider")
    assert client.get(path)["Location"].startswith(reverse("sign_in"))


def test_a_withdrawn_enrolment_is_closed_in_every_window(house: House) -> None:
    enrolment = house.world.enrolments["hopeful"]
    client = house.client("hopeful")
    paths = [
        reverse("enrolment_step", args=[enrolment.public_id, step]) for step in ("time", "learn", "avoid", "check")
    ]
    paths += [reverse("enrolment_withdraw", args=[enrolment.public_id])]
    paths += [reverse("enrolment", args=[house.world.programme.public_id])]
    assert {client.get(path).status_code for path in paths} <= {200, 302}
    _enrolment_is_withdrawn(house, "hopeful")
    before = rows_of_everything()
    assert [client.get(path).status_code for path in paths] == [404] * len(paths)
    assert [client.post(path, {"hope": "back"}).status_code for path in paths] == [404] * len(paths)
    yes = client.post(reverse("proposal", args=[house.open_proposal.public_id]), {"word": "yes"})
    assert yes.status_code == 302, "the page then says that the proposal is over"
    assert changed(before, rows_of_everything()) == []
    assert Enrolment.objects.get(pk=enrolment.pk).state == Enrolment.State.WITHDRAWN


def test_a_new_password_ends_every_other_session_and_every_link(house: House) -> None:
    here, there = house.client("mentor"), house.client("mentor")
    user = house.world.users["mentor"]
    user.refresh_from_db()  # a link made before signing in is spent already
    link = reverse("password_reset", args=[password_token(user, now=house.clock())])
    typed = {"form": "password", "present": PASSWORD, "password": "a short swim at noon"}
    assert here.post("/you/", typed).status_code == 302
    assert here.get("/you/").status_code == 200
    assert there.get("/you/").status_code == 302
    assert Client().get(link).status_code == 410


def test_links_of_somebody_who_is_gone_open_nothing(house: House) -> None:
    reset = reverse("password_reset", args=[house.password_token])
    join = reverse("join", args=[house.join_token])
    assert Client().get(reset).status_code == Client().get(join).status_code == 200
    _is_deactivated(house, "sponsor")
    house.invited.person.leave_date = house.clock().date()
    house.invited.person.save()
    for link in (reset, join):
        for fields in ({"password": "a short swim at noon"}, {"answer": "no"}):
            before = rows_of_everything()
            assert Client().get(link).status_code == 410
            assert Client().post(link, fields).status_code == 410
            assert changed(before, rows_of_everything()) == []


def test_links_run_out(house: House) -> None:
    house.clock.forward(hours=1)
    assert Client().get(reverse("password_reset", args=[house.password_token])).status_code == 410
    house.clock.forward(days=30)
    assert Client().get(reverse("join", args=[house.join_token])).status_code == 410


def test_a_session_planted_before_signing_in_is_worth_nothing(house: House) -> None:
    client = Client()
    client.get("/sign-in/")
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["viceversa_session"] = planted.session_key
    client.post("/sign-in/", {"email": "mentor@northmoor.example", "password": PASSWORD})
    assert client.cookies["viceversa_session"].value != planted.session_key
    with_the_old = Client()
    with_the_old.cookies["viceversa_session"] = planted.session_key
    assert with_the_old.get("/you/").status_code == 302


def test_signing_out_ends_the_session_itself(house: House) -> None:
    client = house.client("mentor")
    key = client.cookies["viceversa_session"].value
    client.post("/sign-out/")
    again = Client()
    again.cookies["viceversa_session"] = key
    assert again.get("/you/").status_code == 302
