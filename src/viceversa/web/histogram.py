"""Pairs by fit as bars: lengths in percent for an SVG, and the same in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from viceversa.accounts.numbers import filled

HEIGHT, FLOOR, MOST_BARS = 84.0, 110.0, 12
"""Height of the tallest bar and place of the axis, in the drawing's own units; bars before they become wider."""


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands (percent), how tall (units), how many pairs, and from which fit it counts."""

    count: int
    start: int
    is_low: bool
    is_tallest: bool
    is_labelled: bool
    x: str
    width: str
    middle: str
    y: str
    height: str
    above: str


def bars_of(scores: Sequence[int], *, low: int) -> list[Bar]:
    """Bars 5 wide, or 10 where that would be too many; ``scores`` are whole numbers from 0 to 100."""
    if not scores:
        return []
    width = 5 if (min(scores[-1], 99) // 5 - scores[0] // 5) < MOST_BARS else 10
    counts = Counter(min(score, 99) // width for score in scores)
    first, last = min(counts), max(counts)
    places = range(first, last + 1)
    tallest, step = max(counts.values()), 100 / len(places)
    return [
        Bar(
            count=counts[place],
            start=place * width,
            is_low=place * width < low,
            is_tallest=counts[place] == tallest,
            is_labelled=(place - first) % 2 == 0 or len(places) < 7,
            x=f"{number * step + step * 0.06:.1f}%",
            width=f"{step * 0.88:.1f}%",
            middle=f"{(number + 0.5) * step:.1f}%",
            y=f"{FLOOR - HEIGHT * counts[place] / tallest:.1f}",
            height=f"{HEIGHT * counts[place] / tallest:.1f}",
            above=f"{FLOOR - HEIGHT * counts[place] / tallest - 8:.1f}",
        )
        for number, place in enumerate(places)
    ]


def in_words(bars: Sequence[Bar]) -> str:
    told = [filled(_("from %(start)s: %(count)s"), start=bar.start, count=bar.count) for bar in bars if bar.count]
    return _("Number of pairs by fit, 0 to 100; %(bars)s") % {"bars": ", ".join(told)}
