"""Wall time, as people say it: a date and a time in a place, and what a clock change does to it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clocks are put forward over this time, so it does not exist in that place. Carries the next one that does."""

    def __init__(self, wall: datetime, *, time_zone: str, instead: datetime) -> None:
        super().__init__(f"{wall:%H:%M} does not exist on that day in {time_zone}")
        self.wall, self.time_zone, self.instead = wall, time_zone, instead


def comes_twice(wall: datetime, *, time_zone: str) -> bool:
    """Whether the clocks are put back over this time, so that it comes twice in that place."""
    zone = ZoneInfo(time_zone)
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    return first.utcoffset() != second.utcoffset() and _exists(wall, zone)


def moment_of(wall: datetime, *, time_zone: str) -> datetime:
    """The moment of a wall time, in UTC.

    A time that comes twice means the first, as people do. Raises ``NoSuchTime`` for one that the clocks skip.
    """
    zone = ZoneInfo(time_zone)
    if not _exists(wall, zone):
        # Read with the offset from before the gap, it lies as far behind the gap as it lay in it.
        instead = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        raise NoSuchTime(wall, time_zone=time_zone, instead=instead)
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0)
