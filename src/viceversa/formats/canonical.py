"""People into the one canonical form of the people file: UTF-8, commas, LF, every column.

The same rows give the same bytes; reading them gives the same rows.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from viceversa.formats.cells import FORBIDDEN, FORMULA_STARTS
from viceversa.formats.person import COLUMNS, PersonRow
from viceversa.formats.problems import shown

_GUARDED: Final = frozenset(FORMULA_STARTS)
# Ids go out verbatim; a lawful one never begins like a formula.
_VERBATIM: Final = frozenset({"person_id", "manager_id"})
_QUOTE_THESE: Final = re.compile('[",\r\n]')
_LISTS: Final = ("offers", "wants", "interests", "languages", "prefers", "excludes")


class UnwritablePeople(ValueError):
    """Something the people format has no way to write; `reasons` holds one sentence each."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def write_people(rows: Iterable[PersonRow]) -> bytes:
    """`rows` in the people format, in their order.

    Text that a spreadsheet would take for a formula gets an apostrophe before it, which reading takes
    away again.

    Raises
    ------
    UnwritablePeople
        With every reason: a semicolon in an item of a list, a control character, an id like a formula.
    """
    lines = [",".join(COLUMNS)]
    reasons: list[str] = []
    for row in rows:
        cells = [_written(name, row).strip() for name in COLUMNS]
        reasons.extend(_reasons_against(row, cells))
        if not reasons:
            lines.append(",".join(map(_quoted, map(_guarded, COLUMNS, cells))))
    if reasons:
        raise UnwritablePeople(tuple(reasons))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _quoted(text: str) -> str:
    """Python's `csv` leaves a carriage return bare, which readers then take for the end of the line."""
    return '"' + text.replace('"', '""') + '"' if _QUOTE_THESE.search(text) else text


def _guarded(name: str, text: str) -> str:
    if not text or name in _VERBATIM or text.lstrip("'")[:1] not in _GUARDED:
        return text
    return "'" + text


def _written(name: str, row: PersonRow) -> str:
    if name == "offers":
        return ";".join(f"{topic}:{level}" for topic, level in row.offers.items())
    if name == "wants":
        return ";".join(f"{topic}:{want.priority}:{want.current}" for topic, want in row.wants.items())
    if name == "hours":
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in row.hours)
    value: str | int | date | tuple[str, ...] | None = getattr(row, name)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ";".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _reasons_against(row: PersonRow, cells: list[str]) -> Iterator[str]:
    who = shown(row.person_id)
    for name in _LISTS:
        for item in getattr(row, name):
            if ";" in item or not item.strip():
                yield f"{who}: “{shown(item)}” in {name} is empty or holds a semicolon."
    for name, text in zip(COLUMNS, cells, strict=True):
        if name in _VERBATIM and text and text[0] in _GUARDED:
            yield f"{who}: {name} “{shown(text)}” begins like a formula."
        if not text.isprintable() and FORBIDDEN.search(text):
            yield f"{who}: {name} “{shown(text)}” holds a control character."
