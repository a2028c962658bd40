"""What a coordinator sees while an import is being written or undone, part by part."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.people.files import FULL, bring_in
from tests.people.test_in_parts import AtHold, Killed, kill, requested
from tests.people.test_undo import SECOND
from tests.web.test_roster import text_of
from viceversa.people.actions import request_undo
from viceversa.people.models import Person
from viceversa.people.roster_apply import apply_roster, give_up
from viceversa.people.roster_undo import undo_roster

NOT_COMPLETE, STILL_CHANGES = "this list is not complete yet", "this list still changes"


@pytest.fixture
def coordinator(northmoor, client, clock):
    bring_in(FULL, clock=clock)
    clock.forward(days=1)
    return northmoor.sign_in(client, "coordinator")


def half_applied(clock):
    roster = requested(SECOND, clock)
    with pytest.raises(Killed), connection.execute_wrapper(AtHold(7, kill)):
        apply_roster(roster, now=clock(), at_once=1)
    return roster


def test_the_directory_says_that_a_file_is_coming_in_until_it_is(coordinator, clock):
    assert NOT_COMPLETE not in text_of(coordinator.get("/people/"))
    roster = half_applied(clock)
    page = text_of(coordinator.get("/people/"))
    assert NOT_COMPLETE in page
    assert "1 of 3 so far" in page
    assert "Bringing in: 1 of 3" in text_of(coordinator.get(f"/people/import/{roster.public_id}/"))
    apply_roster(roster, now=clock(), at_once=1)
    assert NOT_COMPLETE not in text_of(coordinator.get("/people/"))


def test_the_directory_says_that_an_import_is_being_undone_until_it_is(coordinator, clock, northmoor):
    roster = bring_in(SECOND, clock=clock)
    request_undo(roster, by=northmoor.users["coordinator"], now=clock())
    assert STILL_CHANGES not in text_of(coordinator.get("/people/"))
    address = f"/people/import/{roster.public_id}/"
    assert "looking whether anything newer would be lost" in text_of(coordinator.get(address))
    with pytest.raises(Killed), connection.execute_wrapper(AtHold(4, kill)):
        undo_roster(roster, now=clock(), at_once=1)
    assert STILL_CHANGES in text_of(coordinator.get("/people/"))
    assert "Bringing back: 1 of 3" in text_of(coordinator.get(address))
    undo_roster(roster, now=clock(), at_once=1)
    assert STILL_CHANGES not in text_of(coordinator.get("/people/"))
    assert "Undone" in text_of(coordinator.get(address))


def test_an_import_that_went_back_says_who_stays(coordinator, clock, northmoor):
    roster = half_applied(clock)
    Person.objects.filter(person_id="n-mentor").update(manager=Person.objects.get(person_id="n1"))
    give_up(roster, now=clock())
    page = text_of(coordinator.get(f"/people/import/{roster.public_id}/"))
    assert "nothing is half done" in page
    assert "1 person stays as they are" in page
