"""Identity attributes: nothing without a consent, nothing after it, and never in the open."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.accounts.keys.store import KeysMissing, destroy_key
from viceversa.accounts.models import Event
from viceversa.people.identity import (
    IdentitySaid,
    IdentityUse,
    end_identity_question,
    identity_said,
    say_identity,
    values_agreed_to,
    withdraw_identity,
)
from viceversa.people.models import IdentityAnswer, IdentityConsent, Person

GENDER = IdentityUse("gender", {"match": "So that two who differ meet.", "partner": "So that they can talk of it."})
SCOPE, ELSEWHERE = "programme-a", "programme-b"


@pytest.fixture
def person(northmoor: Northmoor) -> Person:
    return northmoor.people["mentor"]


def say(northmoor: Northmoor, clock: MovableClock, *consents: str, value: str = "Canary", scope: str = SCOPE) -> None:
    by = northmoor.users["mentor"]
    assert by is not None
    said = [IdentitySaid("gender", value, frozenset(consents))]
    say_identity(northmoor.people["mentor"], said=said, uses=[GENDER], scope=scope, by=by, now=clock())


def agreed(person: Person, *, purpose: str = "match", scope: str = SCOPE, use: IdentityUse = GENDER) -> dict:
    return values_agreed_to([person.pk], uses=[use], purpose=purpose, scope=scope)


def test_an_answer_may_be_used_for_what_was_agreed_to_and_nothing_else(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    assert agreed(person) == {person.pk: {"gender": "Canary"}}
    assert agreed(person, purpose="partner") == {}
    assert agreed(person, scope=ELSEWHERE) == {}


def test_what_is_kept_is_sealed_and_no_event_tells_it(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    assert b"anary" not in bytes(IdentityAnswer.objects.get().sealed_value)
    told = json.dumps(list(Event.objects.values("verb", "object_id", "facts")))
    assert "anary" not in told
    assert "gender" not in told


def test_a_withdrawal_ends_the_use_at_once_and_the_last_one_deletes_the_answer(northmoor, clock, person) -> None:
    say(northmoor, clock, "match", "partner")
    by = northmoor.users["mentor"]
    assert withdraw_identity(person, by=by, now=clock(), scope=SCOPE, attribute="gender", purpose="match") == 1
    assert agreed(person) == {}
    assert agreed(person, purpose="partner") == {person.pk: {"gender": "Canary"}}
    assert withdraw_identity(person, by=by, now=clock()) == 1
    assert not IdentityAnswer.objects.exists()


def test_consents_are_dated_rows_that_stay(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    begun = clock()
    clock.forward(days=2)
    say(northmoor, clock, value="")
    [row] = IdentityConsent.objects.all()
    assert (row.given_at, row.withdrawn_at) == (begun, clock())
    assert not IdentityAnswer.objects.exists()


def test_saying_the_same_again_begins_no_new_consent(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    clock.forward(days=2)
    say(northmoor, clock, "match", value="Something else")
    assert IdentityConsent.objects.count() == 1
    assert agreed(person) == {person.pk: {"gender": "Something else"}}


def test_an_answer_stands_as_long_as_another_programme_uses_it(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    say(northmoor, clock, "match", scope=ELSEWHERE)
    withdraw_identity(person, by=northmoor.users["mentor"], now=clock(), scope=SCOPE)
    assert agreed(person) == {}
    assert agreed(person, scope=ELSEWHERE) == {person.pk: {"gender": "Canary"}}


def test_a_consent_does_not_cover_words_that_were_written_later(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    rewritten = IdentityUse("gender", {"match": "For another reason."})
    assert agreed(person, use=rewritten) == {}
    assert identity_said(person, uses=[rewritten], scope=SCOPE)["gender"] == IdentitySaid("gender")


def test_without_a_value_there_is_nothing_to_agree_to(northmoor, clock, person) -> None:
    say(northmoor, clock, "match", "partner", value="")
    assert not IdentityConsent.objects.exists()
    assert not IdentityAnswer.objects.exists()


def test_a_purpose_that_is_not_asked_for_is_not_agreed_to(northmoor, clock, person) -> None:
    say(northmoor, clock, "counted")
    assert not IdentityConsent.objects.exists()
    assert not IdentityAnswer.objects.exists()


def test_what_a_programme_no_longer_asks_for_is_deleted_for_everybody(northmoor, clock, person) -> None:
    say(northmoor, clock, "match", "partner")
    assert end_identity_question(scope=SCOPE, attribute="gender", purposes=["match"], now=clock()) == 1
    assert IdentityAnswer.objects.count() == 1
    assert end_identity_question(scope=SCOPE, attribute="gender", purposes=["partner"], now=clock()) == 1
    assert not IdentityAnswer.objects.exists()


def test_without_the_key_nothing_is_told(northmoor, clock, person) -> None:
    say(northmoor, clock, "match")
    destroy_key(person.public_id)
    with pytest.raises(KeysMissing):
        agreed(person)


def test_two_uses_with_the_same_reason_are_still_two_agreements(northmoor, clock, person) -> None:
    same = IdentityUse("gender", {"match": "To talk of it.", "partner": "To talk of it."})
    by = northmoor.users["mentor"]
    said = [IdentitySaid("gender", "Canary", frozenset({"match"}))]
    say_identity(person, said=said, uses=[same], scope=SCOPE, by=by, now=clock())
    assert agreed(person, use=same) == {person.pk: {"gender": "Canary"}}
    assert agreed(person, purpose="partner", use=same) == {}
