"""What wishes give and cost, by really solving; and nothing of it that tells whose wish it was."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_bench import tried
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_wishes import choose
from tests.personas import Northmoor
from viceversa.accounts.models import Event
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.bench import choice_of, choose_variant, request_variant
from viceversa.pairing.blocking import blocking_pairs_of
from viceversa.pairing.models import BlockingPair, MatchRun, Study
from viceversa.pairing.snapshot import run_policy, take_snapshot
from viceversa.pairing.studies import ask_study, study_of
from viceversa.pairing.wish_price import WEIGHTS, Measured, measured, released, share, told
from viceversa.programmes.policy import complete_policy

PAIRS = 12


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    return pools.pool_of(northmoor, now=clock(), pairs=PAIRS)


def lenient(world: Northmoor) -> None:
    policy = complete_policy(world.programme.policy)
    policy["rules"] |= {"must_teach": False, "grade_gap_min": 0, "common_language": False}
    world.programme.policy = policy
    world.programme.save()


def priced(world: Northmoor, clock: MovableClock, run: MatchRun) -> Study:
    by = world.users["coordinator"]
    asked = {"policy": run.policy}
    ask_study(cohort=world.cohort, kind=Study.Kind.WISHES, asked=asked, by=by, now=clock())
    run_until_idle(clock=clock)
    study = study_of(world.cohort, Study.Kind.WISHES)
    assert study is not None
    return study


def wish_badly(pool: pools.Pool, clock: MovableClock) -> None:
    """Every leader would like somebody who teaches them nothing, and the other way round."""
    for place, mentee in enumerate(pool.mentees):
        choose(mentee, f"j{(place + 3) % PAIRS:03}", clock=clock)
        choose(pool.mentors[(place + 3) % PAIRS], f"s{place:03}", clock=clock)


# The price of wishes ----------------------------------------------------------------------------------------


def test_more_weight_meets_more_wishes_and_costs_fit_in_all_else(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    lenient(northmoor)
    wish_badly(pool, clock)
    study = priced(northmoor, clock, run_now(northmoor, clock))
    assert not study.problems
    rows = study.findings["rows"]
    assert [row["weight"] for row in rows] == list(WEIGHTS)
    others = [row["others"] for row in rows]
    assert others == sorted(others, reverse=True)
    assert others[0] > others[-1]
    assert (rows[0]["first"], rows[-1]["first"]) == (10, 90)
    assert study.findings["present"] == 0.2


def test_each_row_is_what_a_run_with_that_weight_makes(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    lenient(northmoor)
    wish_badly(pool, clock)
    run = run_now(northmoor, clock)
    rows = {row["weight"]: row for row in priced(northmoor, clock, run).findings["rows"]}
    policy = complete_policy(deepcopy(northmoor.programme.policy))
    policy["weights"]["preference"] = 0.4
    by = northmoor.users["coordinator"]
    variant = request_variant(cohort=northmoor.cohort, policy=policy, seed=0, name="", by=by, now=clock())
    run_until_idle(clock=clock)
    others = {name: weight for name, weight in policy["weights"].items() if name != "preference"}
    total = sum(
        sum(weight * proposal.criteria[name] for name, weight in others.items()) / sum(others.values())
        for proposal in variant.proposals.all()
    )
    assert rows[0.4]["others"] == pytest.approx(total)
    assert rows[0.4]["pairs"] == variant.proposals.count()


def test_wishes_are_counted_of_those_who_wish_for_somebody_who_looks(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    lenient(northmoor)
    choose(pool.mentees[0], "j004", "j005", clock=clock)
    choose(pool.mentees[1], "nobody-here", clock=clock)
    policy = run_policy(northmoor.programme.policy, on=clock().date(), seed=0)
    found = measured(take_snapshot(northmoor.cohort, policy=policy), weight=5.0)
    assert (found.first, found.some) == ((1, 1), (1, 1))
    choose(pool.mentees[2], "j004", clock=clock)
    found = measured(take_snapshot(northmoor.cohort, policy=policy), weight=5.0)
    assert found.first == (1, 2)
    assert found.some[0] in (1, 2)


def test_a_share_is_told_from_ten_on_and_never_to_the_point() -> None:
    assert share((5, 9)) is None
    assert share((5, 11)) == 45
    assert (share((0, 40)), share((40, 40))) == (10, 90)


def test_a_share_changes_only_when_ten_leaders_did() -> None:
    assert released((5, 12), earlier=None, above=None) == (5, 12)
    assert released((6, 12), earlier=(5, 12), above=None) == (5, 12)
    assert released((6, 12), earlier=None, above=(5, 12)) == (5, 12)
    assert released((15, 40), earlier=(5, 40), above=None) == (15, 40)
    assert released((5, 22), earlier=(5, 12), above=None) == (5, 22)
    assert released((5, 12), earlier=(5, 9), above=None) == (5, 12)
    rows = told(
        [Measured(0, 20, 9.0, (3, 30), (5, 30)), Measured(0.1, 20, 8.0, (6, 30), (16, 30))], present=0.1, before={}
    )
    assert [(row["first"], row["some"]) for row in rows["rows"]] == [(10, 15), (10, 55)]


def test_forbidding_one_pair_moves_no_share(northmoor: Northmoor, clock: MovableClock, pool: pools.Pool) -> None:
    """Else a coordinator reads off whose wish it was by keeping two apart and asking again."""
    lenient(northmoor)
    wish_badly(pool, clock)
    run = run_now(northmoor, clock)
    before = [(row["first"], row["some"]) for row in priced(northmoor, clock, run).findings["rows"]]
    choose(pool.mentees[0], clock=clock)
    choose(pool.mentees[1], "j001", clock=clock)
    clock.forward(minutes=1)
    after = [(row["first"], row["some"]) for row in priced(northmoor, clock, run).findings["rows"]]
    assert after == before


def test_asking_twice_works_it_out_once_and_the_log_names_no_figure(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    run = run_now(northmoor, clock)
    by, asked = northmoor.users["coordinator"], {"policy": run.policy}
    for _ in range(2):
        ask_study(cohort=northmoor.cohort, kind=Study.Kind.WISHES, asked=asked, by=by, now=clock())
    assert Job.objects.filter(kind="study").count() == 1
    run_until_idle(clock=clock)
    assert json.loads(json.dumps(Event.objects.get(noun="study").facts)) == {"kind": "wishes"}


def test_what_stops_a_run_stops_it_and_is_told(northmoor: Northmoor, clock: MovableClock, pool: pools.Pool) -> None:
    run = run_now(northmoor, clock)
    pool.mentors[0].person.grade = None
    pool.mentors[0].person.save()
    assert priced(northmoor, clock, run).problems[0]["code"] == "no_grade"


# Stable pairs, and who would rather swap ---------------------------------------------------------------------


def test_a_stable_variant_stands_beside_the_best(northmoor: Northmoor, clock: MovableClock, pool: pools.Pool) -> None:
    run = run_now(northmoor, clock)
    variant = tried(northmoor, clock, method=MatchRun.Method.STABLE)
    assert variant.state == MatchRun.State.DONE, variant.problems
    assert variant.report["blocking_pairs"] == 0
    assert not variant.report["certified"]
    assert variant.report["pairs"] <= run.report["pairs"]
    assert variant.report["max_pairs"] == run.report["max_pairs"]
    chosen = choose_variant(
        variant=variant,
        seen=choice_of(variant).seen,
        for_programme=False,
        by=northmoor.users["coordinator"],
        now=clock(),
    )
    assert chosen.method == MatchRun.Method.STABLE
    assert run_now(northmoor, clock).method == MatchRun.Method.BEST


def swappers(world: Northmoor, clock: MovableClock) -> MatchRun:
    """Two of each: the best of all together takes the keenest two apart."""
    lenient(world)
    policy = world.programme.policy
    policy["weights"] = dict.fromkeys(policy["weights"], 0.0) | {"complementarity": 1.0}
    world.programme.save()
    pools.mentor(world.cohort, 1, offers={"Dashboards": 5, "Prompting": 4}, now=clock())
    pools.mentor(world.cohort, 2, offers={"Dashboards": 2}, now=clock())
    pools.mentee(world.cohort, 1, wants=["Dashboards", "Prompting"], now=clock())
    pools.mentee(world.cohort, 2, wants=["Dashboards"], now=clock())
    return run_now(world, clock)


def test_those_who_would_rather_swap_are_kept_with_what_all_would_lose(
    northmoor: Northmoor, clock: MovableClock
) -> None:
    run = swappers(northmoor, clock)
    rows = list(blocking_pairs_of(run))
    assert len(rows) == run.report["blocking_pairs"]
    assert rows
    made = {(p.mentor_id, p.mentee_id): p.score for p in run.proposals.all()}
    for row in rows:
        assert (row.mentor_id, row.mentee_id) not in made
        assert row.score > max(row.mentor_has, row.mentee_has)
        assert row.points_lost is not None
        assert row.pairs_lost == 0
    stable = tried(northmoor, clock, method=MatchRun.Method.STABLE)
    assert not BlockingPair.objects.filter(run=stable).exists()
    assert stable.report["total_score"] <= run.report["total_score"]


def test_of_stable_pairs_by_wishes_no_list_tells_whose_wish_was_heard(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    lenient(northmoor)
    wish_badly(pool, clock)
    stable = tried(northmoor, clock, method=MatchRun.Method.STABLE)
    assert stable.report["blocking_pairs"]
    assert not BlockingPair.objects.filter(run=stable).exists()
