"""The lottery among people: frozen first, drawn once, recorded, and the places never taken twice."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core import mail
from django.test import Client

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from tests.programmes.test_admission import LEARN, admit, by, forward, leader, states, subjects_to
from viceversa.accounts.models import Event
from viceversa.outbox.worker import run_until_idle
from viceversa.people.models import Person
from viceversa.programmes.enrol import withdraw_enrolment
from viceversa.programmes.invitations import enrol_from_file
from viceversa.programmes.lottery import (
    DrawnAlready,
    FrozenAlready,
    ListTouched,
    NotALottery,
    draw_lottery,
    freeze_list,
    grade_band,
    replays,
    thaw_list,
)
from viceversa.programmes.models import Enrolment, Lottery, LotteryEntry
from viceversa.programmes.places import free_places
from viceversa.programmes.waiting_list import waiting_of
from viceversa.stats.lottery import replay

PLACES = 6  # four of them free: two leaders of Northmoor take part


@pytest.fixture
def applied(northmoor: Northmoor, clock: MovableClock) -> list[Enrolment]:
    """Eight of Stores and four of Finance for four places."""
    admit(northmoor, clock, way="lottery", mentee_places=PLACES)
    functions = ["Stores"] * 8 + ["Finance"] * 4
    return forward(northmoor, clock, *(leader(n, function=each) for n, each in enumerate(functions)))


def frozen(northmoor: Northmoor, clock: MovableClock, strata: tuple[str, ...] = ("function",)) -> Lottery:
    return freeze_list(
        northmoor.cohort,
        role=LEARN.value,
        strata=strata,
        seed_from="public",
        seed_plan="Closing figure of the index on 2 July",
        by=by(northmoor),
        now=clock(),
    )


def drawn(northmoor: Northmoor, clock: MovableClock, lottery: Lottery, seed: str = "18 204.55") -> Lottery:
    return draw_lottery(lottery, seed=seed, by=by(northmoor), now=clock())


def test_places_go_by_strata_and_the_rest_wait_in_the_order_of_their_lots(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = drawn(northmoor, clock, frozen(northmoor, clock))
    record = json.loads(lottery.record)
    inside = [one for one in applied if states(one) == ["invited"]]
    assert [one.person.function for one in inside].count("Stores") == 3  # 8 of 12 of four places: 2.67
    assert [one.person.function for one in inside].count("Finance") == 1
    assert {one.public_id for one in inside} == set(record["drawn"])
    assert [one.public_id for one in waiting_of(northmoor.cohort, role=LEARN)] == record["waiting"]
    assert free_places(northmoor.cohort, role=LEARN) == 0
    assert replays(lottery)
    assert list(replay(lottery.record).drawn) == record["drawn"]


def test_the_hash_is_recorded_before_the_seed_and_is_that_of_the_list(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = frozen(northmoor, clock)
    assert hashlib.sha256(lottery.list_text.encode()).hexdigest() == lottery.list_hash
    [told] = Event.objects.filter(verb="lottery_frozen")
    assert told.facts["hash"] == lottery.list_hash
    assert not Event.objects.filter(verb="lottery_drawn").exists()
    names = [one.person.family_name for one in applied] + [one.person.email for one in applied]
    assert not [name for name in names if name in lottery.list_text]
    drawn(northmoor, clock, lottery)
    assert json.loads(Lottery.objects.get().record)["list_hash"] == told.facts["hash"]


def test_everybody_is_told_kindly_and_once(northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]) -> None:
    run_until_idle(clock=clock)
    mail.outbox.clear()
    drawn(northmoor, clock, frozen(northmoor, clock))
    run_until_idle(clock=clock)
    for one in applied:
        inside = states(one) == ["invited"]
        wanted = (
            "You were drawn for Fresh Eyes" if inside else "Not drawn this time, and on the wait-list of Fresh Eyes"
        )
        assert subjects_to(one.person) == [wanted]


def test_drawn_or_not_stays_on_record_whatever_people_do_later(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    drawn(northmoor, clock, frozen(northmoor, clock))
    first = next(one for one in applied if states(one) == ["invited"])
    next_up = waiting_of(northmoor.cohort, role=LEARN)[0]
    first.refresh_from_db()
    withdraw_enrolment(first, by=by(northmoor), now=clock())
    assert states(next_up) == ["invited"]
    entries = {entry.enrolment_id: entry for entry in LotteryEntry.objects.all()}
    assert entries[first.pk].drawn is True
    assert entries[next_up.pk].drawn is False
    assert {entry.drawn_at for entry in entries.values()} == {clock()}
    assert entries[first.pk].stratum == [first.person.function]


def test_who_left_after_the_freezing_leaves_their_place_to_the_first_who_waits(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = frozen(northmoor, clock)
    for one in applied[:10]:
        withdraw_enrolment(one, by=by(northmoor), now=clock())
    drawn(northmoor, clock, lottery)
    assert states(*applied[10:]) == ["invited", "invited"]
    assert Enrolment.objects.filter(cohort=northmoor.cohort, role=LEARN).with_a_place().count() == 4


def test_who_applies_after_the_freezing_or_the_draw_stands_last(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = frozen(northmoor, clock)
    [late] = forward(northmoor, clock, leader(50))
    drawn(northmoor, clock, lottery)
    [later] = forward(northmoor, clock, leader(51))
    assert states(late, later) == ["waiting", "waiting"]
    assert [one.pk for one in waiting_of(northmoor.cohort, role=LEARN)][-2:] == [late.pk, later.pk]


def test_the_places_of_a_frozen_list_are_kept_for_the_draw(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = frozen(northmoor, clock)
    assert free_places(northmoor.cohort, role=LEARN) == 0
    [made] = enrol_from_file(northmoor.cohort, people=[leader(60)], role=LEARN, by=by(northmoor), now=clock())
    assert made.state == "waiting"
    drawn(northmoor, clock, lottery)
    assert Enrolment.objects.filter(cohort=northmoor.cohort, role=LEARN).with_a_place().count() == PLACES


def test_a_list_is_drawn_once_and_frozen_once(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = frozen(northmoor, clock)
    with pytest.raises(FrozenAlready):
        frozen(northmoor, clock)
    before = drawn(northmoor, clock, lottery).record
    with pytest.raises(DrawnAlready):
        drawn(northmoor, clock, lottery, seed="a better one")
    with pytest.raises(DrawnAlready):
        thaw_list(lottery, by=by(northmoor), now=clock())
    assert Lottery.objects.get().record == before


def test_a_list_that_was_given_up_leaves_its_hash_in_the_event_log(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = frozen(northmoor, clock)
    thaw_list(lottery, by=by(northmoor), now=clock())
    assert Event.objects.get(verb="lottery_thawed").facts["hash"] == lottery.list_hash
    assert set(states(*applied)) == {"applied"}
    assert free_places(northmoor.cohort, role=LEARN) == 4


@pytest.mark.parametrize("change", [{"places": 5}, {"strata": []}, {"list_text": "another"}])
def test_a_list_that_was_touched_is_not_drawn(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment], change: dict[str, object]
) -> None:
    lottery = frozen(northmoor, clock)
    Lottery.objects.filter(pk=lottery.pk).update(**change)
    with pytest.raises((ListTouched, ValueError)):
        drawn(northmoor, clock, lottery)
    assert set(states(*applied)) == {"applied"}


def test_a_record_that_was_touched_does_not_replay(
    northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]
) -> None:
    lottery = drawn(northmoor, clock, frozen(northmoor, clock))
    record = json.loads(lottery.record)
    record["drawn"][0], record["waiting"][0] = record["waiting"][0], record["drawn"][0]
    lottery.record = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    assert not replays(lottery)


def test_there_is_nothing_to_draw_without_applicants_or_without_a_limit(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    admit(northmoor, clock, way="lottery", mentee_places=9)
    with pytest.raises(NotALottery):
        frozen(northmoor, clock)
    forward(northmoor, clock, leader(1))
    admit(northmoor, clock, mentee_places=None)
    with pytest.raises(NotALottery):
        frozen(northmoor, clock)


def test_grades_stand_two_to_a_band() -> None:
    assert [grade_band(grade) for grade in (None, 0, 1, 2, 3, 12)] == ["-", "-1-0", "1-2", "1-2", "3-4", "11-12"]


def test_strata_can_be_several_at_once(northmoor: Northmoor, clock: MovableClock, applied: list[Enrolment]) -> None:
    Person.objects.filter(pk=applied[0].person_id).update(location="")
    make_person("somebody", "Else", "Where", grade=7)
    lottery = frozen(northmoor, clock, strata=("grade_band", "function", "location"))
    assert lottery.strata == ["function", "location", "grade_band"]
    entry = LotteryEntry.objects.get(enrolment=applied[0])
    assert entry.stratum == ["Stores", "-", "7-8"]
    assert replays(drawn(northmoor, clock, lottery))


def test_lists_that_were_frozen_and_given_up_stand_beside_the_next_and_in_its_record(
    northmoor: Northmoor, clock: MovableClock, client: Client, applied: list[Enrolment]
) -> None:
    hashes = []
    for _again in range(2):
        tried = frozen(northmoor, clock)
        hashes.append(tried.list_hash)
        thaw_list(tried, by=by(northmoor), now=clock())
    kept = frozen(northmoor, clock, strata=())
    northmoor.sign_in(client, "coordinator")
    programme = northmoor.programme.public_id
    for address in (f"/programmes/{programme}/lottery/", f"/programmes/{programme}/lottery/{kept.public_id}/"):
        page = client.get(address).content.decode()
        assert "2 lists of this side were frozen before and given up." in page
        assert all(one in page for one in hashes)
    done = drawn(northmoor, clock, kept)
    assert json.loads(done.record)["given_up"] == hashes
    assert replays(done)


def test_a_first_list_tells_of_none_given_up(
    northmoor: Northmoor, clock: MovableClock, client: Client, applied: list[Enrolment]
) -> None:
    done = drawn(northmoor, clock, frozen(northmoor, clock))
    assert "given_up" not in json.loads(done.record)
    northmoor.sign_in(client, "coordinator")
    page = client.get(f"/programmes/{northmoor.programme.public_id}/lottery/{done.public_id}/").content.decode()
    assert "given up" not in page
