"""Which meetings were due, held, moved or missed."""

from __future__ import annotations

from datetime import date, timedelta

from viceversa.journey.adherence import adherence_of, met_of
from viceversa.journey.models import Meeting
from viceversa.pairing.models import Pair


def lay_out(northmoor, clock) -> None:
    """Of the first pair: held, moved to next week, missed, without a date; all due by now. One to come in July."""
    northmoor.pair.meetings.all().delete()
    rows = [
        (1, date(2026, 4, 1), Meeting.State.HELD, None, 0),
        (2, date(2026, 5, 1), Meeting.State.PLANNED, clock() + timedelta(days=7), 1),
        (3, date(2026, 5, 8), Meeting.State.MISSED, None, 0),
        (4, date(2026, 6, 1), Meeting.State.UNPLANNED, None, 0),
        (5, date(2026, 7, 1), Meeting.State.UNPLANNED, None, 0),
        (6, date(2026, 5, 9), Meeting.State.CANCELLED, None, 0),
    ]
    for number, due_on, state, starts_at, moved in rows:
        Meeting.objects.create(
            pair=northmoor.pair,
            number=number,
            title=f"Meeting {number}",
            due_on=due_on,
            state=state,
            starts_at=starts_at,
            times_moved=moved,
            time_zone="UTC",
        )


def test_what_was_due_is_told_apart(northmoor, clock):
    lay_out(northmoor, clock)
    adherence = adherence_of(northmoor.cohort, now=clock())
    assert adherence.due == 4  # the other pair's meeting is due in two days
    assert (adherence.due_held, adherence.due_moved, adherence.due_missed, adherence.due_open) == (1, 1, 1, 1)
    assert adherence.held_share == 0.25
    assert adherence.minutes_held == 60


def test_every_month_of_the_cohort_is_there_and_counts_what_is_due_in_it(northmoor, clock):
    lay_out(northmoor, clock)
    months = {month.first: month for month in adherence_of(northmoor.cohort, now=clock()).months}
    assert list(months) == [date(2026, month, 1) for month in range(3, 12)]
    may = months[date(2026, 5, 1)]
    assert (may.meetings, may.moved, may.missed, may.to_come) == (2, 1, 1, 0)
    assert months[date(2026, 7, 1)].held_share is None


def test_a_month_after_the_last_day_joins_when_it_comes(northmoor, clock):
    lay_out(northmoor, clock)
    northmoor.pair.meetings.filter(number=5).update(due_on=date(2027, 2, 1))
    assert adherence_of(northmoor.cohort, now=clock()).months[-1].first == date(2026, 11, 1)
    clock.forward(days=230)
    assert adherence_of(northmoor.cohort, now=clock()).months[-1].first == date(2027, 2, 1)


def test_a_paused_pair_owes_no_meeting_but_what_it_held_counts(northmoor, clock):
    lay_out(northmoor, clock)
    Pair.objects.filter(pk=northmoor.pair.pk).update(state=Pair.State.PAUSED)
    adherence = adherence_of(northmoor.cohort, now=clock())
    assert (adherence.due, adherence.due_held, adherence.due_missed) == (2, 1, 1)


def test_a_pair_has_met_once_a_meeting_was_held(northmoor, clock):
    assert (met_of(northmoor.cohort).pairs, met_of(northmoor.cohort).met) == (2, 0)
    lay_out(northmoor, clock)
    met = met_of(northmoor.cohort)
    assert (met.met, met.leaders, met.mentors, met.not_met) == (1, 1, 1, 1)
