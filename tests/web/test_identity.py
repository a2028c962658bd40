"""Identity attributes on the pages: off until somebody says otherwise, and off at once when they take it back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.people.models import IdentityAnswer, IdentityConsent
from viceversa.programmes.enrol import withdraw_enrolment
from viceversa.programmes.models import IdentityQuestion, Programme

WHY = {"match": "So that two who differ meet.", "partner": "So that the two can talk of it.", "counted": ""}


@pytest.fixture
def asked(northmoor: Northmoor, client: Client) -> IdentityQuestion:
    desk = northmoor.sign_in(Client(), "coordinator")
    address = reverse("identity_new", args=[northmoor.programme.public_id])
    key = desk.get(address).context["key"]
    desk.post(address, {"label": "Gender", "choices": "Woman\nMan", "key": key} | WHY)
    return IdentityQuestion.objects.get()


@pytest.fixture
def mentor(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "mentor")


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def step(northmoor: Northmoor) -> str:
    return reverse("enrolment_step", args=[northmoor.enrolments["mentor"].public_id, "identity"])


def say(client: Client, northmoor: Northmoor, **said: str) -> object:
    here = step(northmoor)
    answers = {name.replace("_", "-"): value for name, value in said.items()}
    return client.post(here, answers | {"seen": client.get(here).context["seen"], "then": "check"})


def test_a_programme_that_asks_for_none_has_no_such_page(northmoor: Northmoor, mentor: Client) -> None:
    assert mentor.get(step(northmoor)).status_code == 404


def test_nothing_is_chosen_beforehand_and_saying_nothing_costs_nothing(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client
) -> None:
    page = text_of(mentor.get(step(northmoor)))
    assert "I prefer not to say" in page
    assert WHY["match"] in page
    assert page.count(" checked") == 1, "the first answer, and no box"
    assert say(mentor, northmoor).status_code == 302  # type: ignore[attr-defined]
    assert not IdentityConsent.objects.exists()


def test_an_answer_needs_a_use_and_a_use_an_answer(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client
) -> None:
    assert "Say what “Gender” may be used for" in text_of(say(mentor, northmoor, gender_value="Woman"))
    assert "Choose an answer for “Gender”" in text_of(say(mentor, northmoor, gender_match="on"))
    own = say(mentor, northmoor, gender_value="own-words", gender_match="on")
    assert "Write it in your own words" in text_of(own)
    assert not IdentityAnswer.objects.exists()


def test_a_partner_reads_it_by_that_consent_alone_and_not_after_it(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client
) -> None:
    partner = northmoor.sign_in(Client(), "mentee")
    pair = reverse("pair", args=[northmoor.pair.public_id])
    said = {"gender_value": "own-words", "gender_own": "Owncanary"}
    say(mentor, northmoor, **said, gender_match="on")
    assert "canary" not in text_of(partner.get(pair))
    say(mentor, northmoor, **said, gender_match="on", gender_partner="on")
    assert "Owncanary" in text_of(partner.get(pair))
    mentor.post(reverse("you_identity"), {"consent": str(IdentityConsent.objects.get(purpose="partner").pk)})
    assert "canary" not in text_of(partner.get(pair))
    mentor.post(reverse("you_identity"), {"all": "yes"})
    assert not IdentityAnswer.objects.exists()


def test_nobody_takes_back_somebody_elses_consent(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client
) -> None:
    say(mentor, northmoor, gender_value="Woman", gender_match="on")
    other = northmoor.sign_in(Client(), "mentee")
    other.post(reverse("you_identity"), {"consent": str(IdentityConsent.objects.get().pk)})
    assert IdentityConsent.objects.standing().count() == 1


def test_a_withdrawal_from_the_programme_ends_every_use_in_it(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client, clock: MovableClock
) -> None:
    say(mentor, northmoor, gender_value="Woman", gender_match="on")
    user = northmoor.users["mentor"]
    assert user is not None
    withdraw_enrolment(northmoor.enrolments["mentor"], by=user, now=clock())
    assert not IdentityConsent.objects.standing().exists()
    assert not IdentityAnswer.objects.exists()


def test_the_coordinator_sees_what_is_asked_and_never_what_was_said(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client
) -> None:
    say(mentor, northmoor, gender_value="own-words", gender_own="Owncanary", gender_match="on")
    desk = northmoor.sign_in(Client(), "coordinator")
    person, enrolment = northmoor.people["mentor"], northmoor.enrolments["mentor"]
    pages = [
        reverse("identity_list", args=[northmoor.programme.public_id]),
        reverse("enrolment_answers", args=[enrolment.public_id]),
        reverse("person", args=[person.public_id]),
        reverse("question_answers_csv", args=[northmoor.programme.public_id]),
    ]
    for page in pages:
        assert "canary" not in text_of(desk.get(page)), page


@pytest.mark.parametrize(("label", "choices"), [("Age", ""), ("Group", "Gen Z"), ("Generation", ""), ("Band", "20-29")])
def test_age_and_generation_are_refused_with_the_words_that_ask_for_them(
    northmoor: Northmoor, client: Client, label: str, choices: str
) -> None:
    desk = northmoor.sign_in(client, "coordinator")
    address = reverse("identity_new", args=[northmoor.programme.public_id])
    page = text_of(desk.post(address, {"label": label, "choices": choices} | WHY))
    assert "is about age or generation" in page
    assert not IdentityQuestion.objects.exists()


def test_without_a_reason_nothing_is_asked(northmoor: Northmoor, client: Client) -> None:
    desk = northmoor.sign_in(client, "coordinator")
    address = reverse("identity_new", args=[northmoor.programme.public_id])
    assert "Write at least one reason" in text_of(desk.post(address, {"label": "Gender"}))


def test_two_coordinators_at_once_lose_nothing(northmoor: Northmoor, asked: IdentityQuestion, client: Client) -> None:
    desk = northmoor.sign_in(client, "coordinator")
    address = reverse("identity_question", args=[northmoor.programme.public_id, asked.public_id])
    seen = desk.get(address).context["seen"]
    first = {"label": "Gender", "choices": "A\nB", "seen": seen} | WHY
    assert desk.post(address, first).status_code == 302
    assert desk.post(address, first | {"choices": "C\nD"}).status_code == 409


def test_consent_words_are_agreed_to_before_sending_and_again_when_they_change(
    northmoor: Northmoor, client: Client
) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(consent_text="We use it to match.")
    mentor = northmoor.sign_in(client, "mentor")
    enrolment = northmoor.enrolments["mentor"]
    check = reverse("enrolment_step", args=[enrolment.public_id, "check"])
    page = mentor.get(check)
    assert "Do you agree to this?" in text_of(page)
    assert mentor.post(check, {}).status_code == 409
    assert mentor.post(check, {"agreed": page.context["digest"]}).status_code == 302
    assert "Do you agree to this?" not in text_of(mentor.get(check))
    assert enrolment.consents.count() == 1
    Programme.objects.filter(pk=northmoor.programme.pk).update(consent_text="We use it for something else.")
    old = mentor.post(check, {"agreed": page.context["digest"]})
    assert old.status_code == 409
    assert "has changed meanwhile" in text_of(old)
    enrolment.consents.get()


def test_home_and_ones_own_page_lead_to_words_that_changed_and_only_until_they_are_agreed_to(
    northmoor: Northmoor, client: Client
) -> None:
    programme = Programme.objects.filter(pk=northmoor.programme.pk)
    mentor = northmoor.sign_in(client, "mentor")
    check = reverse("enrolment_step", args=[northmoor.enrolments["mentor"].public_id, "check"])

    def told() -> list[str]:
        return [
            text_of(page) for page in (mentor.get("/"), mentor.get(reverse("you"))) if check in page.content.decode()
        ]

    assert told() == []
    programme.update(consent_text="We use it to match.")
    assert [("has changed" in page) for page in told()] == [False, False]
    mentor.post(check, {"agreed": mentor.get(check).context["digest"]})
    assert told() == []
    programme.update(consent_text="We use it for something else.")
    home, own = told()
    assert "What you agreed to has changed" in home
    assert "What you agreed to in" in own
    mentor.post(check, {"agreed": mentor.get(check).context["digest"]})
    assert told() == []


def test_whoever_takes_part_no_more_is_not_asked_to_agree(northmoor: Northmoor, client: Client) -> None:
    Programme.objects.filter(pk=northmoor.programme.pk).update(consent_text="We use it to match.")
    mentor, held = northmoor.sign_in(client, "mentor"), northmoor.enrolments["mentor"]
    check = reverse("enrolment_step", args=[held.public_id, "check"])
    held.state = held.State.COMPLETED
    held.save()
    assert check not in mentor.get("/").content.decode()
    assert check not in mentor.get(reverse("you")).content.decode()


def test_nobody_is_asked_to_be_counted_while_nothing_counts(
    northmoor: Northmoor, asked: IdentityQuestion, mentor: Client, client: Client
) -> None:
    desk = northmoor.sign_in(Client(), "coordinator")
    address = reverse("identity_question", args=[northmoor.programme.public_id, asked.public_id])
    assert "counted" not in text_of(desk.get(address))
    seen = desk.get(address).context["seen"]
    written = {"label": "Gender", "choices": "Woman", "seen": seen} | WHY | {"counted": "To see whom we reach."}
    assert desk.post(address, written).status_code == 302
    asked.refresh_from_db()
    assert set(asked.purposes) == {"match", "partner"}
    asked.purposes = asked.purposes | {"counted": "As some programme asked before."}
    asked.save()
    assert "As some programme asked before." not in text_of(mentor.get(step(northmoor)))
    say(mentor, northmoor, gender_value="Woman", gender_match="on", gender_counted="on")
    assert set(IdentityConsent.objects.values_list("purpose", flat=True)) == {"match"}
