"""Two workers with one import, and two imports of the same people: everybody comes in once."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connections

from tests.people.files import FULL
from viceversa.accounts.models import Event
from viceversa.people.actions import request_roster, upload_roster
from viceversa.people.models import Exclusion, Person, RosterImport
from viceversa.people.roster_apply import apply_roster
from viceversa.people.roster_turn import AnotherRuns

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


def requested(clock) -> RosterImport:
    roster = upload_roster(FULL.encode(), file_name="people.csv", by=None, now=clock(), scope="some")
    request_roster(roster, leave_out=(), leavers_agreed=0, by=None, now=clock())
    return RosterImport.objects.get(pk=roster.pk)


def at_once(rosters: list[RosterImport], clock) -> list[object]:
    start, ends = Barrier(len(rosters)), []

    def work(roster: RosterImport) -> None:
        start.wait()
        try:
            ends.append(apply_roster(roster, now=clock()))
        except (AnotherRuns, IntegrityError):  # the outbox would bring this job back
            ends.append("comes back")
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=(roster,)) for roster in rosters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_two_workers_apply_one_import_once(clock):
    roster = requested(clock)
    ends = at_once([roster, RosterImport.objects.get(pk=roster.pk)], clock)
    assert sorted(map(str, ends)) == ["False", "True"]
    assert (Person.objects.count(), Exclusion.objects.count()) == (3, 2)
    assert Event.objects.filter(noun="roster", verb="applied").count() == 1


def test_two_imports_of_the_same_people_bring_everybody_in_once(clock):
    rosters = [requested(clock), requested(clock)]
    for _ in range(2):
        waiting = list(RosterImport.objects.exclude(state="applied"))
        if waiting:
            at_once(waiting, clock)
    assert (Person.objects.count(), Exclusion.objects.values("author").distinct().count()) == (3, 1)
    assert {roster.state for roster in RosterImport.objects.all()} == {"applied"}
    assert len(rosters) == RosterImport.objects.count()
