"""An import written part by part: cut off anywhere it goes on or back, and nobody meets half of anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.db.models import F

from tests.people.files import FULL, bring_in, every_row
from tests.people.test_undo import SECOND
from tests.personas import make_user
from viceversa.accounts.keys.models import OwnerKey
from viceversa.accounts.models import Event
from viceversa.formats.references import manager_cycles
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.people.actions import claim_request, request_roster, request_undo, upload_roster, withdraw_request
from viceversa.people.models import Exclusion, Person, RosterImport, RosterTrace, TopicOffer
from viceversa.people.roster_apply import apply_roster, give_up
from viceversa.people.roster_turn import AnotherRuns, take_turn
from viceversa.people.roster_undo import give_up_undoing, undo_roster

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

UPSIDE_DOWN = "person_id,role,grade,manager_id\ne1,mentee,9,e2\ne2,,6,e3\ne3,both,2,\n"


class Killed(Exception):
    """The process ends here."""


class AtHold:
    """Does something as an import is written for the n-th time, before that is; ``times`` counts."""

    def __init__(self, number: int, do: Callable[[], None]) -> None:
        self.number, self.do, self.times = number, do, 0

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith('UPDATE "people_rosterimport"'):
            self.times += 1
            if self.times == self.number:
                self.do()
        return execute(sql, params, many, context)


def kill() -> None:
    raise Killed


def requested(text: str, clock, *, scope: str = "some") -> RosterImport:
    roster = upload_roster(text.encode(), file_name="people.csv", by=None, now=clock(), scope=scope)
    assert claim_request(roster, leave_out=(), leavers_agreed=50, by=None, now=clock())
    return RosterImport.objects.get(pk=roster.pk)


def applied_until(number: int, roster: RosterImport, clock) -> bool:
    """Whether it was cut off there, with parts of one person each."""
    try:
        with connection.execute_wrapper(AtHold(number, kill)):
            apply_roster(roster, now=clock(), at_once=1)
    except Killed:
        return True
    return False


def told() -> dict[str, object]:
    """Everything about people but keys, and what is sealed or made by chance."""
    lines = Person.objects.order_by("person_id").values_list(
        "person_id", "family_name", "manager__person_id", "grade", "role", "leave_date", "search", "changed_at"
    )
    offers = TopicOffer.objects.values_list("person__person_id", "topic__key", "level").order_by("person_id", "level")
    excluding = Exclusion.objects.order_by("author_id").values_list("author__person_id", flat=True)
    return {"people": list(lines), "offers": sorted(offers), "excluding": sorted(excluding)}


@pytest.fixture
def filled(northmoor, clock):
    bring_in(FULL, clock=clock)
    clock.forward(days=1)
    return northmoor


@pytest.mark.parametrize("scope", ["some", "everybody"])
@pytest.mark.parametrize("number", range(1, 18))
def test_an_import_that_is_cut_off_anywhere_goes_on_and_is_undone_exactly(filled, clock, number, scope):
    before = every_row()
    roster = requested(SECOND, clock, scope=scope)
    applied_until(number, roster, clock)
    clock.forward(hours=1)
    apply_roster(roster, now=clock())
    roster.refresh_from_db()
    first = roster.applied_at
    assert (roster.state, roster.done, roster.total) == ("applied", 3, 3) if scope == "some" else ("applied",)
    assert (roster.counts["new"], roster.counts["changed"]) == (1, 2)
    assert set(Person.objects.filter(roster_traces__roster=roster).values_list("changed_at", flat=True)) == {first}
    assert Event.objects.filter(noun="roster", verb="applied", object_id=roster.public_id).count() == 1
    request_undo(roster, by=filled.users["coordinator"], now=clock())
    assert undo_roster(roster, now=clock(), at_once=1)
    assert every_row() == before


def test_parts_bring_the_same_as_one_transaction(filled, clock):
    roster = requested(SECOND, clock)
    apply_roster(roster, now=clock(), at_once=1)
    in_parts = told()
    request_undo(roster, by=filled.users["coordinator"], now=clock())
    undo_roster(roster, now=clock(), at_once=1)
    assert told() != in_parts
    apply_roster(requested(SECOND, clock), now=clock())
    assert told() == in_parts


@pytest.mark.parametrize("number", [3, 5, 6, 8, 9])
def test_what_cannot_be_finished_is_taken_back_to_the_last_row(filled, clock, number):
    before = every_row()
    roster = requested(SECOND, clock)
    assert applied_until(number, roster, clock)
    assert number < 6 or every_row() != before
    give_up(roster, now=clock(), at_once=1)
    roster.refresh_from_db()
    assert (roster.state, roster.problem, roster.held_since, roster.applied_at) == ("failed", "fault", None, None)
    assert every_row() == before
    assert not RosterTrace.objects.filter(roster=roster).exists()
    assert not OwnerKey.objects.filter(owner=roster.trace_owner or "none").exists()
    assert apply_again(roster, clock)


def apply_again(roster: RosterImport, clock) -> bool:
    request_roster(roster, leave_out=(), leavers_agreed=50, by=None, now=clock())
    return apply_roster(roster, now=clock(), at_once=1)


@pytest.mark.parametrize("number", range(2, 12))
def test_undoing_that_is_cut_off_goes_on_to_the_last_row(filled, clock, number):
    before = every_row()
    roster = bring_in(SECOND, clock=clock, scope="everybody", leavers_agreed=50)
    request_undo(roster, by=filled.users["coordinator"], now=clock())
    try:
        with connection.execute_wrapper(AtHold(number, kill)):
            undo_roster(roster, now=clock(), at_once=1)
    except Killed:
        roster.refresh_from_db()
        assert give_up_undoing(roster, now=clock()) == (roster.undone_at is None)
        if roster.undone_at is None:
            request_undo(roster, by=filled.users["coordinator"], now=clock())
        assert undo_roster(roster, now=clock(), at_once=1)
    roster.refresh_from_db()
    assert (roster.state, roster.trace_owner, roster.held_since) == ("undone", "", None)
    assert every_row() == before
    facts = Event.objects.get(noun="roster", verb="undone").facts
    assert facts == {"removed": 1, "restored": roster.counts["restored"]}


@pytest.mark.parametrize("number", range(1, 12))
def test_no_reporting_line_is_a_circle_on_the_way(clock, number):
    bring_in(FULL, clock=clock)
    applied_until(number, requested(UPSIDE_DOWN, clock), clock)
    lines = dict(Person.objects.exclude(manager=None).values_list("person_id", "manager__person_id"))
    assert number < 11 or lines == {"e1": "e2", "e2": "e3"}
    assert list(manager_cycles(lines)) == []


@pytest.mark.parametrize("number", range(1, 12))
def test_nobody_new_is_met_before_everybody_is_apart_from_whom_they_exclude(filled, clock, number):
    applied_until(number, requested(SECOND, clock), clock)
    excluding = list(Exclusion.objects.order_by("author__person_id").values_list("author__person_id", flat=True))
    if Person.objects.filter(person_id="n1").exists():
        assert excluding == ["e1", "e3", "e3", "e3", "n1"]
    else:
        assert "n1" not in excluding


def test_another_import_waits_until_this_one_is_through(filled, clock):
    first = requested(SECOND, clock)
    assert applied_until(6, first, clock)
    second = upload_roster(b"person_id,role\nz1,\n", file_name="more.csv", by=None, now=clock(), scope="some")
    request_roster(second, leave_out=(), leavers_agreed=0, by=None, now=clock())
    run_until_idle(clock=clock)
    assert not Person.objects.filter(person_id="z1").exists()
    with pytest.raises(AnotherRuns):
        apply_roster(second, now=clock())
    clock.forward(hours=1)
    for _ in range(2):
        run_until_idle(clock=clock)
        clock.forward(minutes=1)
    assert set(RosterImport.objects.values_list("state", flat=True)) == {"applied"}
    assert Person.objects.filter(person_id__in=["z1", "n1"]).count() == 2


def test_two_that_wait_do_not_wait_for_each_other(filled, clock):
    first = bring_in(SECOND, clock=clock)
    second = upload_roster(b"person_id,role\nz1,\n", file_name="more.csv", by=None, now=clock(), scope="some")
    request_roster(second, leave_out=(), leavers_agreed=0, by=None, now=clock())
    request_undo(first, by=filled.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    states = RosterImport.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["undone", "applied"]


def test_a_request_that_is_taken_back_is_not_applied_by_a_worker(filled, clock):
    roster = requested(SECOND, clock)
    withdraw_request(roster)
    clock.forward(hours=1)
    run_until_idle(clock=clock)
    assert not Person.objects.filter(person_id="n1").exists()


def test_a_command_that_was_cut_off_is_finished_by_a_worker(filled, clock):
    roster = requested(SECOND, clock)
    assert applied_until(6, roster, clock)
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert roster.state == "applying"
    clock.forward(minutes=16)
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert roster.state == "applied"


def test_a_worker_that_comes_back_from_the_dead_writes_nothing_more(filled, clock):
    roster = requested(SECOND, clock)

    def taken() -> None:
        RosterImport.objects.filter(pk=roster.pk).update(attempt=F("attempt") + 1)

    with connection.execute_wrapper(AtHold(6, taken)):
        assert not apply_roster(roster, now=clock(), at_once=1)
    assert RosterTrace.objects.filter(roster=roster).count() < 3
    roster.refresh_from_db()
    assert roster.state == "applying"
    assert apply_roster(roster, now=clock(), at_once=1)


def test_whoever_uses_somebody_of_an_import_that_goes_back_keeps_them(filled, clock):
    roster = requested(SECOND + "n2,Nia,New,n1,1,mentor,,,,,,\n", clock)
    assert applied_until(8, roster, clock)
    Person.objects.filter(person_id="n2").update(user=make_user("nia@northmoor.example"))
    give_up(roster, now=clock(), at_once=2)
    roster.refresh_from_db()
    assert (roster.state, roster.counts["kept"]) == ("failed", 2)  # n2, and n1 to whom they report
    assert Person.objects.get(person_id="n2").manager.person_id == "n1"
    assert Person.objects.get(person_id="e1").family_name == "Byron"


def test_somebody_changed_between_planning_and_writing_keeps_what_they_said(filled, clock):
    roster = requested("person_id,role,grade,family_name\ne1,mentee,9,King\ne2,,6,Odd\n", clock)

    def move() -> None:
        moved = clock() + timedelta(seconds=1)
        Person.objects.filter(person_id="e1").update(time_zone="Asia/Tokyo", family_name="Lovelace", changed_at=moved)

    planned = []

    def after_planning(execute, sql, params, many, context):
        read = execute(sql, params, many, context)
        if '"people_person"."person_id" IN' in sql and '"search_own"' in sql:
            planned.append(params)
            if len(planned) == 1:
                move()
        return read

    with connection.execute_wrapper(after_planning):
        assert apply_roster(roster, now=clock(), at_once=1)
    assert planned[0] == planned[1]  # once more, with what stands there now
    person = Person.objects.get(person_id="e1")
    assert (person.family_name, person.time_zone) == ("King", "Asia/Tokyo")
    request_undo(roster, by=filled.users["coordinator"], now=clock())
    undo_roster(roster, now=clock())
    person.refresh_from_db()
    assert (person.family_name, person.time_zone) == ("Lovelace", "Asia/Tokyo")


def test_half_an_import_waits_for_its_keys_and_then_goes_on(filled, clock, settings, tmp_path):
    roster = requested(SECOND, clock)
    assert applied_until(6, roster, clock)
    right = settings.FIELD_KEY_FILE
    settings.FIELD_KEY_FILE = tmp_path / "another-key"
    settings.FIELD_KEY_FILE.write_bytes(Fernet.generate_key())
    clock.forward(minutes=16)
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert roster.state == "applying"
    settings.FIELD_KEY_FILE = right
    clock.forward(minutes=31)
    run_until_idle(clock=clock)
    roster.refresh_from_db()
    assert roster.state == "applied"
    assert not Job.objects.filter(kind="apply_roster", done_at=None).exists()


def test_only_what_waits_for_it_is_taken(filled, clock):
    roster = bring_in(SECOND, clock=clock)
    assert take_turn(roster, now=clock(), becomes="applying") is None
    assert take_turn(roster, now=clock(), becomes="undoing") is None
