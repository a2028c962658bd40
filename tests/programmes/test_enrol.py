"""A person's own enrolment: its pages saved one by one, sent, withdrawn."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MovableClock
from tests.personas import Northmoor, make_person
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import destroy_key
from viceversa.accounts.models import Event, User
from viceversa.people.models import Exclusion, Person, Topic
from viceversa.programmes.enrol import (
    NotComplete,
    NotOpen,
    on_withdrawal,
    save_step,
    seen_of,
    submit_enrolment,
    withdraw_enrolment,
)
from viceversa.programmes.enrol import _on_withdrawal as reactions
from viceversa.programmes.enrolment_answers import (
    Answer,
    AvoidAnswer,
    LearnAnswer,
    OffersAnswer,
    TimeAnswer,
    TodayAnswer,
    people_to_avoid,
)
from viceversa.programmes.enrolment_steps import next_step, place_of
from viceversa.programmes.invitations import invite
from viceversa.programmes.models import Enrolment

TIMES = TimeAnswer(languages=("en",), time_zone="Europe/London", hours_start=540, hours_end=1020, capacity=1)
WANTS = LearnAnswer(wants={"How our meetings feel": 3, "Shop floors": 1}, hope="Hear earlier why people leave.")


@pytest.fixture
def grace(northmoor: Northmoor) -> User:
    user = northmoor.users["outsider"]
    assert user is not None
    return user


@pytest.fixture
def enrolment(northmoor: Northmoor, clock: MovableClock) -> Enrolment:
    by = northmoor.users["coordinator"]
    assert by is not None
    people = [northmoor.people["outsider"]]
    [made] = invite(northmoor.cohort, people=people, role=Enrolment.Role.MENTEE, by=by, now=clock())
    return made


def save(enrolment: Enrolment, step: str, answer: Answer, *, by: User, clock: MovableClock) -> None:
    seen = seen_of(Enrolment.objects.get(pk=enrolment.pk), step=step)
    save_step(enrolment, step=step, answer=answer, seen=seen, by=by, now=clock())
    enrolment.refresh_from_db()


def test_the_first_save_begins_the_enrolment(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    save(enrolment, "time", TIMES, by=grace, clock=clock)
    assert (enrolment.state, enrolment.steps_done) == (Enrolment.State.DRAFT, ["time"])
    assert next_step(enrolment) == "learn"


def test_wants_are_the_persons_own_rows_under_the_topics_normal_key(
    enrolment: Enrolment, grace: User, clock: MovableClock
) -> None:
    Topic.objects.create(key="shop floors", name="SHOP FLOORS")
    save(enrolment, "learn", WANTS, by=grace, clock=clock)
    save(enrolment, "today", TodayAnswer({"shop floors": 2}), by=grace, clock=clock)
    save(enrolment, "learn", WANTS, by=grace, clock=clock)
    person = Person.objects.get(user=grace)
    rows = set(person.wants.values_list("topic__key", "priority", "current"))
    assert rows == {("how our meetings feel", 3, 0), ("shop floors", 1, 2)}
    assert Topic.objects.filter(key="shop floors").count() == 1


def test_a_topic_that_is_no_longer_wanted_goes(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    save(enrolment, "learn", WANTS, by=grace, clock=clock)
    save(enrolment, "learn", LearnAnswer(wants={"Shop floors": 2}, hope=""), by=grace, clock=clock)
    assert list(Person.objects.get(user=grace).wants.values_list("topic__name", "priority")) == [("Shop floors", 2)]


def test_offers_change_level_without_a_second_row(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    save(enrolment, "give", OffersAnswer({"Budgets": 2}), by=grace, clock=clock)
    save(enrolment, "give", OffersAnswer({"Budgets": 5}), by=grace, clock=clock)
    assert list(Person.objects.get(user=grace).offers.values_list("topic__name", "level")) == [("Budgets", 5)]


def test_two_tabs_do_not_overwrite_each_other(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    seen = seen_of(enrolment, step="learn")
    save_step(enrolment, step="learn", answer=WANTS, seen=seen, by=grace, now=clock())
    with pytest.raises(ChangedMeanwhile):
        save_step(enrolment, step="learn", answer=LearnAnswer({}, ""), seen=seen, by=grace, now=clock())
    assert Person.objects.get(user=grace).wants.count() == 2


def test_sending_asks_for_the_pages_it_needs_and_is_done_once(
    enrolment: Enrolment, grace: User, clock: MovableClock
) -> None:
    with pytest.raises(NotComplete) as refused:
        submit_enrolment(enrolment, by=grace, now=clock())
    assert refused.value.steps == ("time", "learn")
    save(enrolment, "time", TIMES, by=grace, clock=clock)
    save(enrolment, "learn", WANTS, by=grace, clock=clock)
    submit_enrolment(enrolment, by=grace, now=clock())
    sent = clock()
    clock.forward(hours=1)
    submit_enrolment(enrolment, by=grace, now=clock())
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.submitted_at) == (Enrolment.State.SUBMITTED, sent)
    assert Event.objects.filter(verb="submitted").count() == 1


def test_a_page_can_be_changed_after_sending(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.MATCHED)
    save(enrolment, "time", TIMES, by=grace, clock=clock)
    assert enrolment.state == Enrolment.State.MATCHED


def test_people_to_avoid_are_sealed_and_read_by_their_author_alone(
    enrolment: Enrolment, grace: User, clock: MovableClock
) -> None:
    other = make_person("canary-person-77", "Victor", "Canary")
    save(enrolment, "avoid", AvoidAnswer(keep=frozenset(), add=(other,)), by=grace, clock=clock)
    author = Person.objects.get(user=grace)
    [row] = Exclusion.objects.all()
    assert b"canary" not in bytes(row.sealed_person_id)
    assert [avoided.name for avoided in people_to_avoid(author)] == ["Victor Canary"]
    told = json.dumps(list(Event.objects.values("verb", "object_id", "facts")))
    assert other.public_id not in told
    assert "canary" not in told


def test_whoever_stays_named_keeps_their_row(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    first, second = make_person("e-1", "One", "First"), make_person("e-2", "Two", "Second")
    save(enrolment, "avoid", AvoidAnswer(keep=frozenset(), add=(first, second)), by=grace, clock=clock)
    author = Person.objects.get(user=grace)
    kept, gone = people_to_avoid(author)
    save(enrolment, "avoid", AvoidAnswer(keep=frozenset({kept.exclusion}), add=()), by=grace, clock=clock)
    assert people_to_avoid(author) == [kept]
    assert gone not in people_to_avoid(author)


def test_without_the_key_nothing_is_shown(enrolment: Enrolment, grace: User, clock: MovableClock) -> None:
    from viceversa.accounts.keys.store import KeysMissing

    other = make_person("e-1", "One", "First")
    save(enrolment, "avoid", AvoidAnswer(keep=frozenset(), add=(other,)), by=grace, clock=clock)
    author = Person.objects.get(user=grace)
    destroy_key(author.public_id)
    with pytest.raises(KeysMissing):
        people_to_avoid(author)


def test_a_withdrawal_tells_what_hangs_on_it_and_is_final(
    enrolment: Enrolment, grace: User, clock: MovableClock
) -> None:
    told: list[str] = []
    on_withdrawal(lambda gone, _by, _now: told.append(gone.public_id))
    try:
        withdraw_enrolment(enrolment, by=grace, now=clock())
    finally:
        reactions.pop()
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.ended_at) == (Enrolment.State.WITHDRAWN, clock())
    assert told == [enrolment.public_id]
    with pytest.raises(NotOpen):
        withdraw_enrolment(enrolment, by=grace, now=clock())


def test_a_mentee_is_asked_for_five_minutes_and_a_mentor_too(enrolment: Enrolment) -> None:
    assert place_of("time", enrolment=enrolment).minutes_left <= 5
    enrolment.role = Enrolment.Role.MENTOR
    assert place_of("time", enrolment=enrolment).minutes_left <= 5
