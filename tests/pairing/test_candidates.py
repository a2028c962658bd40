"""One by one: the best partners for one person, found by the worker, judged when they are read."""

from __future__ import annotations

import pytest

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.accounts.keys.store import seal
from viceversa.outbox.models import Job
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.actions import decide
from viceversa.pairing.candidates import BEST, Candidate, ask_candidates, best_partners, candidates_in
from viceversa.pairing.comparing import compare
from viceversa.pairing.models import MatchRun, PartnerSearch
from viceversa.people.models import Exclusion, TopicOffer
from viceversa.programmes.models import Enrolment

LEVELS = (5, 4, 3, 2)


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    pool = pools.pool_of(northmoor, now=clock(), pairs=4)
    for mentor, level in zip(pool.mentors, LEVELS, strict=True):
        TopicOffer.objects.filter(person=mentor.person).update(level=level)
    return pool


@pytest.fixture
def run(pool: pools.Pool, northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    return run_now(northmoor, clock)


def look(run: MatchRun, enrolment: Enrolment, clock: MovableClock) -> PartnerSearch:
    search = ask_candidates(run=run, enrolment=enrolment, now=clock())
    run_until_idle(clock=clock)
    search.refresh_from_db()
    return search


def found(run: MatchRun, enrolment: Enrolment, clock: MovableClock) -> list[Candidate]:
    return candidates_in(look(run, enrolment, clock), run=run, enrolment=enrolment, now=clock())


@pytest.mark.parametrize("side", ["mentors", "mentees"])
def test_everybody_who_may_be_is_listed_as_the_comparison_judges_them(
    side: str, pool: pools.Pool, run: MatchRun, clock: MovableClock
) -> None:
    listed = 0
    for enrolment in getattr(pool, side):
        told = {(one.judged.mentor.pk, one.judged.mentee.pk): one for one in found(run, enrolment, clock)}
        for partner in pool.mentees if side == "mentors" else pool.mentors:
            two = (enrolment, partner) if side == "mentors" else (partner, enrolment)
            verdict = compare(run, mentor=two[0], mentee=two[1])
            mine = told.pop((two[0].pk, two[1].pk), None)
            assert (mine is not None) == (verdict.status in ("made", "feasible"))
            if mine is None:
                continue
            listed += 1
            assert mine.judged.score == verdict.score
            assert mine.is_proposed == verdict.is_proposed
            assert mine.price.points >= 0
            assert verdict.price is None or (mine.price.pairs, mine.price.points) == pytest.approx(
                (verdict.price.pairs, verdict.price.points)
            )
        assert not told
    assert listed > len(LEVELS)


def test_the_cheapest_for_all_are_listed_beside_the_best(northmoor: Northmoor, clock: MovableClock) -> None:
    """Six teach it well and one less well; who wants something else too gets that one, and nobody loses by it."""
    for n in range(6):
        pools.mentor(northmoor.cohort, n, offers={"Dashboards": 5}, now=clock())
        pools.mentee(northmoor.cohort, n, wants=["Dashboards"], now=clock())
    less = pools.mentor(northmoor.cohort, 6, offers={"Dashboards": 3}, now=clock())
    other = pools.mentee(northmoor.cohort, 6, wants=["Dashboards", "Prompting"], now=clock())
    run = run_now(northmoor, clock)
    assert run.proposals.get(mentee=other).mentor == less
    keys, possible = best_partners(run, other, now=clock())
    assert possible == BEST + 2
    assert keys[-1] == less.pk, "last by fit, first by what it costs"
    assert len(keys) <= possible


def test_the_list_keeps_keys_alone(pool: pools.Pool, run: MatchRun, clock: MovableClock) -> None:
    search = look(run, pool.mentees[0], clock)
    assert search.found
    assert all(isinstance(key, int) for key in search.found)


def test_whoever_excludes_since_the_search_is_shown_no_more(
    pool: pools.Pool, run: MatchRun, clock: MovableClock
) -> None:
    mentee = pool.mentees[2]
    before = found(run, mentee, clock)
    assert len(before) > 1
    one = before[0].partner
    author = mentee.person
    avoided = seal(one.person.person_id, owner=author.public_id)
    Exclusion.objects.create(author=author, sealed_person_id=avoided)
    search = PartnerSearch.objects.get(run=run, enrolment=mentee)
    after = candidates_in(search, run=run, enrolment=mentee, now=clock())
    assert [each.partner for each in after] == [each.partner for each in before[1:]]


def test_who_needs_all_places_for_locked_pairs_is_not_listed(
    pool: pools.Pool, run: MatchRun, northmoor: Northmoor, clock: MovableClock
) -> None:
    mentor, mentee, other = pool.mentors[0], pool.mentees[0], pool.mentees[1]
    by = northmoor.users["coordinator"]
    assert by is not None
    assert mentor.pk in best_partners(run, other, now=clock())[0]
    decide(run=run, mentor=mentor, mentee=mentee, kind="locked", by=by, now=clock())
    assert mentor.pk not in best_partners(run, other, now=clock())[0]
    assert best_partners(run, mentee, now=clock()) == ([], 0)


def test_a_decision_makes_the_list_another(
    pool: pools.Pool, run: MatchRun, northmoor: Northmoor, clock: MovableClock
) -> None:
    look(run, pool.mentees[0], clock)
    by = northmoor.users["coordinator"]
    assert by is not None
    decide(run=run, mentor=pool.mentors[3], mentee=pool.mentees[3], kind="forbidden", by=by, now=clock())
    assert not PartnerSearch.objects.exists()


def test_asked_twice_it_is_looked_for_once(pool: pools.Pool, run: MatchRun, clock: MovableClock) -> None:
    ask_candidates(run=run, enrolment=pool.mentees[0], now=clock())
    clock.forward(minutes=1)
    ask_candidates(run=run, enrolment=pool.mentees[0], now=clock())
    assert Job.objects.filter(kind="partner_search").count() == 1
    run_until_idle(clock=clock)
    clock.forward(minutes=1)
    assert ask_candidates(run=run, enrolment=pool.mentees[0], now=clock()).answered_at is None
