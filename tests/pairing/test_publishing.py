"""Publishing a run: who is proposed, who is written to, what ends, and what is left out since things changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import made, run_now
from tests.personas import Northmoor
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import seal
from viceversa.accounts.models import User
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import NotPublishable, decide, publish_run, request_run, withdraw_proposals
from viceversa.pairing.answers import answer_proposal
from viceversa.pairing.closing import expire_proposals
from viceversa.pairing.models import Proposal
from viceversa.pairing.standing import drafts_seen
from viceversa.people.models import Exclusion
from viceversa.programmes.enrol import withdraw_enrolment


def coordinator(world: Northmoor) -> User:
    user = world.users["coordinator"]
    assert user is not None
    return user


def by_of(proposal: Proposal, side: str) -> User:
    user: User = getattr(proposal, side).person.user
    return user


def say(proposal: Proposal, side: str, word: str, clock: MovableClock, reason: str = ""):  # type: ignore[no-untyped-def]
    return answer_proposal(
        proposal=proposal,
        enrolment=getattr(proposal, side),
        word=word,
        by=by_of(proposal, side),
        now=clock(),
        reason=reason,
    )


def test_publishing_proposes_every_draft_and_writes_to_both_sides(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=3)
    run = run_now(northmoor, clock)
    done = publish_run(run=run, by=coordinator(northmoor), now=clock())
    assert (done.published, done.left_out) == (3, 0)
    assert set(run.proposals.values_list("state", flat=True)) == {Proposal.State.PROPOSED}
    assert set(run.proposals.values_list("answer_by", flat=True)) == {clock() + timedelta(days=10)}
    run_until_idle(clock=clock)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(
        f"junior.j{n}@northmoor.example" if side == "j" else f"senior.s{n}@northmoor.example"
        for n in range(3)
        for side in "js"
    )
    assert all("/proposals/" in str(letter.body) for letter in mail.outbox)


def test_a_run_is_published_once(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    with pytest.raises(NotPublishable):
        publish_run(run=run, by=coordinator(northmoor), now=clock())


def test_a_run_that_still_waits_is_not_published(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = request_run(cohort=northmoor.cohort, by=None, now=clock())
    with pytest.raises(NotPublishable):
        publish_run(run=run, by=coordinator(northmoor), now=clock())


def test_what_no_longer_holds_is_left_out(northmoor: Northmoor, clock: MovableClock) -> None:
    """One has withdrawn, one has written an exclusion, one reports to the leader by now."""
    pool = pools.pool_of(northmoor, now=clock(), pairs=5)
    run = run_now(northmoor, clock)
    withdrawn = pool.mentors[0]
    withdraw_enrolment(withdrawn, by=withdrawn.person.user, now=clock())
    author = pool.mentees[1].person
    Exclusion.objects.create(author=author, sealed_person_id=seal("j001", owner=author.public_id))
    pool.mentors[2].person.manager = pool.mentees[2].person
    pool.mentors[2].person.save()
    decide(
        run=run,
        mentor=pool.mentors[3],
        mentee=pool.mentees[3],
        kind="forbidden",
        by=coordinator(northmoor),
        now=clock(),
    )
    done = publish_run(run=run, by=coordinator(northmoor), now=clock())
    assert (done.published, done.left_out) == (1, 4)
    assert made(run) == {(f"j{n:03}", f"s{n:03}") for n in range(5)}
    assert list(
        run.proposals.filter(state=Proposal.State.PROPOSED).values_list("mentor__person__person_id", flat=True)
    ) == ["j004"]


def test_a_part_is_published_and_the_rest_follows(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=3)
    run = run_now(northmoor, clock)
    first = run.proposals.all()[0]
    done = publish_run(run=run, by=coordinator(northmoor), now=clock(), only=[first.public_id])
    assert (done.published, done.left_out) == (1, 0)
    assert run.proposals.filter(state=Proposal.State.DRAFT).count() == 2
    clock.forward(hours=1)
    assert publish_run(run=run, by=coordinator(northmoor), now=clock()).published == 2
    run_until_idle(clock=clock)
    assert len(mail.outbox) == 6, "each side is written to once"


def test_who_publishes_what_they_did_not_see_publishes_nothing(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    seen = drafts_seen(run, only=None)
    publish_run(run=run, by=coordinator(northmoor), now=clock(), only=[run.proposals.all()[0].public_id])
    with pytest.raises(ChangedMeanwhile):
        publish_run(run=run, by=coordinator(northmoor), now=clock(), seen=seen)


def test_a_later_run_takes_what_is_published_as_given(northmoor: Northmoor, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=3)
    first = run_now(northmoor, clock)
    asked = first.proposals.get(mentor=pool.mentors[1])
    publish_run(run=first, by=coordinator(northmoor), now=clock(), only=[asked.public_id])
    say(asked, "mentor", "yes", clock)
    second = run_now(northmoor, clock)
    assert made(second) == {("j000", "s000"), ("j002", "s002")}
    publish_run(run=second, by=coordinator(northmoor), now=clock())
    asked.refresh_from_db()
    assert asked.state == Proposal.State.ACCEPTED_ONE, "nothing of it has ended"
    assert say(asked, "mentee", "yes", clock).pair is not None


def test_a_proposal_taken_back_ends_kindly_and_frees_both(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    run_until_idle(clock=clock)
    mail.outbox.clear()
    back, stays = run.proposals.all()
    say(back, "mentor", "yes", clock)
    assert withdraw_proposals(run=run, only=[back.public_id], by=coordinator(northmoor), now=clock()) == 1
    run_until_idle(clock=clock)
    bodies = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    assert set(bodies) == {back.mentor.person.email, back.mentee.person.email}
    assert all("taken back" in body and "yes" not in body.lower().split() for body in bodies.values())
    assert say(back, "mentee", "yes", clock).pair is None
    assert withdraw_proposals(run=run, only=[back.public_id], by=coordinator(northmoor), now=clock()) == 0
    stays.refresh_from_db()
    assert stays.state == Proposal.State.PROPOSED
    again = run_now(northmoor, clock)
    assert made(again) == {(back.mentor.person.person_id, back.mentee.person.person_id)}


def test_proposals_end_by_themselves_after_ten_days(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    say(run.proposals.all()[0], "mentor", "yes", clock)
    clock.forward(days=9, hours=23)
    assert expire_proposals(clock()) == 0
    clock.forward(hours=1)
    assert expire_proposals(clock()) == 2
    assert set(run.proposals.values_list("state", flat=True)) == {Proposal.State.EXPIRED}
    assert Job.objects.filter(kind="proposal_ended_letter").count() == 4  # both of both, whoever answered
    assert expire_proposals(clock()) == 0


def test_whoever_withdraws_waits_for_nobody(northmoor: Northmoor, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = run_now(northmoor, clock)
    publish_run(run=run, by=coordinator(northmoor), now=clock())
    proposal = run.proposals.get()
    say(proposal, "mentee", "yes", clock)
    withdraw_enrolment(proposal.mentor, by=by_of(proposal, "mentor"), now=clock())
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.EXPIRED
    assert Job.objects.filter(kind="proposal_ended_letter").count() == 1
