"""The coordinator's matching pages: ask, wait, review, compare, publish; and what they never show."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import MovableClock
from tests.pairing import pool as pools
from tests.pairing.test_match_runs import run_now
from tests.pairing.test_publishing import say
from tests.personas import Northmoor
from viceversa.accounts.keys.store import seal
from viceversa.outbox.worker import run_until_idle
from viceversa.pairing.models import MatchRun, PairDecision, Proposal
from viceversa.pairing.words.rules import rule_sentences
from viceversa.people.models import Exclusion
from viceversa.programmes.models import Enrolment


def page(client: Client, name: str, public_id: str, query: str = "") -> str:
    response = client.get(reverse(name, args=[public_id]) + query)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


@pytest.fixture
def coordinator(northmoor: Northmoor, client: Client) -> Client:
    return northmoor.sign_in(client, "coordinator")


def test_a_run_from_the_button_to_its_result(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock())
    listed = page(coordinator, "run_list", northmoor.programme.public_id)
    assert "6 leaders look for a mentor" in listed
    assert "The leader is at least 2 grades above the mentor." in listed
    asked = coordinator.post(reverse("run_list", args=[northmoor.programme.public_id]))
    run = MatchRun.objects.get(number=2)
    assert asked["Location"] == reverse("run", args=[run.public_id])
    waiting = coordinator.get(asked["Location"])
    assert "Waiting for its turn" in waiting.content.decode()
    assert waiting["Refresh"].startswith("2; url=/")
    run_until_idle(clock=clock)
    result = coordinator.get(asked["Location"])
    assert "Refresh" not in result
    shown = result.content.decode()
    for words in ("6 of 6 leaders have a mentor", "Proven best", "All 36 possible pairs were checked", "A draft."):
        assert words in shown, words
    assert "Junior knows what Senior wants to learn: “How our meetings feel”" in shown


def test_nobody_to_match_is_said_with_what_is_missing(northmoor: Northmoor, coordinator: Client) -> None:
    shown = page(coordinator, "run_list", northmoor.programme.public_id)
    assert "There is nobody to match yet" in shown
    assert "Find the best matching" not in shown
    assert coordinator.post(reverse("run_list", args=[northmoor.programme.public_id])).status_code == 302
    assert MatchRun.objects.filter(cohort=northmoor.cohort).count() == 1


def test_progress_is_shown_in_counts(northmoor: Northmoor, coordinator: Client) -> None:
    MatchRun.objects.filter(pk=northmoor.run.pk).update(state="running", phase="search", done=1200, total=3600)
    shown = page(coordinator, "run", northmoor.run.public_id)
    assert "Checking pairs: 1,200 of 3,600" in shown
    assert 'max="3600" value="1200"' in shown


def test_what_stopped_a_run_is_said_by_name(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    pool.mentors[0].person.grade = None
    pool.mentors[0].person.save()
    run = run_now(northmoor, clock)
    shown = page(coordinator, "run", run.public_id)
    assert "One thing stands in the way" in shown
    assert "No grade is known for Junior J0." in shown


def test_lock_forbid_and_lift_are_forms_that_come_back_to_the_page(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    first = run.proposals.all()[0]
    here = reverse("run", args=[run.public_id]) + "?show=low"
    decision = {"mentor": first.mentor.public_id, "mentee": first.mentee.public_id, "back": here}
    decide = reverse("run_decide", args=[run.public_id])
    assert coordinator.post(decide, decision | {"kind": "locked"})["Location"] == here
    assert PairDecision.objects.standing().get().kind == "locked"
    assert "You decided something since this run" in page(coordinator, "run", run.public_id)
    assert "1 pair locked" in page(coordinator, "run", run.public_id)
    assert page(coordinator, "run", run.public_id, "?show=locked").count('data-state="locked"') == 1
    coordinator.post(decide, decision | {"kind": "forbidden"})
    assert PairDecision.objects.standing().get().kind == "forbidden"
    assert "Kept apart" in page(coordinator, "run_list", northmoor.programme.public_id)
    coordinator.post(decide, decision | {"kind": "lift"})
    assert not PairDecision.objects.standing().exists()


def test_a_decision_never_leads_to_a_foreign_page(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=1)
    run = run_now(northmoor, clock)
    first = run.proposals.get()
    decision = {"mentor": first.mentor.public_id, "mentee": first.mentee.public_id, "kind": "locked"}
    for foreign in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = coordinator.post(reverse("run_decide", args=[run.public_id]), decision | {"back": foreign})
        assert answer["Location"] == reverse("run", args=[run.public_id]), foreign


def test_people_of_another_cohort_cannot_be_decided_about(northmoor: Northmoor, coordinator: Client) -> None:
    decision = {
        "mentor": northmoor.enrolments["other_mentor"].public_id,
        "mentee": northmoor.enrolments["other_mentee"].public_id,
        "kind": "locked",
    }
    coordinator.post(reverse("run_decide", args=[northmoor.run.public_id]), decision)
    assert not PairDecision.objects.exists()


def test_who_is_left_over_is_told_with_reason_and_way_out(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    pools.mentee(northmoor.cohort, 90, wants=["Beekeeping"], now=clock())
    pools.mentor(northmoor.cohort, 91, offers={"Beekeeping": 5}, grade=7, now=clock())
    run = run_now(northmoor, clock)
    shown = page(coordinator, "run_unmatched", run.public_id)
    assert "1 leader without a mentor" in shown
    assert "Fits nobody in this pool: more than one rule stands in the way." in shown
    assert "A grade gap of 1 instead of 2 would make 1 more pair." in shown
    assert "1 mentor without a leader" in page(coordinator, "run_unmatched", run.public_id, "?side=mentor")


def test_comparing_says_why_not_and_names_the_rule(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=3)
    run = run_now(northmoor, clock)

    def compared(mentor: Enrolment, mentee: Enrolment) -> str:
        return page(coordinator, "run_compare", run.public_id, f"?mentor={mentor.public_id}&mentee={mentee.public_id}")

    assert "belongs to the best matching of everybody" in compared(pool.mentors[0], pool.mentees[0])
    refused = compared(pool.mentors[2], pool.mentees[0])
    assert "offers nothing of what Senior wants most: “How our meetings feel”." in refused
    assert "Not possible" in refused
    costs = compared(pool.mentors[0], pool.mentees[1])
    assert "Making this pair: over all pairs, at least 10.5 points worse." in costs, "by the prices of the run, at once"
    two = {"mentor": pool.mentors[0].public_id, "mentee": pool.mentees[1].public_id}
    assert coordinator.post(reverse("run_compare", args=[run.public_id]), two).status_code == 302
    assert "is being worked out" in compared(pool.mentors[0], pool.mentees[1])
    run_until_idle(clock=clock)
    assert "would leave one pair fewer in all" in compared(pool.mentors[0], pool.mentees[1])
    pool.mentors[2].state = Enrolment.State.WITHDRAWN
    pool.mentors[2].save()
    assert "Junior J2 has withdrawn from " in compared(pool.mentors[2], pool.mentees[0])
    others = compared(pool.mentors[0], pool.mentees[0])
    assert "judged by how things stand today" in others
    assert pool.mentors[1].public_id in others
    assert pool.mentors[2].public_id not in others, "only who takes part is there to choose"


def test_what_cannot_be_said_offers_no_decision_but_lifts_one(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    author, mentor = pool.mentees[0].person, pool.mentors[0]
    sealed = seal(mentor.person.person_id, owner=author.public_id)
    Exclusion.objects.create(author=author, sealed_person_id=sealed)
    run = run_now(northmoor, clock)
    query = f"?mentor={mentor.public_id}&mentee={pool.mentees[0].public_id}"
    shown = page(coordinator, "run_compare", run.public_id, query)
    assert "Not available" in shown
    assert "You can lift it" not in shown
    decision = {"cohort": run.cohort, "mentor": mentor, "mentee": pool.mentees[0]}
    PairDecision.objects.create(**decision, kind="forbidden", by=northmoor.users["coordinator"], at=clock())
    assert "Lift it" in page(coordinator, "run_compare", run.public_id, query)


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_a_run_that_is_not_done_has_no_spreadsheet(state: str, northmoor: Northmoor, coordinator: Client) -> None:
    MatchRun.objects.filter(pk=northmoor.run.pk).update(state=state)
    answer = coordinator.get(reverse("run_pairs_csv", args=[northmoor.run.public_id]))
    assert answer.status_code == 409
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("hours", "words"), [(1, "1 working hour in"), (1.5, "1.5 working hours in")])
def test_one_hour_is_one_hour(hours: float, words: str) -> None:
    assert any(words in told for told in rule_sentences({"rules": {"overlap_hours_min": hours}}, leader="leader"))


def test_an_exclusion_and_a_no_show_nowhere_a_coordinator_can_look(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    """The excluded person's number is a canary: it must not come out as anything but who they are themself."""
    pool = pools.pool_of(northmoor, now=clock(), pairs=3)
    author = pool.mentees[0].person
    sealed = seal(pool.mentors[0].person.person_id, owner=author.public_id)
    Exclusion.objects.create(author=author, sealed_person_id=sealed)
    run = run_now(northmoor, clock)
    two = f"?mentor={pool.mentors[0].public_id}&mentee={pool.mentees[0].public_id}"
    compared = page(coordinator, "run_compare", run.public_id, two)
    assert "These two are not available to each other." in compared
    assert "exclu" not in compared.lower()
    decision = {"mentor": pool.mentors[2].public_id, "mentee": pool.mentees[1].public_id, "kind": "forbidden"}
    coordinator.post(reverse("run_decide", args=[run.public_id]), decision)
    two = f"?mentor={pool.mentors[2].public_id}&mentee={pool.mentees[1].public_id}"
    assert "These two are not available to each other." in page(coordinator, "run_compare", run.public_id, two)
    coordinator.post(reverse("run_publish", args=[run.public_id]))
    proposal = run.proposals.filter(state=Proposal.State.PROPOSED)[0]
    say(proposal, "mentee", "no", clock, reason="canary-reason")
    other = run.proposals.filter(state=Proposal.State.PROPOSED).first()
    Proposal.objects.filter(pk=other.pk if other else 0).update(state=Proposal.State.EXPIRED)
    pages = [page(coordinator, name, run.public_id) for name in ("run", "run_unmatched", "run_compare")]
    assert not [shown for shown in pages if "canary-reason" in shown]
    assert "Not gone ahead" in pages[0]
    assert "declined" not in pages[0].lower()
    assert "expired" not in pages[0].lower()


def test_publishing_is_confirmed_with_who_is_told(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    confirm = page(coordinator, "run_publish", run.public_id)
    assert "Publish 2 proposals to 4 people?" in confirm
    assert not run.proposals.exclude(state=Proposal.State.DRAFT).exists(), "a GET changes nothing"
    coordinator.post(reverse("run_publish", args=[run.public_id]))
    assert run.proposals.filter(state=Proposal.State.PROPOSED).count() == 2
    assert "wait for an answer" in page(coordinator, "run", run.public_id)
    again = coordinator.get(reverse("run_publish", args=[run.public_id]))
    assert again["Location"] == reverse("run", args=[run.public_id])


def test_the_spreadsheet_has_the_columns_of_the_contract(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=2)
    run = run_now(northmoor, clock)
    pool.mentors[1].person.person_id = "=1+1"
    pool.mentors[1].person.save()
    text = page(coordinator, "run_pairs_csv", run.public_id)
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == [
        "mentor_id",
        "mentee_id",
        "score",
        "complementarity",
        "interests",
        "preference",
        "difference",
        "style",
        "reciprocity",
        "overlap",
    ]
    assert [row[:2] for row in rows[1:]] == [["'=1+1", "s001"], ["j000", "s000"]]
    assert all(len(number.split(".")[1]) == 6 for row in rows[1:] for number in row[2:])
    assert "\r" not in text


@pytest.mark.parametrize("name", ["run", "run_unmatched", "run_list"])
def test_two_rows_or_many_ask_the_database_as_often(
    northmoor: Northmoor, coordinator: Client, clock: MovableClock, name: str
) -> None:
    pool = pools.pool_of(northmoor, now=clock(), pairs=40)
    run = run_now(northmoor, clock)
    address = reverse(name, args=[northmoor.programme.public_id if name == "run_list" else run.public_id])

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert coordinator.get(address).status_code == 200
        return len(captured)

    queries()  # the first page of a session also writes the session
    many = queries()
    run.proposals.exclude(pk__in=[one.pk for one in run.proposals.all()[:2]]).delete()
    assert many == queries()
    assert many <= 15, many
    assert len(pool.mentors) == 40


def test_fifty_pairs_a_page(northmoor: Northmoor, coordinator: Client, clock: MovableClock) -> None:
    pools.pool_of(northmoor, now=clock(), pairs=60)
    run = run_now(northmoor, clock)
    assert page(coordinator, "run", run.public_id).count('class="score"') == 50
    assert page(coordinator, "run", run.public_id, "?page=2").count('class="score"') == 10
