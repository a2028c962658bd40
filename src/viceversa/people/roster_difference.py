"""What a row of a people file would change about somebody who is here: column by column, now and then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from viceversa.formats.person import COLUMNS, PersonRow
from viceversa.formats.topics import normal

# Longer lists help nobody; the counts are always of everything.
MOST_LISTED: Final = 1_000
# People say these of themselves, so an empty cell of a file does not contradict them.
OWN_COLUMNS: Final = frozenset(
    {
        "email",  # of whom the organisation gives none; they choose one as they join
        "offers",
        "wants",
        "interests",
        "languages",
        "time_zone",
        "style_formality",
        "style_structure",
        "prefers",
    }
)
# A change here can touch a pair that exists.
COLUMNS_THAT_MATTER: Final = ("manager_id", "grade", "role", "leave_date")
# Never compared: the answer would tell whom somebody excludes.
_UNCOMPARED: Final = frozenset({"person_id", "excludes"})


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one person that would change, written for reading."""

    person_id: str
    column: str
    now: str
    becomes: str

    @property
    def matters(self) -> bool:
        return self.column in COLUMNS_THAT_MATTER


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who is here and would leave, or come back; ``last_day`` is what the file tells, None for nothing."""

    person_id: str
    name: str
    function: str
    last_day: date | None = None


class Difference:
    """Gathers what changes: everything by column, a bounded list of single values, and who leaves or comes back."""

    def __init__(self, columns: Iterable[str], *, on: date | None, meant: Mapping[str, str] | None = None) -> None:
        told = frozenset(columns) - _UNCOMPARED
        self._columns = tuple(name for name in COLUMNS if name in told)
        self._tells_leavers = "leave_date" in told
        self._on = on
        self._meant = meant or {}
        self._first: list[Change] = []
        self._then: list[Change] = []
        self.changed: dict[str, tuple[str, ...]] = {}
        self.values = 0
        self.here = 0
        self.leaving: list[Leaver] = []
        self.back: list[Leaver] = []
        self.absent: list[Leaver] = []

    def miss(self, old: PersonRow) -> None:
        """Somebody who is not in the file."""
        if not self._has_left(old):
            self.here += 1
            self.absent.append(_leaver(old))

    def stay(self, old: PersonRow) -> None:
        """Somebody whose row in the file cannot be imported."""
        self.here += not self._has_left(old)

    def see(self, old: PersonRow, row: PersonRow) -> None:
        gone = self._has_left(old)
        self.here += not gone
        if gone and not self._tells_leavers:
            self.back.append(_leaver(old))
        columns = tuple(name for name in self._columns if differs(name, old, row, meant=self._meant))
        if not columns:
            return
        self.changed[row.person_id] = columns
        self.values += len(columns)
        if "leave_date" in columns and old.leave_date is None:
            self.leaving.append(replace(_leaver(old), last_day=row.leave_date))
        for name in columns:
            listed = self._first if name in COLUMNS_THAT_MATTER else self._then
            if len(listed) < MOST_LISTED:
                listed.append(Change(row.person_id, name, written(name, old), written(name, row)))

    def _has_left(self, old: PersonRow) -> bool:
        return has_left(old, on=self._on)

    def listed(self) -> tuple[Change, ...]:
        """Single values, those that matter first."""
        return tuple([*self._first, *self._then][:MOST_LISTED])


def has_left(row: PersonRow, *, on: date | None) -> bool:
    """Whether this person had left by that day; without a day any leaving date counts."""
    return row.leave_date is not None and (on is None or row.leave_date <= on)


def _leaver(row: PersonRow) -> Leaver:
    return Leaver(row.person_id, f"{row.given_name} {row.family_name}".strip() or row.person_id, row.function)


_NO_WORDS: Final[Mapping[str, str]] = MappingProxyType({})


def differs(column: str, old: PersonRow, row: PersonRow, *, meant: Mapping[str, str] = _NO_WORDS) -> bool:
    """Whether the file says something else of this person than what is here.

    ``meant``: normal form of a word → that of the topic it means. A file that goes on writing a word which was
    merged into a topic says nothing new.
    """
    now, becomes = getattr(old, column), getattr(row, column)
    if now == becomes or (column in OWN_COLUMNS and not becomes):
        return False
    if column in ("offers", "wants"):
        return _by_topic(now, meant) != _by_topic(becomes, meant)
    return True


def _by_topic(said: Mapping[str, Any], meant: Mapping[str, str]) -> dict[str, Any]:
    """By what each word means; of two words for one topic, what says more counts, as it does when they are merged."""
    found: dict[str, Any] = {}
    for word, value in said.items():
        key = normal(word)
        topic = meant.get(key, key)
        found[topic] = max(found[topic], value) if topic in found else value
    return found


def written(column: str, row: PersonRow) -> str:
    """One value as a line of text, empty for none."""
    value = getattr(row, column)
    if value is None:
        return ""
    if column == "offers":
        return ", ".join(f"{topic} {level}" for topic, level in row.offers.items())
    if column == "wants":
        return ", ".join(f"{topic} {want.priority}" for topic, want in row.wants.items())
    if column == "hours":
        return "–".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in row.hours)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
