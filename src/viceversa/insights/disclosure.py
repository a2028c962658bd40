"""What may be told of small numbers: floors, rounding, and nothing that gives a hidden number away.

Pure, for the small fixed menu of participation facts (docs/privacy.md, "Totals"). Totals are made of what is
shown, never of what is there, so they can give nothing away; what is hidden is a value too, with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

SHARES_FROM = 10  # contributors; a share says more of each than a count does
POINTS = 5  # shares are told to five points …
NEARLY_ALL, HARDLY_ANY = 90, 10  # … and beyond these as "≥ 90 %" and "≤ 10 %"


class Why(StrEnum):
    """Why a number is not told."""

    TOO_FEW = "too_few"
    WOULD_TELL = "would_tell"


@dataclass(frozen=True)
class Rule:
    """From how many on a count is told, and to what it is rounded. ``least`` 0: everything, as it is."""

    least: int
    round_to: int = 1

    @property
    def is_exact(self) -> bool:
        return self.least == 0

    @property
    def shares_from(self) -> int:
        """How many contributors a share needs."""
        return 0 if self.is_exact else max(self.least, SHARES_FROM)


@dataclass(frozen=True)
class Shown:
    """A number that may be told; ``rounded`` says that it is not to the unit."""

    number: int
    rounded: bool = False


@dataclass(frozen=True)
class Hidden:
    why: Why


Value = Shown | Hidden


class Edge(StrEnum):
    """At the ends of the scale a share is told as a bound."""

    NONE = ""
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Share:
    """A share in whole percent."""

    percent: int
    edge: Edge = Edge.NONE


def nearest(number: float, *, to: int) -> int:
    """The nearest multiple, halves upwards."""
    return int((number + to / 2) // to) * to


def told(count: int, *, rule: Rule) -> Shown:
    """A count that has passed its floor, as the rule rounds it."""
    if rule.is_exact:
        return Shown(count)
    return Shown(nearest(count, to=rule.round_to), rounded=rule.round_to > 1)


def single(count: int, *, rule: Rule) -> Value:
    """A count as this rule tells it."""
    return told(count, rule=rule) if count >= rule.least else Hidden(Why.TOO_FEW)


def nested(counts: Sequence[int], *, rule: Rule) -> tuple[Value, ...]:
    """Counts of which each is part of the one before: invited, enrolled, and so on.

    Once one is hidden, all after it are, so that what is shown later bounds nothing that is hidden before.
    """
    values = [single(count, rule=rule) for count in counts]
    silent = next((place for place, value in enumerate(values) if isinstance(value, Hidden)), len(values))
    return tuple(value if place < silent else Hidden(Why.TOO_FEW) for place, value in enumerate(values))


def shared(count: int, parts: Sequence[Value], *, rule: Rule) -> Value:
    """A number that belongs to several chains at once, as pairs do to both sides: told only where each of them is."""
    silent = next((part for part in parts if isinstance(part, Hidden)), None)
    return silent or single(count, rule=rule)


def total(parts: Sequence[Value]) -> Value:
    """The sum of parts that are all told; hidden as soon as one of them is, so that no part is the difference."""
    if not all(isinstance(part, Shown) for part in parts):
        return Hidden(Why.WOULD_TELL)
    shown = [part for part in parts if isinstance(part, Shown)]
    return Shown(sum(part.number for part in shown), rounded=any(part.rounded for part in shown))


def share(part: int, whole: int, *, contributors: int, rule: Rule) -> Share | Hidden | None:
    """A share of ``whole`` from so many contributors; None where there is nothing to be shared yet."""
    if not whole:
        return None
    exact = 100 * part / whole
    if rule.is_exact:
        return Share(round(exact))
    if contributors < rule.shares_from:
        return Hidden(Why.TOO_FEW)
    if exact > NEARLY_ALL:
        return Share(NEARLY_ALL, Edge.AT_LEAST)
    if exact < HARDLY_ANY:
        return Share(HARDLY_ANY, Edge.AT_MOST)
    return Share(nearest(exact, to=POINTS))
