"""What happened between the day a pair was formed and today, drawn from a seed.

History is written in bulk and keeps the invariants of the actions: a held meeting lies in the past, a seat is
taken by running pairs alone, a check-in belongs to a meeting that was held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from viceversa.journey.actions import meetings_of_plan
from viceversa.journey.models import CheckIn, Meeting
from viceversa.pairing.models import Ending, Pair, SeatTaken
from viceversa.programmes.models import Enrolment

ROOMS = ("4th-floor library", "Room 2.11", "The corner by the stairs", "Canteen, before the rush", "")
VIDEO = "https://meet.northmoor.example/room"


@dataclass(frozen=True)
class Habit:
    """How a pair keeps its dates: shares of the meetings due that were moved, missed, or never fixed."""

    moves: float
    misses: float
    drifts: float


KEEPERS, MOVERS, DRIFTERS = Habit(0.08, 0.01, 0.0), Habit(0.5, 0.06, 0.04), Habit(0.2, 0.15, 0.7)


def live_through(pairs: Sequence[Pair], *, now: datetime, seed: int, kept: Pair | None) -> None:
    """Lay out the meetings of new pairs and let them live until now.

    ``kept`` is a pair that has held every meeting and has the next in two days.
    """
    chance = Random(f"past {seed}")
    meetings = {pair.pk: meetings_of_plan(pair, now=pair.formed_at) for pair in pairs}
    for pair in pairs:
        habit = KEEPERS if pair == kept else chance.choices((KEEPERS, MOVERS, DRIFTERS), (86, 10, 4))[0]
        for meeting in meetings[pair.pk]:
            _happen(meeting, pair=pair, habit=habit, now=now, chance=chance)
        if pair == kept:
            _keep(meetings[pair.pk], now=now)
    everything = [meeting for of_pair in meetings.values() for meeting in of_pair]
    said = (Meeting.State.HELD, Meeting.State.MISSED)
    for meeting in everything:
        meeting.version = 1 + meeting.sequence + (meeting.state in said)
    Meeting.objects.bulk_create(everything, batch_size=500)
    _wake_up(pairs, meetings)
    _answer_the_minute(everything, pairs=pairs, now=now, chance=chance)


def _happen(meeting: Meeting, *, pair: Pair, habit: Habit, now: datetime, chance: Random) -> None:
    due = meeting.due_on
    days_to_go = (due - now.date()).days
    if days_to_go > 21 or (days_to_go > 0 and chance.random() < 0.35) or chance.random() < habit.drifts:
        return
    moved = chance.random() < habit.moves
    day = due + timedelta(days=chance.randint(-6, 6) + (9 if moved else 0))
    _fix(meeting, on=_working_moment(day, meeting.time_zone, chance=chance), chance=chance)
    meeting.times_moved = (2 if chance.random() < 0.25 else 1) if moved else 0
    meeting.sequence = 1 + meeting.times_moved
    ends_at = meeting.ends_at
    if ends_at is None or ends_at > now:
        return
    if chance.random() < habit.misses:
        meeting.state = Meeting.State.MISSED
    elif now - ends_at > timedelta(days=3) or chance.random() < 0.6:  # some have not said yet whether they met
        meeting.state, meeting.held_at = Meeting.State.HELD, meeting.starts_at


def _fix(meeting: Meeting, *, on: datetime, chance: Random) -> None:
    meeting.starts_at, meeting.state, meeting.sequence = on, Meeting.State.PLANNED, 1
    meeting.place = chance.choice(ROOMS)
    meeting.video_link = "" if meeting.place else f"{VIDEO}-{chance.randint(100, 999)}"


def _unfix(meeting: Meeting) -> None:
    meeting.state, meeting.starts_at, meeting.held_at = Meeting.State.UNPLANNED, None, None
    meeting.place = meeting.video_link = ""
    meeting.sequence = meeting.times_moved = 0


def _working_moment(day: date, zone: str, *, chance: Random) -> datetime:
    day += timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
    wall = datetime.combine(day, time(chance.choice((9, 10, 11, 14, 15)), chance.choice((0, 30))))
    return wall.replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)


def _keep(meetings: Iterable[Meeting], *, now: datetime) -> None:
    """Everything due was held, once moved; the next stands in two working days, in the library."""
    chance = Random("kept")
    ahead = None
    for meeting in meetings:
        if (meeting.due_on - now.date()).days < -2:
            _fix(meeting, on=_working_moment(meeting.due_on, meeting.time_zone, chance=chance), chance=chance)
            meeting.state, meeting.held_at = Meeting.State.HELD, meeting.starts_at
            meeting.times_moved = int(meeting.number == 3)
            meeting.sequence = 1 + meeting.times_moved
            continue
        _unfix(meeting)
        ahead = ahead or meeting
    if ahead is not None:
        start = _working_moment((now + timedelta(days=2)).date(), ahead.time_zone, chance=Random("library"))
        _fix(ahead, on=start, chance=chance)
        ahead.place, ahead.video_link = ROOMS[0], ""


def _wake_up(pairs: Iterable[Pair], meetings: dict[int, list[Meeting]]) -> None:
    """The first held meeting ends the trial."""
    met = [pair for pair in pairs if any(meeting.state == Meeting.State.HELD for meeting in meetings[pair.pk])]
    for pair in met:
        pair.state = Pair.State.ACTIVE
    Pair.objects.filter(pk__in=[pair.pk for pair in met]).update(state=Pair.State.ACTIVE)


def _answer_the_minute(meetings: Iterable[Meeting], *, pairs: Iterable[Pair], now: datetime, chance: Random) -> None:
    of_pair = {pair.pk: pair for pair in pairs}
    rows = []
    asked = 0
    for meeting in meetings:
        if meeting.state != Meeting.State.HELD or meeting.held_at is None:
            continue
        pair = of_pair[meeting.pair_id]
        for enrolment in (pair.mentor, pair.mentee):
            if chance.random() < 0.18:
                continue
            recent = now - meeting.held_at < timedelta(days=12)
            wants_contact = recent and asked < 2 and chance.random() < 0.08
            asked += wants_contact
            rows.append(_minute(meeting, enrolment, now=now, chance=chance, wants_contact=wants_contact))
    CheckIn.objects.bulk_create(rows, batch_size=500)


def _minute(meeting: Meeting, enrolment: Enrolment, *, now: datetime, chance: Random, wants_contact: bool) -> CheckIn:
    assert meeting.held_at is not None
    return CheckIn(
        meeting=meeting,
        person_id=enrolment.person_id,
        at=min(meeting.held_at + timedelta(minutes=meeting.minutes + chance.randint(1, 1_500)), now),
        could_say=chance.choices((2, 3, 4, 5), (5, 15, 45, 35))[0],
        useful=chance.choices((2, 3, 4, 5), (6, 18, 46, 30))[0],
        taught=chance.choices(tuple(CheckIn.Taught), (45, 35, 20))[0],
        wants_contact=wants_contact,
    )


def come_to_an_end(pairs: Sequence[Pair], *, now: datetime, seed: int) -> None:
    """A few pairs are paused, a few parted without fault, and a few have come to their end early."""
    chance = Random(f"ends {seed}")
    some = chance.sample(list(pairs), min(len(pairs), max(3, len(pairs) // 12)))
    ends = [Pair.State.PAUSED, Pair.State.EXITED, Pair.State.CLOSED]
    for place, pair in enumerate(some):
        pair.state = ends[place % len(ends)]
    over = [pair for pair in some if not pair.is_running]
    for pair in over:
        pair.ended_at = min(_last_held(pair) + timedelta(days=chance.randint(2, 9)), now)
    Pair.objects.bulk_update(some, ["state", "ended_at"])
    SeatTaken.objects.filter(pair__in=over).delete()
    over_and_done = Q(state=Meeting.State.HELD) | Q(state=Meeting.State.MISSED, starts_at__lte=F("pair__ended_at"))
    Meeting.objects.filter(pair__in=over).exclude(over_and_done).update(state=Meeting.State.CANCELLED)
    for pair in over:
        _end(pair, chance=chance)


def _end(pair: Pair, *, chance: Random) -> None:
    """One of the two stopped taking part and the other can be matched again; or both have what they came for."""
    assert pair.ended_at is not None  # it has come to its end
    if pair.state == Pair.State.CLOSED:
        Ending.objects.create(pair=pair, category=Ending.Category.CLOSED, at=pair.ended_at)
        done = Enrolment.objects.filter(pk__in=(pair.mentor_id, pair.mentee_id))
        done.update(state=Enrolment.State.COMPLETED, ended_at=pair.ended_at)
        return
    side = chance.choice((Ending.Side.MENTOR, Ending.Side.MENTEE))
    Ending.objects.create(pair=pair, category=Ending.Category.WITHDREW, side=side, at=pair.ended_at)
    goes, stays = (pair.mentor_id, pair.mentee_id)[:: 1 if side == Ending.Side.MENTOR else -1]
    Enrolment.objects.filter(pk=goes).update(state=Enrolment.State.WITHDRAWN, ended_at=pair.ended_at)
    Enrolment.objects.filter(pk=stays).update(state=Enrolment.State.SUBMITTED)


def _last_held(pair: Pair) -> datetime:
    ends = [meeting.ends_at for meeting in pair.meetings.filter(state=Meeting.State.HELD)]
    return max((end for end in ends if end is not None), default=pair.formed_at)
