"""How much of a run from a file is behind us: one share of the whole, from which the time that is left can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Told = Callable[[str, float], None]

BYTES_A_ROW = 270
"""What a row of a people file takes on average, to guess how many there are before they are read."""
TAKING_PART = 1 / 3
"""Share of the rows that take part, until it is known."""


def parts(*, rows: float, people: float, pairs: float, explained: bool = True) -> dict[str, float]:
    """Seconds that each part takes, in order, for `pairs` possible pairs of `people` who take part among `rows`.

    Measured at 1,000, 10,000 and 100,000 a side on two cores in November 2026. Only how they stand to each other
    counts: a slow machine is slow in all of them.
    """
    return {
        "reading": 40e-6 * rows,
        "encoding": 40e-6 * people,
        "search": 0.4 + 2.6 * (pairs / 1e8) ** 0.7,
        "certificate": 0.2 * (pairs / 1e8) ** 0.9,
        "explaining": (0.5 + 2e-4 * people) if explained else 20e-6 * people,
        "writing": 5e-6 * people,
    }


class Whole:
    """Turns the share of a stage into the share of the whole, which never falls."""

    def __init__(self, tell: Told, seconds: Mapping[str, float]) -> None:
        self._tell, self._seconds, self._shown = tell, dict(seconds), 0.0

    def expect(self, seconds: Mapping[str, float]) -> None:
        """What is known better by now."""
        self._seconds = dict(seconds)

    def __call__(self, stage: str, share: float, /) -> None:
        names = list(self._seconds)
        at = names.index(stage) if stage in names else names.index("search")
        done = sum(self._seconds[name] for name in names[:at]) + share * self._seconds[names[at]]
        self._shown = max(self._shown, min(1.0, done / sum(self._seconds.values())))
        self._tell(stage, self._shown)
