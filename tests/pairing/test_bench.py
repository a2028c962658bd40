"""The what-if bench: a variant is seen there alone until it is chosen, and columns are measured by one yardstick."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import made, run_now
from tests.personas import Northmoor
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.models import Event
from viceversa.outbox.models import Job
from viceversa.outbox.worker import claim, run_until_idle
from viceversa.pairing import jobs
from viceversa.pairing.actions import NobodyLooks, decide
from viceversa.pairing.bench import (
    MOST_VARIANTS,
    BenchFull,
    NotChoosable,
    choice_of,
    choose_variant,
    request_variant,
    run_in_force,
    throw_away,
    variants_of,
)
from viceversa.pairing.bench_figures import Made, Place, figures_beside, figures_of, fit_of
from viceversa.pairing.finding import find
from viceversa.pairing.models import MatchRun, Pair, Proposal
from viceversa.pairing.snapshot import take_snapshot
from viceversa.pairing.words.bench import asked_otherwise, column_title, proof_words
from viceversa.programmes.policy import complete_policy


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    return pools.pool_of(northmoor, now=clock())


def ask(
    world: Northmoor,
    clock: MovableClock,
    *,
    name: str = "",
    seed: int = 0,
    method: str = MatchRun.Method.BEST,
    **rules: Any,
) -> MatchRun:
    policy = complete_policy(deepcopy(world.programme.policy))
    policy["rules"] |= rules
    by = world.users["coordinator"]
    return request_variant(cohort=world.cohort, policy=policy, seed=seed, name=name, by=by, now=clock(), method=method)


def tried(world: Northmoor, clock: MovableClock, **asked: Any) -> MatchRun:
    variant = ask(world, clock, **asked)
    run_until_idle(clock=clock)
    return MatchRun.every.get(pk=variant.pk)


def choose(
    variant: MatchRun, world: Northmoor, clock: MovableClock, *, seen: str = "", rules: bool = False
) -> MatchRun:
    seen = seen or choice_of(variant).seen
    by = world.users["coordinator"]
    return choose_variant(variant=variant, seen=seen, for_programme=rules, by=by, now=clock())


# A variant among runs ----------------------------------------------------------------------------------------


def test_a_variant_is_computed_like_a_run_and_is_nobodys_latest_run(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    run = run_now(northmoor, clock)
    variant = tried(northmoor, clock, name="The same again")
    assert variant.state == MatchRun.State.DONE, variant.problems
    assert made(variant) == made(run)
    assert variant.report["total_score"] == run.report["total_score"]
    assert run_in_force(northmoor.cohort) == run
    assert not northmoor.cohort.runs.filter(pk=variant.pk).exists()
    assert not MatchRun.objects.filter(pk=variant.pk).exists()
    assert list(variants_of(northmoor.cohort)) == [variant]


def test_runs_and_variants_are_counted_apart(northmoor: Northmoor, clock: MovableClock, pool: pools.Pool) -> None:
    numbers = [tried(northmoor, clock).number, run_now(northmoor, clock).number, tried(northmoor, clock).number]
    assert numbers == [1, 2, 2]


def test_a_variant_that_waits_does_not_hold_up_a_run(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    variant = ask(northmoor, clock)
    run = run_now(northmoor, clock)
    assert run.pk != variant.pk
    assert run.state == MatchRun.State.DONE


def test_pressing_twice_tries_once_and_another_policy_is_another_variant(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    first, again = ask(northmoor, clock), ask(northmoor, clock)
    other = ask(northmoor, clock, grade_gap_min=1)
    assert first == again != other


def test_a_full_bench_takes_no_more(northmoor: Northmoor, clock: MovableClock, pool: pools.Pool) -> None:
    for gap in range(MOST_VARIANTS):
        ask(northmoor, clock, grade_gap_min=gap)
    with pytest.raises(BenchFull):
        ask(northmoor, clock, grade_gap_min=-1)
    throw_away(variant=variants_of(northmoor.cohort)[0], by=northmoor.users["coordinator"], now=clock())
    assert ask(northmoor, clock, grade_gap_min=-1).number == MOST_VARIANTS + 1


def test_nothing_is_tried_where_nobody_looks(northmoor: Northmoor, clock: MovableClock) -> None:
    with pytest.raises(NobodyLooks):
        ask(northmoor, clock)


def test_locks_and_pairs_kept_apart_hold_in_variants(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    run, by = run_now(northmoor, clock), northmoor.users["coordinator"]
    decide(run=run, mentor=pool.mentors[0], mentee=pool.mentees[2], kind="locked", by=by, now=clock())
    decide(run=run, mentor=pool.mentors[1], mentee=pool.mentees[1], kind="forbidden", by=by, now=clock())
    variant = tried(northmoor, clock, must_teach=False)
    assert ("j000", "s002") in made(variant)
    assert ("j001", "s001") not in made(variant)


# Thrown away -------------------------------------------------------------------------------------------------


def test_a_variant_thrown_away_while_it_waits_leaves_nothing(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    variant, proposals = ask(northmoor, clock), Proposal.objects.count()
    throw_away(variant=variant, by=northmoor.users["coordinator"], now=clock())
    run_until_idle(clock=clock)
    job = Job.objects.get(kind="match_run")
    assert job.done_at is not None
    assert not job.problem, "the worker has nothing to complain of"
    assert not variants_of(northmoor.cohort).exists()
    assert Proposal.objects.count() == proposals


def test_a_variant_thrown_away_while_it_runs_leaves_nothing(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    variant, proposals = ask(northmoor, clock), Proposal.objects.count()
    job = Job.objects.get(kind="match_run")
    assert claim(job, now=clock())
    job.refresh_from_db()
    finding = find(take_snapshot(northmoor.cohort, policy=variant.policy), tell=lambda *_told: None)
    throw_away(variant=variant, by=northmoor.users["coordinator"], now=clock())
    jobs._write(variant, finding, seconds=1.0, job=job)
    assert not MatchRun.every.filter(public_id=variant.public_id).exists()
    assert Proposal.objects.count() == proposals


def test_what_was_chosen_meanwhile_is_not_thrown_away(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    variant = tried(northmoor, clock)
    run = choose(variant, northmoor, clock)
    throw_away(variant=variant, by=northmoor.users["coordinator"], now=clock())
    assert MatchRun.objects.filter(pk=run.pk).exists()


# Chosen ------------------------------------------------------------------------------------------------------


def test_choosing_makes_a_draft_run_and_changes_nothing_else(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    run = run_now(northmoor, clock)
    policy, pairs, drafts = deepcopy(northmoor.programme.policy), Pair.objects.count(), run.proposals.count()
    variant = tried(northmoor, clock, name="Closer grades", grade_gap_min=1)
    choice = choice_of(variant)
    assert (choice.in_force, choice.drafts, choice.by_hand, choice.out) == (run, drafts, 0, 0)
    chosen = choose(variant, northmoor, clock)
    assert run_in_force(northmoor.cohort) == chosen
    assert chosen.number == run.number + 1
    assert chosen.published_at is None
    assert set(chosen.proposals.values_list("state", flat=True)) == {Proposal.State.DRAFT}
    assert run.proposals.filter(state=Proposal.State.DRAFT).count() == drafts
    northmoor.programme.refresh_from_db()
    assert northmoor.programme.policy == policy
    assert Pair.objects.count() == pairs
    events = Event.objects.filter(noun="variant", object_id=chosen.public_id).order_by("pk")
    assert [one.verb for one in events] == ["variant.requested", "variant.finished", "variant.chosen"]
    assert "Closer" not in str(list(events.values_list("facts", flat=True)))


def test_its_rules_become_the_programmes_only_when_asked_and_never_its_seed(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    variant = tried(northmoor, clock, grade_gap_min=1, seed=9)
    before = complete_policy(northmoor.programme.policy)
    choose(variant, northmoor, clock, rules=True)
    northmoor.programme.refresh_from_db()
    after = complete_policy(northmoor.programme.policy)
    assert after["rules"] == before["rules"] | {"grade_gap_min": 1}
    assert "seed" not in after["options"]
    assert Event.objects.filter(verb__endswith="policy_set").count() == 1


@pytest.mark.parametrize("change", ["another run", "a draft set aside", "other rules", "another chosen"])
def test_a_choice_that_was_seen_otherwise_is_refused(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool, change: str
) -> None:
    run = run_now(northmoor, clock)
    variant, other = tried(northmoor, clock), tried(northmoor, clock, grade_gap_min=1)
    seen = choice_of(variant).seen
    if change == "another run":
        run_now(northmoor, clock)
    elif change == "a draft set aside":
        run.proposals.filter(pk=run.proposals.first().pk).update(state=Proposal.State.SET_ASIDE)
    elif change == "other rules":
        northmoor.programme.policy = northmoor.programme.policy | {"weights": {"style": 1.0}}
        northmoor.programme.save(update_fields=["policy"])
    else:
        choose(other, northmoor, clock)
    with pytest.raises(ChangedMeanwhile):
        choose(variant, northmoor, clock, seen=seen)
    assert variants_of(northmoor.cohort).filter(pk=variant.pk).exists()


def test_what_is_not_finished_or_was_chosen_cannot_be_chosen(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    waiting = ask(northmoor, clock)
    with pytest.raises(NotChoosable):
        choice_of(waiting)
    with pytest.raises(NotChoosable):
        choose(waiting, northmoor, clock, seen="anything")
    run_until_idle(clock=clock)
    variant = MatchRun.every.get(pk=waiting.pk)
    seen = choice_of(variant).seen
    choose(variant, northmoor, clock)
    with pytest.raises(NotChoosable):
        choose(variant, northmoor, clock, seen=seen)


def test_decisions_newer_than_a_variant_are_counted(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    run, by = run_now(northmoor, clock), northmoor.users["coordinator"]
    two = {"run": run, "mentor": pool.mentors[0], "mentee": pool.mentees[0], "by": by}
    decide(**two, kind="locked", now=clock())
    clock.forward(minutes=1)
    variant = tried(northmoor, clock)
    assert (choice_of(variant).locked, choice_of(variant).decided) == (1, 0)
    clock.forward(minutes=1)
    decide(**two, kind="lift", now=clock())
    assert (choice_of(variant).locked, choice_of(variant).decided) == (0, 1)


# Figures -----------------------------------------------------------------------------------------------------

WEIGHTS = {"complementarity": 3.0, "style": 1.0}


def test_figures_of_three_pairs_by_hand() -> None:
    places = {
        1: Place(1, "Finance", "Leeds"),
        2: Place(2, "IT", "Leeds"),
        3: Place(3, "IT", ""),
        11: Place(11, "Finance", "London"),
        12: Place(12, "Finance", "Leeds"),
        13: Place(1, "Finance", "Leeds"),  # looks in both roles
    }
    made = [
        Made(1, 11, {"complementarity": 1.0, "style": 0.0}),  # 0.75, one function, two places
        Made(2, 12, {"complementarity": 0.2, "style": 1.0}),  # 0.40, two functions, one place
        Made(3, 13, {"complementarity": 0.0}),  # 0, two functions, a place not told
    ]
    found = figures_of(made, places=places, weights=WEIGHTS)
    assert (found.pairs, found.mentees_paired) == (3, 3)
    assert found.total == pytest.approx(1.15)
    assert (found.lowest, found.median) == (0.0, pytest.approx(0.40))
    assert found.fifth == pytest.approx(0.04)  # a tenth of the way from 0 to 0.40
    assert found.other_function == pytest.approx(2 / 3)
    assert found.other_location == pytest.approx(1 / 2)
    assert found.by_function == {"Finance": 3, "IT": 2}
    assert found.by_location == {"Leeds": 3, "London": 1, "": 1}


def test_no_pairs_have_no_figures() -> None:
    found = figures_of([], places={}, weights=WEIGHTS)
    assert (found.pairs, found.total, found.lowest, found.fifth, found.other_function) == (0, 0.0, None, None, None)


def test_weights_count_by_how_they_compare() -> None:
    criteria = {"complementarity": 0.3, "style": 0.9}
    assert fit_of(criteria, WEIGHTS) == pytest.approx(fit_of(criteria, {name: 10 * w for name, w in WEIGHTS.items()}))


def test_the_yardstick_measures_a_run_as_its_own_report_does(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    run = run_now(northmoor, clock)
    variant = tried(northmoor, clock, must_teach=False)
    weights = complete_policy(run.policy)["weights"]
    found = figures_beside(northmoor.cohort, [run, variant], weights=weights)
    assert found[run.pk].total == pytest.approx(run.report["total_score"])
    assert found[run.pk].lowest == pytest.approx(run.report["worst_pair"])
    assert found[run.pk].fifth == pytest.approx(run.report["quantiles"]["p5"])
    style = dict.fromkeys(weights, 0.0) | {"style": 1.0}
    other = figures_beside(northmoor.cohort, [run, variant], weights=style)
    assert other[run.pk].total != pytest.approx(found[run.pk].total)


def test_what_was_set_aside_by_hand_does_not_count(northmoor: Northmoor, clock: MovableClock, pool: pools.Pool) -> None:
    run = run_now(northmoor, clock)
    run.proposals.filter(pk=run.proposals.first().pk).update(state=Proposal.State.SET_ASIDE)
    found = figures_beside(northmoor.cohort, [run], weights=complete_policy(run.policy)["weights"])
    assert found[run.pk].pairs == run.report["pairs"] - 1


def test_a_digest_tells_of_changed_people_and_of_nothing_else(
    northmoor: Northmoor, clock: MovableClock, pool: pools.Pool
) -> None:
    first, other = tried(northmoor, clock), tried(northmoor, clock, grade_gap_min=1)
    assert first.report["pool_sha256"] == other.report["pool_sha256"], "a policy is no person"
    pool.mentors[0].person.grade = 3
    pool.mentors[0].person.save()
    assert tried(northmoor, clock, grade_gap_min=0).report["pool_sha256"] != first.report["pool_sha256"]


# Words -------------------------------------------------------------------------------------------------------


def test_only_what_differs_is_told() -> None:
    was = complete_policy({})
    now = deepcopy(was)
    assert asked_otherwise(now, than=was, leader="leader") == []
    now["rules"] |= {"grade_gap_min": 1, "reporting_line": 2, "overlap_hours_min": 1.5, "must_teach": False}
    now["weights"] |= {"style": 0.0, "interests": 0.125}
    now["options"] |= {"fairness": 0.005, "objective": "quality", "difference_on": [], "seed": 4}
    assert asked_otherwise(now, than=was, leader="leader") == [
        "Grade gap 1 instead of 2",
        "Reporting line to 2 levels instead of at any distance",
        "Hours in common 1.5 instead of 2",
        "A wanted topic not needed instead of needed",
        "Interests 0.125 instead of 0.2",
        "Style 0 instead of 0.1",
        "Aim highest total fit instead of most pairs",
        "Different in nothing instead of function + location",
        "Given up for the lowest pair 0.5 % instead of 0 %",
        "Seed 4 instead of 0",
    ]


@pytest.mark.parametrize(
    ("report", "fairness", "words"),
    [
        ({"certified": True, "gap": 0.0}, 0.0, "proven best"),
        ({"certified": True, "gap": 0.004}, 0.005, "proven; gives up 0.4 % at most for the lowest pair"),
        ({"certified": True, "gap": 0.00005}, 0.0, "proven to 0.01 %"),
        ({"certified": False, "gap": 0.02}, 0.0, "up to 2 % below the best"),
    ],
)
def test_how_sure_it_is_is_told_in_words(report: dict[str, Any], fairness: float, words: str) -> None:
    run = MatchRun(report=report, policy={"options": {"fairness": fairness}})
    assert proof_words(run) == words


def test_a_column_is_called_by_its_name() -> None:
    runs = (MatchRun(number=3), MatchRun(number=2, is_variant=True), MatchRun(number=2, is_variant=True, name="Calm"))
    assert [column_title(run) for run in runs] == ["Run 3", "Variant 2", "Calm"]
