"""What participation facts speak for: go on, change something, or think about stopping. Pure, and only from what is
told to everybody who reads the page, so that it gives nothing away.

It judges whether the programme takes place, never whether it works: outcomes are another question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .disclosure import Hidden, Share, Shown, Value
from .participation import ParticipationFacts


class Sign(StrEnum):
    REACH = "reach"  # of those invited, how many said yes
    PAIRS = "pairs"  # of those who said yes on the smaller side, how many have a partner
    MEETINGS = "meetings"  # of the meetings due, how many took place


class Reading(StrEnum):
    GOOD = "good"
    MIXED = "mixed"
    POOR = "poor"
    UNKNOWN = "unknown"


class Leaning(StrEnum):
    TOO_EARLY = "too_early"
    GO_ON = "go_on"
    CHANGE = "change"
    STOP = "stop"


# From which percentage on a sign is good, and below which it is poor. Our own policy, docs/decisions/.
BOUNDS = {Sign.REACH: (50, 25), Sign.PAIRS: (80, 50), Sign.MEETINGS: (75, 50)}
HARDLY_MEETS = 25


@dataclass(frozen=True)
class Signs:
    """Each sign with its reading, and what they speak for together."""

    readings: tuple[tuple[Sign, Reading], ...]
    leaning: Leaning


def signs_of(facts: ParticipationFacts) -> Signs:
    percents = {
        Sign.REACH: _percent(facts.said_yes.both, facts.invited.both),
        Sign.PAIRS: _percent(facts.pairs, _smaller(facts.enrolled.leaders, facts.enrolled.mentors)),
        Sign.MEETINGS: facts.held.percent if isinstance(facts.held, Share) else None,
    }
    readings = tuple((sign, _reading(sign, percent)) for sign, percent in percents.items())
    return Signs(readings, _leaning([reading for _, reading in readings], held=percents[Sign.MEETINGS]))


def _percent(part: Value, whole: Value) -> float | None:
    if isinstance(part, Hidden) or isinstance(whole, Hidden) or not whole.number:
        return None
    return min(100.0, 100 * part.number / whole.number)


def _smaller(one: Value, other: Value) -> Value:
    if isinstance(one, Hidden) or isinstance(other, Hidden):
        return one if isinstance(one, Hidden) else other
    return Shown(min(one.number, other.number))


def _reading(sign: Sign, percent: float | None) -> Reading:
    if percent is None:
        return Reading.UNKNOWN
    good, poor = BOUNDS[sign]
    if percent >= good:
        return Reading.GOOD
    return Reading.POOR if percent < poor else Reading.MIXED


def _leaning(readings: Sequence[Reading], *, held: float | None) -> Leaning:
    """Without meetings there is nothing to decide on yet."""
    if held is None:
        return Leaning.TOO_EARLY
    if held < HARDLY_MEETS:
        return Leaning.STOP
    weak = {Reading.MIXED, Reading.POOR}.intersection(readings)
    return Leaning.CHANGE if weak else Leaning.GO_ON
