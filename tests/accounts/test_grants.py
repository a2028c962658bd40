"""Roles: given, ended, told by letter; the last administrator stays."""

from __future__ import annotations

import pytest
from django.core import mail

from tests.personas import make_user
from viceversa.accounts.access import Role
from viceversa.accounts.grants import LastAdministrator, OwnRole, WrongScope, end_role, grant_role
from viceversa.accounts.links import user_of_token
from viceversa.accounts.models import Event, RoleGrant, User
from viceversa.outbox.models import Job
from viceversa.outbox.role_letters import give_role
from viceversa.outbox.worker import run_until_idle


def give(northmoor, clock, *, email="new@northmoor.example", role=Role.ANALYST, scope="", by="administrator"):
    return give_role(email=email, name="Nia New", role=role, scope=scope, by=northmoor.users[by], now=clock())


def grant_of(northmoor, persona: str) -> RoleGrant:
    return RoleGrant.objects.standing().get(user=northmoor.users[persona])


def test_somebody_new_gets_an_account_a_role_and_a_letter_with_a_link(northmoor, clock):
    granted = give(northmoor, clock)
    run_until_idle(clock=clock)
    (letter,) = mail.outbox
    assert letter.to == ["new@northmoor.example"]
    link = next(part for part in letter.body.split() if part.startswith("http"))
    token = link.rstrip("/").split("/")[-1]
    assert user_of_token(token, now=clock()) == granted.grant.user
    assert Event.objects.filter(verb="role.granted", facts__role="analyst").count() == 1


def test_somebody_who_is_here_gets_no_password_link(northmoor, clock):
    give(northmoor, clock, email="Outsider@Northmoor.example ")
    run_until_idle(clock=clock)
    assert "Choose a password" not in mail.outbox[0].body
    assert User.objects.filter(email__iexact="outsider@northmoor.example").count() == 1


def test_a_role_that_is_held_is_not_given_twice(northmoor, clock):
    first, second = give(northmoor, clock), give(northmoor, clock)
    assert (first.new, second.new) == (True, False)
    assert first.grant == second.grant
    assert Job.objects.filter(kind="role_letter").count() == 1


def test_no_letter_leaves_for_a_role_that_ended_meanwhile(northmoor, clock):
    granted = give(northmoor, clock)
    end_role(grant=granted.grant, by=northmoor.users["administrator"], now=clock())
    run_until_idle(clock=clock)
    assert mail.outbox == []


def test_a_letter_that_goes_nowhere_leaves_no_role(northmoor, clock):
    with pytest.raises(WrongScope):
        give(northmoor, clock, role=Role.SPONSOR)
    assert not User.objects.filter(email="new@northmoor.example").exists()


@pytest.mark.parametrize(("role", "scoped"), [(Role.SPONSOR, False), (Role.ANALYST, True), (Role.ADMINISTRATOR, True)])
def test_a_scope_must_fit_the_role(northmoor, clock, role, scoped):
    scope = northmoor.programme.public_id if scoped else ""
    with pytest.raises(WrongScope):
        grant_role(
            user=northmoor.users["outsider"], role=role, scope=scope, by=northmoor.users["administrator"], now=clock()
        )


def test_nobody_makes_themself_a_handler(northmoor, clock):
    with pytest.raises(OwnRole):
        give(northmoor, clock, email="administrator@northmoor.example", role=Role.HANDLER)


def test_the_last_administrator_stays(northmoor, clock):
    own = grant_of(northmoor, "administrator")
    with pytest.raises(LastAdministrator):
        end_role(grant=own, by=northmoor.users["administrator"], now=clock())
    give(northmoor, clock, role=Role.ADMINISTRATOR)
    assert end_role(grant=own, by=northmoor.users["administrator"], now=clock()) is True


def test_an_administrator_who_cannot_sign_in_does_not_count(northmoor, clock):
    gone = make_user("gone@northmoor.example", active=False)
    RoleGrant.objects.create(user=gone, role=Role.ADMINISTRATOR.value, granted_at=clock())
    with pytest.raises(LastAdministrator):
        end_role(grant=grant_of(northmoor, "administrator"), by=northmoor.users["administrator"], now=clock())


def test_ending_twice_ends_once(northmoor, clock):
    grant = grant_of(northmoor, "sponsor")
    by = northmoor.users["administrator"]
    assert [end_role(grant=grant, by=by, now=clock()) for _ in range(2)] == [True, False]
    assert Event.objects.filter(verb="role.ended").count() == 1
