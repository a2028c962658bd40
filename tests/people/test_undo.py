"""Undoing an import: everything as it was, row by row, or nothing where something newer would be lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.people.files import FULL, bring_in, every_row
from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.models import Event
from viceversa.outbox.worker import run_until_idle
from viceversa.people.actions import forget_traces, request_undo
from viceversa.people.models import (
    Exclusion,
    Person,
    RosterExclusion,
    RosterImport,
    RosterTrace,
    Topic,
    TopicOffer,
)
from viceversa.people.roster_since import in_the_way

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SECOND = """\
person_id,given_name,family_name,manager_id,grade,role,offers,wants,interests,prefers,excludes,leave_date
e1,Ada,King,,10,mentee,,Python:2:3;New Topic:3,rowing,e2,e2,
e3,Cleo,Marsh,e1,3,mentor,Storytelling:5;Brand new:4,,,e1;zz,canary-x,
n1,Noa,New,e3,1,mentor,Python:4;Another:2,,,e1,e1,
"""


def undo(roster: RosterImport, clock, northmoor=None, by=None) -> RosterImport:
    assert request_undo(roster, by=by or northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    return roster


@pytest.fixture
def filled(northmoor, clock):
    bring_in(FULL, clock=clock)
    clock.forward(days=1)
    return northmoor


@pytest.mark.parametrize("scope", ["some", "everybody"])
def test_undoing_an_import_restores_every_row_of_every_table(filled, clock, scope):
    before = every_row()
    roster = bring_in(SECOND, clock=clock, scope=scope, leavers_agreed=50)
    assert roster.state == "applied"
    assert Exclusion.objects.count() == len(before["Exclusion"]) + 3
    assert every_row() != before
    roster = undo(roster, clock, filled)
    assert (roster.state, roster.problem, roster.trace_owner) == ("undone", "", "")
    after = every_row()
    for name, rows in before.items():
        assert after[name] == rows, name
    assert not RosterTrace.objects.filter(roster=roster).exists()
    assert not RosterExclusion.objects.filter(roster=roster).exists()


def test_whoever_left_with_a_file_is_here_again(filled, clock):
    roster = bring_in("person_id,role\ne1,\n", clock=clock, scope="everybody", leavers_agreed=50)
    assert roster.counts["left"] == 10
    assert set(Person.objects.exclude(person_id__in=["e1"]).values_list("leave_date", flat=True)) == {clock().date()}
    undo(roster, clock, filled)
    assert dict(Person.objects.exclude(leave_date=None).values_list("person_id", "leave_date")) == {
        "e3": date(2031, 1, 31)
    }


def test_nothing_is_undone_where_somebody_changed_what_the_import_changed(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    TopicOffer.objects.filter(person__person_id="e3").update(level=1)
    Person.objects.filter(person_id="e1").update(grade=11)
    before = every_row()
    found = in_the_way(roster)
    assert [(one.person.person_id, one.code, one.columns) for one in found.first] == [
        ("e1", "changed", ("grade",)),
        ("e3", "changed", ("offers",)),
    ]
    roster = undo(roster, clock, filled)
    assert (roster.state, roster.problem) == ("applied", "changed_since")
    assert every_row() == before


def test_what_somebody_changed_elsewhere_of_themself_stays_theirs(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    clock.forward(hours=1)
    person = Person.objects.get(person_id="e1")
    person.time_zone = "Asia/Tokyo"
    person.save(update_fields=["time_zone", "changed_at"])
    undo(roster, clock, filled)
    person.refresh_from_db()
    assert (person.family_name, person.time_zone) == ("Byron", "Asia/Tokyo")


def enrolled(northmoor, person: Person) -> None:
    from viceversa.programmes.models import Enrolment

    Enrolment.objects.create(cohort=northmoor.cohort, person=person, role="mentor")


def joined(northmoor, person: Person) -> None:
    from tests.personas import make_user

    person.user = make_user("noa@northmoor.example")
    person.save()


def leading(northmoor, person: Person) -> None:
    Person.objects.filter(person_id="n-mentor").update(manager=person)


def renamed(northmoor, person: Person) -> None:
    person.preferred_name = "N"
    person.save()


@pytest.mark.parametrize(
    ("use", "code"), [(enrolled, "used"), (joined, "joined"), (leading, "leads"), (renamed, "changed")]
)
def test_whom_the_import_brought_does_not_go_once_somebody_uses_them(filled, clock, use, code):
    roster = bring_in(SECOND, clock=clock)
    use(filled, Person.objects.get(person_id="n1"))
    before = every_row()
    assert [(one.person.person_id, one.code) for one in in_the_way(roster).first] == [("n1", code)]
    assert undo(roster, clock, filled).problem == "changed_since"
    assert every_row() == before


def test_a_later_import_is_undone_first(filled, clock):
    first = bring_in(SECOND, clock=clock)
    middle = every_row()
    second = bring_in("person_id,role,grade,location\nn1,mentor,2,York\ne1,mentee,12,York\n", clock=clock)
    codes = {one.person.person_id: one.code for one in in_the_way(first).first}
    assert codes == {"n1": "later", "e1": "changed"}
    undo(second, clock, filled)
    assert every_row() == middle
    assert undo(first, clock, filled).state == "undone"


def test_a_topic_that_somebody_uses_by_now_stays(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    topic = Topic.objects.get(key="another")
    TopicOffer.objects.create(person=filled.people["mentor"], topic=topic, level=2)
    undo(roster, clock, filled)
    assert Topic.objects.filter(key="another").exists()
    assert not Topic.objects.filter(key="brand new").exists()


def test_an_import_is_undone_once_and_both_are_in_the_log_by_name_and_time(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    by = filled.users["coordinator"]
    undo(roster, clock, by=by)
    assert not request_undo(roster, by=by, now=clock())
    events = Event.objects.filter(noun="roster", object_id=roster.public_id).order_by("pk")
    assert list(events.values_list("verb", flat=True)) == [
        "uploaded",
        "requested",
        "applied",
        "undo_requested",
        "undone",
    ]
    assert events.last().actor == by.public_id
    assert events.last().facts == {"removed": 1, "restored": 2}
    assert "Ada" not in str(list(events.values_list("facts", flat=True)))


def test_what_was_there_before_is_not_readable_and_is_forgotten_after_a_month(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    assert all(b"Byron" not in bytes(trace.sealed) for trace in RosterTrace.objects.filter(roster=roster))
    assert forget_traces(now=clock() + timedelta(days=29)) == 1  # the first file of the fixture is a day older
    assert OwnerKey.objects.filter(owner=roster.trace_owner).exists()
    assert forget_traces(now=clock() + timedelta(days=31)) == 1
    assert not OwnerKey.objects.filter(owner=roster.trace_owner).exists()
    assert not RosterTrace.objects.exists()
    roster.refresh_from_db()
    assert not request_undo(roster, by=filled.users["coordinator"], now=clock())


def test_a_persons_traces_go_with_the_person(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    Person.objects.get(person_id="e3").delete()
    assert set(RosterTrace.objects.filter(roster=roster).values_list("person__person_id", flat=True)) == {"e1", "n1"}
