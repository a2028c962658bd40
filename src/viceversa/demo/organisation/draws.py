"""Drawing from weights, in one way that gives the same result on every machine.

Only a generator's plain and exponential numbers, additions and divisions are used: logarithms and powers
may differ in the last digit between processors, and the last digit decides a draw.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

# Rows drawn at a time, so that memory stays at a few megabytes however large the company is.
_CHUNK: Final = 8192


def weighted(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """`size` places in `weights`, each drawn with that weight, with replacement."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right").astype(np.int64)
    return np.clip(drawn, 0, len(bounds) - 1)


def weighted_by_group(rng: np.random.Generator, weights: Floats, group: Ints) -> Ints:
    """Like `weighted`, with the weights of row `group[i]` of `weights` for draw i."""
    bounds = np.cumsum(weights, axis=1)
    targets = rng.random(len(group)) * bounds[group, -1]
    drawn = np.zeros(len(group), dtype=np.int64)
    for one in np.unique(group):
        here = group == one
        drawn[here] = np.searchsorted(bounds[one], targets[here], side="right")
    return np.clip(drawn, 0, weights.shape[1] - 1)


def several(
    rng: np.random.Generator, weights: Floats, group: Ints, most: int, *, taken: Ints | None = None
) -> Iterator[tuple[int, Ints]]:
    """`most` different places for each draw, without replacement, the likelier ones first.

    Draw i uses row `group[i]` of `weights` (all positive) and none of the places in `taken[i]`.
    Yields `(first draw, places)` in chunks; `places` has one row a draw.

    Notes
    -----
    Exponential numbers divided by the weights: the `most` smallest are a weighted sample without
    replacement (Efraimidis and Spirakis 2006).
    """
    for start in range(0, len(group), _CHUNK):
        rows = group[start : start + _CHUNK]
        keys = rng.standard_exponential((len(rows), weights.shape[1])) / weights[rows]
        if taken is not None:
            np.put_along_axis(keys, taken[start : start + _CHUNK], np.inf, axis=1)
        smallest = np.argpartition(keys, most, axis=1)[:, :most]
        order = np.argsort(np.take_along_axis(keys, smallest, axis=1), axis=1, kind="stable")
        yield start, np.take_along_axis(smallest, order, axis=1)


def chance(rng: np.random.Generator, share: float | Floats, size: int) -> Flags:
    """`size` flags, each set with probability `share`."""
    return rng.random(size) < share


def shared_out(total: int, shares: Sequence[float]) -> list[int]:
    """`total` split by `shares` into whole numbers: the largest remainders get one more."""
    exact = [total * share / sum(shares) for share in shares]
    counts = [int(one) for one in exact]
    by_remainder = sorted(range(len(shares)), key=lambda place: (counts[place] - exact[place], place))
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return counts
