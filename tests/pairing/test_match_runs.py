"""A run from the request to its proposals: numbers, results, what stops it, and workers that die over it."""

from __future__ import annotations

import json

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor, make_person
from viceversa.accounts.keys.store import destroy_key, seal
from viceversa.accounts.models import Event
from viceversa.outbox.models import Job
from viceversa.outbox.worker import claim, run_job, run_until_idle
from viceversa.pairing import jobs
from viceversa.pairing.actions import LIFT, NobodyLooks, decide, request_run
from viceversa.pairing.models import MatchRun, Pair, PairDecision, Proposal, ProposalAnswer, SeatTaken, UnmatchedPerson
from viceversa.pairing.progress import LEASE, LeaseLost, Progress
from viceversa.pairing.snapshot import take_snapshot
from viceversa.people.models import Exclusion
from viceversa.programmes.models import Enrolment


def run_now(world: Northmoor, clock: MovableClock) -> MatchRun:
    run = request_run(cohort=world.cohort, by=world.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    run.refresh_from_db()
    return run


def made(run: MatchRun) -> set[tuple[str, str]]:
    return set(run.proposals.values_list("mentor__person__person_id", "mentee__person__person_id"))


def written(run: MatchRun) -> str:
    """Everything a run wrote that does not depend on when it ran."""
    columns = ("mentor_id", "mentee_id", "score", "criteria", "reasons", "cautions", "is_locked", "state")
    proposals = sorted(map(repr, run.proposals.values_list(*columns)))
    alone = sorted(map(repr, run.unmatched.values_list("enrolment_id", "reason", "relaxation_key", "further_pairs")))
    run.refresh_from_db()
    report = {name: value for name, value in run.report.items() if name != "seconds"}
    return json.dumps([proposals, alone, report, run.input_sha256, run.state], sort_keys=True)


def test_a_run_finds_the_best_pairs_and_says_why(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock())
    run = run_now(northmoor, clock)
    assert run.state == MatchRun.State.DONE, run.problems
    assert run.number == 2
    assert run.report["certified"] is True
    assert made(run) == {(f"j{n:03}", f"s{n:03}") for n in range(6)}
    first = run.proposals.get(mentee__person__person_id="s000")
    assert first.reasons[0]["code"] == "teaches"
    assert first.reasons[0]["params"]["topic"] == "How our meetings feel"
    assert set(first.criteria) == {
        "complementarity",
        "interests",
        "preference",
        "difference",
        "style",
        "reciprocity",
        "overlap",
    }
    assert first.state == Proposal.State.DRAFT
    assert Event.objects.filter(verb="run.finished", object_id=run.public_id).count() == 1


def test_people_whose_places_are_taken_stay_out(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    assert run.report["mentors"] == run.report["mentees"] == 2
    assert run.report["mentees_placed_before"] == 2


def test_a_free_place_beside_a_running_pair_is_matched_with_somebody_else(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    paired = northmoor.enrolments["mentor"]
    Enrolment.objects.filter(pk=paired.pk).update(capacity=2)
    from viceversa.people.models import TopicOffer

    TopicOffer.objects.create(person=paired.person, topic=pools.topic(pools.TOPICS[0]), level=5)
    snapshot = take_snapshot(northmoor.cohort, policy={"rules": {}})
    row = next(row for row in snapshot.rows if row.person_id == paired.person.person_id)
    assert (row.role, row.capacity) == ("mentor", 1)
    running = (paired.person.person_id, northmoor.people["mentee"].person_id)
    assert running in snapshot.policy.options.forbidden


def test_somebody_enrolled_twice_looks_in_both_roles(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    pools.enrolled(pool.mentors[0].person, northmoor.cohort, "mentee", now=clock())
    snapshot = take_snapshot(northmoor.cohort, policy={})
    assert next(row.role for row in snapshot.rows if row.person_id == "j000") == "both"


def test_a_manager_who_is_not_enrolled_still_stands_in_the_reporting_line(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    """The leader is two steps above the mentor, and the person between them takes no part."""
    pool = pools.pool_of(northmoor, now=clock(), pairs=1)
    leader, between = pool.mentees[0].person, make_person("between", "Bet", "Ween", grade=5)
    between.manager = leader
    between.save()
    pool.mentors[0].person.manager = between
    pool.mentors[0].person.save()
    run = run_now(northmoor, clock)
    assert made(run) == set()
    assert {alone.reason for alone in run.unmatched.all()} == {"reporting_line"}


def test_an_exclusion_holds_and_is_nowhere_in_what_a_run_writes(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    author, avoided = pool.mentees[0].person, pool.mentors[0].person
    Exclusion.objects.create(author=author, sealed_person_id=seal(avoided.person_id, owner=author.public_id))
    run = run_now(northmoor, clock)
    assert (avoided.person_id, author.person_id) not in made(run)
    columns = json.dumps([run.policy, run.report, run.problems])
    assert avoided.person_id not in columns


def test_a_run_without_an_exclusions_key_makes_nothing(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    author = pool.mentees[0].person
    Exclusion.objects.create(author=author, sealed_person_id=seal("j000", owner=author.public_id))
    destroy_key(author.public_id)
    run = run_now(northmoor, clock)
    assert run.state == MatchRun.State.FAILED
    assert [problem["code"] for problem in run.problems] == ["keys_missing"]
    assert not run.proposals.exists()


def test_a_declined_pairing_is_not_proposed_again(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    first = run_now(northmoor, clock)
    proposal = first.proposals.get(mentor=pool.mentors[0])
    proposal.answers.create(enrolment=proposal.mentor, word=ProposalAnswer.Word.NO, at=clock())
    assert ("j000", "s000") not in made(run_now(northmoor, clock))


def test_decisions_are_heeded_by_the_next_run(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=6)
    run, by = run_now(northmoor, clock), northmoor.users["coordinator"]
    assert by is not None
    decide(run=run, mentor=pool.mentors[0], mentee=pool.mentees[0], kind="forbidden", by=by, now=clock())
    decide(run=run, mentor=pool.mentors[3], mentee=pool.mentees[4], kind="locked", by=by, now=clock())
    again = run_now(northmoor, clock)
    assert ("j000", "s000") not in made(again)
    assert ("j003", "s004") in made(again)
    assert again.proposals.get(mentor=pool.mentors[3]).is_locked
    decide(run=run, mentor=pool.mentors[0], mentee=pool.mentees[0], kind=LIFT, by=by, now=clock())
    decide(run=run, mentor=pool.mentors[3], mentee=pool.mentees[4], kind=LIFT, by=by, now=clock())
    assert made(run_now(northmoor, clock)) == made(run)
    assert not PairDecision.objects.standing().exists()


def test_every_lock_that_cannot_be_kept_is_named_with_its_rule(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=4)
    run, by = run_now(northmoor, clock), northmoor.users["coordinator"]
    assert by is not None
    decide(run=run, mentor=pool.mentors[3], mentee=pool.mentees[1], kind="locked", by=by, now=clock())
    decide(run=run, mentor=pool.mentors[1], mentee=pool.mentees[1], kind="locked", by=by, now=clock())
    decide(run=run, mentor=pool.mentors[2], mentee=pool.mentees[2], kind="locked", by=by, now=clock())
    Enrolment.objects.filter(pk=pool.mentees[2].pk).update(state=Enrolment.State.WITHDRAWN)
    failed = run_now(northmoor, clock)
    assert failed.state == MatchRun.State.FAILED
    by_code = {problem["code"]: problem["params"] for problem in failed.problems}
    assert set(by_code) == {"lock_idle", "locks_overbooked", "lock_refused"}
    assert by_code["lock_idle"]["away"] == ["s002"]
    assert by_code["locks_overbooked"] == {"person": "s001", "role": "mentee", "locked": 2, "places": 1}
    assert [reason["code"] for reason in by_code["lock_refused"]["reasons"]] == ["must_teach"]


def test_people_without_a_grade_are_all_named(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=3)
    for enrolment in (pool.mentors[0], pool.mentees[2]):
        enrolment.person.grade = None
        enrolment.person.save()
    failed = run_now(northmoor, clock)
    assert failed.problems == [{"code": "no_grade", "params": {"ids": ["j000", "s002"]}}]


def test_a_nonsense_policy_is_told_key_by_key(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    northmoor.programme.policy = {"rules": {"grade_gap_min": "two", "teach_level_min": 9}}
    northmoor.programme.save()
    failed = run_now(northmoor, clock)
    assert {problem["params"]["key"] for problem in failed.problems} == {"rules.grade_gap_min", "rules.teach_level_min"}


def test_nobody_on_one_side_is_refused_before_anything_is_queued(northmoor: Northmoor, clock: MovableClock) -> None:
    before = Job.objects.count()
    with pytest.raises(NobodyLooks) as refused:
        request_run(cohort=northmoor.cohort, by=None, now=clock())
    assert refused.value.looking == {"mentor": 0, "mentee": 0}
    assert Job.objects.count() == before


def test_asking_twice_while_a_run_waits_gives_the_same_run(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    first = request_run(cohort=northmoor.cohort, by=None, now=clock())
    assert request_run(cohort=northmoor.cohort, by=None, now=clock()) == first


def test_the_same_people_give_the_same_result(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock())
    first, second = run_now(northmoor, clock), run_now(northmoor, clock)
    assert first.number + 1 == second.number
    assert written(first) == written(second)


class Killed(BaseException):
    """The worker's process ends here; nothing catches it."""


@pytest.mark.parametrize("checkpoint", ["reading", "search", "certificate", "explaining", "writing"])
def test_a_worker_that_dies_leaves_nothing_half_and_the_next_gives_the_same(
    northmoor: Northmoor, clock: MovableClock, checkpoint: str
) -> None:
    pools.pool_of(northmoor, now=clock())
    expected = written(run_now(northmoor, clock))
    run = request_run(cohort=northmoor.cohort, by=None, now=clock())
    job = Job.objects.get(key=f"match_run:{run.public_id}")
    assert claim(job, now=clock())

    def die(phase: str, done: int, total: int) -> None:
        if phase == checkpoint:
            raise Killed

    with pytest.raises(Killed):
        jobs._find(run, tell=die)
    assert not run.proposals.exists()
    assert not UnmatchedPerson.objects.filter(run=run).exists()
    assert run_until_idle(clock=clock) == 0, "the lease still holds"
    clock.forward(seconds=LEASE.total_seconds() + 1)
    run_until_idle(clock=clock)
    assert written(run) == expected


def test_a_worker_back_from_the_dead_writes_nothing(northmoor: Northmoor, clock: MovableClock) -> None:
    """It has solved the run, but lost its lease: first to a worker that is at it, then to one that is done."""
    pools.pool_of(northmoor, now=clock())
    run = request_run(cohort=northmoor.cohort, by=None, now=clock())
    dead = Job.objects.get(key=f"match_run:{run.public_id}")
    assert claim(dead, now=clock())
    late = jobs._find(run, tell=lambda phase, done, total: None)
    clock.forward(seconds=LEASE.total_seconds() + 1)
    alive = Job.objects.get(pk=dead.pk)
    assert claim(alive, now=clock())
    jobs._write(run, late, seconds=1.0, job=dead)
    assert not run.proposals.exists()
    run_job(alive, clock=clock)
    before = written(run)
    jobs._write(run, late, seconds=1.0, job=dead)
    jobs._write(run, late, seconds=1.0, job=alive)
    assert written(run) == before
    assert run.proposals.count() == 6


def test_progress_of_a_worker_that_lost_its_lease_stops_it(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = request_run(cohort=northmoor.cohort, by=None, now=clock())
    dead = Job.objects.get(key=f"match_run:{run.public_id}")
    assert claim(dead, now=clock())
    MatchRun.objects.filter(pk=run.pk).update(state=MatchRun.State.RUNNING)
    tell = Progress(run=run, job=dead, clock=clock)
    clock.forward(minutes=5)
    tell("search", 3, 9)
    tell("search", 4, 9)
    run.refresh_from_db()
    assert (run.phase, run.done, run.total) == ("search", 3, 9), "the second came too soon to be written"
    assert Job.objects.get(pk=dead.pk).leased_until == clock() + LEASE, "whoever shows progress keeps the lease"
    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert claim(Job.objects.get(pk=dead.pk), now=clock())
    with pytest.raises(LeaseLost):
        tell("certificate", 0, 9)


def test_a_run_that_kills_every_worker_is_given_up_in_words(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = request_run(cohort=northmoor.cohort, by=None, now=clock())
    Job.objects.filter(key=f"match_run:{run.public_id}").update(attempts=jobs.RUN_ATTEMPTS)
    run_until_idle(clock=clock)
    run.refresh_from_db()
    assert (run.state, [problem["code"] for problem in run.problems]) == (MatchRun.State.FAILED, ["fault"])


def test_seats_of_a_running_pair_keep_the_pair_out_of_a_lock(northmoor: Northmoor, clock: MovableClock) -> None:
    """Two who were locked and are a pair by now need no lock; the run goes on."""
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run, by = run_now(northmoor, clock), northmoor.users["coordinator"]
    assert by is not None
    decide(run=run, mentor=pool.mentors[0], mentee=pool.mentees[0], kind="locked", by=by, now=clock())
    pair = Pair.objects.create(
        cohort=northmoor.cohort, mentor=pool.mentors[0], mentee=pool.mentees[0], formed_at=clock()
    )
    for side in (pool.mentors[0], pool.mentees[0]):
        SeatTaken.objects.create(enrolment=side, number=1, pair=pair)
    again = run_now(northmoor, clock)
    assert again.state == MatchRun.State.DONE
    assert made(again) == {("j001", "s001")}
