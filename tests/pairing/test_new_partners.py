"""New partners for those who have none: the fewest running pairs change, and nobody is left alone."""

from __future__ import annotations

import random

import pytest
from django.core import mail

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import NotPublishable, publish_run
from viceversa.pairing.models import Ending, MatchRun, Pair, PairDecision, Proposal, SeatTaken, Study
from viceversa.pairing.new_partners import (
    CHANGES,
    DEAREST,
    NoSuchOffer,
    Offer,
    changing_policy,
    offer_at,
    offers,
    pool_with_pairs,
    request_new_partners,
)
from viceversa.pairing.obstacles import RunStopped
from viceversa.pairing.snapshot import run_policy, take_snapshot
from viceversa.pairing.studies import ask_study, study_of
from viceversa.programmes.models import Enrolment
from viceversa.programmes.policy import complete_policy


def paired(world: Northmoor, clock: MovableClock, mentor: Enrolment, mentee: Enrolment) -> Pair:
    pair = Pair.objects.create(
        cohort=world.cohort, mentor=mentor, mentee=mentee, state=Pair.State.ACTIVE, formed_at=clock()
    )
    SeatTaken.objects.bulk_create(SeatTaken(enrolment=side, number=1, pair=pair) for side in (mentor, mentee))
    Enrolment.objects.filter(pk__in=(mentor.pk, mentee.pk)).update(state=Enrolment.State.MATCHED)
    return pair


class Chain:
    """One pair runs; the leader who looks could learn from its mentor alone, whose leader could learn elsewhere."""

    def __init__(self, world: Northmoor, clock: MovableClock) -> None:
        both = {"Dashboards": 5, "Prompting": 5}
        self.keen = pools.mentor(world.cohort, 1, offers=both, now=clock())
        self.spare = pools.mentor(world.cohort, 2, offers={"Dashboards": 4}, now=clock())
        self.taught = pools.mentee(world.cohort, 1, wants=["Dashboards"], now=clock())
        self.alone = pools.mentee(world.cohort, 2, wants=["Prompting"], now=clock())
        self.pair = paired(world, clock, self.keen, self.taught)
        settled = pools.mentor(world.cohort, 3, offers={"Short video": 5}, now=clock())
        self.settled = paired(world, clock, settled, pools.mentee(world.cohort, 3, wants=["Short video"], now=clock()))


@pytest.fixture
def chain(northmoor: Northmoor, clock: MovableClock) -> Chain:
    return Chain(northmoor, clock)


def worked_out(world: Northmoor, clock: MovableClock) -> list[dict]:  # type: ignore[type-arg]
    ask_study(cohort=world.cohort, kind=Study.Kind.PARTNERS, asked={}, by=world.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    study = study_of(world.cohort, Study.Kind.PARTNERS)
    assert study is not None
    assert not study.problems
    return study.findings["rows"]


def drafted(world: Northmoor, clock: MovableClock, changes: int) -> MatchRun:
    by = world.users["coordinator"]
    run = request_new_partners(cohort=world.cohort, changes=changes, by=by, now=clock())
    run_until_idle(clock=clock)
    return MatchRun.objects.get(pk=run.pk)


def test_without_a_change_nothing_is_found_and_with_one_both_have_somebody(
    northmoor: Northmoor, clock: MovableClock, chain: Chain
) -> None:
    rows = {row["changes"]: row for row in worked_out(northmoor, clock)}
    assert set(rows) == {0, 1}
    assert (rows[0]["new"], rows[0]["alone"], rows[0]["ends"]) == (0, 1, [])
    assert (rows[1]["new"], rows[1]["alone"], rows[1]["ends"]) == (2, 0, [chain.pair.public_id])
    assert rows[1]["total"] > rows[0]["total"]


def test_a_draft_holds_the_new_pairs_alone_and_nothing_ends_before_it_is_published(
    northmoor: Northmoor, clock: MovableClock, chain: Chain
) -> None:
    worked_out(northmoor, clock)
    run = drafted(northmoor, clock, 1)
    made = set(run.proposals.values_list("mentor_id", "mentee_id"))
    assert made == {(chain.keen.pk, chain.alone.pk), (chain.spare.pk, chain.taught.pk)}
    assert run.ends == [chain.pair.public_id]
    assert Pair.objects.get(pk=chain.pair.pk).is_running
    report = run.report
    assert (report["mentees"], report["mentees_paired"], report["mentees_placed_before"]) == (2, 2, stays(northmoor))


def stays(world: Northmoor) -> int:
    """Leaders in running pairs but the one whose pair makes way."""
    return Pair.objects.running().filter(cohort=world.cohort).count() - 1


def test_publishing_ends_what_makes_way_tells_both_kindly_and_proposes_somebody_new(
    northmoor: Northmoor, clock: MovableClock, chain: Chain
) -> None:
    worked_out(northmoor, clock)
    run = drafted(northmoor, clock, 1)
    mail.outbox.clear()
    done = publish_run(run=run, by=northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    assert (done.published, done.left_out) == (2, 0)
    ended = Pair.objects.select_related("ending").get(pk=chain.pair.pk)
    assert (ended.state, ended.ending.category, ended.ending.side) == ("exited", Ending.Category.CHANGED, "")
    told = [message for message in mail.outbox if "has ended" in message.subject]
    assert {message.to[0] for message in told} == {chain.keen.person.email, chain.taught.person.email}
    assert all("somebody new is proposed to you" in " ".join(message.body.split()) for message in told)
    assert run.proposals.filter(state=Proposal.State.PROPOSED).count() == 2


def test_nobodys_pair_ends_for_one_that_cannot_be_made_any_more(
    northmoor: Northmoor, clock: MovableClock, chain: Chain
) -> None:
    worked_out(northmoor, clock)
    run = drafted(northmoor, clock, 1)
    chain.spare.person.manager = chain.taught.person
    chain.spare.person.save()
    with pytest.raises(RunStopped):
        publish_run(run=run, by=northmoor.users["coordinator"], now=clock())
    assert Pair.objects.get(pk=chain.pair.pk).is_running
    assert not run.proposals.exclude(state=Proposal.State.DRAFT).exists()


def test_a_run_that_changes_pairs_is_published_whole(northmoor: Northmoor, clock: MovableClock, chain: Chain) -> None:
    worked_out(northmoor, clock)
    run = drafted(northmoor, clock, 1)
    one = run.proposals.all()[0].public_id
    with pytest.raises(NotPublishable):
        publish_run(run=run, by=northmoor.users["coordinator"], now=clock(), only=[one])
    assert Pair.objects.get(pk=chain.pair.pk).is_running


def test_a_pair_of_somebody_who_is_in_both_roles_stays(northmoor: Northmoor, clock: MovableClock, chain: Chain) -> None:
    pools.enrolled(chain.keen.person, northmoor.cohort, "mentee", now=clock())
    policy = run_policy(northmoor.programme.policy, on=clock().date(), seed=0)
    settled = (chain.settled.mentor.person.person_id, chain.settled.mentee.person.person_id)
    assert pool_with_pairs(northmoor.cohort, policy=policy).policy.options.current == (settled,)


def test_a_locked_pair_stays(northmoor: Northmoor, clock: MovableClock, chain: Chain) -> None:
    by = northmoor.users["coordinator"]
    PairDecision.objects.create(
        cohort=northmoor.cohort,
        mentor=chain.keen,
        mentee=chain.taught,
        kind=PairDecision.Kind.LOCKED,
        by=by,
        at=clock(),
    )
    rows = worked_out(northmoor, clock)
    assert [(row["changes"], row["new"]) for row in rows] == [(0, 0)]


def test_a_pair_that_a_rule_forbids_by_now_is_none_to_weigh(
    northmoor: Northmoor, clock: MovableClock, chain: Chain
) -> None:
    policy = run_policy(northmoor.programme.policy, on=clock().date(), seed=0)
    ids = (chain.keen.person.person_id, chain.taught.person.person_id)
    assert ids in pool_with_pairs(northmoor.cohort, policy=policy).policy.options.current
    chain.keen.person.manager = chain.taught.person
    chain.keen.person.save()
    snapshot = pool_with_pairs(northmoor.cohort, policy=policy)
    assert ids not in snapshot.policy.options.current
    assert not snapshot.looks(chain.keen.person.person_id, "mentor")


def test_an_ordinary_run_leaves_running_pairs_alone(northmoor: Northmoor, clock: MovableClock, chain: Chain) -> None:
    policy = run_policy(northmoor.programme.policy, on=clock().date(), seed=0)
    snapshot = take_snapshot(northmoor.cohort, policy=policy)
    assert not snapshot.looks(chain.keen.person.person_id, "mentor")
    assert snapshot.policy.options.current == ()


def test_a_row_that_is_not_there_makes_no_run(northmoor: Northmoor, clock: MovableClock, chain: Chain) -> None:
    by = northmoor.users["coordinator"]
    with pytest.raises(NoSuchOffer):
        request_new_partners(cohort=northmoor.cohort, changes=1, by=by, now=clock())
    worked_out(northmoor, clock)
    with pytest.raises(NoSuchOffer):
        request_new_partners(cohort=northmoor.cohort, changes=3, by=by, now=clock())


def test_with_more_changes_the_fit_of_all_grows_and_nobody_loses_a_partner(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=14)
    draw = random.Random(3)
    order = draw.sample(range(8), 8)
    policy = complete_policy(northmoor.programme.policy)
    policy["rules"] |= {"must_teach": False}
    for place, other in enumerate(order):
        paired(northmoor, clock, pool.mentors[place], pool.mentees[other])
    asked = changing_policy(run_policy(policy, on=clock().date(), seed=0), keep=0.0)
    snapshot = pool_with_pairs(northmoor.cohort, policy=asked)
    found = offers(lambda keep: offer_at(snapshot, keep=keep))
    changes = [offer.changes for offer in found]
    assert changes[0] == 0
    assert len(changes) > 2
    assert changes == sorted(set(changes))
    totals = [offer.total for offer in found]
    assert totals == sorted(totals)
    assert all(not offer.loses for offer in found)
    assert found[0].keep == DEAREST


def test_where_a_change_would_leave_somebody_alone_it_is_no_offer() -> None:
    def at(keep: float) -> Offer:
        changes = 0 if keep > 1 else 1 if keep > 0.5 else 4
        return Offer(keep, tuple(("m", str(n)) for n in range(changes)), 1, 0, 9.0 - keep, loses=changes > 1)

    assert [offer.changes for offer in offers(at)] == [0, 1]
    assert max(CHANGES) >= 4
