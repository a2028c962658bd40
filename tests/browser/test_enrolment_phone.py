"""A leader enrols on a phone: by thumb, with a lost connection on the way, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Window
from tests.conftest import MovableClock
from tests.personas import PASSWORD, Northmoor
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
    _sign_in(mine)
    mine.open(f"/programmes/{invited.cohort.programme.public_id}/enrolment/")
    thumb.press("Save and go on")  # the time zone, hours and language are known from the people file
    thumb.tick("How our meetings feel", "Most")
    thumb.press("Save and go on")
    mine.context.close()  # the train enters a tunnel

    again = window(scripts=scripts, width=PHONE, dark=True)
    thumb.mine = again
    _sign_in(again)
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


def _sign_in(mine: Window) -> None:
    mine.open("/sign-in/")
    mine.page.get_by_label("E-mail").fill("outsider@northmoor.example")
    mine.page.get_by_label("Password").fill(PASSWORD)
    mine.press("Sign in", exact=True)
