"""The months of a cohort as bars, in percent of the meetings that each month expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from viceversa.journey.adherence import Month


@dataclass(frozen=True)
class Band:
    """One part of a bar: its class in the stylesheet, where it begins from the top and how high it is, in percent."""

    css: str
    y: float
    height: float


@dataclass(frozen=True)
class MonthBar:
    month: Month
    share: int | None
    bands: tuple[Band, ...]
    is_now: bool
    note: str = ""


def month_bars(months: tuple[Month, ...], *, now: datetime, notes: dict[date, str]) -> list[MonthBar]:
    """``notes``: what a month is known for, by its first day."""
    this_month = now.date().replace(day=1)
    return [
        MonthBar(
            month=month,
            share=None if month.held_share is None else round(100 * month.held_share),
            bands=_bands(month),
            is_now=month.first == this_month,
            note=notes.get(month.first, ""),
        )
        for month in months
    ]


def _bands(month: Month) -> tuple[Band, ...]:
    """From the ground up: held, moved, missed; what is still to come stays open above them."""
    bands, top = [], 100.0
    for css, count in (("c-a", month.held), ("c-moved", month.moved), ("c-bad", month.missed)):
        if count:
            height = 100 * count / month.meetings
            top -= height
            bands.append(Band(css=css, y=round(top, 1), height=round(height, 1)))
    return tuple(bands)
