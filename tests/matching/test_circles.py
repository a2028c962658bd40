"""Circles are lawful, equal in size and as mixed as the rules leave room for; who has no place is told why."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import pytest

from tests.matching.people import person
from viceversa.formats.people import PersonRow
from viceversa.matching import Policy
from viceversa.matching.circle_members import members_of
from viceversa.matching.circles import Division, divide, refusals
from viceversa.matching.hours import shared_minutes, working_day
from viceversa.matching.policy import Rules

RULES = Policy.default().rules
TONGUES = ("en", "de", "ja")
ZONES = ("", "Europe/Berlin", "Asia/Tokyo", "America/New_York")


def somebody(number: int, **values: Any) -> PersonRow:
    return person(f"p{number:03}", **values)


def mixed(count: int, *, functions: int, locations: int) -> list[PersonRow]:
    return [somebody(n, function=f"f{n % functions}", location=f"l{n // functions % locations}") for n in range(count)]


def random_rows(draw: random.Random, count: int, *, strict: bool = True) -> list[PersonRow]:
    """A pool in which every rule bites now and then; with `strict` false mostly none does."""
    often = 3 if strict else 12
    return [
        somebody(
            n,
            function=draw.choice(["", "x", "y", "z"]),
            location=draw.choice(["", "l", "m"]),
            manager_id=f"p{draw.randrange(n):03}" if n and draw.randrange(often) == 0 else "",
            languages=tuple(draw.sample(TONGUES, draw.choice([0, 2, 2, 3]))),
            time_zone=draw.choice(ZONES) if draw.randrange(often) == 0 else "",
            hours=draw.choice([(540, 1020), (540, 1020), (1320, 360)]),
            excludes=(f"p{draw.randrange(count):03}",) if draw.randrange(2 * often) == 0 else (),
        )
        for n in range(count)
    ]


def in_line(rows: Sequence[PersonRow], one: str, other: str) -> bool:
    manager = {row.person_id: row.manager_id for row in rows}

    def above(low: str) -> Iterator[str]:
        while manager.get(low):
            low = manager[low]
            yield low

    return one in above(other) or other in above(one)


def lawful(rows: Sequence[PersonRow], circle: Sequence[str], rules: Rules, apart: Sequence[tuple[str, str]]) -> bool:
    """Written anew from the words of the rules, with nothing of the engine but the hours of two."""
    by_id = {row.person_id: row for row in rows}
    people = [by_id[one] for one in circle]
    for one, other in combinations(people, 2):
        if in_line(rows, one.person_id, other.person_id) or other.person_id in one.excludes:
            return False
        if one.person_id in other.excludes or {one.person_id, other.person_id} in map(set, apart):
            return False
    spoken = [set(one.languages) for one in people if one.languages]
    if rules.common_language and spoken and not set.intersection(*spoken):
        return False
    return shares_hours(people, rules)


def shares_hours(people: Sequence[PersonRow], rules: Rules) -> bool:
    """Whether some minute of the day begins a stretch that lies in everybody's hours, by trying all of them."""
    length = int(rules.overlap_hours_min * 60)
    days = [working_day(one.time_zone, one.hours, on=rules.reference_date) for one in people if one.time_zone]
    inside = [{(start + minute) % 1440 for minute in range(end - start - length + 1)} for start, end in days]
    return not inside or bool(set.intersection(*inside))


def alike(rows: Sequence[PersonRow], circles: Sequence[Sequence[str]]) -> int:
    by_id = {row.person_id: row for row in rows}
    pairs = [(by_id[a], by_id[b]) for circle in circles for a, b in combinations(circle, 2)]
    return sum((a.function == b.function != "") + (a.location == b.location != "") for a, b in pairs)


def divisions(ids: Sequence[str], sizes: Sequence[int]) -> Iterator[list[tuple[str, ...]]]:
    """Every division into circles of these sizes."""
    if not ids:
        yield []
        return
    for size in sorted(set(sizes)):
        left = list(sizes)
        left.remove(size)
        for company in combinations(ids[1:], size - 1):
            circle = (ids[0], *company)
            for rest in divisions([one for one in ids if one not in circle], left):
                yield [circle, *rest]


def best_by_force(rows: Sequence[PersonRow], *, circles: int, apart: Sequence[tuple[str, str]]) -> int | None:
    each, more = divmod(len(rows), circles)
    sizes = [each + 1] * more + [each] * (circles - more)
    ids = [row.person_id for row in rows]
    found = [
        alike(rows, division)
        for division in divisions(ids, sizes)
        if all(lawful(rows, circle, RULES, apart) for circle in division)
    ]
    return min(found, default=None)


def check_lawful(rows: Sequence[PersonRow], told: Division, apart: Sequence[tuple[str, str]] = ()) -> None:
    seated = [one for circle in told.circles for one in circle]
    assert sorted([*seated, *(one.person_id for one in told.without)]) == [row.person_id for row in rows]
    assert all(lawful(rows, circle, RULES, apart) for circle in told.circles)
    sizes = {len(circle) for circle in told.circles}
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert told.alike == alike(rows, told.circles)
    assert told.bound <= told.alike


def everybody(rows: Sequence[PersonRow], **values: Any) -> Division:
    return divide(rows, [row.person_id for row in rows], rules=RULES, **values)


def test_small_pools_are_divided_as_well_as_trying_everything_does() -> None:
    draw, possible = random.Random(4), 0
    for _ in range(120):
        count, size = draw.randint(3, 9), draw.choice([3, 4])
        rows = random_rows(draw, count, strict=draw.random() < 0.5)
        apart = [(f"p{draw.randrange(count):03}", f"p{draw.randrange(count):03}")]
        told = everybody(rows, size=size, apart=apart, seed=draw.randrange(9))
        check_lawful(rows, told, apart)
        best = best_by_force(rows, circles=max(1, round(count / size + 1e-9)), apart=apart)
        if best is not None:
            possible += 1
            assert (told.without, told.alike) == ((), best)
    assert 40 < possible < 120


def test_the_bound_is_never_above_the_best_division_there_is() -> None:
    draw, tight = random.Random(5), 0
    for _ in range(60):
        rows = random_rows(draw, draw.randint(6, 9))
        told = everybody(rows, size=3)
        best = best_by_force(rows, circles=round(len(rows) / 3), apart=())
        if not told.without and best is not None:
            assert told.bound <= best
            tight += told.bound == best
    assert tight


def test_greater_pools_are_divided_lawfully_and_not_worse_than_the_bound_allows() -> None:
    draw = random.Random(6)
    for count in (12, 30, 61, 140):
        for size in (4, 6, 8):
            rows = random_rows(draw, count)
            check_lawful(rows, everybody(rows, size=size))


def test_without_rules_in_the_way_the_best_mixture_is_found_and_proven() -> None:
    draw = random.Random(7)
    for count in (24, 50, 151):
        rows = [somebody(n, function=draw.choice("abcdeef"), location=draw.choice("klmm")) for n in range(count)]
        told = everybody(rows, size=5)
        check_lawful(rows, told)
        assert told.without == ()
        assert told.is_proven


def test_a_whole_grid_of_functions_and_locations_leaves_nobody_alike() -> None:
    told = everybody(mixed(36, functions=6, locations=6), size=6)
    assert (told.alike, told.bound, len(told.circles)) == (0, 0, 6)


def test_a_mentor_never_sits_with_a_partner_of_their_own() -> None:
    rows = mixed(12, functions=3, locations=2)
    partners = [("p000", "p001"), ("p000", "p002"), ("p004", "p000")]
    told = everybody(rows, size=6, partners=partners)
    circle = next(circle for circle in told.circles if "p000" in circle)
    assert {"p001", "p002", "p004"}.isdisjoint(circle)


def test_a_line_runs_through_people_who_are_in_no_circle() -> None:
    """p000 is above somebody who is not to be divided, who is above p001."""
    rows = [somebody(n, manager_id={1: "boss"}.get(n, "")) for n in range(6)]
    rows.append(person("boss", role="", manager_id="p000"))
    told = divide(rows, [f"p{n:03}" for n in range(6)], size=3, rules=RULES)
    assert not any({"p000", "p001"} <= set(circle) for circle in told.circles)


def test_two_tongues_make_circles_of_their_own_and_whoever_speaks_both_goes_where_there_is_room() -> None:
    rows = [somebody(n, languages=("de",)) for n in range(11)]
    rows += [somebody(n, languages=("fr",)) for n in range(11, 22)]
    rows += [somebody(n, languages=("de", "fr")) for n in range(22, 24)]
    told = everybody(rows, size=6)
    check_lawful(rows, told)
    assert told.without == ()
    assert [len(circle) for circle in told.circles] == [6, 6, 6, 6]


def test_few_who_share_hours_with_nobody_else_have_no_place_and_are_told_why() -> None:
    rows = [somebody(n, time_zone="Europe/Berlin") for n in range(20)]
    rows += [somebody(n, time_zone="Pacific/Auckland") for n in range(20, 22)]
    told = everybody(rows, size=5)
    check_lawful(rows, told)
    assert [one.person_id for one in told.without] == ["p020", "p021"]
    assert told.without[0].rules == {"overlap_hours_min": 20}
    assert told.without[0].company == 1


def test_nobody_learns_from_those_without_a_place_who_is_unavailable_to_whom() -> None:
    rows = [somebody(n, excludes=tuple(f"p{m:03}" for m in range(12))) if n == 5 else somebody(n) for n in range(12)]
    told = everybody(rows, size=4)
    assert [one.person_id for one in told.without] == ["p005"]
    assert (told.without[0].rules, told.without[0].company) == ({}, 11)
    members = members_of(rows, [row.person_id for row in rows], rules=RULES)
    assert [(one.rule, one.with_ids) for one in refusals(members, told.circles[0], "p005")] == [("unavailable", ())]


def test_two_are_no_circle() -> None:
    told = everybody(mixed(2, functions=2, locations=1), size=3)
    assert told.circles == ()
    assert len(told.without) == 2
    assert everybody([], size=5).circles == ()


def test_the_order_of_the_rows_changes_nothing_and_the_seed_may() -> None:
    rows = random_rows(random.Random(8), 40)
    first = everybody(rows, size=5, seed=1)
    turned = list(reversed(rows))
    assert everybody(turned, size=5, seed=1) == first
    assert len({everybody(rows, size=5, seed=seed).circles for seed in range(3)}) > 1


def test_moving_somebody_is_refused_for_every_rule_and_names_whom_it_is_about() -> None:
    rows = [
        somebody(0, manager_id="p001", languages=("de",), time_zone="Europe/Berlin"),
        somebody(1, languages=("de", "en")),
        somebody(2, languages=("en",), time_zone="Pacific/Auckland"),
        somebody(3, languages=("en",)),
    ]
    members = members_of(rows, [row.person_id for row in rows], rules=RULES, partners=[("p000", "p003")])
    told = {one.rule: one.with_ids for one in refusals(members, ["p001", "p002", "p003"], "p000")}
    assert told == {
        "reporting_line": ("p001",),
        "own_partner": ("p003",),
        "common_language": ("p002", "p003"),
        "overlap_hours_min": ("p002",),
    }
    assert refusals(members, ["p001"], "p003") == []


def test_hours_are_shared_by_all_of_a_circle_at_once_and_not_only_by_each_two() -> None:
    """Each two share two hours, at different times of the day; all three together share none."""
    rows = [
        somebody(0, time_zone="UTC", hours=(0, 600)),
        somebody(1, time_zone="UTC", hours=(480, 1080)),
        somebody(2, time_zone="UTC", hours=(960, 120)),
    ]
    days = [working_day("UTC", row.hours, on=RULES.reference_date) for row in rows]
    for one, other in combinations(days, 2):
        assert shared_minutes(as_array(one), as_array(other))[0, 0] >= 120
    assert len(everybody(rows, size=3).without) == 3


def as_array(day: tuple[int, int]) -> Any:
    import numpy as np

    return np.array([day])


@pytest.mark.parametrize("size", [2, 13])
def test_a_size_that_makes_no_circle_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=str(size)):
        everybody(mixed(20, functions=2, locations=2), size=size)
