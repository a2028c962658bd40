"""Races with real threads and connections: one date wins, one note wins, and whoever lost is told."""

# ruff: noqa: DTZ001 - a wall time has no zone of its own
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connections

from tests.conftest import BOTH, MovableClock
from tests.pairing.test_races import together
from tests.personas import Northmoor, build_northmoor
from viceversa.accounts.models import Event
from viceversa.journey.actions import MeetingAnsweredFor, MeetingChanged, MeetingNotOpen, Plan, plan_meeting, say_held
from viceversa.journey.actions import check_in as answer_minute
from viceversa.journey.models import CheckIn, Meeting, Note
from viceversa.journey.notes import NoteChanged, save_note, words_of
from viceversa.outbox.models import Job

pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)
ROUNDS = 15


@pytest.fixture
def world(transactional_db: None, clock: MovableClock) -> Iterator[Northmoor]:
    yield build_northmoor(now=clock())
    connections.close_all()


def test_of_two_dates_fixed_at_once_one_stands_and_the_other_is_told(world, clock):
    users = (world.users["mentor"], world.users["mentee"], world.users["delegate"])
    day = datetime(2026, 7, 1, 10, 0)
    for number in range(ROUNDS):
        meeting = Meeting.objects.create(pair=world.pair, number=number + 2, title="Race", due_on=day.date())

        def fix(by, days, meeting=meeting):
            plan = Plan(wall=day + timedelta(days=days), time_zone="Europe/London", minutes=60)
            return plan_meeting(meeting=meeting, plan=plan, version=1, by=by, now=clock())

        results = together(*[lambda by=by, days=days: fix(by, days) for days, by in enumerate(users)])
        won = [result for result in results if isinstance(result, Meeting)]
        lost = [result for result in results if isinstance(result, MeetingChanged)]
        assert (len(won), len(lost)) == (1, 2), results
        stands = Meeting.objects.get(pk=meeting.pk)
        assert stands.starts_at == won[0].starts_at == lost[0].meeting.starts_at
        assert (stands.sequence, stands.version) == (1, 2)
        assert Event.objects.filter(object_id=meeting.public_id).count() == 1
        assert Job.objects.filter(facts__meeting=meeting.public_id).count() == 1


def test_one_button_pressed_twice_at_once_is_one_invitation(world, clock):
    plan = Plan(wall=datetime(2026, 7, 1, 10, 0), time_zone="Europe/London", minutes=60)
    by = world.users["mentee"]
    for number in range(ROUNDS):
        meeting = Meeting.objects.create(pair=world.pair, number=number + 2, title="Race", due_on=plan.wall.date())

        def press(meeting=meeting):
            return plan_meeting(meeting=meeting, plan=plan, version=1, by=by, now=clock())

        results = together(press, press, press)
        assert all(isinstance(result, Meeting) for result in results), results
        assert Job.objects.filter(facts__meeting=meeting.public_id).count() == 1


def test_of_two_windows_saving_at_once_neither_overwrites_the_other(world, clock):
    author = world.people["mentor"]
    for number in range(ROUNDS):
        meeting = Meeting.objects.create(pair=world.pair, number=number + 2, title="Race", due_on=clock().date())

        def save(words, meeting=meeting):
            return save_note(meeting=meeting, author=author, words=words, version=0, now=clock())

        results = together(lambda save=save: save("left"), lambda save=save: save("right"))
        lost = [result for result in results if isinstance(result, NoteChanged)]
        assert len(lost) == 1, results
        assert words_of(Note.objects.get(meeting=meeting)) == lost[0].words


def test_a_meeting_is_never_both_answered_for_and_not_held(world, clock):
    clock.now = world.meeting.starts_at + timedelta(hours=2)
    person, by, other = world.people["mentor"], world.users["mentor"], world.users["mentee"]
    for _ in range(ROUNDS):
        CheckIn.objects.all().delete()
        say_held(meeting=world.meeting, held=True, by=by, now=clock())

        def answer():
            kinds = {"could_say": 4, "useful": 4, "taught": "both", "wants_contact": False}
            return answer_minute(meeting=world.meeting, person=person, by=by, now=clock(), **kinds)

        def deny():
            return say_held(meeting=world.meeting, held=False, by=other, now=clock())

        results = together(answer, deny)
        refused = [result for result in results if isinstance(result, MeetingNotOpen | MeetingAnsweredFor)]
        assert len(refused) == 1, results
        stands = Meeting.objects.get(pk=world.meeting.pk)
        assert (stands.state == Meeting.State.HELD) == CheckIn.objects.exists()
