"""Coming in without an e-mail: the code opens once, a password follows, and no coordinator reads private words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings as conf
from django.test import Client
from django.urls import reverse

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.access import Role
from viceversa.accounts.codes import LETTERS, OwnPassword, make_code
from viceversa.accounts.models import Event, OneTimeCode, RoleGrant, User
from viceversa.people.models import Person
from viceversa.programmes.models import Enrolment

SECRET = "three herons at the weir"


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def ada(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "coordinator")


@pytest.fixture
def sam(northmoor: Northmoor) -> Client:
    return northmoor.sign_in(Client(), "administrator")


@pytest.fixture
def zoe(northmoor: Northmoor) -> Person:
    """Works on the shop floor, has no e-mail, and takes part."""
    person = make_person("4711", "Zoe", "Marsh", grade=1, email="")
    Enrolment.objects.create(
        cohort=northmoor.cohort, person=person, role="mentor", invited_at=northmoor.run.requested_at
    )
    return person


def codes_page(northmoor: Northmoor) -> str:
    return reverse("codes", args=[northmoor.programme.public_id])


def code_for(northmoor: Northmoor, ada: Client, person: Person) -> str:
    """Made on the page, read off the sheet."""
    chosen = person.enrolments.get().public_id
    page = text_of(ada.post(codes_page(northmoor), {"whom": "ticked", "enrolment": chosen}))
    [found] = re.findall(rf">([{LETTERS}]{{4}}-[{LETTERS}]{{4}})<", page)
    return str(found)


def come_in(number: str, secret: str, client: Client | None = None) -> tuple[Client, object]:
    tablet = client or Client()
    return tablet, tablet.post(reverse("code"), {"number": number, "secret": secret})


def choose(tablet: Client, password: str = SECRET) -> object:
    return tablet.post(reverse("code_password"), {"password": password})


def is_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_a_code_leads_to_a_password_and_from_then_on_the_number_and_that_open(
    northmoor: Northmoor, ada: Client, zoe: Person
) -> None:
    code = code_for(northmoor, ada, zoe)
    tablet, response = come_in(" 4711 ", code.lower().replace("-", " "))
    assert response.url == reverse("code_password")  # type: ignore[attr-defined]
    assert not is_in(tablet)  # nothing opens before a password is chosen
    page = text_of(tablet.get(reverse("code_password")))
    assert "Zoe Marsh, choose a password" in page
    assert "by Ada Okafor" in page
    assert choose(tablet).url == reverse("home")  # type: ignore[attr-defined]
    assert is_in(tablet)
    assert "Sign out" in text_of(tablet.get(reverse("home")))
    tablet.post(reverse("sign_out"))
    assert not is_in(tablet)
    again, response = come_in("4711", SECRET)
    assert response.url == reverse("home")  # type: ignore[attr-defined]
    assert is_in(again)


def test_a_session_on_a_shared_machine_ends_by_itself(northmoor: Northmoor, ada: Client, zoe: Person) -> None:
    tablet, _ = come_in("4711", code_for(northmoor, ada, zoe))
    choose(tablet)
    assert 0 < tablet.session.get_expiry_age() <= 30 * 60


def test_a_code_opens_once(northmoor: Northmoor, ada: Client, zoe: Person) -> None:
    code = code_for(northmoor, ada, zoe)
    first, _ = come_in("4711", code)
    second, _ = come_in("4711", code)
    assert choose(first).url == reverse("home")  # type: ignore[attr-defined]
    assert choose(second, "another long password").url == reverse("code")  # type: ignore[attr-defined]
    _third, response = come_in("4711", code)
    assert "do not belong together" in text_of(response)
    assert User.objects.get(person=zoe).check_password(SECRET)


def test_a_newer_code_ends_the_one_before_and_a_week_ends_every_one(
    northmoor: Northmoor, ada: Client, zoe: Person, clock: MovableClock
) -> None:
    old, new = code_for(northmoor, ada, zoe), code_for(northmoor, ada, zoe)
    assert "do not belong together" in text_of(come_in("4711", old)[1])
    clock.forward(days=7)
    assert "do not belong together" in text_of(come_in("4711", new)[1])


def test_neither_a_wrong_number_nor_a_wrong_code_says_which_it_was(
    northmoor: Northmoor, ada: Client, zoe: Person
) -> None:
    code = code_for(northmoor, ada, zoe)
    pages = [text_of(come_in(*typed)[1]) for typed in (("4711", "AAAA-AAAA"), ("9999", code), ("n-mentor", code))]
    errors = {re.search(r"error-summary.*?</div>", page, re.DOTALL).group() for page in pages}  # type: ignore[union-attr]
    assert len(errors) == 1


def test_somebody_who_reads_mail_does_not_come_in_by_number(northmoor: Northmoor) -> None:
    from tests.personas import PASSWORD

    Person.objects.filter(pk=northmoor.people["mentor"].pk).update(email="")
    assert "do not belong together" in text_of(come_in("n-mentor", PASSWORD)[1])


def test_the_code_is_kept_nowhere_in_the_clear(northmoor: Northmoor, ada: Client, zoe: Person) -> None:
    code = code_for(northmoor, ada, zoe)
    row = OneTimeCode.objects.get()
    everything = str(list(OneTimeCode.objects.values())) + str(list(Event.objects.values()))
    assert code not in everything
    assert code.replace("-", "") not in everything
    assert row.secret.startswith(("md5$", "argon2"))
    assert row.good_until - row.made_at == timedelta(days=7)
    assert Event.objects.filter(verb="user.code_made", object_id=row.user.public_id).count() == 1
    assert "no-store" in ada.get(codes_page(northmoor))["Cache-Control"]


def test_a_coordinator_makes_no_code_for_somebody_who_has_a_password(
    northmoor: Northmoor, ada: Client, zoe: Person
) -> None:
    tablet, _ = come_in("4711", code_for(northmoor, ada, zoe))
    choose(tablet)
    assert "Zoe Marsh" not in text_of(ada.get(codes_page(northmoor)))
    chosen = zoe.enrolments.get().public_id
    page = text_of(ada.post(codes_page(northmoor), {"whom": "ticked", "enrolment": chosen}))
    assert "no code was made" in page
    assert not re.findall(rf">[{LETTERS}]{{4}}-[{LETTERS}]{{4}}<", page)
    with pytest.raises(OwnPassword):
        make_code(User.objects.get(person=zoe), by=northmoor.users["coordinator"], now=northmoor.run.requested_at)  # type: ignore[arg-type]


def test_an_administrator_makes_a_new_way_in_and_its_person_is_told(
    northmoor: Northmoor, ada: Client, sam: Client, zoe: Person
) -> None:
    tablet, _ = come_in("4711", code_for(northmoor, ada, zoe))
    choose(tablet)
    page = text_of(sam.post(reverse("admin_codes"), {"number": "4711"}))
    assert re.findall(rf">[{LETTERS}]{{4}}-[{LETTERS}]{{4}}<", page)
    again, _ = come_in("4711", SECRET)  # the password stays good until the code is used
    told = text_of(again.get(reverse("home")))
    assert "A code for your account was made on 23 June 2026 by Sam Price" in told
    assert "was made on" not in text_of(again.get(reverse("home")))


def test_an_administrator_who_coordinates_makes_none(
    northmoor: Northmoor, ada: Client, sam: Client, zoe: Person
) -> None:
    RoleGrant.objects.create(
        user=northmoor.users["administrator"],  # type: ignore[misc]
        role=Role.COORDINATOR.value,
        scope=northmoor.other_programme.public_id,
        granted_at=northmoor.run.requested_at,
    )
    page = text_of(sam.post(reverse("admin_codes"), {"number": "4711"}))
    assert "Another administrator" in page
    assert OneTimeCode.objects.count() == 0


def test_codes_are_for_the_people_of_ones_own_cohort(northmoor: Northmoor, ada: Client, zoe: Person) -> None:
    elsewhere = make_person("4712", "Kim", "Moor", email="")
    other = Enrolment.objects.create(cohort=northmoor.other_programme.current_cohort, person=elsewhere, role="mentor")
    ada.post(codes_page(northmoor), {"whom": "ticked", "enrolment": other.public_id})
    assert OneTimeCode.objects.count() == 0


def test_codes_for_everybody_are_one_sheet(northmoor: Northmoor, ada: Client, zoe: Person) -> None:
    for number in range(3):
        person = make_person(f"s-{number}", "Kit", f"Row{number}", email="")
        Enrolment.objects.create(cohort=northmoor.cohort, person=person, role="mentor")
    page = text_of(ada.post(codes_page(northmoor), {"whom": "all"}))
    codes = re.findall(rf">([{LETTERS}]{{4}}-[{LETTERS}]{{4}})<", page)
    assert len(set(codes)) == 4
    assert "http://testserver/code/" in page


def test_guessing_is_locked_out(northmoor: Northmoor, ada: Client, zoe: Person, settings: object) -> None:
    code = code_for(northmoor, ada, zoe)
    settings.AXES_ENABLED = True  # type: ignore[attr-defined]
    tablet = Client()
    statuses = [
        come_in("4711", f"AAAA-AAA{LETTERS[number]}", tablet)[1].status_code  # type: ignore[attr-defined]
        for number in range(conf.AXES_FAILURE_LIMIT + 1)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert come_in("4711", code, tablet)[1].status_code == 429  # type: ignore[attr-defined]


def test_whoever_has_left_does_not_come_in(northmoor: Northmoor, ada: Client, zoe: Person, clock: MovableClock) -> None:
    code = code_for(northmoor, ada, zoe)
    Person.objects.filter(pk=zoe.pk).update(leave_date=clock().date())
    assert "do not belong together" in text_of(come_in("4711", code)[1])
