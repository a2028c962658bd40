"""From the first administrator to published proposals without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.core import mail
from django.urls import reverse

from tests.browser.conftest import Window
from tests.browser.keyboard import Keyboard
from tests.browser.line import PASSWORD, PEOPLE
from tests.conftest import MovableClock
from viceversa.accounts.access import Role
from viceversa.accounts.actions import account_for
from viceversa.accounts.grants import grant_role
from viceversa.accounts.links import WELCOME_LIVES, password_token
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import PairDecision, Proposal
from viceversa.people.models import Person
from viceversa.programmes.models import Programme

ADA = "ada.okafor@northmoor.example"
SAM = "sam.price@northmoor.example"
HEADINGS = {"person_id": "Employee Number", "given_name": "First Name", "family_name": "Last Name"}


def test_from_an_empty_installation_to_published_proposals_by_keyboard_alone(
    window: Callable[..., Window], clock: MovableClock, tmp_path: Path, transactional_db: None
) -> None:
    _administrator_names_a_coordinator(window(), clock=clock)
    desk = window()
    keys = Keyboard(desk)
    _come_in(keys, _link_to(ADA), address=ADA)
    _people_come_in(keys, folder=tmp_path, clock=clock)
    _programme_is_launched(keys)
    _people_come_to_take_part(keys, clock=clock)
    _pairs_are_published(keys, clock=clock)
    print(f"{keys.stops} stops")
    assert Proposal.objects.filter(state__in=Proposal.OPEN).count() == 2


def _link_to(address: str) -> str:
    letter = [one for one in mail.outbox if address in one.to][-1]
    found = re.search(r"https?://\S+", str(letter.body))
    assert found
    return found.group()


def _come_in(keys: Keyboard, link: str, *, address: str) -> None:
    """Choose a password with the link from a letter, and sign in with it."""
    keys.mine.open(link)
    keys.write("New password", PASSWORD)
    keys.press("Take this password")
    keys.press("Sign in", kind="a")
    keys.write("E-mail", address)
    keys.write("Password", PASSWORD)
    keys.press("Sign in", kind="submit")


def _administrator_names_a_coordinator(mine: Window, *, clock: MovableClock) -> None:
    """As ``viceversa administrator`` makes the first account, and as its link is used."""
    keys = Keyboard(mine)
    sam = account_for(email=SAM, name="Sam Price", by=None, now=clock())
    grant_role(user=sam, role=Role.ADMINISTRATOR, scope="", by=None, now=clock())
    link = reverse("password_reset", args=[password_token(sam, now=clock(), lives=WELCOME_LIVES)])
    _come_in(keys, link, address=SAM)
    keys.over_the_menu()
    keys.press("Give somebody the role")
    keys.to("#id_role")
    keys.page.keyboard.type("Coordinator")
    keys.write("E-mail", ADA)
    keys.write("Name", "Ada Okafor")
    keys.press("Give the role")
    run_until_idle(clock=clock)


def _people_come_in(keys: Keyboard, *, folder: Path, clock: MovableClock) -> None:
    """An export with the headings of another system: mapped, checked, applied."""
    file = folder / "export.csv"
    text = PEOPLE.replace("Operations,London,n1,8,mentee,,,", "Operations,London,n1,8,mentee,,How our meetings feel:2,")
    text = text.replace("Stores,Leeds,n6,2,mentor,,,", "Stores,Leeds,n6,2,mentor,How our meetings feel:5,,")
    for ours, theirs in HEADINGS.items():
        text = text.replace(ours, theirs, 1)
    file.write_text(text, encoding="utf-8")
    keys.over_the_menu()
    keys.press("Bring people in")
    keys.over_the_menu()
    keys.to("People file", kind="file")
    keys.page.locator("input[type=file]").set_input_files(str(file))  # the system's own dialog is not a page
    keys.press("Read the file")
    keys.over_the_menu()
    keys.press("Check the rows")
    keys.over_the_menu()
    keys.press("Import 6 people")
    run_until_idle(clock=clock)
    keys.waits_for("6 people are new")
    assert Person.objects.count() == 6


def _programme_is_launched(keys: Keyboard) -> None:
    keys.over_the_menu()
    keys.press("Choose a playbook")
    keys.over_the_menu()
    keys.press("Empower")
    keys.over_the_menu()
    keys.to("Begin a programme from this")
    keys.page.keyboard.press("Enter")  # down to the form, on the same page
    keys.write("Name of the programme", "Fresh Eyes")
    keys.press("Begin the programme")
    keys.over_the_menu()
    keys.press("Check whether it is ready")
    keys.over_the_menu()
    keys.press("An objective that can be checked")
    keys.press("Change", kind="a")
    keys.over_the_menu()
    keys.write("Today", "40")
    keys.write("Target", "60")
    keys.write("Who answers for it", "Ruth Adeyemi")
    keys.press("Save the objective")
    keys.over_the_menu()
    keys.press("Who hears concerns")
    for name, way in (("Helen Marsh", "+44 20 7946 0001"), ("Omar Haddad", "+44 20 7946 0002")):
        keys.over_the_menu()
        keys.write("Name of the contact", name)
        keys.write("How they are reached", way)
        keys.to("Stands outside")
        keys.page.keyboard.press("Space")
        keys.press("Name this contact")
    keys.over_the_menu()
    keys.press("Back to the design")
    keys.over_the_menu()
    keys.press("Go to the launch")
    keys.over_the_menu()
    if keys.page.get_by_label("Why you launch it all the same").count():
        keys.write("Why you launch it all the same", "The sponsor speaks next week.")
    keys.press("Launch")
    assert Programme.objects.get().is_launched


def _people_come_to_take_part(keys: Keyboard, *, clock: MovableClock) -> None:
    """Who said yes on paper is enrolled, and one more is invited by letter."""
    keys.over_the_menu()
    keys.press("Enrol all 2 leaders of the file")
    keys.over_the_menu()
    keys.press("Enrol these 2")
    keys.over_the_menu()
    keys.press("Go on to the mentors")
    keys.over_the_menu()
    keys.press("Enrol all 2 mentors of the file")
    keys.over_the_menu()
    keys.press("Enrol these 2")
    keys.over_the_menu()
    keys.press("Invite people")
    keys.over_the_menu()
    keys.press("As mentors")
    keys.over_the_menu()
    keys.press("Take the filters out")
    keys.over_the_menu()
    keys.to("Inês Duarte", kind="checkbox")
    keys.page.keyboard.press("Space")
    keys.press("Invite the people ticked as mentors")
    run_until_idle(clock=clock)
    assert [letter.to for letter in mail.outbox[-1:]] == [["ines.duarte@northmoor.example"]]


def _pairs_are_published(keys: Keyboard, *, clock: MovableClock) -> None:
    keys.over_the_menu()
    keys.press("Find the best matching", kind="a")
    keys.over_the_menu()
    keys.press("Find the best matching", kind="submit")
    run_until_idle(clock=clock)
    keys.waits_for("Proven best")
    keys.over_the_menu()
    keys.press("Lock", kind="submit")
    assert PairDecision.objects.standing().count() == 1
    keys.over_the_menu()
    keys.press("Review and publish")
    keys.over_the_menu()
    keys.press("Publish 2 proposals")
    run_until_idle(clock=clock)
