"""What people say about themselves: topics, interests, languages, hours, ways of working."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from viceversa.demo.organisation.draws import Flags, Floats, Ints, chance, several, weighted_by_group
from viceversa.demo.organisation.names import Names
from viceversa.demo.organisation.reference import cultures, functions, interests, places, topics
from viceversa.demo.organisation.shape import JUNIOR_TO, TIERS
from viceversa.demo.organisation.staff import Staff
from viceversa.formats.person import DEFAULT_HOURS, Want

# Demand for the topic of rank r is 1 / r^0.9 within its side, in whole millionths, so that it and its sums are
# the same numbers on every processor.
_ZIPF: Final = 0.9
# How much likelier people offer a topic their own function knows, and how much less they ask for it.
_HOME_OFFERED: Final = 5.0
_HOME_WANTED: Final = 0.4
# The share of topics of the juniors' side, by tier.
_NEW_OFFERED: Final = (0.85, 0.55, 0.12)
_NEW_WANTED: Final = (0.12, 0.50, 0.88)
_OFFERS: Final = (3, 8)
_WANTS: Final = (2, 5)
_PRIORITIES: Final = (3, 2, 2, 1, 1)
# Shares of levels 1 to 5 in what people offer, away from and at home; shares of current levels 0 to 4.
_LEVELS: Final = ((0.04, 0.14, 0.34, 0.32, 0.16), (0.01, 0.06, 0.28, 0.38, 0.27))
_CURRENT: Final = (0.44, 0.31, 0.17, 0.06, 0.02)
_INTERESTS: Final = (2, 5)
_HERITAGE_SPOKEN: Final = 0.4
# Shares of 1 (casual) to 5 (formal) by tier, and of 1 (as it comes) to 5 (to a plan).
_FORMALITY: Final = (
    (0.25, 0.34, 0.25, 0.12, 0.04),
    (0.12, 0.26, 0.34, 0.20, 0.08),
    (0.05, 0.15, 0.30, 0.32, 0.18),
)
_STRUCTURE: Final = (0.12, 0.24, 0.30, 0.23, 0.11)
# Working hours with their shares: in an office, on shifts, and where people start late.
_HOURS: Final = (
    (((540, 1020), 68), ((480, 960), 13), ((510, 1020), 7), ((600, 1080), 7), ((540, 870), 5)),
    (((540, 1020), 34), ((420, 900), 24), ((720, 1200), 18), ((600, 1080), 12), ((540, 780), 9), ((1320, 360), 3)),
    (((660, 1200), 70), ((720, 1230), 30)),
)


@dataclass(frozen=True)
class Profiles:
    """One entry per person; offers and wants are for whoever may take part."""

    offers: list[dict[str, int]]
    wants: list[dict[str, Want]]
    interests: list[tuple[str, ...]]
    languages: list[tuple[str, ...]]
    hours: list[tuple[int, int]]
    formality: Ints
    structure: Ints


def draw_profiles(rng: np.random.Generator, staff: Staff, names: Names) -> Profiles:
    offers, wants = _draw_topics(rng, staff)
    return Profiles(
        offers=offers,
        wants=wants,
        interests=_draw_interests(rng, len(staff)),
        languages=_draw_languages(rng, staff, names),
        hours=_draw_hours(rng, staff),
        formality=weighted_by_group(rng, np.array(_FORMALITY), staff.tier) + 1,
        structure=weighted_by_group(rng, np.array([_STRUCTURE]), np.zeros_like(staff.tier)) + 1,
    )


def _draw_topics(rng: np.random.Generator, staff: Staff) -> tuple[list[dict[str, int]], list[dict[str, Want]]]:
    group = staff.tier * len(functions()) + staff.function
    offered = np.concatenate(
        [rows for _, rows in several(rng, _topic_weights(_NEW_OFFERED, _HOME_OFFERED), group, _OFFERS[1])]
    )
    offer_counts = rng.integers(_OFFERS[0], _OFFERS[1] + 1, len(staff))
    # Nobody asks for what they offer: what was drawn but not kept is theirs to ask for again.
    kept = np.where(np.arange(_OFFERS[1]) < offer_counts[:, None], offered, offered[:, :1])
    wanted = np.concatenate(
        [rows for _, rows in several(rng, _topic_weights(_NEW_WANTED, _HOME_WANTED), group, _WANTS[1], taken=kept)]
    )
    want_counts = rng.integers(_WANTS[0], _WANTS[1] + 1, len(staff))
    return (
        _offers(offered, _levels(rng, offered, staff.function), offer_counts),
        _wants(wanted, _current_levels(rng, wanted), want_counts),
    )


def _topic_weights(new_share: tuple[float, ...], home_factor: float) -> Floats:
    """One row for each tier and function: how likely each topic is there."""
    is_new = np.array([topic.taught_by == "juniors" for topic in topics()])
    rank = np.where(is_new, np.cumsum(is_new), np.cumsum(~is_new))
    at_home = _at_home()
    rows = []
    for tier in range(len(TIERS)):
        for function in range(len(functions())):
            weights = np.rint(1e6 / rank**_ZIPF * np.where(at_home[function], home_factor, 1.0))
            weights[is_new] *= new_share[tier] / weights[is_new].sum()
            weights[~is_new] *= (1 - new_share[tier]) / weights[~is_new].sum()
            rows.append(weights)
    return np.array(rows)


def _at_home() -> Flags:
    return np.array([[function.name in topic.home for topic in topics()] for function in functions()])


def _levels(rng: np.random.Generator, offered: Ints, function: Ints) -> Ints:
    home = _at_home()[function[:, None], offered].astype(np.int64)
    return weighted_by_group(rng, np.array(_LEVELS), home.ravel()).reshape(offered.shape) + 1


def _current_levels(rng: np.random.Generator, wanted: Ints) -> Ints:
    return weighted_by_group(rng, np.array([_CURRENT]), np.zeros(wanted.size, dtype=np.int64)).reshape(wanted.shape)


def _offers(drawn: Ints, levels: Ints, counts: Ints) -> list[dict[str, int]]:
    names = [topic.name for topic in topics()]
    people = zip(drawn.tolist(), levels.tolist(), counts.tolist(), strict=True)
    return [
        {names[topic]: level for topic, level in zip(row[:count], of_row, strict=False)}
        for row, of_row, count in people
    ]


def _wants(drawn: Ints, current: Ints, counts: Ints) -> list[dict[str, Want]]:
    names = [topic.name for topic in topics()]
    people = zip(drawn.tolist(), current.tolist(), counts.tolist(), strict=True)
    return [
        {
            names[topic]: Want(priority, level)
            for topic, priority, level in zip(row[:count], _PRIORITIES, of_row, strict=False)
        }
        for row, of_row, count in people
    ]


def _draw_interests(rng: np.random.Generator, people: int) -> list[tuple[str, ...]]:
    names = interests()
    weights = 1.0 / np.sqrt(np.arange(1, len(names) + 1))
    everyone = np.zeros(people, dtype=np.int64)
    counts = rng.integers(_INTERESTS[0], _INTERESTS[1] + 1, people).tolist()
    drawn: list[tuple[str, ...]] = []
    for start, rows in several(rng, weights[None, :], everyone, _INTERESTS[1]):
        for row, count in zip(rows.tolist(), counts[start : start + len(rows)], strict=True):
            drawn.append(tuple(names[one] for one in row[:count]))
    return drawn


def _draw_languages(rng: np.random.Generator, staff: Staff, names: Names) -> list[tuple[str, ...]]:
    """Those of the place by its shares, and often that of the family's culture."""
    most = max(len(place.languages) for place in places())
    spoken = rng.random((len(staff), most + 1)).tolist()
    drawn = []
    for place, culture, row in zip(staff.place.tolist(), names.culture.tolist(), spoken, strict=True):
        local = places()[place].languages
        known = [tag for (tag, share), one in zip(local.items(), row, strict=False) if one < share]
        heritage = cultures()[culture].language
        if heritage and heritage not in known and row[-1] < _HERITAGE_SPOKEN:
            known.append(heritage)
        drawn.append(tuple(known) or (next(iter(local)),))
    return drawn


def _draw_hours(rng: np.random.Generator, staff: Staff) -> list[tuple[int, int]]:
    on_shifts = np.array([one.shifts for one in functions()])[staff.function] & (staff.grade <= JUNIOR_TO)
    late = chance(rng, np.array([one.late for one in places()])[staff.place], len(staff))
    pattern = np.where(late, 2, on_shifts.astype(np.int64))
    widest = max(len(hours) for hours in _HOURS)
    shares = np.array([[share for _, share in hours] + [0] * (widest - len(hours)) for hours in _HOURS])
    which = weighted_by_group(rng, shares.astype(np.float64), pattern).tolist()
    return [
        _HOURS[kind][one][0] if one < len(_HOURS[kind]) else DEFAULT_HOURS
        for kind, one in zip(pattern.tolist(), which, strict=True)
    ]
