"""Who has no partner: by reason and by the loosening that helps, and a run that tries it."""

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
from viceversa.pairing.models import MatchRun, UnmatchedPerson
from viceversa.people.models import TopicWant


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


@pytest.fixture
def run(northmoor: Northmoor, clock: MovableClock) -> MatchRun:
    """Two who fit but for the grade gap of 2, and one who fits nobody at all."""
    pools.pool_of(northmoor, now=clock(), pairs=2)
    for n in (90, 91):
        pools.mentee(northmoor.cohort, n, wants=["Beekeeping"], now=clock())
        pools.mentor(northmoor.cohort, n, offers={"Beekeeping": 5}, grade=7, now=clock())
    return run_now(northmoor, clock)


def address(run: MatchRun) -> str:
    return reverse("run_unmatched", args=[run.public_id])


def test_people_stand_under_what_they_share(run: MatchRun, coordinator: Client) -> None:
    shown = coordinator.get(address(run))
    [part] = shown.context["parts"]
    assert part["group"].people == len(part["rows"]) == 2
    text = shown.content.decode()
    assert text.count("A grade gap of 1 instead of 2 would make 2 more pairs.</b>") == 1
    assert text.count("Try with this rule loosened") == 1


def test_a_leader_without_a_mentor_who_mentors_somebody_is_said_apart(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    """Somebody with a partner on the other side is in no list; their number closes the sum."""
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    both = pools.enrolled(pool.mentors[0].person, northmoor.cohort, "mentee", now=clock())
    beekeeping = pools.topic("Beekeeping")
    TopicWant.objects.create(person=both.person, topic=beekeeping, priority=3)
    run = run_now(northmoor, clock)
    assert run.report["mentees"] - run.report["mentees_paired"] == 1
    assert not run.unmatched.exists()
    page = " ".join(coordinator.get(address(run)).content.decode().split())
    assert "1 more leader has no mentor and is not in this list, since they mentor somebody" in page
    assert "Every leader has a mentor" not in page
    assert "more mentor" not in coordinator.get(address(run) + "?side=mentor").content.decode()


def test_a_looser_rule_is_tried_for_one_run_alone(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    rules = northmoor.programme.policy
    clock.forward(minutes=1)
    answer = coordinator.post(address(run), {"key": "grade_gap_min", "value": "1"})
    later = MatchRun.objects.latest("number")
    assert answer["Location"] == reverse("run", args=[later.public_id])
    assert later.policy["rules"] | {"grade_gap_min": 2} == run.policy["rules"]
    northmoor.programme.refresh_from_db()
    assert northmoor.programme.policy == rules
    run_until_idle(clock=clock)
    assert later.proposals.count() == run.proposals.count() + 2
    shown = coordinator.get(answer["Location"]).content.decode()
    assert f"Asked otherwise than run {run.number}" in shown
    assert reverse("run_differences", args=[later.public_id]) in shown


@pytest.mark.parametrize(
    ("key", "value"), [("grade_gap_min", "0"), ("score_min", "0"), ("", ""), ("must_teach", "[["), ("x\0", "1\0")]
)
def test_only_what_the_run_found_can_be_tried(run: MatchRun, coordinator: Client, key: str, value: str) -> None:
    answer = coordinator.post(address(run), {"key": key, "value": value}, follow=True)
    assert "choose one of the loosenings" in answer.content.decode()
    assert MatchRun.objects.filter(state=MatchRun.State.QUEUED).count() == 0


def test_while_another_run_is_under_way_nothing_else_is_tried(
    run: MatchRun, northmoor: Northmoor, coordinator: Client
) -> None:
    coordinator.post(reverse("run_list", args=[northmoor.programme.public_id]))
    answer = coordinator.post(address(run), {"key": "grade_gap_min", "value": "1"}, follow=True)
    assert "Another run is under way" in answer.content.decode()
    assert MatchRun.objects.filter(state=MatchRun.State.QUEUED).count() == 1


def test_hundreds_without_a_partner_ask_as_often_as_ten(
    run: MatchRun, northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert coordinator.get(address(run)).status_code == 200
        return len(queries)

    def more(numbers: range) -> None:
        rows = [pools.mentee(northmoor.cohort, n, wants=["Chess"], now=clock()) for n in numbers]
        found = {"run": run, "feasible_partners": 0, "reason": "must_teach"}
        UnmatchedPerson.objects.bulk_create(UnmatchedPerson(enrolment=one, **found) for one in rows)

    more(range(100, 110))
    few = asked()
    more(range(200, 290))
    assert asked() == few <= 15
    last = coordinator.get(address(run), {"group": "must_teach..", "page": "2"}).context
    assert len(last["parts"][0]["rows"]) == 50
    assert last["parts"][0]["group"].people == 100
