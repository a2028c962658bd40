"""The event log: added to, never altered; ids and codes only; a chain that shows every later change."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from viceversa.accounts.events import record, seal_events, verify_chain
from viceversa.accounts.models import Event, EventSeal


@pytest.fixture
def five(northmoor, clock):
    by = northmoor.users["coordinator"]
    events = [record("run.asked", noun="run", object_id=f"r{n}", by=by, now=clock(), facts={"n": n}) for n in range(5)]
    seal_events()
    return events


def altered(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_sealed_chain_is_whole(five):
    check = verify_chain()
    assert (check.whole, check.links, check.broken_at) == (True, Event.objects.count(), 0)


def test_sealing_again_adds_only_what_is_new(five, clock):
    assert seal_events() == 0
    record("run.asked", noun="run", object_id="r9", by=None, now=clock())
    assert seal_events() == 1
    assert verify_chain().whole


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'run.other'",
        "actor = ''",
        "object_id = 'r7'",
        "noun = 'pair'",
        "scope = 'x'",
        "at = '2026-06-23 09:00:01+00'",
    ],
)
def test_a_row_altered_behind_our_back_breaks_the_chain_at_its_place(change, five):
    altered(f"UPDATE accounts_event SET {change} WHERE id = %s", [five[2].pk])
    check = verify_chain()
    assert (check.whole, check.broken_at) == (False, five[2].pk)


def test_altered_facts_break_the_chain(five):
    altered("UPDATE accounts_event SET facts = %s WHERE id = %s", ['{"n": 99}', five[3].pk])
    assert verify_chain().broken_at == five[3].pk


def test_a_removed_row_breaks_the_chain(five):
    altered("DELETE FROM accounts_event WHERE id = %s", [five[1].pk])
    assert verify_chain().broken_at == five[1].pk


def test_removing_a_row_with_its_seal_breaks_the_chain_at_the_next(five):
    altered("DELETE FROM accounts_eventseal WHERE event_key = %s", [five[1].pk])
    altered("DELETE FROM accounts_event WHERE id = %s", [five[1].pk])
    assert verify_chain().broken_at == five[2].pk


def test_two_rows_swapped_break_the_chain(five):
    one, two = five[1].pk, five[2].pk
    altered("UPDATE accounts_eventseal SET event_key = 0 WHERE event_key = %s", [one])
    altered("UPDATE accounts_eventseal SET event_key = %s WHERE event_key = %s", [one, two])
    altered("UPDATE accounts_eventseal SET event_key = %s WHERE event_key = 0", [two])
    assert not verify_chain().whole


def test_a_seal_at_another_place_breaks_the_chain(five):
    altered("UPDATE accounts_eventseal SET position = position + 1000 WHERE event_key = %s", [five[4].pk])
    assert verify_chain().broken_at == five[4].pk


def test_our_own_code_cannot_alter_or_remove_an_event(five):
    event = Event.objects.get(pk=five[0].pk)
    event.verb = "run.other"
    for attempt in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(verb="run.other"),
    ):
        with pytest.raises(TypeError, match="never"):
            attempt()
    assert verify_chain().whole


@pytest.mark.parametrize("words", ["He would not listen", "Priya Raman", "a@b.example", "ä", "x" * 65, "two\nlines"])
def test_words_are_refused_as_facts(words, northmoor, clock):
    with pytest.raises(ValueError, match="not an id or a code"):
        record("note.saved", noun="note", object_id="n", by=None, now=clock(), facts={"about": words})
    assert not Event.objects.filter(verb="note.saved").exists()


def test_ids_codes_numbers_and_truths_are_facts(northmoor, clock):
    facts = {"to": northmoor.pair.public_id, "why": "grade_gap_min", "n": 7, "late": True, "none": None}
    assert record("x", noun="y", object_id="z", by=None, now=clock(), facts=facts).facts == facts


def test_an_event_goes_with_its_change_or_not_at_all(northmoor, clock):
    def end_and_fail():
        with transaction.atomic():
            record("pair.ended", noun="pair", object_id="p", by=None, now=clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        end_and_fail()
    assert not Event.objects.filter(verb="pair.ended").exists()


def test_two_sealers_cannot_take_the_same_place(five):
    taken = EventSeal.objects.order_by("-position")[0].position
    with pytest.raises(IntegrityError), transaction.atomic():
        EventSeal.objects.bulk_create([EventSeal(position=taken, event_key=999_999, digest="f" * 64)])
    assert verify_chain().whole
