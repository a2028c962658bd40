"""Times that suit both: inside both people's working hours, on working days, free of meetings they have already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
STEP_MINUTES = 30
BEST_START = 10 * 60  # mid-morning: our guess, and only an offer
# Month and day on which hardly anybody works, wherever they are; the holidays of a country are not known here.
DAYS_OFF = frozenset({(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)})


def is_working_day(day: date) -> bool:
    """Whether a meeting is offered on that day: Monday to Friday, and none of the days off."""
    return day.weekday() < 5 and (day.month, day.day) not in DAYS_OFF


@dataclass(frozen=True)
class WorkingDay:
    """When somebody works: minutes after midnight on their own clock; an end before the start runs past midnight."""

    time_zone: str
    start: int
    end: int

    def holds(self, starts_at: datetime, *, minutes: int) -> bool:
        """Whether the meeting lies inside these hours on a working day of this place."""
        local = starts_at.astimezone(ZoneInfo(self.time_zone))
        begin = local.hour * 60 + local.minute
        day, window_end = local, self.end
        if self.end <= self.start:
            window_end += DAY
            if begin < self.start:  # in the part of the shift that runs past midnight: it began the day before
                begin, day = begin + DAY, local - timedelta(days=1)
        return is_working_day(day) and self.start <= begin and begin + minutes <= window_end


@dataclass(frozen=True)
class Busy:
    """A time that is taken already."""

    begin: datetime
    end: datetime

    def meets(self, begin: datetime, end: datetime) -> bool:
        return begin < self.end and self.begin < end


def suggested_starts(
    first: WorkingDay,
    second: WorkingDay,
    *,
    minutes: int,
    after: datetime,
    busy: Collection[Busy] = (),
    working_days: int = 10,
    offers: int = 3,
) -> list[datetime]:
    """Up to ``offers`` starts in UTC, on different days, within the working days of the first person
    that follow the day of ``after``.

    On each day the start nearest to ten o'clock on the first person's clock is taken; the days are spread over
    the span, so that one bad week does not take all of them. Empty when the two share no working time.
    """
    best = []
    for day in _working_days(after, zone=first.time_zone, count=working_days):
        fitting = [
            start
            for start in _starts_of(day, zone=first.time_zone)
            if first.holds(start, minutes=minutes) and second.holds(start, minutes=minutes)
            if not any(taken.meets(start, start + timedelta(minutes=minutes)) for taken in busy)
        ]
        if fitting:
            best.append(min(fitting, key=lambda start: (_from_best(start, first.time_zone), start)))
    if len(best) <= offers:
        return best
    gaps = (len(best) - 1) / (offers - 1) if offers > 1 else 0
    return [best[round(position * gaps)] for position in range(offers)]


def _from_best(start: datetime, zone: str) -> int:
    local = start.astimezone(ZoneInfo(zone))
    return abs(local.hour * 60 + local.minute - BEST_START)


def _working_days(after: datetime, *, zone: str, count: int) -> Iterator[datetime]:
    """Midnights, on that zone's wall, of the working days that follow."""
    day = datetime.combine(after.astimezone(ZoneInfo(zone)).date(), time())
    while count:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
            yield day


def _starts_of(day: datetime, *, zone: str) -> Iterator[datetime]:
    for minute in range(0, DAY, STEP_MINUTES):
        wall = (day + timedelta(minutes=minute)).replace(tzinfo=ZoneInfo(zone))
        start = wall.astimezone(UTC)
        if start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall.replace(tzinfo=None):  # the clocks skip none
            yield start
