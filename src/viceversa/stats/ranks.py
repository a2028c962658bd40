"""How two figures of the same pairs go together by rank, how sure that is, and what it suggests for weights.

Spearman's rho is the correlation of ranks, equal values sharing the mean of their ranks. Its interval is Fisher's z
with the variance (1 + rho² / 2) / (n - 3) of Bonett & Wright, Sample size requirements for estimating Pearson, Kendall
and Spearman correlations, Psychometrika 65 (2000) 23-28. The p-value is by permutation, counted with the order that was
found (Phipson & Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010), article 39).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z95 = 1.959963984540054
FEWEST = 10
"""Contributors below which nothing is told (docs/privacy.md)."""
PERMUTATIONS = 9_999
TRUST_AT = 100
"""Pairs at which what was lived weighs as much in a suggestion as the weights in force."""


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rho over ``n`` pairs, -1 to 1, with its 95 % interval and the two-sided permutation p-value."""

    n: int
    rho: float
    low95: float
    high95: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low95 > 0 or self.high95 < 0


def ranks(values: Sequence[float]) -> Floats:
    """1 for the lowest; equal values share the mean of their ranks. Raises ``ValueError`` for what is no number."""
    given = np.asarray(values, dtype=np.float64)
    if not np.isfinite(given).all():
        raise ValueError("only numbers can be ranked; leave out whatever is unknown, on both sides")
    _, place, count = np.unique(given, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    mean: Floats = (last - (count - 1) / 2)[place]
    return mean


def rank_correlation(
    one: Sequence[float], other: Sequence[float], *, seed: int, permutations: int = PERMUTATIONS
) -> RankCorrelation | None:
    """Of two figures of the same pairs; None below ten pairs, or where one of them is the same for all.

    Raises ``ValueError`` where they are not equally many.
    """
    if len(one) != len(other):
        raise ValueError(f"{len(one)} values on one side and {len(other)} on the other; give both of each pair")
    n = len(one)
    if n < FEWEST:
        return None
    x, y = _standard(ranks(one)), _standard(ranks(other))
    if x is None or y is None:
        return None
    rho = max(-1.0, min(1.0, float(x @ y)))
    low, high = interval(rho, n=n)
    chance = np.random.default_rng(seed)
    found = sum(abs(float(x @ chance.permutation(y))) >= abs(rho) - 1e-12 for _ in range(permutations))
    return RankCorrelation(n, rho, low, high, (found + 1) / (permutations + 1))


def _standard(values: Floats) -> Floats | None:
    """Centred and of length 1, so that the product of two is their correlation; None where all are equal."""
    centred = values - values.mean()
    length = math.sqrt(float(centred @ centred))
    return centred / length if length > 0 else None


def interval(rho: float, *, n: int) -> tuple[float, float]:
    """The 95 % interval of a rank correlation over ``n`` > 3 pairs."""
    if abs(rho) >= 1:
        return (-1.0, 1.0) if n <= 3 else (rho, rho)
    wide = Z95 * math.sqrt((1 + rho * rho / 2) / (n - 3))
    return math.tanh(math.atanh(rho) - wide), math.tanh(math.atanh(rho) + wide)


def pairs_needed(rho: float) -> int:
    """Over how many pairs a rank correlation of this size would leave 0 out. Raises ``ValueError`` for none."""
    if not 0 < abs(rho) < 1:
        raise ValueError("a correlation between 0 and 1 in size can be planned for")
    return math.ceil(3 + (1 + rho * rho / 2) * (Z95 / math.atanh(abs(rho))) ** 2)


def suggested_weights(weights: Mapping[str, float], found: Mapping[str, RankCorrelation | None]) -> dict[str, float]:
    """Weights that move from those in force towards what was lived, by as much as can be said so far.

    What was lived gives each criterion a part of the whole in proportion to its correlation, 0 where that is negative;
    its say is n / (n + 100), n being the fewest pairs behind a correlation. A criterion without a correlation keeps
    its weight, and so do all where none is clear and positive. Never negative; the whole stays what it is.
    """
    known = {name: one for name, one in found.items() if one is not None and name in weights}
    if not any(one.is_clear and one.rho > 0 for one in known.values()):
        return dict(weights)
    whole = math.fsum(weights[name] for name in known)
    positive = math.fsum(max(0.0, one.rho) for one in known.values())
    n = min(one.n for one in known.values())
    say = n / (n + TRUST_AT)
    lived = {name: whole * max(0.0, one.rho) / positive for name, one in known.items()}
    return {
        name: (1 - say) * weight + say * lived[name] if name in known else weight for name, weight in weights.items()
    }
