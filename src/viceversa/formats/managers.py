"""Who is meant by a manager cell: a number, an e-mail address, a name, or a name with the number beside it."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from viceversa.formats.names import split_name
from viceversa.formats.spoken import is_blank
from viceversa.formats.topics import normal

# `Ann Lee (1042)`, `1042 - Ann Lee`, `Ann Lee | 1042`, `Ann Lee [ann@example.org]`.
_BESIDE: Final = re.compile(r"(.*?\S)\s*[(\[<{]\s*([^()\[\]<>{}]+?)\s*[)\]>}]")
_DIVIDED: Final = re.compile(r"(\S+)\s*(?:[-–—|/:]|\s)\s*(\S.*?)|(.*?\S)\s*[-–—|/:]\s*(\S+)")
_WHOLE: Final = re.compile(r"([0-9]+)\.0+")
_NUMBER: Final = re.compile(r"0*([0-9]+)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant: their number, address and the names they go by."""

    person_id: str
    email: str
    names: tuple[str, ...]


@dataclass(slots=True)
class ManagerFinder:
    """Finds people by what a manager cell says; `ambiguous` counts how many a name could mean."""

    ids: Collection[str]
    by_key: Mapping[str, str] = field(default_factory=dict)
    ambiguous: Mapping[str, int] = field(default_factory=dict)
    _found: dict[str, str] = field(default_factory=dict)  # one manager stands in many rows

    def find(self, cell: str) -> str:
        """The number of the person meant, or the cell as it is where nobody can be told."""
        found = self._found.get(cell)
        if found is None:
            found = self._found[cell] = self._meant(cell)
        return found

    def _meant(self, cell: str) -> str:
        if cell in self.ids or is_blank(cell):
            return "" if is_blank(cell) and cell not in self.ids else cell
        for reading in readings(cell):
            if reading in self.ids:
                return reading
            found = self.by_key.get(_key(reading))
            if found is not None:
                return found
        return cell

    def how_many(self, cell: str) -> int:
        """How many people have the name that the cell holds, where that is more than one."""
        return next((self.ambiguous[key] for one in readings(cell) if (key := _key(one)) in self.ambiguous), 0)


def readings(cell: str) -> tuple[str, ...]:
    """What a manager cell may mean, the most telling first."""
    whole = _WHOLE.fullmatch(cell)
    if whole is not None:
        return (cell, whole[1])
    found = [cell]
    match = _BESIDE.fullmatch(cell)
    if match is not None:
        found += [match[2], match[1]]
    else:
        match = _DIVIDED.fullmatch(cell)
        if match is not None:
            found += [part for part in match.groups() if part and ("@" in part or any(map(str.isdigit, part)))]
    return tuple(found)


def finder(cells: Iterable[str], ids: Collection[str], everybody: Callable[[], Iterable[Candidate]]) -> ManagerFinder:
    """A finder for these cells; `everybody` is gone through only where some cell is no number of the file."""
    wanted = {_key(one) for cell in cells if cell not in ids and not is_blank(cell) for one in readings(cell)}
    if not wanted:
        return ManagerFinder(ids)
    found: dict[str, set[str]] = {}
    for person in everybody():
        for key in {*map(_key, person.names), _key(person.email), _key(person.person_id)} & wanted:
            found.setdefault(key, set()).add(person.person_id)
    by_key = {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}
    return ManagerFinder(ids, by_key, {key: len(ids) for key, ids in found.items() if len(ids) > 1})


def _key(words: str) -> str:
    """Names in one order and spelling; numbers without the zeros that spreadsheets take away."""
    if not words:
        return "\0"  # in nobody's cell
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return number[1]
    given, family = split_name(words)
    return normal(" ".join(f"{given} {family}".split()))
