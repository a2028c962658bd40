"""Jobs: asked for once, claimed by one, done once, tried again, given up, and never told about."""

from __future__ import annotations

import json
import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from viceversa.config.logs import JsonLines, TextLines
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import TryLater
from viceversa.outbox.worker import claim, run_due, run_job, run_until_idle

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(kinds):
    """What the handler ``note`` was given, in order."""
    seen = []
    kinds("note", lease=timedelta(minutes=1), attempts=3)(lambda job, now: seen.append(job.facts))
    return seen


def test_a_job_is_done_once_with_its_facts(done, clock):
    enqueue("note", key="one", now=clock(), facts={"pair": "p1"})
    assert run_until_idle(clock=clock) == 1
    assert run_until_idle(clock=clock) == 0
    assert done == [{"pair": "p1"}]
    job = Job.objects.get()
    assert (job.done_at, job.leased_until, job.attempts) == (clock(), None, 1)


def test_asking_twice_for_the_same_thing_asks_once(done, clock):
    first = enqueue("note", key="one", now=clock(), facts={"n": 1})
    second = enqueue("note", key="one", now=clock(), facts={"n": 2})
    run_until_idle(clock=clock)
    assert enqueue("note", key="one", now=clock()).pk == first.pk == second.pk
    run_until_idle(clock=clock)
    assert done == [{"n": 1}]


def test_a_job_goes_with_its_change_or_not_at_all(done, clock):
    def change_and_fail():
        with transaction.atomic():
            enqueue("note", key="one", now=clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert run_until_idle(clock=clock) == 0


def test_a_job_waits_until_it_is_due(done, clock):
    enqueue("note", key="later", now=clock(), due_at=clock() + timedelta(hours=1))
    assert run_due(clock=clock) == 0
    clock.forward(hours=1)
    assert run_due(clock=clock) == 1


def test_jobs_are_done_in_the_order_they_fall_due(done, clock):
    for name, minutes in (("c", 3), ("a", 1), ("b", 2)):
        enqueue("note", key=name, now=clock(), facts={"n": name}, due_at=clock() + timedelta(minutes=minutes))
    clock.forward(minutes=5)
    run_due(clock=clock)
    assert [facts["n"] for facts in done] == ["a", "b", "c"]


def test_a_kind_that_nobody_handles_stays_where_it_is(done, clock):
    enqueue("of_a_later_release", key="one", now=clock())
    enqueue("note", key="two", now=clock())
    assert run_due(clock=clock) == 1
    assert Job.objects.open().get().kind == "of_a_later_release"


def test_of_two_who_read_the_same_row_one_gets_it(done, clock):
    enqueue("note", key="one", now=clock())
    first, second = Job.objects.get(), Job.objects.get()
    assert [claim(first, now=clock()), claim(second, now=clock())] == [True, False]


def test_somebody_who_holds_a_job_keeps_it_until_the_lease_ends(done, clock):
    enqueue("note", key="one", now=clock())
    assert claim(Job.objects.get(), now=clock())
    clock.forward(seconds=59)
    assert run_due(clock=clock) == 0
    clock.forward(seconds=1)
    assert run_due(clock=clock) == 1
    assert Job.objects.get().attempts == 2


def test_a_worker_back_from_the_dead_cannot_finish_what_another_holds(kinds, clock):
    ends = iter([lambda: clock.forward(minutes=2), lambda: None])
    kinds("slow", lease=timedelta(minutes=1))(lambda job, now: next(ends)())
    enqueue("slow", key="one", now=clock())
    dead = Job.objects.get()
    claim(dead, now=clock())
    run_and_meanwhile = Job.objects.get()
    clock.forward(minutes=2)
    assert claim(run_and_meanwhile, now=clock())  # the lease is over: somebody else has it now
    run_job(dead, clock=clock)
    held = Job.objects.get()
    assert (held.done_at, held.attempts) == (None, 2)
    run_job(run_and_meanwhile, clock=clock)
    assert Job.objects.get().done_at == clock()


def test_nor_can_it_fail_it(kinds, clock):
    def fails(job, now):
        raise OSError("gone")

    kinds("slow", lease=timedelta(minutes=1), attempts=1)(fails)
    enqueue("slow", key="one", now=clock())
    dead = Job.objects.get()
    claim(dead, now=clock())
    clock.forward(minutes=2)
    claim(Job.objects.get(), now=clock())
    run_job(dead, clock=clock)
    held = Job.objects.get()
    assert (held.failed_at, held.problem) == (None, "")
    assert held.leased_until is not None


def test_a_failed_job_comes_back_later_each_time_and_is_given_up_in_the_end(kinds, clock):
    def fails(job, now):
        raise OSError("no route to host")

    kinds("mail", attempts=4)(fails)
    enqueue("mail", key="one", now=clock())
    waits = []
    for _ in range(3):
        run_due(clock=clock)
        job = Job.objects.get()
        waits.append((job.due_at - clock()).total_seconds())
        assert (job.failed_at, job.problem) == (None, "OSError")
        clock.forward(seconds=waits[-1] - 1)
        assert run_due(clock=clock) == 0
        clock.forward(seconds=1)
    assert waits == [10, 20, 40]
    run_due(clock=clock)
    job = Job.objects.get()
    assert (job.failed_at, job.attempts) == (clock(), 4)
    clock.forward(days=30)
    assert run_due(clock=clock) == 0


def test_the_wait_never_exceeds_six_hours(kinds, clock):
    def fails(job, now):
        raise OSError

    kinds("mail", attempts=100)(fails)
    enqueue("mail", key="one", now=clock())
    Job.objects.update(attempts=40)
    run_due(clock=clock)
    assert Job.objects.get().due_at - clock() == timedelta(hours=6)


def test_one_that_asks_for_more_time_gets_it_and_then_ends_well(kinds, clock):
    answers = iter([TryLater("the server says 451"), None])

    def handle(job, now):
        answer = next(answers)
        if answer:
            raise answer

    kinds("mail")(handle)
    enqueue("mail", key="one", now=clock())
    run_due(clock=clock)
    assert Job.objects.get().problem == "TryLater"
    clock.forward(seconds=10)
    run_due(clock=clock)
    job = Job.objects.get()
    assert (job.problem, job.done_at) == ("", clock())


def test_what_a_job_asks_for_is_done_in_the_same_go(kinds, done, clock):
    kinds("first")(lambda job, now: enqueue("note", key="from-first", now=now, facts={"n": 2}))
    enqueue("first", key="one", now=clock())
    assert run_until_idle(clock=clock) == 2
    assert done == [{"n": 2}]


# Nobody's words in the logs --------------------------------------------------------------------------------------
CANARY = "canary-7f3a-he-said-I-was-useless"


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
def test_a_failure_is_logged_by_place_and_type_and_without_a_word(formatter, kinds, clock, caplog):
    def fails(job, now):
        words = CANARY
        raise ValueError(f"cannot store {words!r}")

    kinds("note", attempts=1)(fails)
    enqueue("note", key="one", now=clock(), facts={"note": CANARY})
    with caplog.at_level(logging.DEBUG):
        run_due(clock=clock)
    lines = [formatter.format(record) for record in caplog.records if record.name.startswith("viceversa")]
    assert any("job failed" in line and "ValueError" in line and "test_worker.py" in line for line in lines)
    assert not any(CANARY in line for line in lines)
    assert Job.objects.get().problem == "ValueError"


def test_a_line_of_json_holds_allowed_fields_only(clock):
    record = logging.LogRecord("viceversa.x", logging.INFO, "x.py", 1, "pair ended", None, None)
    record.pair, record.words = "p1", CANARY
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["pair"]) == ("pair ended", "p1")
    assert CANARY not in json.dumps(line)


def test_another_library_s_line_is_cut_to_its_name():
    record = logging.LogRecord("some.library", logging.WARNING, "x.py", 1, f"could not parse {CANARY}", None, None)
    assert CANARY not in TextLines().format(record) + JsonLines().format(record)


# Two at once, each with a connection of its own ------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_job_once(kinds, clock):
    done = []
    kinds("note")(lambda job, now: done.append(job.pk))
    for n in range(20):
        enqueue("note", key=str(n), now=clock())
    rows = list(Job.objects.due(now=clock()))
    barrier = threading.Barrier(2)
    claimed = []

    def work():
        try:
            for row in rows:
                mine = Job.objects.get(pk=row.pk)
                mine.attempts = row.attempts  # both have read the row before either claims it
                barrier.wait(timeout=20)
                if claim(mine, now=clock()):
                    claimed.append(row.pk)
                    run_job(mine, clock=clock)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(done) == sorted(row.pk for row in rows)


@pytest.mark.django_db(transaction=True)
def test_the_same_thing_asked_for_by_two_at_once_is_written_once(kinds, clock):
    barrier = threading.Barrier(2)
    written = []

    def ask():
        try:
            barrier.wait(timeout=20)
            written.append(enqueue("note", key="same", now=clock()).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 2
    assert Job.objects.count() == len(set(written)) == 1
