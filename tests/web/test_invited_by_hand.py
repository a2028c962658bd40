"""Inviting somebody whom no letter reaches: a link handed over, and the way in behind it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from tests.personas import Northmoor, make_person
from viceversa.people.models import Person
from viceversa.people.roster_difference import differs
from viceversa.people.snapshot_rows import told_rows
from viceversa.programmes.models import Enrolment

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


def link_on(page: str) -> str:
    """The path of the link that stands on the page to be handed over."""
    [path] = re.findall(r"http://testserver(/join/[^<\s]+)", page)
    return str(path)


@pytest.fixture
def handed(northmoor: Northmoor, ada: Client, nameless: Person) -> str:
    """The path of a link for somebody who was enrolled from the file."""
    ada.post(address(northmoor, "invite"), {"side": "mentee", "enrol": "ticked", "person": nameless.public_id})
    link = {"link": nameless.enrolments.get().public_id}
    return link_on(text_of(ada.post(address(northmoor, "invite"), link)))


def test_where_no_letter_reaches_anybody_the_page_says_what_can_be_done(
    northmoor: Northmoor, ada: Client, nameless: Person
) -> None:
    page = text_of(ada.get(address(northmoor, "invite"), {"side": "mentee", "words": "p0007"}))
    assert "No letter reaches anybody here; one person can be enrolled from the file" in page


def test_ticked_without_an_address_is_said_and_not_invited(
    northmoor: Northmoor, ada: Client, nameless: Person, grace: Person
) -> None:
    form = {"side": "mentee", "whom": "ticked", "person": [nameless.public_id, grace.public_id]}
    page = text_of(ada.post(address(northmoor, "invite"), form, follow=True))
    assert "1 invitation is on its way" in page
    assert "1 person without an e-mail was left out" in page
    assert not nameless.enrolments.exists()


def test_somebody_is_invited_by_hand_and_enrols_like_everybody(
    northmoor: Northmoor, ada: Client, nameless: Person
) -> None:
    page = text_of(ada.post(address(northmoor, "invite"), {"side": "mentee", "hand": nameless.public_id}))
    assert "Hand this link to Person p0007" in page
    reader = Client()
    link = link_on(page)
    assert "Your e-mail address" in text_of(reader.get(link))
    onward = reader.post(link, {"answer": "yes", "email": "kim@home.example", "password": SECRET})
    assert onward["Location"] == address(northmoor, "enrolment")
    again = text_of(ada.post(address(northmoor, "invite"), {"side": "mentee", "hand": nameless.public_id}, follow=True))
    assert "Person p0007 has no grade, or was asked already" in again


def test_a_handed_link_leads_home_and_signs_in_with_the_chosen_address(
    northmoor: Northmoor, handed: str, nameless: Person
) -> None:
    reader = Client()
    page = text_of(reader.get(handed))
    assert "Person p0007, Ada Okafor invites you to Fresh Eyes" in page
    assert "Ada Okafor enrolled you with what the organisation knows of you" in page
    home = reader.post(handed, {"answer": "yes", "email": "Kim@Home.example", "password": SECRET})
    assert home["Location"] == reverse("home")
    assert reader.get(reverse("home")).status_code == 200
    checked = reader.get(reader.get(address(northmoor, "enrolment"))["Location"])
    assert "What your organisation told us of you stands below" in text_of(checked)
    nameless.refresh_from_db()
    assert nameless.user is not None
    assert (nameless.user.email, nameless.email) == ("kim@home.example", "kim@home.example")
    assert Client().login(username="kim@home.example", password=SECRET)
    spent = Client().get(handed)
    assert spent.status_code == 410
    assert "This link has been used, or a newer one replaced it" in text_of(spent)


def test_the_list_makes_a_new_link_until_somebody_has_come_in(
    northmoor: Northmoor, ada: Client, handed: str, nameless: Person
) -> None:
    link = {"link": nameless.enrolments.get().public_id}
    listed = address(northmoor, "enrolment_list") + "?words=p0007"
    assert "Make a link" in text_of(ada.get(listed))
    newer = link_on(text_of(ada.post(address(northmoor, "invite"), link)))
    assert Client().get(handed).status_code == 410
    Client().post(newer, {"answer": "yes", "email": "kim@home.example", "password": SECRET})
    assert "Make a link" not in text_of(ada.get(listed))
    page = text_of(ada.post(address(northmoor, "invite"), link, follow=True))
    assert "Person p0007 signs in already, has left, or said no" in page


def test_a_link_for_somebody_of_another_programme_is_not_made_from_here(northmoor: Northmoor, ada: Client) -> None:
    link = {"link": northmoor.enrolments["other_mentee"].public_id}
    assert ada.post(address(northmoor, "invite"), link).status_code == 404
    assert ada.post(address(northmoor, "invite"), {"side": "mentee", "hand": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Enter an e-mail address that you read"),
        ("kim at home", "Enter an e-mail address such as kim@example.org"),
        ("Priya.Raman@northmoor.example", "Somebody else here has this address"),
        ("coordinator@northmoor.example", "Somebody else here has this address"),
    ],
)
def test_an_address_that_cannot_be_taken_is_said_and_kept(
    handed: str, nameless: Person, email: str, words: str
) -> None:
    page = text_of(Client().post(handed, {"answer": "yes", "email": email, "password": SECRET}))
    assert words in page
    assert "<title>Error:" in page
    assert f'value="{email}"' in page or not email
    nameless.refresh_from_db()
    assert (nameless.email, nameless.user) == ("", None)


def test_a_password_is_not_the_chosen_address(handed: str) -> None:
    page = text_of(
        Client().post(handed, {"answer": "yes", "email": "kimberley@home.example", "password": "kimberley@home"})
    )
    assert "not so close to your name or address" in page


def test_no_thank_you_is_enough_for_whoever_was_enrolled_by_others(handed: str, nameless: Person) -> None:
    assert "No thank you" in text_of(Client().get(handed))
    assert "Thank you for answering" in text_of(Client().post(handed, {"answer": "no"}))
    assert nameless.enrolments.get().state == Enrolment.State.DECLINED


def test_a_new_people_file_leaves_the_address_that_somebody_chose(handed: str, nameless: Person) -> None:
    Client().post(handed, {"answer": "yes", "email": "kim@home.example", "password": SECRET})
    nameless.refresh_from_db()
    old = next(told_rows(Person.objects.filter(pk=nameless.pk)))
    assert not differs("email", old, replace(old, email=""))
    assert differs("email", old, replace(old, email="kim@northmoor.example"))
