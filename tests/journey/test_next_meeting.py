"""Which meeting comes next is one answer, for the pair, its delegate and the coordinator."""

from __future__ import annotations

from datetime import timedelta

from tests.conftest import MovableClock
from tests.personas import Northmoor
from viceversa.journey.models import Meeting, next_of
from viceversa.journey.pair_page import dates_for_delegate, pairs_of


def lay_out(northmoor: Northmoor, *states: Meeting.State) -> list[Meeting]:
    """The pair's meetings anew, in these states."""
    northmoor.pair.meetings.all().delete()
    due = northmoor.meeting.due_on
    rows = [
        Meeting(
            pair=northmoor.pair, number=number, title=f"No {number}", due_on=due + timedelta(days=number), state=state
        )
        for number, state in enumerate(states, start=1)
    ]
    Meeting.objects.bulk_create(rows)
    return list(northmoor.pair.meetings.order_by("number"))


def test_a_meeting_that_the_pair_has_gone_past_is_not_next(northmoor: Northmoor, clock: MovableClock) -> None:
    held, unplanned = Meeting.State.HELD, Meeting.State.UNPLANNED
    meetings = lay_out(northmoor, held, unplanned, held, unplanned, unplanned)
    coming = next_of(meetings)
    assert coming is not None
    assert coming.number == 4
    assert [one.number for one in northmoor.pair.meetings.ahead().order_by("number")] == [4, 5]
    assert [view.next.number for view in pairs_of(northmoor.people["mentor"]) if view.next] == [4]
    delegate = northmoor.users["delegate"]
    assert delegate is not None
    assert [each.public_id for each in dates_for_delegate(delegate, now=clock())] == [coming.public_id]


def test_after_the_last_held_meeting_nothing_is_next(northmoor: Northmoor) -> None:
    assert next_of(lay_out(northmoor, Meeting.State.UNPLANNED, Meeting.State.HELD)) is None
