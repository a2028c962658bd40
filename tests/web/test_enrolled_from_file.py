"""Enrolling everybody whom the people file names, and taking it back."""

from __future__ import annotations

import html
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor, make_person
from viceversa.pairing.actions import publish_run
from viceversa.pairing.models import MatchRun
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment, Pause
from viceversa.programmes.personal_link import make_link

SECRET = "seven quiet lighthouses"


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def ada(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def grace(northmoor: Northmoor) -> Person:
    return make_person("g-1", "Grace", "Amoah", grade=7, role="mentee", function="Finance")


def address(northmoor: Northmoor, route: str) -> str:
    return reverse(route, args=[northmoor.programme.public_id])


@pytest.fixture
def nameless(northmoor: Northmoor) -> Person:
    return make_person("p0007", "", "", email="", grade=7, role="mentee", function="Stores", job_title="Buyer")


def test_all_whom_the_file_names_are_enrolled_and_told_of_in_a_sentence(
    northmoor: Northmoor, ada: Client, nameless: Person, grace: Person
) -> None:
    make_person("m-1", "Some", "Mentor", grade=2, role="mentor", function="Stores")
    form = {"side": "mentee", "enrol": "all"}
    page = text_of(ada.get(address(northmoor, "invite"), {"side": "mentee"}))
    assert "Enrol all 2 leaders of the file" in page
    look = text_of(ada.post(address(northmoor, "invite"), form))
    assert "Enrol 2 leaders?" in look
    assert "Grace" in look
    assert "One has no e-mail and comes in by a link or a code" in look
    stale = text_of(ada.post(address(northmoor, "invite"), form | {"confirmed": "3"}))
    assert "The number has changed since you looked. Nobody is enrolled yet." in stale
    assert not Enrolment.objects.filter(state="submitted").exists()
    seen = form | {"confirmed": "2"}
    assert "2 people take part now" in text_of(ada.post(address(northmoor, "invite"), seen, follow=True))
    assert "They were all asked or enrolled already" in text_of(
        ada.post(address(northmoor, "invite"), seen, follow=True)
    )
    assert "Tick at least one person" in text_of(ada.post(address(northmoor, "invite"), form))
    made = Enrolment.objects.filter(state="submitted")
    assert {each.person for each in made} == {nameless, grace}
    assert mail.outbox == []
    again = form | {"enrol": "ticked", "person": grace.public_id}
    assert "They were all asked or enrolled already" in text_of(
        ada.post(address(northmoor, "invite"), again, follow=True)
    )
    assert made.count() == 2


def taken_back(ada: Client, northmoor: Northmoor, **more: str) -> str:
    """What the page says when the enrolment that the list offers is taken back."""
    [at] = re.findall(
        r'name="taken_back" value="([^"]+)"', ada.get(address(northmoor, "enrolment_list")).content.decode()
    )
    form = {"taken_back": html.unescape(at)} | more
    return text_of(ada.post(address(northmoor, "invite"), form, follow=True))


def test_an_enrolment_from_the_file_is_taken_back_where_nothing_has_happened_since(
    northmoor: Northmoor, ada: Client, nameless: Person, grace: Person
) -> None:
    gail = make_person("g-9", "Gail", "Amoah", grade=7, role="mentee", email="gail@northmoor.example")
    gina = make_person("g-8", "Gina", "Amoah", grade=7, role="mentee", email="gina@northmoor.example")
    ada.post(address(northmoor, "invite"), {"side": "mentee", "enrol": "all", "confirmed": "4"})
    ada.post(address(northmoor, "invite"), {"link": nameless.enrolments.get().public_id})
    Enrolment.objects.filter(person=gail).update(steps_done=["hope"])
    at = gina.enrolments.get().submitted_at
    Pause.objects.create(enrolment=gina.enrolments.get(), from_on=at, until_on=at, made_at=at, ended_at=at)
    look = taken_back(ada, northmoor)
    assert "Take one of the leaders off the list again?" in look
    assert "3 of those enrolled together stay" in look
    assert grace.enrolments.exists()
    assert "The number has changed since you looked" in taken_back(ada, northmoor, confirmed="3")
    done = taken_back(ada, northmoor, confirmed="1")
    assert "1 person is off the list again. Nobody was written to." in done
    assert "3 stay, since something has happened to them meanwhile." in done
    assert not grace.enrolments.exists()
    assert nameless.enrolments.exists()
    assert gail.enrolments.exists()
    assert gina.enrolments.exists()
    assert "This enrolment stands" in taken_back(ada, northmoor)
    assert "Enrolment from a file taken back" in text_of(ada.get(address(northmoor, "programme_log")))


def test_an_enrolment_that_a_run_has_looked_at_stands(northmoor: Northmoor, ada: Client, grace: Person) -> None:
    ada.post(address(northmoor, "invite"), {"side": "mentee", "enrol": "all", "confirmed": "1"})
    at = grace.enrolments.get().submitted_at
    MatchRun.objects.create(cohort=northmoor.cohort, number=99, requested_at=at, policy={})
    page = taken_back(ada, northmoor, confirmed="1")
    assert "A match run has looked at them since" in page
    assert grace.enrolments.exists()


@pytest.mark.parametrize("moment", ["", "x", "2026-13-45T00:00:00", "2026-06-23T09:00:00", "2026-06-23T09:00:00+00:00"])
def test_an_enrolment_that_never_was_is_not_taken_back(
    northmoor: Northmoor, ada: Client, grace: Person, moment: str
) -> None:
    before = Enrolment.objects.count()
    answer = ada.post(address(northmoor, "invite"), {"taken_back": moment, "confirmed": "1"})
    assert answer.status_code in (302, 404)
    assert Enrolment.objects.count() == before


def test_the_way_in_says_that_a_partner_is_proposed(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=1)
    mentee, by = pool.mentees[0], northmoor.users["coordinator"]
    assert by is not None
    Person.objects.filter(pk=mentee.person_id).update(user=None, email="")
    join = reverse("join", args=[make_link(mentee, by=by, now=clock()).token])
    assert "A partner is proposed to you." not in text_of(Client().get(join))
    publish_run(run=run_now(northmoor, clock), by=by, now=clock())
    page = text_of(Client().get(join))
    assert "A partner is proposed to you. As soon as you are in, you see who and why" in page
    assert pool.mentors[0].person.name not in page
