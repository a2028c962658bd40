"""What a run takes from people in private: whom they would like, a pause, what they agreed to be matched by."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing, destroy_key
from viceversa.accounts.models import Event
from viceversa.matching import Policy, PolicyError
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import request_run
from viceversa.pairing.models import MatchRun
from viceversa.pairing.sides import side_of
from viceversa.pairing.snapshot import Snapshot, take_snapshot
from viceversa.people.identity import IdentitySaid, say_identity, withdraw_identity
from viceversa.people.models import Person, RankedPreference
from viceversa.programmes.favourites import TooMany, choose_favourites, own_favourites, seen_of
from viceversa.programmes.identity_questions import (
    AboutAge,
    IdentityContent,
    ask_identity,
    change_identity,
    identity_uses,
)
from viceversa.programmes.identity_questions import seen_of as question_seen
from viceversa.programmes.models import Enrolment, Favourites
from viceversa.programmes.pausing import pause_enrolment, pause_of, resume_enrolment
from viceversa.programmes.pausing import seen_of as pause_seen

WHY = "So that two who differ meet."


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    return pools.pool_of(northmoor, now=clock(), pairs=3)


def snapshot(northmoor: Northmoor) -> Snapshot:
    return take_snapshot(northmoor.cohort, policy={"rules": {"reference_date": "2026-06-23"}})


def choose(enrolment: Enrolment, *numbers: str, clock: MovableClock) -> None:
    assert enrolment.person.user is not None
    seen = seen_of(own_favourites(enrolment))
    choose_favourites(enrolment, favourites=numbers, seen=seen, by=enrolment.person.user, now=clock())


def test_favourites_are_sealed_and_weighed_in_their_order(northmoor, clock, pool) -> None:
    RankedPreference.objects.create(author=pool.mentees[0].person, preferred_id_text="from-file", rank=1)
    RankedPreference.objects.create(author=pool.mentees[1].person, preferred_id_text="from-file", rank=1)
    choose(pool.mentees[0], "j002", "j001", clock=clock)
    rows = {row.person_id: row.prefers for row in snapshot(northmoor).rows}
    assert rows["s000"] == ("j002", "j001")
    assert rows["s001"] == ("from-file",)
    assert b"j002" not in bytes(Favourites.objects.get().sealed_people)
    told = json.dumps(list(Event.objects.values("verb", "object_id", "facts")))
    assert "favourites_changed" in told
    assert "j002" not in told
    assert pool.mentors[2].public_id not in told


def test_a_person_in_two_programmes_wishes_in_each_for_itself(northmoor, clock, pool) -> None:
    other = pools.enrolled(pool.mentees[0].person, northmoor.other_pair.cohort, "mentee", now=clock())
    choose(other, "elsewhere", clock=clock)
    assert {row.person_id: row.prefers for row in snapshot(northmoor).rows}["s000"] == ()


def test_who_takes_part_in_both_roles_has_their_wishes_taken_in_turn(northmoor, clock, pool) -> None:
    both = pools.enrolled(pool.mentees[0].person, northmoor.cohort, "mentor", now=clock())
    choose(both, "a1", "a2", clock=clock)
    choose(pool.mentees[0], "b1", "b2", clock=clock)
    assert {row.person_id: row.prefers for row in snapshot(northmoor).rows}["s000"] == ("b1", "a1", "b2", "a2")


def test_more_favourites_than_count_are_refused_and_two_windows_do_not_overwrite(northmoor, clock, pool) -> None:
    mentee = pool.mentees[0]
    with pytest.raises(TooMany):
        choose(mentee, "a", "b", "c", "d", clock=clock)
    choose(mentee, "a", clock=clock)
    by = mentee.person.user
    with pytest.raises(ChangedMeanwhile):
        choose_favourites(mentee, favourites=["b"], seen=seen_of(()), by=by, now=clock())
    assert own_favourites(mentee) == ("a",)


def test_a_matching_that_cannot_read_a_wish_is_not_made(northmoor, clock, pool) -> None:
    choose(pool.mentees[0], "j002", clock=clock)
    destroy_key(pool.mentees[0].person.public_id)
    with pytest.raises(KeysMissing):
        snapshot(northmoor)


def test_nobody_is_proposed_while_they_pause_and_at_once_when_they_resume(northmoor, clock, pool) -> None:
    mentee, today = pool.mentees[0], clock().date()
    by = mentee.person.user
    days = {"from_on": today, "until_on": today.replace(day=30)}
    pause_enrolment(mentee, **days, seen=pause_seen(None), by=by, now=clock(), today=today)
    assert not snapshot(northmoor).looks("s000", "mentee")
    later = take_snapshot(northmoor.cohort, policy={"rules": {"reference_date": "2026-07-01"}})
    assert later.looks("s000", "mentee")
    resume_enrolment(mentee, by=by, now=clock())
    assert snapshot(northmoor).looks("s000", "mentee")
    assert pause_of(mentee, on=today) is None


def test_a_running_pair_goes_on_during_a_pause(northmoor, clock) -> None:
    mentor, today = northmoor.enrolments["mentor"], clock().date()
    by = northmoor.users["mentor"]
    pause_enrolment(mentor, from_on=today, until_on=today, seen=pause_seen(None), by=by, now=clock(), today=today)
    northmoor.pair.refresh_from_db()
    assert northmoor.pair.is_running


def test_a_proposal_keeps_that_there_was_a_wish_and_never_whose(northmoor, clock, pool) -> None:
    choose(pool.mentees[0], "j002", "j001", "j000", clock=clock)
    choose(pool.mentors[1], "s001", clock=clock)
    run = _run(northmoor, clock)
    kept = json.dumps(list(run.proposals.values("reasons", "cautions", "criteria")))
    assert '"code": "named", "params": {}' in kept
    assert "named_by" not in kept
    assert "rank" not in kept
    chose = {}
    for proposal in run.proposals.select_related("mentor__person__user", "mentee__person__user"):
        for side in (proposal.mentor, proposal.mentee):
            told = side_of(proposal, user=side.person.user, now=clock()).why
            chose[side.person.person_id] = any("yourself" in sentence for sentence in told)
    assert {number for number, told in chose.items() if told} == {"s000", "j001"}


# Identity attributes -----------------------------------------------------------------------------------------------


def ask_gender(northmoor: Northmoor, clock: MovableClock, *, why: str = WHY) -> None:
    by = northmoor.users["coordinator"]
    content = IdentityContent("Gender", ("Woman", "Man"), {"match": why})
    ask_identity(northmoor.programme, content=content, by=by, now=clock(), public_id="identity-1")


def say(northmoor: Northmoor, person: Person, value: str, *, clock: MovableClock) -> None:
    said = [IdentitySaid("gender", value, frozenset({"match"}))]
    scope, uses = northmoor.programme.public_id, identity_uses(northmoor.programme)
    say_identity(person, said=said, uses=uses, scope=scope, by=person.user, now=clock())


def test_an_identity_attribute_is_weighed_for_who_agreed_and_unknown_for_all_others(northmoor, clock, pool) -> None:
    ask_gender(northmoor, clock)
    say(northmoor, pool.mentees[0].person, "Woman", clock=clock)
    say(northmoor, pool.mentors[0].person, "Man", clock=clock)
    taken = snapshot(northmoor)
    assert taken.identity == {"s000": {"gender": "Woman"}, "j000": {"gender": "Man"}}
    problem = taken.solving_problem()
    assert problem.policy.options.difference_on == ("function", "location", "identity:gender")
    known = {
        person.person_id: int(code)
        for person, code in zip(problem.people, problem.traits.attributes[:, 2], strict=True)
    }
    assert {number for number, code in known.items() if code >= 0} == {"s000", "j000"}
    assert known["s000"] != known["j000"]


def test_a_withdrawal_counts_from_the_next_run_on(northmoor, clock, pool) -> None:
    ask_gender(northmoor, clock)
    person = pool.mentees[0].person
    say(northmoor, person, "Woman", clock=clock)
    withdraw_identity(person, by=person.user, now=clock())
    assert snapshot(northmoor).identity == {}


def test_rewriting_the_reason_ends_what_was_agreed_to(northmoor, clock, pool) -> None:
    ask_gender(northmoor, clock)
    say(northmoor, pool.mentees[0].person, "Woman", clock=clock)
    held = northmoor.programme.identity_questions.get()
    content = IdentityContent("Gender", ("Woman", "Man"), {"match": "Another reason."})
    by = northmoor.users["coordinator"]
    assert change_identity(held, content=content, seen=question_seen(held), by=by, now=clock()) == 1
    assert snapshot(northmoor).identity == {}


def test_what_a_run_writes_and_shows_is_computed_without_identity(northmoor, clock, pool) -> None:
    plain = _run(northmoor, clock)
    figures = {row.mentee_id: (row.score, row.criteria) for row in plain.proposals.all()}
    ask_gender(northmoor, clock)
    for place, enrolment in enumerate([*pool.mentees, *pool.mentors]):
        say(northmoor, enrolment.person, "Womancanary" if place % 2 else "Mancanary", clock=clock)
    run = _run(northmoor, clock)
    assert {row.mentee_id: (row.score, row.criteria) for row in run.proposals.all()} == figures
    written = json.dumps([list(run.proposals.values("reasons", "cautions", "criteria")), run.report, run.policy])
    assert "canary" not in written
    assert _figures(run) == _figures(plain)
    assert run.input_sha256 != plain.input_sha256


def _figures(run: MatchRun) -> dict[str, object]:
    """The report's; a total that counts identity, less the scores that do not, would tell how many pairs differ."""
    return {name: value for name, value in run.report.items() if name not in ("seconds", "input_sha256")}


def _run(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    run = request_run(cohort=northmoor.cohort, by=northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    run.refresh_from_db()
    assert run.state == MatchRun.State.DONE, run.problems
    return run


def test_a_file_names_no_identity_attribute() -> None:
    for name in ("identity:gender", "gender"):
        with pytest.raises(PolicyError):
            Policy.from_dict({"options": {"difference_on": [name]}})


def test_an_age_is_never_asked_for(northmoor, clock) -> None:
    by = northmoor.users["coordinator"]
    for content in (IdentityContent("Age", (), {"match": WHY}), IdentityContent("Group", ("Gen Z",), {"match": WHY})):
        with pytest.raises(AboutAge):
            ask_identity(northmoor.programme, content=content, by=by, now=clock(), public_id="identity-2")
