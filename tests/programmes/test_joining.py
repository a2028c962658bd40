"""The link in an invitation: what it opens, for whom, how often."""

from __future__ import annotations

import pytest
from django.core.signing import Signer

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person, make_user
from viceversa.accounts.models import User
from viceversa.people.models import Person
from viceversa.programmes.invitation_token import PURPOSE, UnreadableToken, read_token, token_for
from viceversa.programmes.invitations import invite
from viceversa.programmes.joining import (
    CannotAnswer,
    Standing,
    accept_as_new,
    accept_as_user,
    decline_invitation,
    standing_of,
)
from viceversa.programmes.models import Enrolment

SECRET = "seven quiet lighthouses"


@pytest.fixture
def enrolment(northmoor: Northmoor, clock: MovableClock) -> Enrolment:
    person = make_person("g-1", "Grace", "Amoah", grade=7)
    by = northmoor.users["coordinator"]
    assert by is not None
    [made] = invite(northmoor.cohort, people=[person], role=Enrolment.Role.MENTEE, by=by, now=clock())
    return made


@pytest.fixture
def token(enrolment: Enrolment, clock: MovableClock) -> str:
    return token_for(enrolment, now=clock())


def test_a_new_account_is_made_once(enrolment: Enrolment, token: str, clock: MovableClock) -> None:
    user = accept_as_new(read_token(token), password=SECRET, now=clock())
    person = Person.objects.get(pk=enrolment.person_id)
    assert (user.email, user.name, user.check_password(SECRET)) == (person.email, "Grace Amoah", True)
    assert person.user == user
    with pytest.raises(CannotAnswer) as refused:
        accept_as_new(read_token(token), password="another one altogether", now=clock())
    assert refused.value.standing is Standing.SIGN_IN
    assert User.objects.get(pk=user.pk).check_password(SECRET)


def test_a_link_that_was_used_asks_its_person_to_sign_in(token: str, clock: MovableClock) -> None:
    user = accept_as_new(read_token(token), password=SECRET, now=clock())
    assert standing_of(read_token(token), user=None, now=clock()) is Standing.SIGN_IN
    assert standing_of(read_token(token), user=user, now=clock()) is Standing.WELCOME


def test_a_link_is_nobody_elses(northmoor: Northmoor, token: str, clock: MovableClock) -> None:
    stranger = northmoor.users["outsider"]
    assert stranger is not None
    assert standing_of(read_token(token), user=stranger, now=clock()) is Standing.SOMEBODY_ELSE
    with pytest.raises(CannotAnswer):
        accept_as_user(read_token(token), by=stranger, now=clock())
    with pytest.raises(CannotAnswer):
        decline_invitation(read_token(token), by=stranger, now=clock())


def test_a_link_ends_after_thirty_days(token: str, clock: MovableClock) -> None:
    clock.forward(days=7, seconds=-1)
    assert standing_of(read_token(token), user=None, now=clock()) is Standing.NEW_ACCOUNT
    clock.forward(seconds=1)
    assert standing_of(read_token(token), user=None, now=clock()) is Standing.EXPIRED
    with pytest.raises(CannotAnswer):
        accept_as_new(read_token(token), password=SECRET, now=clock())


def test_an_account_under_the_invited_address_is_linked_only_after_signing_in(
    enrolment: Enrolment, token: str, clock: MovableClock
) -> None:
    account = make_user(enrolment.person.email)
    assert standing_of(read_token(token), user=None, now=clock()) is Standing.SIGN_IN
    with pytest.raises(CannotAnswer):
        accept_as_new(read_token(token), password=SECRET, now=clock())
    accept_as_user(read_token(token), by=account, now=clock())
    assert Person.objects.get(pk=enrolment.person_id).user == account


def test_no_thank_you_needs_no_account_and_no_reason(enrolment: Enrolment, token: str, clock: MovableClock) -> None:
    decline_invitation(read_token(token), by=None, now=clock())
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.ended_at) == (Enrolment.State.DECLINED, clock())
    assert standing_of(read_token(token), user=None, now=clock()) is Standing.DECLINED


def test_whoever_has_sent_their_answers_is_not_declined_by_a_link(
    enrolment: Enrolment, token: str, clock: MovableClock
) -> None:
    accept_as_new(read_token(token), password=SECRET, now=clock())
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.SUBMITTED)
    with pytest.raises(CannotAnswer):
        decline_invitation(read_token(token), by=None, now=clock())


def test_a_link_dies_with_the_address_it_was_sent_to(enrolment: Enrolment, token: str) -> None:
    Person.objects.filter(pk=enrolment.person_id).update(email="grace.new@northmoor.example")
    with pytest.raises(UnreadableToken):
        read_token(token)


@pytest.mark.parametrize("spoil", [lambda text: text[:-1], lambda text: "x" + text, lambda text: "nonsense"])
def test_a_link_that_was_changed_is_not_read(token: str, spoil: object) -> None:
    with pytest.raises(UnreadableToken):
        read_token(spoil(token))  # type: ignore[operator]


def test_a_signature_made_for_another_purpose_opens_nothing(token: str) -> None:
    same_claim = Signer(salt=PURPOSE).unsign_object(token)
    with pytest.raises(UnreadableToken):
        read_token(Signer(salt="viceversa.something_else").sign_object(same_claim))


def test_whoever_left_is_not_welcomed(enrolment: Enrolment, token: str, clock: MovableClock) -> None:
    Person.objects.filter(pk=enrolment.person_id).update(leave_date=clock().date())
    assert standing_of(read_token(token), user=None, now=clock()) is Standing.LEFT
