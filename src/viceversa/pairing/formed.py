"""What follows when two people become a pair: higher nouns register here, and run in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .models import Pair

Follow = Callable[[Pair, datetime], None]
_FOLLOWS: list[Follow] = []


def on_pair_formed(follow: Follow) -> Follow:
    """Register what shall follow. Called with the new pair and the moment, inside the forming transaction."""
    if follow not in _FOLLOWS:
        _FOLLOWS.append(follow)
    return follow


def pair_was_formed(pair: Pair, *, now: datetime) -> None:
    for follow in _FOLLOWS:
        follow(pair, now)
