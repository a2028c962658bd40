"""Every private field holds a word that stands nowhere else. Who reads it, by whatever way, must be allowed to."""

from __future__ import annotations

import io
import logging
import re
from collections import defaultdict
from dataclasses import dataclass

import pytest
from django.core import mail
from django.db import connection

from tests.conftest import BOTH
from viceversa.config.logs import JsonLines, TextLines
from viceversa.outbox.models import Job

from .crawl import changed, rows_of_everything
from .house import House, jobs_that_failed
from .reading import READERS, Read, passing_house, read_everything
from .secrets import SECRETS, Secret, plant

EVENTS = "default.accounts_event"
JOBS, COUNTS = "default.outbox_job", "default.pairing_supplycount"  # supply is counted when it is looked at first
FILE_TAKEN_OUT = "people.taken_out"  # the directory as a file: a read that is noted

pytestmark = pytest.mark.django_db(databases=BOTH)


@dataclass(frozen=True)
class Told:
    """All that the house told anybody: pages, letters, log lines, and the bytes of the main database."""

    read: Read
    letters: list[tuple[str, str]]
    addresses: dict[str, set[str]]
    lines: str
    rows: str
    file: bytes
    failed: list[tuple[str, str]]
    jobs: str


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Told:
    log = io.StringIO()
    handlers = [logging.StreamHandler(log) for _ in range(2)]
    handlers[0].setFormatter(TextLines())
    handlers[1].setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    mail.outbox = []
    try:
        with passing_house(django_db_blocker, tmp_path_factory.mktemp("keys")) as house:
            plant(house)
            read = read_everything(house)
            letters = [(letter.to[0], letter.message().as_string() + _parts(letter)) for letter in mail.outbox]
            addresses = addresses_of(house)
            main = {name: rows for name, rows in rows_of_everything(besides=()).items() if name.startswith("default.")}
            file = connection.connection.serialize() if connection.vendor == "sqlite" else b""
            jobs = repr(list(Job.objects.values_list("kind", "key", "facts")))
            found = Told(read, letters, addresses, log.getvalue(), repr(main), file, jobs_that_failed(), jobs)
    finally:
        for handler in handlers:
            root.removeHandler(handler)
        root.setLevel(level)
    return found


def addresses_of(house: House) -> dict[str, set[str]]:
    """Whose letters an address gets."""
    whose: dict[str, set[str]] = defaultdict(set)
    for persona, user in house.world.users.items():
        if user is not None:
            whose[user.email].add(persona)
    for persona, person in house.world.people.items():
        whose[person.email].add(persona)
    return whose


def _parts(letter: mail.EmailMultiAlternatives) -> str:
    """Every part of a letter as its reader sees it, with nothing encoded."""
    found = [letter.subject, str(letter.body)]
    for part in letter.message().walk():
        payload = part.get_payload(decode=True)
        found.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    return re.sub(r"\r?\n ", "", "\n".join(found))  # calendars fold long lines


def stands_in(secret: Secret, text: str) -> bool:
    return secret.word.casefold() in text.casefold()


ids = pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.what)


@ids
def test_a_private_word_reaches_nobody_it_is_not_for(told: Told, secret: Secret) -> None:
    seen = [f"{one}" for one in told.read.visits if one.persona not in secret.readers and _shows(secret, one)]
    assert seen == []


def _shows(secret: Secret, visit) -> bool:
    return stands_in(secret, visit.text) or stands_in(secret, repr(visit.headers))


@ids
def test_a_private_word_reaches_whom_it_is_for(told: Told, secret: Secret) -> None:
    """Else the test above would pass on a field that the test failed to fill."""
    readers = {one.persona for one in told.read.visits if _shows(secret, one)}
    assert readers >= secret.shown_to


@ids
def test_no_letter_tells_a_private_word_but_to_whom_it_is_for(told: Told, secret: Secret) -> None:
    for to, text in told.letters:
        if secret.readers & told.addresses[to] or stands_in(secret, to):
            continue  # somebody who may read it, or their own address
        assert not stands_in(secret, text), f"a letter to {to} tells {secret.what}"


@ids
def test_no_log_line_and_no_job_tells_a_private_word(told: Told, secret: Secret) -> None:
    assert not stands_in(secret, told.lines)
    assert not stands_in(secret, told.jobs)


@pytest.mark.parametrize("secret", [one for one in SECRETS if one.sealed], ids=lambda secret: secret.what)
def test_what_is_sealed_stands_nowhere_in_the_main_database(told: Told, secret: Secret) -> None:
    assert not stands_in(secret, told.rows)
    assert secret.word.encode().lower() not in told.file.lower()


def test_reading_all_of_it_changed_nothing(told: Told) -> None:
    before, after = dict(told.read.before), dict(told.read.after)
    noted = set(after.pop(EVENTS)) - set(before.pop(EVENTS))
    asked = set(after.pop(JOBS)) - set(before.pop(JOBS))
    before, after = (
        {table: rows for table, rows in there.items() if table != COUNTS and "procrastinate" not in table}
        for there in (before, after)
    )
    assert [job for job in asked if "supply_count" not in job] == []
    assert changed(before, after) == []
    assert [note for note in noted if FILE_TAKEN_OUT not in note] == []


def test_the_crawl_saw_pages_letters_and_lines(told: Told) -> None:
    pages = {one.persona: sum(v.status == 200 for v in told.read.of(one.persona)) for one in told.read.visits}
    assert set(pages) == set(READERS)
    assert pages["coordinator"] > 30
    assert pages["mentor"] > 15
    assert len(told.letters) >= 8
    assert any(text for _to, text in told.letters if "BEGIN:VCALENDAR" in text)
    assert told.failed == []
    assert [str(one) for one in told.read.visits if one.status >= 500 and one.path != "/readyz"] == []
