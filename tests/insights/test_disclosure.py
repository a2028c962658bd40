"""What may be told of small numbers: no hidden number can be worked out from those shown."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest

from viceversa.insights.disclosure import (
    Edge,
    Hidden,
    Rule,
    Share,
    Shown,
    Why,
    nearest,
    nested,
    share,
    shared,
    single,
    total,
)

EXACT, SPONSOR, OTHERS = Rule(0), Rule(10), Rule(5, round_to=5)


def test_the_coordinator_sees_every_number_as_it_is():
    assert nested((12, 3, 1, 0), rule=EXACT) == (Shown(12), Shown(3), Shown(1), Shown(0))


@pytest.mark.parametrize(("count", "told"), [(9, Hidden(Why.TOO_FEW)), (10, Shown(10)), (0, Hidden(Why.TOO_FEW))])
def test_a_sponsor_sees_from_ten_on(count, told):
    assert single(count, rule=SPONSOR) == told


@pytest.mark.parametrize(
    ("count", "told"),
    [(4, Hidden(Why.TOO_FEW)), (5, Shown(5, rounded=True)), (7, Shown(5, rounded=True)), (8, Shown(10, rounded=True))],
)
def test_others_see_from_five_on_in_fives(count, told):
    assert single(count, rule=OTHERS) == told


def test_a_total_is_hidden_as_soon_as_a_part_is():
    assert total((single(14, rule=SPONSOR), single(3, rule=SPONSOR))) == Hidden(Why.WOULD_TELL)


def test_a_total_of_rounded_parts_is_their_sum_and_not_rounded_again():
    parts = (single(12, rule=OTHERS), single(12, rule=OTHERS))
    assert total(parts) == Shown(20, rounded=True)  # 24 would be told as 25, and so tell that both are 12


def test_pairs_are_told_only_where_both_sides_are():
    assert shared(12, (Shown(12), Hidden(Why.TOO_FEW)), rule=SPONSOR) == Hidden(Why.TOO_FEW)


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (94, 100, Share(90, Edge.AT_LEAST)),
        (90, 100, Share(90)),
        (9, 100, Share(10, Edge.AT_MOST)),
        (52, 100, Share(50)),
        (53, 100, Share(55)),
    ],
)
def test_shares_are_told_to_five_points_and_bounded_at_the_ends(part, whole, told):
    assert share(part, whole, contributors=10, rule=SPONSOR) == told


def test_a_share_of_too_few_contributors_is_hidden():
    assert share(9, 18, contributors=9, rule=SPONSOR) == Hidden(Why.TOO_FEW)


def test_a_share_of_nothing_is_nothing():
    assert share(0, 0, contributors=0, rule=SPONSOR) is None


def test_halves_are_rounded_upwards():
    assert [nearest(number, to=5) for number in (2, 2.5, 7.5, 12.4)] == [0, 5, 10, 10]


# Every pair of chains up to a size: what could the reader work out? ------------------------------------------------
SIZES = range(8)
Chain = tuple[int, int, int]


def told_of(leaders: Chain, mentors: Chain, *, rule: Rule) -> tuple[object, ...]:
    """The whole menu for invited, enrolled and pairs: each side, each total, and the pairs."""
    one, other = nested(leaders, rule=rule), nested(mentors, rule=rule)
    totals = tuple(total((a, b)) for a, b in zip(one[:2], other[:2], strict=True))
    return one[:2] + other[:2] + totals + (shared(leaders[2], (one[2], other[2]), rule=rule),)


def worlds() -> list[tuple[Chain, Chain]]:
    chains = [chain for chain in product(SIZES, repeat=3) if chain[0] >= chain[1] >= chain[2]]
    return [(one, other) for one in chains for other in chains if one[2] == other[2]]  # one partner each


@pytest.mark.parametrize("rule", [Rule(3), Rule(3, round_to=3)])
def test_no_hidden_number_can_be_worked_out_from_all_that_is_shown(rule):
    consistent: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for leaders, mentors in worlds():
        cells = leaders[:2] + mentors[:2] + (leaders[0] + mentors[0], leaders[1] + mentors[1], leaders[2])
        consistent[told_of(leaders, mentors, rule=rule)].append(cells)
    pinned = [
        (told, place)
        for told, cells in consistent.items()
        for place, value in enumerate(told)
        if isinstance(value, Hidden) and len({each[place] for each in cells}) < rule.least
    ]
    assert pinned == []
