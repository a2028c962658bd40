"""How what was predicted of pairs goes with what their two sides lived, told so that no answer can be read from it.

The lived figure of a pair is its lower side's (0 to 100). Nothing is told below ten pairs with answers of both sides
from ten people. What is told is rounded, and suggestions rest on the rounded figures alone, so that weights tell no
more than the figures beside them. A criterion that is not known of all pairs is left out: two figures over nearly the
same pairs would tell about the few between them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from viceversa.stats.ranks import FEWEST, RankCorrelation, pairs_needed, rank_correlation, suggested_weights

LOWEST, HIGHEST = 1, 5
WORTH_KNOWING = 0.3
"""A rank correlation of this size would be worth changing weights for; "n more pairs" is planned for it."""
N_TO = 5
"""The number of pairs is told down to this, so that nobody is seen to answer as the last one."""


@dataclass(frozen=True)
class Side:
    """One side's answers after six weeks, each 1 to 5."""

    respect: int
    safety: int
    usefulness: int
    go_on: int

    def __post_init__(self) -> None:
        wrong = [f"{name} is {value}" for name, value in vars(self).items() if not LOWEST <= value <= HIGHEST]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}; give {LOWEST} to {HIGHEST}")

    @property
    def score(self) -> float:
        """The mean of the four, 0 to 100."""
        mean = (self.respect + self.safety + self.usefulness + self.go_on) / 4
        return 100 * (mean - LOWEST) / (HIGHEST - LOWEST)


@dataclass(frozen=True)
class LivedPair:
    """A pair both of whose sides have answered, with what was predicted of it when it was published (0 to 1)."""

    mentor: int
    mentee: int
    predicted: float
    criteria: Mapping[str, float]
    mentor_said: Side
    mentee_said: Side

    @property
    def lived(self) -> float:
        """The lower side's score, 0 to 100."""
        return min(self.mentor_said.score, self.mentee_said.score)


@dataclass(frozen=True)
class Calibration:
    """Rounded figures over ``n`` pairs; None where all pairs are equal, or the criterion is not known of each."""

    n: int
    whole: RankCorrelation | None
    criteria: Mapping[str, RankCorrelation | None]

    @property
    def more_pairs(self) -> int:
        """About how many more pairs it takes to tell; 0 where it can be told, or where more would hardly help."""
        if self.whole is not None and self.whole.is_clear:
            return 0
        return max(0, pairs_needed(WORTH_KNOWING) - self.n)

    def weights(self, in_force: Mapping[str, float]) -> dict[str, float]:
        """The suggestion beside the weights in force (see ``suggested_weights``)."""
        return suggested_weights(in_force, self.criteria)


def calibrate(pairs: Sequence[LivedPair], *, seed: int) -> Calibration | None:
    """Predicted and lived of these pairs, as a whole and by criterion; None where too few people stand behind it."""
    people = {pair.mentor for pair in pairs} | {pair.mentee for pair in pairs}
    if len(pairs) < FEWEST or len(people) < FEWEST:
        return None
    lived = [pair.lived for pair in pairs]
    names = sorted({name for pair in pairs for name in pair.criteria})
    return Calibration(
        n=_down(len(pairs)),
        whole=_told(rank_correlation([pair.predicted for pair in pairs], lived, seed=seed)),
        criteria={name: _of_criterion(name, pairs, lived=lived, seed=seed) for name in names},
    )


def _of_criterion(
    name: str, pairs: Sequence[LivedPair], *, lived: Sequence[float], seed: int
) -> RankCorrelation | None:
    if any(name not in pair.criteria for pair in pairs):
        return None
    return _told(rank_correlation([pair.criteria[name] for pair in pairs], lived, seed=seed))


def _told(exact: RankCorrelation | None) -> RankCorrelation | None:
    """To 0.1, the interval outwards and the p-value upwards, so that rounding never makes anything surer."""
    if exact is None:
        return None
    return RankCorrelation(
        n=_down(exact.n),
        rho=round(exact.rho, 1),
        low95=math.floor(round(exact.low95 * 10, 9)) / 10,
        high95=math.ceil(round(exact.high95 * 10, 9)) / 10,
        p_value=math.ceil(round(exact.p_value * 100, 9)) / 100,
    )


def _down(n: int) -> int:
    return n // N_TO * N_TO


def may_replace(kept: Mapping[int, int], now: Mapping[int, int]) -> bool:
    """Whether a kept result may give way to a new one: only when ten of its answers came, changed or went.

    Both map an answer's number to its revision, which says that it changed and nothing of what it says.
    """
    return sum(kept.get(answer) != now.get(answer) for answer in kept.keys() | now.keys()) >= FEWEST
