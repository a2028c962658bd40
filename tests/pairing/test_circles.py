"""Circles of a cohort: made by the worker, kept by a coordinator, changed by hand under the same rules."""

from __future__ import annotations

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import seal
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.arranging import NotKept, keep, latest
from viceversa.pairing.circles import (
    Refused,
    ask_circles,
    circles_in_force,
    company_of,
    mentors_to_divide,
    move,
    own_circles,
    seen_of,
    without_place,
)
from viceversa.pairing.models import CircleDivision, CircleMember, Pair
from viceversa.people.models import Exclusion, Person
from viceversa.programmes.models import Cohort, Enrolment, Pause

FUNCTIONS, PLACES = ("Sales", "Finance", "Care"), ("Leeds", "Lyon")


@pytest.fixture
def cohort(northmoor: Northmoor, clock: MovableClock) -> Cohort:
    """Twelve mentors more in running pairs, of three functions and two places; with Northmoor's own, thirteen."""
    for n in range(12):
        columns = {"function": FUNCTIONS[n % 3], "location": PLACES[n // 3 % 2]}
        mentor = pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock(), **columns)
        mentee = pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock())
        Pair.objects.create(
            cohort=northmoor.cohort, mentor=mentor, mentee=mentee, state=Pair.State.ACTIVE, formed_at=clock()
        )
    return northmoor.cohort


def proposed(northmoor: Northmoor, clock: MovableClock, *, size: int = 4) -> CircleDivision:
    asked = ask_circles(cohort=northmoor.cohort, size=size, by=northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    return CircleDivision.objects.get(pk=asked.pk)


def place_of(division: CircleDivision, number: str) -> CircleMember:
    found = division.members.select_related("enrolment__person", "division__cohort__programme", "circle")
    return found.get(enrolment__person__person_id=number)


def numbers(division: CircleDivision) -> list[list[str]]:
    places = division.members.filter(circle__isnull=False).order_by("enrolment__person__person_id")
    rows = places.values_list("circle__number", "enrolment__person__person_id")
    circles: dict[int, list[str]] = {}
    for number, person in rows:
        circles.setdefault(number, []).append(person)
    return [circles[number] for number in sorted(circles)]


def to_another(northmoor: Northmoor, clock: MovableClock, member: CircleMember, number: int) -> None:
    seen = seen_of(member, others=company_of(member))
    move(member=member, number=number, seen=seen, by=northmoor.users["coordinator"], now=clock())


def test_mentors_of_running_pairs_sit_in_equal_circles_once_each(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    ended = cohort.pairs.get(mentor__person__person_id="j011")
    Pair.objects.filter(pk=ended.pk).update(state=Pair.State.CLOSED, ended_at=clock())
    division = proposed(northmoor, clock)
    seated = sorted(person for circle in numbers(division) for person in circle)
    running = Pair.objects.running().filter(cohort=cohort)
    assert seated == sorted(set(running.values_list("mentor__person__person_id", flat=True)))
    assert len(seated) == mentors_to_divide(cohort, on=clock().date())
    assert "j011" not in seated
    sizes = {len(circle) for circle in numbers(division)}
    assert max(sizes) - min(sizes) <= 1
    assert division.report["bound"] <= division.report["alike"]
    assert len(division.input_sha256) == 64


def test_the_same_people_and_seed_give_the_same_circles_and_asking_again_others(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    first = proposed(northmoor, clock)
    told, seed = numbers(first), first.seed
    again = proposed(northmoor, clock)
    assert not CircleDivision.objects.filter(pk=first.pk).exists()
    assert again.seed == seed + 1
    CircleDivision.objects.filter(pk=again.pk).update(seed=seed, answered_at=None)
    again.members.all().delete()
    again.circles.all().delete()
    again = CircleDivision.objects.get(pk=again.pk)
    from viceversa.pairing.circles import _found

    columns = _found(again, lambda stage, share: None)(again)
    assert numbers(again) == told
    assert columns["report"] == first.report


def test_asked_twice_while_it_is_made_it_is_made_once(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    by = northmoor.users["coordinator"]
    first = ask_circles(cohort=cohort, size=4, by=by, now=clock())
    assert ask_circles(cohort=cohort, size=4, by=by, now=clock()).pk == first.pk
    other = ask_circles(cohort=cohort, size=5, by=by, now=clock())
    run_until_idle(clock=clock)
    assert latest(CircleDivision, cohort) == other
    assert CircleDivision.objects.count() == 1


def test_nobody_sees_a_circle_before_it_is_kept_and_then_each_their_own(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    division = proposed(northmoor, clock)
    person = Person.objects.get(person_id="j003")
    assert own_circles(person, now=clock()) == []
    keep(division, by=northmoor.users["coordinator"], now=clock())
    (mine,) = own_circles(person, now=clock())
    circle = next(circle for circle in numbers(division) if "j003" in circle)
    assert sorted(one.enrolment.person.person_id for one in mine) == circle
    leader = Person.objects.get(person_id="s003")
    assert own_circles(leader, now=clock()) == []


def test_whoever_left_is_in_nobodys_circle(cohort: Cohort, northmoor: Northmoor, clock: MovableClock) -> None:
    division = proposed(northmoor, clock)
    keep(division, by=northmoor.users["coordinator"], now=clock())
    circle = next(circle for circle in numbers(division) if "j003" in circle)
    gone = next(person for person in circle if person != "j003")
    Person.objects.filter(person_id=gone).update(leave_date=clock().date())
    (mine,) = own_circles(Person.objects.get(person_id="j003"), now=clock())
    assert sorted(one.enrolment.person.person_id for one in mine) == [one for one in circle if one != gone]
    assert own_circles(Person.objects.get(person_id=gone), now=clock()) == []


def test_keeping_others_takes_the_place_of_those_before(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    by = northmoor.users["coordinator"]
    first = keep(proposed(northmoor, clock), by=by, now=clock())
    second = proposed(northmoor, clock, size=6)
    assert circles_in_force(cohort) == first
    keep(second, by=by, now=clock())
    assert circles_in_force(cohort) == second
    with pytest.raises(NotKept):
        keep(second, by=by, now=clock())
    assert len(own_circles(Person.objects.get(person_id="j003"), now=clock())) == 1


def test_a_move_by_hand_is_refused_for_a_reporting_line_and_names_it(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    boss, report = Person.objects.get(person_id="j000"), Person.objects.get(person_id="j001")
    Person.objects.filter(pk=report.pk).update(manager=boss)
    division = proposed(northmoor, clock, size=5)
    theirs, other = place_of(division, "j001"), place_of(division, "j000")
    assert theirs.circle
    assert other.circle
    assert theirs.circle.number != other.circle.number
    with pytest.raises(Refused) as refused:
        to_another(northmoor, clock, theirs, other.circle.number)
    assert [(one.rule, one.with_ids) for one in refused.value.refusals] == [("reporting_line", ("j000",))]
    assert refused.value.names["j000"] == boss.name


def test_a_move_among_people_who_are_not_available_tells_no_name(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    author = Person.objects.get(person_id="j001")
    avoided = seal("j000", owner=author.public_id)
    Exclusion.objects.create(author=author, sealed_person_id=avoided)
    division = proposed(northmoor, clock, size=5)
    theirs, other = place_of(division, "j000"), place_of(division, "j001")
    assert theirs.circle_id != other.circle_id
    assert other.circle
    with pytest.raises(Refused) as refused:
        to_another(northmoor, clock, theirs, other.circle.number)
    assert [(one.rule, one.with_ids) for one in refused.value.refusals] == [("unavailable", ())]
    assert without_place(division) == []


def test_somebody_moves_and_both_circles_know(cohort: Cohort, northmoor: Northmoor, clock: MovableClock) -> None:
    division = proposed(northmoor, clock, size=5)
    member = place_of(division, "j004")
    assert member.circle
    number = next(one.number for one in division.circles.all() if one.pk != member.circle_id)
    to_another(northmoor, clock, member, number)
    assert "j004" in numbers(division)[number - 1]
    assert CircleDivision.objects.get(pk=division.pk).by_hand == 1
    with pytest.raises(ChangedMeanwhile):
        move(member=member, number=1, seen="other", by=northmoor.users["coordinator"], now=clock())


def test_a_circle_keeps_three_and_takes_nobody_who_pauses(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    division = proposed(northmoor, clock, size=3)
    small = next(circle for circle in numbers(division) if len(circle) == 3)
    member = place_of(division, small[0])
    assert member.circle
    number = next(one.number for one in division.circles.all() if one.pk != member.circle_id)
    held, today = Enrolment.objects.get(pk=member.enrolment_id), clock().date()
    Pause.objects.create(enrolment=held, from_on=today, until_on=today, made_at=clock())
    with pytest.raises(Refused) as refused:
        to_another(northmoor, clock, member, number)
    assert {one.rule for one in refused.value.refusals} == {"too_few_left", "away"}


def test_a_circle_of_managers_is_told_and_nothing_is_made(
    cohort: Cohort, northmoor: Northmoor, clock: MovableClock
) -> None:
    one, other = Person.objects.get(person_id="j000"), Person.objects.get(person_id="j001")
    Person.objects.filter(pk=one.pk).update(manager=other)
    Person.objects.filter(pk=other.pk).update(manager=one)
    division = proposed(northmoor, clock)
    assert [problem["code"] for problem in division.problems] == ["line_cycle"]
    with pytest.raises(NotKept):
        keep(division, by=northmoor.users["coordinator"], now=clock())


def test_nobody_mentors_and_there_are_no_circles(northmoor: Northmoor, clock: MovableClock) -> None:
    Pair.objects.filter(cohort=northmoor.cohort).update(state=Pair.State.CLOSED)
    division = proposed(northmoor, clock)
    assert (numbers(division), division.problems) == ([], [])
