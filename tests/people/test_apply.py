"""A people file on its way into the database, and out again as rows for matching."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connections

from tests.people.files import FULL, bring_in
from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.keys.store import KeysMissing, destroy_key
from viceversa.accounts.models import Event
from viceversa.demo.organisation import write_organisation
from viceversa.formats.people import read_people
from viceversa.outbox.worker import run_until_idle
from viceversa.people.actions import forget_waiting_files, request_roster, upload_roster
from viceversa.people.models import Exclusion, Person, RosterImport, Topic
from viceversa.people.roster_apply import apply_roster, preview_of
from viceversa.people.snapshot_rows import person_rows

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def rows_of(text: str):
    return sorted(
        (replace(row, line=0) for row in read_people(text.encode(), file_name="f").rows), key=lambda row: row.person_id
    )


def test_a_file_comes_out_again_as_it_went_in(clock):
    roster = bring_in(FULL, clock=clock)
    assert (roster.state, roster.done, roster.total) == ("applied", 3, 3)
    # A topic has one spelling here: the first one.
    expected = [replace(row, offers={"Python": 5, "Storytelling": 3}) if row.offers else row for row in rows_of(FULL)]
    assert person_rows(Person.objects.all()) == expected


def test_the_same_file_twice_changes_nothing(clock):
    bring_in(FULL, clock=clock)
    before = list(Person.objects.order_by("pk").values())
    roster = bring_in(FULL, clock=clock)
    counts = {"new": 0, "changed": 0, "values": 0, "the_same": 3, "left_out": 0, "left": 0, "back": 0}
    assert roster.counts == counts
    assert list(Person.objects.order_by("pk").values()) == before
    assert Exclusion.objects.count() == 2


def test_a_whole_organisation_with_its_gaps_comes_out_again_as_it_went_in(clock):
    file = write_organisation(people=300, seed=5)
    roster = bring_in(file, clock=clock, name="northmoor.csv")
    assert roster.counts["new"] == Person.objects.count() == 300
    assert person_rows(Person.objects.all()) == rows_of(file.decode())


def test_new_values_are_written_and_columns_not_in_the_file_stay(clock):
    bring_in(FULL, clock=clock)
    bring_in("person_id,role,grade,offers,manager_id,location\ne3,mentor,3,SQL:4,e1,\n", clock=clock)
    (cleo,) = [row for row in person_rows(Person.objects.all()) if row.person_id == "e3"]
    assert (cleo.role, cleo.grade, cleo.manager_id, cleo.location) == ("mentor", 3, "e1", "")
    assert (cleo.offers, list(cleo.wants), cleo.interests) == ({"SQL": 4}, ["How boards decide"], ("chess",))


def test_an_empty_cell_does_not_take_away_what_people_say_of_themselves(clock):
    bring_in(FULL, clock=clock)
    roster = bring_in("person_id,role,grade,offers,wants,interests,time_zone\ne3,both,2,,,,\n", clock=clock)
    assert roster.counts["the_same"] == 1
    assert Person.objects.get(person_id="e3").offers.count() == 2


def test_a_file_adds_to_exclusions_and_never_takes_one_away(clock):
    bring_in(FULL, clock=clock)
    bring_in("person_id,role,grade,excludes\ne3,both,2,e9\ne1,mentee,9,\n", clock=clock)
    excluded = {row.person_id: row.excludes for row in person_rows(Person.objects.all())}
    assert excluded == {"e1": (), "e2": (), "e3": ("e1", "e2", "e9")}


def test_managers_may_stand_below_their_reports_in_the_file(clock):
    lines = [f"p{number},,{f'p{number + 1}' if number < 30 else ''}" for number in range(1, 31)]
    bring_in("person_id,role,manager_id\n" + "\n".join(lines) + "\n", clock=clock)
    assert Person.objects.get(person_id="p1").manager.person_id == "p2"
    assert Person.objects.filter(manager=None).count() == 1


def test_exclusions_and_the_waiting_file_are_not_readable_in_the_database(clock):
    text = FULL.replace("e1;e2", "canary-a;e2")
    roster = upload_roster(text.encode(), file_name="people.csv", by=None, now=clock())
    assert b"canary-a" not in bytes(RosterImport.objects.get(pk=roster.pk).content)
    request_roster(roster, leave_out=(), leavers_agreed=0, by=None, now=clock())
    run_until_idle(clock=clock)
    assert Exclusion.objects.count() == 2
    assert all(b"canary-a" not in bytes(row.sealed_person_id) for row in Exclusion.objects.all())
    roster.refresh_from_db()
    assert (roster.state, bytes(roster.content)) == ("applied", b"")
    assert not OwnerKey.objects.filter(owner=roster.public_id).exists()


def test_keys_are_made_only_for_people_who_exclude_somebody(clock):
    roster = bring_in(FULL, clock=clock)
    cleo = Person.objects.get(person_id="e3")
    owners = OwnerKey.objects.exclude(owner=roster.trace_owner)
    assert list(owners.values_list("owner", flat=True)) == [cleo.public_id]


def test_a_destroyed_key_stops_the_rows_for_matching(clock):
    bring_in(FULL, clock=clock)
    destroy_key(Person.objects.get(person_id="e3").public_id)
    with pytest.raises(KeysMissing):
        person_rows(Person.objects.all())
    assert len(person_rows(Person.objects.exclude(person_id="e3"))) == 2


def test_without_the_master_key_nothing_is_applied_and_the_import_says_so(clock, settings, tmp_path):
    roster = upload_roster(FULL.encode(), file_name="people.csv", by=None, now=clock())
    request_roster(roster, leave_out=(), leavers_agreed=0, by=None, now=clock())
    settings.FIELD_KEY_FILE = tmp_path / "another-key"
    settings.FIELD_KEY_FILE.write_bytes(Fernet.generate_key())
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert (roster.state, roster.problem) == ("failed", "keys_missing")
    assert not Person.objects.exists()


def test_asking_twice_applies_once(clock):
    roster = upload_roster(FULL.encode(), file_name="people.csv", by=None, now=clock())
    asked = [request_roster(roster, leave_out=(), leavers_agreed=0, by=None, now=clock()) for _ in range(2)]
    assert asked == [True, False]
    run_until_idle(clock=clock)
    assert not apply_roster(RosterImport.objects.get(pk=roster.pk), now=clock())
    assert Event.objects.filter(verb="applied", noun="roster").count() == 1
    assert Exclusion.objects.count() == 2


def test_rows_that_went_bad_after_the_check_stop_the_import(clock):
    bring_in(FULL, clock=clock)
    roster = upload_roster(b"person_id,role,manager_id\nn1,,e2\n", file_name="more.csv", by=None, now=clock())
    assert not preview_of(roster).left_out
    request_roster(roster, leave_out=(), leavers_agreed=0, by=None, now=clock())
    Person.objects.filter(person_id="e2").delete()
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert (roster.state, roster.problem) == ("failed", "cannot_apply")
    assert not Person.objects.filter(person_id="n1").exists()


def test_a_fault_in_the_middle_leaves_nothing_behind(clock):
    class Fault(Exception):
        pass

    def break_offers(execute, sql, params, many, context):
        if "INSERT" in sql and "people_topicoffer" in sql:
            raise Fault
        return execute(sql, params, many, context)

    roster = upload_roster(FULL.encode(), file_name="people.csv", by=None, now=clock())
    request_roster(roster, leave_out=(), leavers_agreed=0, by=None, now=clock())
    with connections["default"].execute_wrapper(break_offers):
        run_until_idle(clock=clock)
    assert not Person.objects.exists()
    assert not Topic.objects.exists()
    clock.forward(hours=1)
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert (roster.state, Person.objects.count()) == ("applied", 3)


def test_a_file_that_sends_many_away_needs_somebody_to_agree(clock):
    people = [f"p{number},,{{}}" for number in range(40)]
    header = "person_id,role,leave_date\n"
    bring_in(header + "\n".join(people).format(*[""] * 40) + "\n", clock=clock)
    leaving = header + "\n".join(people).format(*["2026-05-31"] * 10, *[""] * 30) + "\n"
    refused = bring_in(leaving, clock=clock)
    assert (refused.state, refused.problem) == ("failed", "leavers_unconfirmed")
    assert bring_in(leaving, clock=clock, leavers_agreed=10).state == "applied"
    assert Person.objects.exclude(leave_date=None).count() == 10


def test_events_hold_counts_and_no_names(clock, northmoor):
    bring_in(FULL, clock=clock, by=northmoor.users["coordinator"])
    events = list(Event.objects.filter(noun="roster").order_by("pk"))
    assert [event.verb for event in events] == ["uploaded", "requested", "applied"]
    assert all(event.actor == northmoor.users["coordinator"].public_id for event in events)
    assert "Ada" not in str([event.facts for event in events])


def test_nobody_gets_an_account_because_an_address_is_the_same(clock, northmoor):
    bring_in("person_id,role,email\nq1,,outsider@northmoor.example\n", clock=clock)
    assert Person.objects.get(person_id="q1").user is None


def test_files_that_nobody_applies_are_forgotten_with_their_keys(clock):
    roster = upload_roster(FULL.encode(), file_name="people.csv", by=None, now=clock())
    assert forget_waiting_files(now=clock() + timedelta(days=6)) == 0
    assert forget_waiting_files(now=clock() + timedelta(days=8)) == 1
    assert not RosterImport.objects.filter(pk=roster.pk).exists()
    assert not OwnerKey.objects.filter(owner=roster.public_id).exists()


def queries_for(number: int, clock, capture) -> int:
    lines = [f"q{number}-{one},mentor,1,Python:3,SQL:2,q{one},x{one}" for one in range(number)]
    bring_in("person_id,role,grade,offers,wants,prefers,excludes\n" + "\n".join(lines) + "\n", clock=clock)
    people = Person.objects.filter(person_id__startswith=f"q{number}-")
    with capture("default") as default, capture("keys") as keys:
        assert len(person_rows(people)) == number
    return len(default) + len(keys)


@pytest.fixture
def capture():
    from django.test.utils import CaptureQueriesContext

    return lambda alias: CaptureQueriesContext(connections[alias])


def test_rows_for_two_people_and_for_two_hundred_ask_equally_often(clock, capture):
    assert queries_for(2, clock, capture) == queries_for(200, clock, capture) <= 7
