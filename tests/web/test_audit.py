"""The event log through its filters, as a file, and checked; and a programme's own log of decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_cockpit import MOST_QUERIES, queries_for, words_of
from viceversa.accounts.events import record, seal_events
from viceversa.accounts.models import ChainVerification, Event
from viceversa.outbox.jobs import verify_daily
from viceversa.outbox.worker import run_until_idle

EVENTS = "/admin/events/"


@pytest.fixture
def officer(northmoor):
    return northmoor.sign_in(Client(), "privacy_officer")


@pytest.fixture
def log(northmoor, clock):
    """Three events of different nouns, people, programmes and days."""

    def write(verb: str, noun: str, who: str, scope: str = "", **facts) -> Event:
        by = northmoor.users[who] if who else None
        return record(verb, noun=noun, object_id="thing", by=by, now=clock(), scope=scope, facts=facts)

    write("launched", "programme", "coordinator", northmoor.programme.public_id)
    clock.forward(days=1)
    write("meeting.planned", "meeting", "mentor", northmoor.other_programme.public_id)
    clock.forward(days=1)
    write("role.granted", "role", "administrator")
    return write


def titles(client: Client, **query) -> list[str]:
    return [row.line.event.noun for row in client.get(EVENTS, query).context["rows"]]


def test_each_filter_narrows_and_all_together_too(northmoor, officer, log):
    assert titles(officer) == ["role", "meeting", "programme"]
    assert titles(officer, noun="meeting") == ["meeting"]
    assert titles(officer, actor="Okafor") == ["programme"]
    assert titles(officer, actor="administrator@northmoor.example") == ["role"]
    assert titles(officer, actor="Nobody") == []
    assert titles(officer, scope=northmoor.other_programme.public_id) == ["meeting"]
    assert titles(officer, since="2026-06-24") == ["role", "meeting"]
    assert titles(officer, until="2026-06-24") == ["meeting", "programme"]
    assert titles(officer, since="2026-06-24", until="2026-06-24", noun="role") == []


def test_a_day_that_is_none_is_said_and_left_out(officer, log):
    answer = officer.get(EVENTS, {"since": "yesterday"})
    assert "“yesterday” is no day; enter it such as 2026-06-30" in words_of(answer)
    assert len(answer.context["rows"]) == 3


def test_an_administrator_takes_out_no_more_than_they_read(northmoor, officer, log):
    administrator = northmoor.sign_in(Client(), "administrator")
    theirs = b"".join(administrator.get(reverse("admin_events_csv")).streaming_content).decode()
    assert "meeting.planned" not in theirs
    assert "role.granted" in theirs
    everything = b"".join(officer.get(reverse("admin_events_csv")).streaming_content).decode()
    assert "meeting.planned" in everything
    one = b"".join(officer.get(reverse("admin_events_csv"), {"noun": "meeting"}).streaming_content).decode()
    assert len(one.splitlines()) == 2


def test_the_file_carries_each_place_in_the_chain(officer, log):
    seal_events()
    rows = b"".join(officer.get(reverse("admin_events_csv"), {"noun": "programme"}).streaming_content).decode()
    head, line = rows.splitlines()
    assert head == "at,verb,noun,object_id,actor,scope,facts,position,digest"
    assert line.split(",")[-2] == "1"
    assert len(line.split(",")[-1]) == 64


def test_the_whole_chain_is_checked_when_asked_and_the_page_says_when(officer, log, clock):
    assert "that has not happened yet" in words_of(officer.get(EVENTS))
    seal_events()
    officer.post(reverse("admin_chain"))
    run_until_idle(clock=clock)
    assert "3 links held" in words_of(officer.get(EVENTS))


def test_an_altered_event_breaks_the_check(officer, log, clock):
    seal_events()
    first = Event.objects.order_by("pk")[0]
    Event.objects.filter(pk=first.pk)._chain()._raw_delete("default")
    clock.forward(days=2)
    assert verify_daily(clock())
    assert ChainVerification.objects.latest("at").broken_at == first.pk
    assert f"found the chain broken at event {first.pk}" in words_of(officer.get(EVENTS))


def test_the_daily_check_is_not_done_twice_a_day(log, clock):
    assert verify_daily(clock())
    clock.forward(hours=3)
    assert not verify_daily(clock())


def test_the_log_asks_as_often_for_ten_events_as_for_two_thousand(officer, northmoor, log, clock):
    for number in range(8):
        log("seen", "user", "mentor", number=number)
    few = queries_for(officer, EVENTS)
    Event.objects.bulk_create(
        Event(at=clock() + timedelta(seconds=number), verb="seen", noun="user", facts={}) for number in range(2_000)
    )
    assert queries_for(officer, EVENTS) == few <= MOST_QUERIES


def test_a_coordinator_reads_the_programmes_decisions_and_nothing_of_participants(northmoor, log):
    coordinator = northmoor.sign_in(Client(), "coordinator")
    scope = northmoor.programme.public_id
    log("proposal.answered", "proposal", "mentor", scope, word="no")
    log("enrolment.opened", "enrolment", "mentor", scope)
    log("meeting.planned", "meeting", "mentor", scope)
    record(
        "run.published",
        noun="run",
        object_id=northmoor.run.public_id,
        by=northmoor.users["coordinator"],
        now=northmoor.programme.made_at,
        scope=scope,
        facts={"published": 4},
    )
    record(
        "invited_again",
        noun="enrolment",
        object_id=northmoor.enrolments["mentor"].public_id,
        by=northmoor.users["coordinator"],
        now=northmoor.programme.made_at,
        scope=scope,
    )
    answer = coordinator.get(reverse("programme_log", args=[scope]))
    nouns = [row.decision.line.event.noun for row in answer.context["rows"]]
    assert nouns == ["enrolment", "run", "programme"]
    assert "Priya Raman" in words_of(answer)
    assert "pairs: 4" in words_of(answer)
    assert queries_for(coordinator, reverse("programme_log", args=[scope])) <= MOST_QUERIES


def test_a_coordinator_reads_the_log_in_words_without_ids_and_what_was_kept_apart(northmoor, log):
    coordinator = northmoor.sign_in(Client(), "coordinator")
    scope, cohort = northmoor.programme.public_id, northmoor.cohort
    log("cohort_closed", "programme", "coordinator", scope, cohort=cohort.public_id, pairs_end="now")
    log("invited", "cohort", "coordinator", scope, people=8, role="mentee")
    sides = {name: northmoor.enrolments[name].public_id for name in ("mentor", "mentee")}
    log("decision.forbidden", "run", "coordinator", scope, **sides)
    log("question.passed_on", "proposal", "coordinator", scope)
    log("run.published", "run", "coordinator", scope, published=2, left_out=0)
    rows = coordinator.get(reverse("programme_log", args=[scope])).context["rows"]
    told = [(row.title, row.facts, row.decision.thing) for row in rows]
    assert told[:5] == [
        ("Match run published", "pairs: 2", ""),
        ("Question to a proposed partner passed on", "", ""),
        ("Two people kept apart in later runs", "", ""),
        ("People invited to a cohort", "people: 8, as leaders", ""),
        ("Cohort closed", "pairs ended at once", cohort.name),
    ]
