"""Working days in different time zones, and how long two of them overlap."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY = 24 * 60
FULL_OVERLAP_MINUTES = 8 * 60
"""Shared minutes from which the overlap criterion is 1: a whole working day."""


class UnknownZone(ValueError):
    """No such time zone in the pinned data."""


@lru_cache(maxsize=1024)
def pinned_zone(name: str) -> ZoneInfo:
    """The zone from the pinned `tzdata` package, never from the system; raises `UnknownZone`."""
    parts = name.split("/")
    if not all(parts) or any(part.startswith(".") for part in parts):
        raise UnknownZone(name)
    resource = files("tzdata").joinpath("zoneinfo", *parts)
    try:
        with resource.open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ValueError) as error:
        raise UnknownZone(name) from error


@lru_cache(maxsize=4096)
def offset_minutes(zone: str, day: date) -> int:
    """Minutes that the zone is ahead of UTC at 00:00 local time on `day`."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=pinned_zone(zone))
    offset = midnight.utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


def working_day(zone: str, hours: tuple[int, int], *, on: date) -> tuple[int, int]:
    """Start and end in minutes of UTC; hours that end before they begin run past midnight."""
    start, end = hours
    if end <= start:
        end += DAY
    offset = offset_minutes(zone, on)
    return start - offset, end - offset


def shared_minutes(days: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Minutes shared by each of `days` (n, 2) with each of `others` (m, 2): an (n, m) matrix.

    The largest intersection when one day is moved by -24, 0 or +24 hours.
    """
    best = np.zeros((len(days), len(others)), dtype=np.int64)
    for shift in (-DAY, 0, DAY):
        start = np.maximum(days[:, None, 0] + shift, others[None, :, 0])
        end = np.minimum(days[:, None, 1] + shift, others[None, :, 1])
        best = np.maximum(best, end - start)
    return best
