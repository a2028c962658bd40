"""Lists of topics as people write them: `topic:level;…` and `topic:priority:current;…`."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from viceversa.formats.cells import CellFault, whole_number
from viceversa.formats.person import Want

_NUMBER: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """The form in which topics, interests and attributes are compared: NFKC, folded case, trimmed."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFKC", text).casefold().strip()


def list_items(cell: str) -> tuple[str, ...]:
    """The items of a `;`-separated cell, trimmed, without empty ones."""
    return tuple(item for item in map(str.strip, cell.split(";")) if item)


def distinct(items: tuple[str, ...]) -> tuple[str, ...]:
    """`items` without those that say the same again; the first spelling stays."""
    if len(items) < 2:
        return items
    by_form: dict[str, str] = {}
    for item in items:
        by_form.setdefault(normal(item), item)
    return tuple(by_form.values())


@lru_cache(maxsize=8192)
def offer(item: str) -> tuple[str, int]:
    """Topic and level of one `topic:level`."""
    topic, colon, level = item.rpartition(":")
    if not colon or not topic.strip():
        raise CellFault("offer_shape", item)
    return topic.strip(), whole_number(level.strip(), code="level", low=1, high=5, item=item)


@lru_cache(maxsize=8192)
def want(item: str) -> tuple[str, Want]:
    """Topic, priority and current level of one `topic:priority[:current]`.

    A topic may hold colons: where the last two parts are numbers they are priority and current level,
    otherwise the last part is the priority.
    """
    topic, colon, last = item.rpartition(":")
    if not colon or not topic.strip():
        raise CellFault("want_shape", item)
    before, second_colon, earlier = topic.rpartition(":")
    if second_colon and before.strip() and _NUMBER.fullmatch(earlier.strip()):
        priority = whole_number(earlier.strip(), code="priority", low=1, high=3, item=item)
        current = whole_number(last.strip(), code="current", low=0, high=4, item=item)
        return before.strip(), Want(priority, current)
    priority = whole_number(last.strip(), code="priority", low=1, high=3, item=item)
    return topic.strip(), Want(priority, 0)
