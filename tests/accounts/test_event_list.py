"""The event log as its page reads it."""

from __future__ import annotations

import pytest
from django.db import connection

from viceversa.accounts.event_list import CONFIGURATION, Seal, event_page, sealed_until
from viceversa.accounts.events import record, seal_events
from viceversa.accounts.models import Event


@pytest.fixture
def events(northmoor, clock):
    def add(count: int, *, noun: str = "user") -> None:
        for number in range(count):
            record(
                f"{noun}.seen",
                noun=noun,
                object_id=northmoor.people["mentor"].public_id,
                by=northmoor.users["coordinator"],
                now=clock(),
                scope=northmoor.programme.public_id,
                facts={"number": number},
            )

    return add


def test_the_newest_stand_first_and_older_ones_follow_by_key(events):
    events(5)
    first = event_page(nouns=None, size=2)
    second = event_page(nouns=None, size=2, before=first.older)
    third = event_page(nouns=None, size=2, before=second.older)
    numbers = [line.event.facts["number"] for page in (first, second, third) for line in page.lines]
    assert numbers == [4, 3, 2, 1, 0]
    assert (third.older, first.newer, third.newer) == (0, False, True)


def test_the_actors_name_is_the_one_of_today(northmoor, events):
    events(1)
    user = northmoor.users["coordinator"]
    user.name = "Ada Okafor-Berg"
    user.save()
    assert event_page(nouns=None).lines[0].actor == "Ada Okafor-Berg"


def test_an_administrator_reads_of_roles_accounts_and_files_alone(events):
    events(1, noun="meeting")
    events(1, noun="role")
    assert [line.event.noun for line in event_page(nouns=CONFIGURATION).lines] == ["role"]
    assert event_page(nouns=CONFIGURATION, noun="meeting").lines == ()


def test_an_id_finds_what_it_did_and_what_was_done_to_it(northmoor, events):
    events(2)
    record("user.seen", noun="user", object_id="", by=None, now=northmoor.programme.made_at)
    for about in (
        northmoor.users["coordinator"].public_id,
        northmoor.people["mentor"].public_id,
        northmoor.programme.public_id,
    ):
        assert len(event_page(nouns=None, about=about).lines) == 2


def test_each_link_shown_is_checked_again(events):
    events(3)
    seal_events()
    events(1)
    page = event_page(nouns=None)
    assert [line.seal for line in page.lines] == [Seal.WAITS, Seal.HOLDS, Seal.HOLDS, Seal.HOLDS]
    assert (page.waiting, page.broken, sealed_until()) == (1, 0, 3)


def test_an_altered_row_is_shown_as_altered(events):
    events(3)
    seal_events()
    second = Event.objects.order_by("pk")[1]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Event._meta.db_table} SET verb = 'user.unseen' WHERE id = %s", [second.pk])
    assert [line.seal for line in event_page(nouns=None).lines] == [Seal.HOLDS, Seal.BROKEN, Seal.HOLDS]
