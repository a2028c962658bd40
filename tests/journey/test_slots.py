"""Times that suit both: by hand where it is plain, and against a naive walk over every minute where it is not."""

# ruff: noqa: DTZ001 - a wall time has no zone of its own
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viceversa.journey.slots import Busy, WorkingDay, suggested_starts

OFF = ("24.12.", "25.12.", "26.12.", "31.12.", "01.01.")
TUESDAY = datetime(2026, 6, 23, 9, 0, tzinfo=UTC)


def day(zone: str, start: int = 9, end: int = 17) -> WorkingDay:
    return WorkingDay(time_zone=zone, start=start * 60, end=end * 60)


LONDON = day("Europe/London")


def at(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]


def starts(first: WorkingDay, second: WorkingDay, **changes) -> list[datetime]:
    return suggested_starts(first, second, **({"minutes": 60, "after": TUESDAY} | changes))


def test_two_in_one_place_are_offered_ten_o_clock_on_three_days_spread_over_a_fortnight():
    local = [start.astimezone(ZoneInfo("Europe/London")) for start in starts(LONDON, LONDON)]
    assert [f"{start:%a %d %b %H:%M}" for start in local] == [
        "Wed 24 Jun 10:00",
        "Tue 30 Jun 10:00",
        "Tue 07 Jul 10:00",
    ]


def test_nobody_is_offered_a_time_at_christmas_or_new_year():
    offered = starts(LONDON, LONDON, after=datetime(2026, 12, 21, 9, 0, tzinfo=UTC), working_days=7, offers=7)
    assert [f"{start:%a %d %b}" for start in offered] == [
        "Tue 22 Dec",
        "Wed 23 Dec",
        "Mon 28 Dec",
        "Tue 29 Dec",
        "Wed 30 Dec",
        "Mon 04 Jan",
        "Tue 05 Jan",
    ]
    night = day("Europe/London", 22, 6)
    assert not night.holds(at("Europe/London", 2026, 12, 31, 23, 0), minutes=60)
    assert night.holds(at("Europe/London", 2026, 12, 31, 4, 0), minutes=60)  # the small hours of the 30th's shift


def test_london_and_new_york_meet_in_the_afternoon_of_london():
    for start in starts(LONDON, day("America/New_York")):
        assert start.astimezone(ZoneInfo("America/New_York")).hour == 9
        assert start.astimezone(ZoneInfo("Europe/London")).hour == 14


def test_places_whose_hours_never_meet_get_no_offer():
    assert starts(LONDON, day("Pacific/Auckland")) == []


def test_a_meeting_longer_than_the_common_time_gets_no_offer():
    morning, noon = day("Europe/London", 9, 12), day("Europe/London", 11, 15)
    assert len(starts(morning, noon, minutes=60)) == 3
    assert starts(morning, noon, minutes=61) == []


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    night = day("Europe/London", 22, 6)
    assert night.holds(at("Europe/London", 2026, 6, 26, 23, 0), minutes=60)  # Friday night
    assert night.holds(at("Europe/London", 2026, 6, 27, 4, 0), minutes=60)  # its small hours, on Saturday
    assert not night.holds(at("Europe/London", 2026, 6, 27, 5, 30), minutes=60)  # would end after the shift
    assert not night.holds(at("Europe/London", 2026, 6, 28, 23, 0), minutes=60)  # Sunday night
    assert not night.holds(at("Europe/London", 2026, 6, 29, 4, 0), minutes=60)  # still Sunday's
    assert not night.holds(at("Europe/London", 2026, 6, 24, 12, 0), minutes=60)


def test_a_shift_that_ends_when_it_begins_is_round_the_clock():
    assert day("UTC", 6, 6).holds(datetime(2026, 6, 24, 5, 0, tzinfo=UTC), minutes=60)


def test_two_on_the_night_shift_are_offered_their_own_hours():
    night = day("Europe/London", 22, 6)
    offered = starts(night, night)
    assert len(offered) == 3
    assert all(night.holds(start, minutes=60) for start in offered)


def test_friday_in_one_place_is_saturday_in_another_and_nobody_is_asked_in_at_the_weekend():
    west, east = day("America/Los_Angeles", 14, 20), day("Pacific/Auckland", 9, 17)
    offered = starts(west, east, after=datetime(2026, 6, 25, 9, 0, tzinfo=UTC), working_days=10, offers=10)
    for start in offered:
        assert start.astimezone(ZoneInfo("America/Los_Angeles")).weekday() < 4
        assert start.astimezone(ZoneInfo("Pacific/Auckland")).weekday() < 5
    assert len(offered) == 8  # ten working days without the two Fridays


def test_a_time_that_is_taken_is_not_offered_and_the_nearest_free_one_is():
    ten = at("Europe/London", 2026, 6, 24, 10, 0)
    busy = [Busy(ten - timedelta(minutes=30), ten + timedelta(minutes=30))]
    first = starts(LONDON, LONDON, busy=busy)[0]
    assert first == at("Europe/London", 2026, 6, 24, 10, 30)


def test_meetings_that_touch_do_not_collide():
    taken = Busy(TUESDAY, TUESDAY + timedelta(hours=1))
    assert not taken.meets(TUESDAY + timedelta(hours=1), TUESDAY + timedelta(hours=2))
    assert not taken.meets(TUESDAY - timedelta(hours=1), TUESDAY)
    assert taken.meets(TUESDAY + timedelta(minutes=59), TUESDAY + timedelta(hours=2))


def test_a_fortnight_that_is_full_gets_no_offer():
    assert starts(LONDON, LONDON, busy=[Busy(TUESDAY, TUESDAY + timedelta(days=20))]) == []


@pytest.mark.parametrize(("offers", "count"), [(1, 1), (2, 2), (3, 3), (10, 10), (50, 10)])
def test_no_more_are_offered_than_asked_for_and_each_on_a_day_of_its_own(offers, count):
    offered = starts(LONDON, LONDON, offers=offers)
    assert len({start.date() for start in offered}) == len(offered) == count


def test_over_a_clock_change_the_offers_stay_at_ten_on_the_wall():
    offered = starts(LONDON, LONDON, after=datetime(2026, 10, 19, 9, 0, tzinfo=UTC))
    assert {start.astimezone(ZoneInfo("Europe/London")).hour for start in offered} == {10}
    assert {start.hour for start in offered} == {9, 10}


zones = st.sampled_from(("UTC", "Europe/London", "America/St_Johns", "Asia/Kolkata", "Pacific/Apia", "Asia/Tokyo"))
half_hours = st.integers(0, 47).map(lambda half: half * 30)
working_days = st.builds(WorkingDay, time_zone=zones, start=half_hours, end=half_hours)
nows = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def in_hours_throughout(person: WorkingDay, start: datetime, minutes: int) -> bool:
    """Naive: somewhere in this shift, or in the one that began the day before, lies the whole meeting."""
    local = start.astimezone(ZoneInfo(person.time_zone)).replace(tzinfo=None)
    length = (person.end - person.start) % (24 * 60) or 24 * 60
    for days_back in (0, 1):
        begun = datetime.combine(local.date() - timedelta(days=days_back), datetime.min.time())
        begun += timedelta(minutes=person.start)
        whole = begun <= local and local + timedelta(minutes=minutes) <= begun + timedelta(minutes=length)
        if whole and begun.weekday() < 5 and f"{begun:%d.%m.}" not in OFF:
            return True
    return False


@settings(max_examples=120, deadline=None)
@given(first=working_days, second=working_days, now=nows, minutes=st.sampled_from((30, 45, 60, 90)))
def test_whatever_is_offered_suits_both_and_nothing_is_withheld(first, second, now, minutes):
    offered = suggested_starts(first, second, minutes=minutes, after=now)
    assert offered == sorted(set(offered))
    for start in offered:
        assert start > now
        assert in_hours_throughout(first, start, minutes)
        assert in_hours_throughout(second, start, minutes)
    if not offered:
        tomorrow = now.astimezone(ZoneInfo(first.time_zone)).date() + timedelta(days=1)
        begin = datetime.combine(tomorrow, datetime.min.time(), tzinfo=ZoneInfo(first.time_zone)).astimezone(UTC)
        for half in range(7 * 48):
            start = begin + timedelta(minutes=30 * half)
            local = start.astimezone(ZoneInfo(first.time_zone))
            on_a_working_day = local.weekday() < 5 and f"{local:%d.%m.}" not in OFF
            fits = in_hours_throughout(first, start, minutes) and in_hours_throughout(second, start, minutes)
            assert not (on_a_working_day and fits)
