"""Circles: mentors divided into small groups for peer support, equal in size and as mixed as can be.

Hard: nobody sits with somebody above or below them in the reporting line, with a partner of their own, or with somebody
they are kept apart from; the members of a circle have a language and enough working hours in common (unknown is no
breach). Sizes differ by one at most.
Then as few people as possible are without a place; then as few pairs as possible within circles share a function, plus
those that share a location. No other attribute is looked at.

The start is an even colouring of the graph of functions and locations, which is the best there is where no rule stands
against it. Swaps mend what the rules ask for, and lessen likeness until none helps, from several starts; up to eleven
people are divided by trying every way. `bound` is proven: no division of the same people into as many circles has
fewer pairs alike.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viceversa.formats.people import PersonRow
from viceversa.matching.circle_exact import FEW, best_division
from viceversa.matching.circle_members import HOURS, LANGUAGE, UNAVAILABLE, UNKNOWN, IdPair, Members, members_of
from viceversa.matching.circle_places import Seating, best_seating, circles_for
from viceversa.matching.circle_search import Ints, Search
from viceversa.matching.colouring import even_colouring
from viceversa.matching.policy import Rules

Mask = NDArray[np.bool_]
SMALLEST = 3
"""Two people are a pair and no circle."""
MOST_STARTS, PEOPLE_SEARCHED = 40, 2_000
"""Searches from other starts: forty for small cohorts, one for great ones, where each takes long and gains little."""
LARGEST = 12
"""Beyond that an hour leaves nobody five minutes (a product decision)."""


@dataclass(frozen=True)
class WithoutPlace:
    """Somebody in no circle.

    `rules` counts, for each rule, the others with whom it forbids them to sit; `company` those with whom none does.
    Neither knows who is unavailable to whom.
    """

    person_id: str
    rules: Mapping[str, int]
    company: int


@dataclass(frozen=True)
class Division:
    """Circles of person ids, sorted within; `without` are those in none.

    `alike` counts the pairs within circles with one function, plus those with one location; `bound` is the least that
    any division of the same people into as many circles of these sizes can have.
    """

    circles: tuple[tuple[str, ...], ...]
    without: tuple[WithoutPlace, ...]
    alike: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Whether no division of these people into as many circles is better mixed."""
        return self.alike == self.bound


def divide(
    rows: Sequence[PersonRow],
    ids: Collection[str],
    *,
    size: int,
    rules: Rules,
    partners: Iterable[IdPair] = (),
    apart: Iterable[IdPair] = (),
    seed: int = 0,
) -> Division:
    """Divide the people with these ids into circles of about `size`; see `members_of` for who is kept apart.

    The same input and seed give the same circles, whatever the order of the rows. Raises `ValueError` for a size
    outside 3 … 12, `LineCycle` where a reporting line runs in a circle.
    """
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"a circle has {SMALLEST} to {LARGEST} members, not {size}")
    everybody = members_of(rows, ids, rules=rules, partners=partners, apart=apart, seed=seed)
    kept = list(range(len(everybody)))
    circles: list[list[int]] = []
    while len(kept) >= SMALLEST:
        found, out = _divided(everybody.only(kept), size=size)
        circles = [[kept[one] for one in circle] for circle in found]
        if not out:
            break
        kept = [one for place, one in enumerate(kept) if place not in out]
        circles = []
    _fill_up(everybody, circles)
    return _told(everybody, circles)


def _divided(members: Members, *, size: int) -> tuple[list[list[int]], set[int]]:
    """Circles for all, or those who must be left out before there can be any."""
    if len(members) <= FEW:
        found = best_division(members, circles=circles_for(len(members), size))
        if found is not None:
            return found, set()
    seating = best_seating(members, size=size)
    if seating.without:
        return [], set(seating.without)
    search = _best_of_several(members, seating)
    if search.meets().any():
        return [], _in_the_way(members, search)
    return [np.flatnonzero(search.at == circle).tolist() for circle in range(search.circles)], set()


def _best_of_several(members: Members, seating: Seating) -> Search:
    """The best of several searches, each from an even colouring of the people in another order.

    Swaps end where no two help, and elsewhere from elsewhere. It stops at the bound, which nothing passes.
    """
    best: Search | None = None
    for start in range(max(1, min(MOST_STARTS, PEOPLE_SEARCHED // len(members)))):
        search = _searched(members, seating, start=start)
        if best is None or (search.clashes(), search.alike()) < (best.clashes(), best.alike()):
            best = search
        sizes = np.bincount(search.at)
        if not best.clashes() and best.alike() == least_alike(
            members, circles=search.circles, sizes=(int(sizes.min()), int(sizes.max()))
        ):
            break
    assert best is not None
    return best


def _searched(members: Members, seating: Seating, *, start: int) -> Search:
    at, first = [0] * len(members), 0
    for people, circles in seating.grounds:
        in_turn = list(people)
        if start:
            random.Random(start).shuffle(in_turn)  # noqa: S311 - a fixed order, no secret
        for one, colour in zip(in_turn, even_colouring(_edges(members, in_turn), colours=circles), strict=True):
            at[one] = first + colour
        first += circles
    search = Search(members, at, circles=first)
    search.run()
    return search


def _edges(members: Members, people: Sequence[int]) -> list[tuple[int, int]]:
    """Each person an edge from their function to their location; an unknown one is like no other."""
    sides = []
    for values in (members.function, members.location):
        unknown = int(values.max(initial=0)) + 1
        sides.append([int(values[one]) if values[one] != UNKNOWN else unknown + one for one in people])
    return list(zip(*sides, strict=True))


def _in_the_way(members: Members, search: Search) -> set[int]:
    """Few people without whom nobody sits with somebody they are kept apart from: the most entangled first."""
    clashes = {
        one: {other for other in apart if search.at[other] == search.at[one]} for one, apart in enumerate(members.apart)
    }
    out = set[int]()
    while any(clashes.values()):
        worst = max(clashes, key=lambda one: len(clashes[one]))
        for other in clashes.pop(worst):
            clashes[other].discard(worst)
        out.add(worst)
    return out


def _fill_up(members: Members, circles: list[list[int]]) -> None:
    """Give a place to whoever was left out on the way and fits after all, where sizes still differ by one at most."""
    seated = {one for circle in circles for one in circle}
    for one in range(len(members)):
        if one in seated or not circles:
            continue
        least = min(len(circle) for circle in circles)
        fitting = [circle for circle in circles if len(circle) == least and _may_join(members, circle, one)]
        if fitting:
            min(fitting, key=lambda circle: _alike(members, [*circle, one]) - _alike(members, circle)).append(one)


def _may_join(members: Members, circle: Sequence[int], one: int) -> bool:
    return members.apart[one].keys().isdisjoint(circle) and members.hold_together([*circle, one])


def _alike(members: Members, circle: Sequence[int]) -> int:
    pairs = 0
    for values in (members.function, members.location):
        here = values[list(circle)]
        counts = np.bincount(here[here != UNKNOWN])
        pairs += int((counts * (counts - 1)).sum()) // 2
    return pairs


def _told(members: Members, circles: Sequence[Sequence[int]]) -> Division:
    seated = {one for circle in circles for one in circle}
    named = sorted(tuple(sorted(members.ids[one] for one in circle)) for circle in circles)
    left = sorted((one for one in range(len(members)) if one not in seated), key=lambda one: members.ids[one])
    return Division(
        circles=tuple(named),
        without=tuple(_without_place(members, one) for one in left),
        alike=sum(_alike(members, circle) for circle in circles),
        bound=least_alike(members.only(sorted(seated)), circles=len(circles), sizes=_sizes(circles)),
    )


def _sizes(circles: Sequence[Sequence[int]]) -> tuple[int, int]:
    sizes = [len(circle) for circle in circles]
    return min(sizes, default=0), max(sizes, default=0)


def _without_place(members: Members, one: int) -> WithoutPlace:
    counts: dict[str, int] = {}
    company = 0
    for other in range(len(members)):
        if other != one:
            broken = _rules_between(members, one, other)
            company += not broken
            for rule in broken:
                counts[rule] = counts.get(rule, 0) + 1
    return WithoutPlace(members.ids[one], counts, company)


def _rules_between(members: Members, one: int, other: int) -> list[str]:
    """Rules that keep two people out of one circle; that they are unavailable to each other is not told."""
    broken = []
    if not members.tongues[one] & members.tongues[other]:
        broken.append(LANGUAGE)
    if not members.windows[one] & members.windows[other]:
        broken.append(HOURS)
    why = members.apart[one].get(other)
    return broken if why in (None, UNAVAILABLE) else [*broken, str(why)]


def least_alike(members: Members, *, circles: int, sizes: tuple[int, int]) -> int:
    """The proven least number of pairs alike in so many circles of `sizes` members, from the least to the most.

    Those of one function are least alike when they sit evenly in all circles they can sit in. Whoever shares no
    language or no hours with any of them fills circles in which none of them sits; and whoever shares both with nobody
    else sits among them alone.
    """
    if not circles:
        return 0
    kinds = sorted(set(zip(members.tongues, members.windows, strict=True)))
    number = {kind: place for place, kind in enumerate(kinds)}
    kind_of = np.array([number[kind] for kind in zip(members.tongues, members.windows, strict=True)], dtype=np.int64)
    meets: Mask = np.array([[bool(a[0] & b[0]) and bool(a[1] & b[1]) for b in kinds] for a in kinds], dtype=np.bool_)
    return sum(_least_of(values, kind_of, meets, circles, sizes) for values in (members.function, members.location))


def _least_of(values: Ints, kind_of: Ints, meets: Mask, circles: int, sizes: tuple[int, int]) -> int:
    least = 0
    for value in range(int(values.max(initial=UNKNOWN)) + 1):
        inside = values == value
        own, others = np.unique(kind_of[inside]), np.unique(kind_of[~inside])
        reached: Mask = np.logical_or.reduce(meets[own], axis=0)
        strangers = int((~reached)[kind_of].sum())
        leaves: Mask = np.logical_or.reduce(meets[:, others], axis=1)
        captive = int((~leaves)[kind_of[inside]].sum())
        open_to = max(1, circles - -(-strangers // sizes[1]))
        least += _least_with(int(inside.sum()), captive, open_to, sizes)
    return least


def _least_with(count: int, captive: int, circles: int, sizes: tuple[int, int]) -> int:
    """The least for `count` people in so many circles, of whom the `captive` sit in circles of these people alone."""
    if not captive:
        return _evenly(count, circles)
    least, most = sizes
    return min(
        (
            _evenly(alone, whole) + _evenly(count - alone, circles - whole)
            for whole in range(-(-captive // most), min(captive, circles, count // least) + 1)
            for alone in range(max(captive, whole * least), min(count, whole * most) + 1)
            if count == alone or whole < circles
        ),
        default=_evenly(count, circles),
    )


def _evenly(count: int, circles: int) -> int:
    """Pairs within so many circles when people sit as evenly as can be."""
    if not count:
        return 0
    each, more = divmod(count, circles)
    return circles * (each * (each - 1) // 2) + more * each


@dataclass(frozen=True)
class Refusal:
    """Why somebody may not join a circle; `with_ids` are those it is about, none where that is not told."""

    rule: str
    with_ids: tuple[str, ...] = ()


def refusals(members: Members, circle: Collection[str], person_id: str) -> list[Refusal]:
    """All that stands against a person joining the circle; nothing, where they may. Raises `KeyError`."""
    place = {one: number for number, one in enumerate(members.ids)}
    one, others = place[person_id], [place[other] for other in sorted(circle) if other != person_id]
    found: dict[str, list[str]] = {}
    for other in others:
        if other in members.apart[one]:
            found.setdefault(members.apart[one][other], []).append(members.ids[other])
    told = [Refusal(rule, () if rule == UNAVAILABLE else tuple(ids)) for rule, ids in sorted(found.items())]
    for rule, sets in ((LANGUAGE, members.tongues), (HOURS, members.windows)):
        if not _common(sets, [*others, one]) and others:
            told.append(Refusal(rule, tuple(members.ids[other] for other in others if not sets[other] & sets[one])))
    return told


def _common(sets: Sequence[int], some: Iterable[int]) -> bool:
    common = -1
    for one in some:
        common &= sets[one]
    return bool(common)


__all__ = ["LARGEST", "SMALLEST", "Division", "Refusal", "WithoutPlace", "circles_for", "divide", "refusals"]
