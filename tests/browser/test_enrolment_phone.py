"""A leader enrols on a phone: by thumb, with a lost connection on the way, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail

from tests.browser.conftest import Window
from tests.browser.desks import sign_in
from tests.conftest import MovableClock
from tests.personas import PASSWORD, Northmoor, make_person
from viceversa.accounts.access import Role
from viceversa.accounts.models import RoleGrant
from viceversa.outbox.worker import run_until_idle
from viceversa.programmes.invitations import invite
from viceversa.programmes.models import Enrolment, IdentityQuestion, Question

PHONE = 375


@pytest.fixture
def invited(northmoor: Northmoor, clock: MovableClock) -> Enrolment:
    """Somebody invited to a programme that asks whatever a programme can ask."""
    northmoor.programme.topics = [
        {"name": "How our meetings feel", "family": "culture", "side": "mentor"},
        {"name": "Short video", "family": "tool", "side": "mentor"},
        {"name": "How budgets are decided", "family": "strategy", "side": "mentee"},
    ]
    northmoor.programme.consent_text = "Your answers are used to find you a partner, and for nothing else."
    northmoor.programme.save()
    for place, (kind, words, choices) in enumerate(
        [("short", "Which sites can you reach?", []), ("scale", "How sure are you?", ["Not at all", "Very"])]
    ):
        Question.objects.create(
            programme=northmoor.programme,
            position=place,
            kind=kind,
            words=words,
            choices=choices,
            made_at=clock(),
            required=kind == "short",
            readers="partner_too" if kind == "short" else "coordinator",
        )
    IdentityQuestion.objects.create(
        programme=northmoor.programme,
        attribute="gender",
        label="Gender",
        choices=["Woman", "Man", "Non-binary"],
        purposes={"match": "So that two who differ meet.", "partner": "So that you can talk of it."},
        made_at=clock(),
    )
    return Enrolment.objects.create(
        cohort=northmoor.cohort, person=northmoor.people["outsider"], role="mentee", invited_at=clock()
    )


class Thumb:
    """Presses and types, and counts what it costs."""

    def __init__(self, mine: Window, *, looks: bool) -> None:
        self.mine, self.looks, self.presses, self.typed = mine, looks, 0, 0

    def look(self) -> None:
        if self.looks:
            self.mine.judge()

    def press(self, name: str) -> None:
        self.mine.press(name, exact=True)
        self.presses += 1
        self.look()

    def tick(self, topic: str, answer: str) -> None:
        row = self.mine.page.get_by_role("radiogroup", name=topic)
        row.get_by_text(answer, exact=True).first.click()
        self.presses += 1

    def write(self, label: str, words: str) -> None:
        self.mine.page.get_by_label(label).first.fill(words)
        self.typed += len(words)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_leader_enrols_on_a_phone_and_goes_on_where_the_connection_was_lost(
    window: Callable[..., Window], invited: Enrolment, scripts: bool
) -> None:
    mine = window(scripts=scripts, width=PHONE)
    thumb = Thumb(mine, looks=scripts)
    sign_in(mine, "outsider@northmoor.example")
    mine.open(f"/programmes/{invited.cohort.programme.public_id}/enrolment/")
    thumb.press("Save and go on")  # the time zone, hours and language are known from the people file
    thumb.tick("How our meetings feel", "Most")
    thumb.press("Save and go on")
    mine.context.close()  # the train enters a tunnel

    again = window(scripts=scripts, width=PHONE, dark=True)
    thumb.mine = again
    sign_in(again, "outsider@northmoor.example")
    again.open(f"/programmes/{invited.cohort.programme.public_id}/enrolment/")
    assert "How well do you know these today?" in again.page.title()
    for _page in ("today", "give", "interests", "style"):
        thumb.press("Save and go on")
    thumb.write("Pronouns", "she/her")
    thumb.write("What you do not want to be asked about", "My family")
    thumb.press("Save and go on")
    thumb.press("Save and go on")  # nobody to avoid
    thumb.write("Which sites can you reach?", "Leeds")
    thumb.press("Save and go on")
    thumb.press("Save and go on")  # prefers not to say
    again.page.get_by_label("I have read this and agree").check()
    thumb.press("Send and take part")
    invited.refresh_from_db()
    assert invited.state == Enrolment.State.SUBMITTED
    assert not invited.person.identity_consents.exists()
    assert thumb.presses <= 16, "a page more than a leader was promised"


def _tap(mine: Window, name: str) -> None:
    with mine.page.expect_navigation():
        mine.page.get_by_role("button", name=name).tap()


# Whatever can be pressed and is smaller than a fingertip needs, WCAG 2.2 §2.5.8; links within a sentence are exempt.
TOO_SMALL = """() => [...document.querySelectorAll("main a, main button, main input, main select, main summary")]
  .filter((one) => one.checkVisibility({opacityProperty: true, visibilityProperty: true}))
  .filter((one) => !(one.localName === "a" && getComputedStyle(one).display === "inline"))
  .map((one) => [(one.closest("label") || one).getBoundingClientRect(), one])
  .filter(([box]) => box.width > 0 && (box.width < 24 || box.height < 24))
  .map(([box, one]) => `${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


def test_a_leader_comes_in_by_the_letter_with_a_phone_that_is_shut_midway(
    window: Callable[..., Window], invited: Enrolment, clock: MovableClock
) -> None:
    programme = invited.cohort.programme
    person = make_person("p-1", "Lotte", "Phone", grade=7)
    desk = RoleGrant.objects.get(role=Role.COORDINATOR.value, scope=programme.public_id).user
    invite(invited.cohort, people=[person], role=Enrolment.Role.MENTEE, by=desk, now=clock())
    run_until_idle(clock=clock)
    held = Enrolment.objects.get(person=person)
    letter = next(one for one in reversed(mail.outbox) if person.email in one.to)
    link = re.search(r"https?://\S*/join/\S*", str(letter.body))
    assert link is not None
    mine = window(width=PHONE, phone=True)
    mine.open(link.group())
    mine.judge()
    mine.page.locator("input[type=password]").first.fill(PASSWORD)
    _tap(mine, "Go on")
    pages, shut = 0, False
    for _page in range(16):
        mine.page.wait_for_load_state()
        mine.judge()
        assert not mine.page.evaluate(TOO_SMALL), f"{mine.page.title()}: {mine.page.evaluate(TOO_SMALL)}"
        send = mine.page.get_by_role("button", name="Send and take part")
        if send.count():
            break
        topic = mine.page.get_by_role("radiogroup", name="How our meetings feel")
        if topic.get_by_text("Most", exact=True).count():
            topic.get_by_text("Most", exact=True).first.tap()
        required = mine.page.get_by_label("Which sites can you reach?")
        if required.count():
            required.fill("Leeds")
        _tap(mine, "Save and go on")
        pages += 1
        if pages == 4 and not shut:
            mine.page.wait_for_load_state()
            heading, shut = mine.page.locator("h1").inner_text(), True
            mine.context.close()
            mine = window(width=PHONE, phone=True, dark=True)
            sign_in(mine, person.email)
            mine.open(f"/programmes/{programme.public_id}/enrolment/")
            assert mine.page.locator("h1").inner_text() == heading, "it went on somewhere else"
    mine.page.get_by_label("I have read this and agree").check()
    _tap(mine, "Send and take part")
    mine.page.wait_for_load_state()
    mine.judge()
    held.refresh_from_db()
    assert held.state == Enrolment.State.SUBMITTED
    print(f"{pages} pages from the letter to sent")
