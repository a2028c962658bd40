"""Rotas of a cohort: for all who take part, by the rules, nobody twice, and what is kept counts as met."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.arranging import NotKept, keep
from viceversa.pairing.models import Pair, Rota, SeatTaken
from viceversa.pairing.rotas import ask_rota, own_meetings
from viceversa.pairing.sheets import rota_rows_csv
from viceversa.people.models import Person
from viceversa.programmes.favourites import choose_favourites, own_favourites, seen_of


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    return pools.pool_of(northmoor, now=clock(), pairs=6)


def proposed(northmoor: Northmoor, clock: MovableClock, *, rounds: int = 3) -> Rota:
    by = northmoor.users["coordinator"]
    asked = ask_rota(cohort=northmoor.cohort, rounds=rounds, minutes=25, by=by, now=clock())
    run_until_idle(clock=clock)
    return Rota.objects.get(pk=asked.pk)


def pairs_in(made: Rota) -> list[tuple[str, str]]:
    ids = ("mentor__person__person_id", "mentee__person__person_id")
    return list(made.meetings.order_by("round", "pk").values_list(*ids))


def test_nobody_meets_twice_in_a_round_or_the_same_one_again(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    made = proposed(northmoor, clock)
    assert (made.problems, made.report["certified"], made.report["gap"]) == ([], True, 0)
    pairs = pairs_in(made)
    assert len(pairs) == len(set(pairs)) == made.report["meetings"] > 6
    for side in ("mentor", "mentee"):
        assert max(Counter(made.meetings.order_by().values_list("round", side)).values()) == 1
    assert set(made.meetings.order_by().values_list("round", flat=True)) == {1, 2, 3}


def test_whoever_has_a_partner_takes_part_and_does_not_meet_them(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    free = pairs_in(proposed(northmoor, clock))
    one, other = next((a, b) for a, b in free)
    mentor = next(enrolment for enrolment in pool.mentors if enrolment.person.person_id == one)
    mentee = next(enrolment for enrolment in pool.mentees if enrolment.person.person_id == other)
    pair = Pair.objects.create(
        cohort=northmoor.cohort, mentor=mentor, mentee=mentee, state=Pair.State.ACTIVE, formed_at=clock()
    )
    SeatTaken.objects.bulk_create(SeatTaken(pair=pair, enrolment=enrolment, number=1) for enrolment in (mentor, mentee))
    told = pairs_in(proposed(northmoor, clock))
    assert (one, other) not in told
    assert one in {mentor for mentor, _ in told}


def test_what_was_kept_counts_as_met_and_what_was_not_does_not(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    first = proposed(northmoor, clock, rounds=1)
    before = set(pairs_in(first))
    assert before & set(pairs_in(proposed(northmoor, clock, rounds=2)))
    kept = keep(Rota.objects.get(kept_at=None), by=northmoor.users["coordinator"], now=clock())
    assert not set(pairs_in(kept)) & set(pairs_in(proposed(northmoor, clock, rounds=3)))


def test_each_sees_their_own_meetings_once_it_is_kept(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    made = proposed(northmoor, clock)
    person = Person.objects.get(person_id="s000")
    assert own_meetings(person, now=clock()) == []
    keep(made, by=northmoor.users["coordinator"], now=clock())
    mine = own_meetings(person, now=clock())
    assert [one.mentor.person.person_id for one in mine] == [a for a, b in pairs_in(made) if b == "s000"]
    assert mine
    Person.objects.filter(pk=mine[0].mentor.person_id).update(leave_date=clock().date())
    assert own_meetings(person, now=clock()) == mine[1:]
    with pytest.raises(NotKept):
        keep(made, by=northmoor.users["coordinator"], now=clock())


def test_the_same_people_and_seed_give_the_same_rota(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    from viceversa.pairing.rotas import _found

    made = proposed(northmoor, clock)
    told = pairs_in(made)
    made.meetings.all().delete()
    columns = _found(made, lambda stage, share: None)(made)
    assert pairs_in(made) == told
    assert columns["input_sha256"] == made.input_sha256


def test_the_file_holds_a_line_a_meeting_and_no_formula(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    Person.objects.filter(person_id="j001").update(given_name="=1+1", preferred_name="")
    made = proposed(northmoor, clock)
    head, *lines = rota_rows_csv(made).splitlines()
    assert head == "round,minutes,mentor_id,mentor_name,mentee_id,mentee_name"
    assert len(lines) == made.report["meetings"]
    assert all(line.split(",")[1] == "25" for line in lines)
    assert any(",'=1+1" in line for line in lines)
    assert not any(",=1+1" in line for line in lines)


def test_somebody_without_a_grade_stops_it_and_is_named(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    Person.objects.filter(person_id="j001").update(grade=None)
    made = proposed(northmoor, clock)
    assert [(one["code"], one["params"]["ids"]) for one in made.problems] == [("no_grade", ["j001"])]


def test_whoever_was_a_pair_in_another_cohort_does_not_meet_again(
    pool: pools.Pool, northmoor: Northmoor, clock: MovableClock
) -> None:
    one, other = pairs_in(proposed(northmoor, clock))[0]
    elsewhere = northmoor.other_programme.current_cohort
    sides = [
        pools.enrolled(Person.objects.get(person_id=number), elsewhere, role, now=clock())
        for number, role in ((one, "mentor"), (other, "mentee"))
    ]
    Pair.objects.create(
        cohort=elsewhere, mentor=sides[0], mentee=sides[1], state=Pair.State.CLOSED, formed_at=clock(), ended_at=clock()
    )
    assert (one, other) not in pairs_in(proposed(northmoor, clock))


def test_wishes_are_heeded_and_count_alike(pool: pools.Pool, northmoor: Northmoor, clock: MovableClock) -> None:
    """What weighs wishes alike ranks further than a policy file may."""
    one, wished = pool.mentees[0], pool.mentors[0].person.person_id
    choose_favourites(one, favourites=[wished], seen=seen_of(own_favourites(one)), by=one.person.user, now=clock())
    made = proposed(northmoor, clock, rounds=1)
    assert made.problems == []
    assert (wished, one.person.person_id) in pairs_in(made)
