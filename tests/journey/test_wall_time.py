"""Wall time: what people say, and the moment they mean, over clock changes in many places."""

# ruff: noqa: DTZ001 - a wall time has no zone of its own
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from viceversa.journey.wall_time import NoSuchTime, comes_twice, moment_of

# Whole hours, half and quarter hours, a change of half an hour (Lord Howe), one at midnight (Santiago, Beirut),
# the southern summer, winter time that is the "saving" one (Dublin), places without any change, the date line.
ZONES = (
    "UTC",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Oslo",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(1996, 1, 1), datetime(2044, 12, 31), timezones=st.just(UTC))
walls = st.datetimes(datetime(1996, 1, 1), datetime(2044, 12, 31))


def moments_that_show(wall: datetime, zone: str) -> list[datetime]:
    """Every moment at which the clocks of that place show this time, found by walking through all offsets."""
    shown = []
    for minutes in range(-15 * 60, 15 * 60 + 1, 15):
        moment = wall.replace(tzinfo=UTC) + timedelta(minutes=minutes)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall.replace(fold=0):
            shown.append(moment)
    return shown


@settings(max_examples=400, deadline=None)
@given(wall=walls, zone=zones)
@example(wall=datetime(2026, 3, 29, 1, 30), zone="Europe/London")
@example(wall=datetime(2026, 10, 25, 1, 30), zone="Europe/London")
@example(wall=datetime(2011, 12, 30, 12, 0), zone="Pacific/Apia")  # a whole day that was left out
@example(wall=datetime(2026, 4, 5, 1, 45), zone="Australia/Lord_Howe")
def test_a_wall_time_is_its_first_moment_or_does_not_exist(wall, zone):
    shown = moments_that_show(wall, zone)
    assert comes_twice(wall, time_zone=zone) == (len(shown) > 1)
    if shown:
        assert moment_of(wall, time_zone=zone) == min(shown)
    else:
        with pytest.raises(NoSuchTime):
            moment_of(wall, time_zone=zone)


@settings(max_examples=300, deadline=None)
@given(moment=moments, zone=zones)
def test_a_moment_read_off_the_wall_comes_back_unless_its_time_came_before(moment, zone):
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    back = moment_of(wall, time_zone=zone)
    if wall.fold or comes_twice(wall, time_zone=zone):
        assert back <= moment
    else:
        assert back == moment


def changes_of(zone: str, year: int) -> list[tuple[datetime, timedelta]]:
    """The moments of the year, to the minute, at which the offset changes, and by how much."""
    there = ZoneInfo(zone)
    found = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        after = day + timedelta(days=1)
        if day.astimezone(there).utcoffset() != after.astimezone(there).utcoffset():
            low, high = 0, 24 * 60
            while high - low > 1:
                middle = (low + high) // 2
                same = (day + timedelta(minutes=middle)).astimezone(there).utcoffset() == day.astimezone(
                    there
                ).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            at = day + timedelta(minutes=high)
            before = (at - timedelta(minutes=1)).astimezone(there).utcoffset()
            found.append((at, at.astimezone(there).utcoffset() - before))
        day = after
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_at_each_clock_change_skipped_times_are_refused_and_double_ones_mean_the_first(zone):
    for year in (2011, 2025, 2026, 2027, 2030):
        for at, by in changes_of(zone, year):
            before = (at - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            edge = before.replace(fold=0) + timedelta(minutes=1)  # what the clock would have shown
            if by > timedelta():
                for wall in (edge, edge + by / 2, edge + by - timedelta(minutes=1)):
                    with pytest.raises(NoSuchTime) as skipped:
                        moment_of(wall, time_zone=zone)
                    # What is offered instead exists, and lies as far behind the gap as the time lay in it.
                    assert moment_of(skipped.value.instead, time_zone=zone) == at + (wall - edge)
                assert moment_of(edge + by, time_zone=zone) == at
            else:
                for wall in (edge + by, edge - timedelta(minutes=1)):
                    assert comes_twice(wall, time_zone=zone)
                    assert moment_of(wall, time_zone=zone) == at - (edge - wall)
                assert not comes_twice(edge, time_zone=zone)
                assert moment_of(edge, time_zone=zone) == at - by


def test_the_changes_of_london_are_found_where_everybody_knows_them_to_be():
    assert [at.date() for at, _ in changes_of("Europe/London", 2026)] == [date(2026, 3, 29), date(2026, 10, 25)]
    assert changes_of("Asia/Kolkata", 2026) == []


def test_the_refusal_names_the_time_and_the_place_and_offers_one_that_exists():
    with pytest.raises(NoSuchTime, match="01:30 does not exist on that day in Europe/London") as skipped:
        moment_of(datetime(2026, 3, 29, 1, 30), time_zone="Europe/London")
    assert skipped.value.instead == datetime(2026, 3, 29, 2, 30)
