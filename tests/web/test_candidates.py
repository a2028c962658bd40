"""The page of the best partners for one person: asked for, waited for, read, and a pair proposed from it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.personas import Northmoor
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.candidates import best_partners
from viceversa.pairing.models import MatchRun, PairDecision, PartnerSearch, Proposal
from viceversa.people.models import TopicOffer
from viceversa.programmes.models import Enrolment

MOST_QUERIES = 15


@pytest.fixture
def pool(northmoor: Northmoor, clock: MovableClock) -> pools.Pool:
    pool = pools.pool_of(northmoor, now=clock(), pairs=4)
    for mentor, level in zip(pool.mentors, (5, 4, 3, 2), strict=True):
        TopicOffer.objects.filter(person=mentor.person).update(level=level)
    return pool


@pytest.fixture
def run(pool: pools.Pool, northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    return run_now(northmoor, clock)


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def address(run: MatchRun, enrolment: Enrolment | None = None) -> str:
    path = reverse("run_candidates", args=[run.public_id])
    return f"{path}?person={enrolment.public_id}" if enrolment else path


def ask(client: Client, run: MatchRun, enrolment: Enrolment) -> None:
    answer = client.post(address(run), {"person": enrolment.public_id})
    assert answer["Location"] == address(run, enrolment)


def words(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_somebody_is_named_looked_for_and_shown(
    run: MatchRun, pool: pools.Pool, coordinator: Client, clock: MovableClock
) -> None:
    drafts = run.proposals.filter(mentee__in=pool.mentees).select_related("mentee__person").order_by("pk")
    mentee = next(one.mentee for one in drafts if best_partners(run, one.mentee, now=clock())[1] > 1)
    named = coordinator.get(address(run), {"named": mentee.person.person_id})
    assert named["Location"] == address(run, mentee)
    assert "Not looked for yet" in words(coordinator, named["Location"])
    ask(coordinator, run, mentee)
    waiting = coordinator.get(address(run, mentee))
    assert "Being looked for" in waiting.content.decode()
    assert waiting["Refresh"]
    run_until_idle(clock=clock)
    shown = coordinator.get(address(run, mentee))
    assert "Refresh" not in shown
    text = " ".join(shown.content.decode().split())
    fits = [one.judged.score for one, _bars in shown.context["rows"]]
    assert fits == sorted(fits, reverse=True)
    assert len(fits) > 1
    assert text.count("nothing: the run has this pair") == 1
    assert text.count("Propose this pair") == len(fits) - 1
    run.prices.delete()
    assert "This run keeps no prices" in words(coordinator, address(run, mentee))


def test_a_pair_is_proposed_from_the_list_with_its_reason_kept(
    run: MatchRun, pool: pools.Pool, coordinator: Client, clock: MovableClock
) -> None:
    mentee = pool.mentees[2]
    ask(coordinator, run, mentee)
    run_until_idle(clock=clock)
    rows = coordinator.get(address(run, mentee)).context["rows"]
    other = next(one for one, _bars in rows if not one.is_proposed)
    two = {"mentor": other.partner.public_id, "mentee": mentee.public_id}
    swap = reverse("run_swap", args=[run.public_id])
    assert f"{swap}?mentor={two['mentor']}&amp;mentee={two['mentee']}" in words(coordinator, address(run, mentee))
    effect = coordinator.get(swap, two)
    seen = effect.context["effect"].seen
    coordinator.post(swap, {**two, "seen": seen, "reason": "They met and asked for it."})
    made = run.proposals.get(mentor=other.partner, mentee=mentee)
    assert (made.state, made.by_hand) == (Proposal.State.DRAFT, True)
    assert PairDecision.objects.standing().get(mentor=other.partner, mentee=mentee).sealed_reason


def test_nobody_possible_is_said_with_the_way_out(
    pool: pools.Pool, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    lonely = pools.mentee(northmoor.cohort, 77, wants=["Beekeeping"], now=clock())
    run = run_now(northmoor, clock)
    unmatched = words(coordinator, reverse("run_unmatched", args=[run.public_id]))
    assert address(run, lonely) in unmatched
    ask(coordinator, run, lonely)
    run_until_idle(clock=clock)
    assert "See which looser rule would help" in words(coordinator, address(run, lonely))
    lonely.state = Enrolment.State.WITHDRAWN
    lonely.save()
    assert f"{lonely.person.name} has withdrawn" in words(coordinator, address(run, lonely))


def test_a_name_that_is_nobody_of_the_cohort_is_said_at_the_field(
    run: MatchRun, northmoor: Northmoor, coordinator: Client
) -> None:
    assert "Enter a name or number" in words(coordinator, address(run) + "?named=")
    page = coordinator.get(address(run), {"named": northmoor.people["line_manager"].person_id}).content.decode()
    assert "is not enrolled in" in page
    assert "<title>Error:" in page
    assert coordinator.get(address(run) + "?person=nobody").status_code == 404
    assert coordinator.post(address(run), {"person": northmoor.enrolments["other_mentor"].public_id}).status_code == 404


def test_few_or_many_the_page_asks_as_little(
    run: MatchRun, pool: pools.Pool, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    mentee = pool.mentees[2]
    ask(coordinator, run, mentee)
    run_until_idle(clock=clock)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            coordinator.get(address(run, mentee))
        return len(queries)

    found = PartnerSearch.objects.get().found
    assert len(found) > 1
    many = asked()
    PartnerSearch.objects.update(found=found[:1])
    assert many == asked() <= MOST_QUERIES
    PartnerSearch.objects.update(found=[pool.mentors[0].pk])
    assert asked() <= MOST_QUERIES, "nobody is left"
