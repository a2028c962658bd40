"""Coming in by registration, code and lot, tried by somebody who plays with it; and files brought back in."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import BOTH, MovableClock
from tests.personas import Northmoor, make_person, make_user
from viceversa.accounts.codes import make_code
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import SavedView, TopicImport
from viceversa.programmes.admission import choose_admission, seen_of, values_of
from viceversa.programmes.models import Cohort, Lottery, RegistrationRequest
from viceversa.programmes.places import admission_of
from viceversa.programmes.registration import STRANGERS_A_DAY

from .crawl import changed, rows_of_everything
from .house import House

pytestmark = pytest.mark.django_db(databases=BOTH)


# Registering -------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(northmoor: Northmoor, clock: MovableClock) -> Northmoor:
    there = admission_of(northmoor.cohort)
    chosen = values_of(there) | {"way": "open", "outside_welcome": True}
    by = northmoor.users["coordinator"]
    choose_admission(northmoor.cohort, chosen=chosen, seen=seen_of(there), by=by, now=clock())
    return northmoor


def _asked(northmoor: Northmoor, email: str) -> Client:
    client = Client()
    path = reverse("register", args=[northmoor.cohort.public_id])
    assert client.post(path, {"email": email, "role": "mentee"}).status_code == 302
    return client


def test_who_floods_the_page_with_strangers_locks_nobody_out(opened, clock) -> None:
    RegistrationRequest.objects.bulk_create(
        RegistrationRequest(cohort=opened.cohort, email=f"s{n}@elsewhere.example", role="mentee", made_at=clock())
        for n in range(STRANGERS_A_DAY)
    )
    _asked(opened, "one-more@elsewhere.example")
    assert RegistrationRequest.objects.count() == STRANGERS_A_DAY
    grace = make_person("g-1", "Grace", "Amoah", grade=7)
    _asked(opened, grace.email)
    run_until_idle(clock=clock)
    assert [letter.to for letter in mail.outbox] == [[grace.email]]
    clock.forward(days=1, seconds=1)
    _asked(opened, "one-more@elsewhere.example")
    assert RegistrationRequest.objects.filter(email="one-more@elsewhere.example").exists(), "open again"


def test_a_page_asks_as_much_of_the_database_for_any_address(opened) -> None:
    """What takes as long tells nothing by how long it takes."""
    counts = []
    for email in (
        make_person("g-1", "Grace", "Amoah", grade=7).email,
        "nobody@northmoor.example",
        "mentor@northmoor.example",
    ):
        with CaptureQueriesContext(connection) as asked:
            _asked(opened, email)
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


# Codes -------------------------------------------------------------------------------------------------------------


class CountingHasher(hashers.MD5PasswordHasher):
    """How often a password or a code was hashed."""

    algorithm = "counting"
    times = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.times += 1
        return super().encode(password, salt)


def _hashed(number: str) -> int:
    before = CountingHasher.times
    assert Client().post(reverse("code"), {"number": number, "secret": "AAAA-AAAA"}).status_code == 200
    return CountingHasher.times - before


def test_a_wrong_code_takes_as_long_for_every_number(northmoor, clock, settings) -> None:
    """Nobody hears who works here, who has a password, and for whom a code was made."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    by = northmoor.users["coordinator"]
    for number, mark in (("4711", "none"), ("4712", "code"), ("4713", "password")):
        user = make_user(f"{mark}@no-mail.invalid")
        user.set_unusable_password()
        user.save()
        make_person(number, "Zoe", mark, email="", user=user)
        if mark == "code":
            make_code(user, by=by, now=clock())
        if mark == "password":
            user.set_password("three herons at the weir")
            user.save()
    numbers = ("4711", "4712", "4713", "nobody", "n-mentor")
    assert {number: _hashed(number) for number in numbers} == dict.fromkeys(numbers, 2)


# Lots --------------------------------------------------------------------------------------------------------------


def _second_cohort(house: House) -> Cohort:
    """A round of the same programme that is closed and archived: nothing in it changes."""
    world, now = house.world, house.clock()
    return Cohort.objects.create(
        programme=world.programme,
        name="Last year",
        starts_on=now.date() - timedelta(days=500),
        ends_on=now.date() - timedelta(days=200),
        closed_at=now - timedelta(days=190),
        archived_at=now - timedelta(days=100),
    )


def test_no_list_of_a_cohort_that_is_over_is_drawn_by_way_of_another(house: House) -> None:
    lottery = Lottery.objects.filter(cohort=house.world.cohort).get()
    Lottery.objects.filter(pk=lottery.pk).update(cohort=_second_cohort(house))
    path = reverse("lottery", args=[house.world.programme.public_id, lottery.public_id])
    client = house.client("coordinator")
    before = rows_of_everything()
    assert client.post(path, {"draw": "1", "seed": "17"}).status_code == 404
    assert client.post(path, {"thaw": "1"}).status_code == 404
    assert changed(before, rows_of_everything()) == []
    assert client.get(path).status_code == 200, "it may still be read"


def test_no_pair_is_made_by_hand_in_a_cohort_that_is_closed(house: House) -> None:
    Cohort.objects.filter(pk=house.world.cohort.pk).update(closed_at=house.clock())
    client = house.client("coordinator")
    for route in ("run_swap", "run_corrections", "run_decide"):
        path = reverse(route, args=[house.draft_run.public_id])
        assert client.post(path, {"rows": "[]"}).status_code == 403, route


# What a page carried, and files that come back ---------------------------------------------------------------------

CARRIED = (
    "[" * 200_000,
    '{"a":' * 100_000,
    '[[Infinity,"","","",""]]',
    '[[1e400,"","","",""]]',
    "[[NaN,1,1,1,1]]",
    '[[1,"\\ud800","n-mentee","",""]]',
    '[[1,"\\u0000","n-mentee","",""]]',
    '[[1,"n-mentor","n-mentee","lock","\\udfff\\u0000"]]',
    '[[1,"n-mentor","n-mentee","made up",""]]',
    '{"12345": 1}',
    "null",
    "[1]",
    "9" * 6_000,
    json.dumps([[1, "=1+1", "<script>", "", "x" * 5_000]]),
    json.dumps([[10**400, {"a": []}, [], "", ""]]),
)


def test_rows_that_no_page_of_ours_carried_change_nothing_and_are_no_fault(house: House) -> None:
    client = house.client("coordinator")
    path = reverse("run_corrections", args=[house.draft_run.public_id])
    before = rows_of_everything()
    for rows in CARRIED:
        answer = client.post(path, {"apply": rows, "seen": "x"})
        assert answer.status_code in (302, 409), f"{rows[:60]}: {answer.status_code}"
    assert changed(before, rows_of_everything()) == []


def _workbook(sheet: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", b"<Types/>")
        book.writestr("xl/workbook.xml", b"<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>'
HEADS = b"mentor_id,mentee_id,name,preferredLabel,conceptUri,skillType,altLabels\n"
FILES = {
    "ten thousand columns": b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n",
    "a heading ten thousand times": b",".join([b"name"] * 10_000) + b"\n" + b",".join([b"x"] * 10_000) + b"\n",
    "a NUL": HEADS + b"n-mentor,n-men\0tee,a\0b,c\0d,e\0f,\0,\0\n",
    "half characters": HEADS + b"\xed\xa0\x80,\xed\xbf\xbf,\xed\xa0\x80,x,\xed\xa0\x80,x,x\n",
    "a bomb": _workbook(b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>"),
    "laughs": _workbook(LAUGHS),
    "deep nesting": _workbook(b"<a>" * 100_000),
    "a zip that is none": b"PK\x03\x04" + b"\xff" * 400,
    "an open quotation": HEADS + b'"' + b"x" * 1_000_000,
    "one endless line": HEADS + b"," * 1_000_000,
    "ragged rows": HEADS + b"n-mentor\n" + b"x," * 40 + b"\n",
    "nothing": b"\n\n\n",
    "formulas": HEADS + b"=1+1,@x,=HYPERLINK(1),+1,-1,\t=1,;;=1\n",
}


@pytest.mark.parametrize("what", FILES)
def test_no_file_breaks_a_form_that_takes_one(house: House, what: str) -> None:
    client = house.client("coordinator")
    places = [
        reverse("run_corrections", args=[house.draft_run.public_id]),
        reverse("topic_import_new"),
        reverse("roster_new"),
    ]
    for path in places:
        for name in ("file.csv", "file.xlsx", '..\\..\\"<b>=1+1\u202e.csv'):
            answer = client.post(path, {"file": SimpleUploadedFile(name, FILES[what])}, follow=True)
            assert answer.status_code in (200, 400), f"{path} {name}: {answer.status_code}"
    assert not TopicImport.objects.filter(file_name__contains="\u202e").exists()


def test_a_search_inside_a_field_brings_in_no_character_that_no_database_keeps(house: House) -> None:
    client, path = house.client("coordinator"), reverse("people_views")
    search = "q=%00abc&function=%00x&manager=%00&in_programme=a%00"
    assert b"\x00" not in client.get(path, {"search": search}).content
    client.post(path, {"do": "save", "name": "Odd", "search": search})
    view = SavedView.objects.get(name="Odd")
    assert view.asked["function"] == "x"
    assert "\x00" not in "".join(map(str, view.asked.values()))
