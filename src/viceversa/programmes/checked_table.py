"""A TOML table read key by key, so that whoever wrote it learns of every problem at once.

Reading never raises for a bad value.
It notes the problem and returns a harmless stand-in, and the caller raises at the end if anything was noted.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

_Value = TypeVar("_Value")
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One thing wrong in a file: where it stands, what was found, what to do about it."""

    file: str
    where: str
    found: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.found}. {self.advice}."


@dataclass(slots=True)
class CheckedTable:
    """One table, the place it has in its file, and the list that all of the file's problems go to."""

    file: str
    values: Mapping[str, Any]
    problems: list[TableProblem]
    where: str = ""
    read: set[str] = field(default_factory=set)

    def text(self, key: str) -> str:
        """Return the words under `key`, each run of white space as one space."""
        value = self._take(key, str)
        if value is None:
            return ""
        words = " ".join(value.split())
        if not words:
            self.note(key, found="is empty", advice="Write it out")
        return words

    def texts(self, key: str, *, least: int = 0) -> tuple[str, ...]:
        """Return a list of sentences; with `least` at 0 the key may be left out."""
        if least == 0 and key not in self.values:
            self.read.add(key)
            return ()
        value = self._take(key, list)
        if value is None:
            return ()
        if len(value) < least:
            self.note(key, found=f"has {len(value)} entries", advice=f"Give at least {least}")
        return tuple(words for place, entry in enumerate(value, 1) if (words := self._entry(key, place, entry)))

    def whole(self, key: str, *, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`."""
        value = self._take(key, int)
        if value is None:
            return least
        if not least <= value <= most:
            self.note(key, found=f"is {value}", advice=f"Use a whole number from {least} to {most}")
        return int(value)

    def choice(self, key: str, known: Collection[str]) -> str:
        """Return a word out of `known`."""
        word = self.text(key)
        if word and word not in known:
            self.note(key, found=f'is "{word}"', advice=_use_one_of(word, known))
        return word

    def choices(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """Return a list of words out of `known`, none of them twice."""
        words = self.texts(key)
        for word in words:
            if word not in known:
                self.note(key, found=f'names "{word}"', advice=_use_one_of(word, known))
        for word in sorted({word for word in words if words.count(word) > 1}):
            self.note(key, found=f'names "{word}" twice', advice="Name it once")
        return words

    def table(self, key: str) -> "CheckedTable":
        """Return the table under `key`; a stand-in that keeps its problems to itself when there is none.

        One problem is enough for a missing table: what should stand in it is not also reported as missing.
        """
        value = self._take(key, dict)
        where = self._place(key)
        if value is None:
            return CheckedTable(file=self.file, values=NOTHING, problems=[], where=where)
        return self._inner(value, where=where)

    def tables(self, key: str, *, least: int = 1) -> Iterator["CheckedTable"]:
        """Yield the tables of the list under `key`, counted from 1 in what their problems say."""
        value = self._take(key, list)
        if value is None:
            return
        if len(value) < least:
            self.note(key, found=f"has {len(value)} entries", advice=f"Give at least {least}")
        for place, entry in enumerate(value, 1):
            if isinstance(entry, dict):
                yield self._inner(entry, where=f"{self._place(key)}[{place}]")
            else:
                self.note(f"{key}[{place}]", found=f"is {entry!r}", advice=f"Begin it with [[{key}]]")

    def nothing_else(self) -> None:
        """Note every key that nobody asked for, with the nearest known name."""
        for key in self.values:
            if key not in self.read:
                self.note(key, found="is not a known key", advice=_did_you_mean(key, self.read))

    def note(self, key: str, *, found: str, advice: str) -> None:
        """Add a problem about `key`, or about the whole table when `key` is empty."""
        where = self._place(key) if key else self.where
        self.problems.append(TableProblem(file=self.file, where=where, found=found, advice=advice))

    def _take(self, key: str, kind: type[_Value]) -> _Value | None:
        self.read.add(key)
        if key not in self.values:
            self.note(key, found="is missing", advice=f"Add it, as {_KIND_WORDS[kind]}")
            return None
        value = self.values[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.note(key, found=f"is {value!r}", advice=f"Give {_KIND_WORDS[kind]}")
            return None
        return value

    def _entry(self, key: str, place: int, entry: object) -> str:
        if isinstance(entry, str) and entry.strip():
            return " ".join(entry.split())
        self.note(f"{key}[{place}]", found=f"is {entry!r}", advice=f"Give {_KIND_WORDS[str]}")
        return ""

    def _inner(self, values: Mapping[str, Any], *, where: str) -> "CheckedTable":
        return CheckedTable(file=self.file, values=values, problems=self.problems, where=where)

    def _place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


_KIND_WORDS: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    list: "a list",
    dict: "a table",
}


def _use_one_of(word: str, known: Collection[str]) -> str:
    nearest = get_close_matches(word, known, n=1)
    options = ", ".join(sorted(known))
    return f'Did you mean "{nearest[0]}"? Known are {options}' if nearest else f"Known are {options}"


def _did_you_mean(key: str, known: Collection[str]) -> str:
    nearest = get_close_matches(key, known, n=1)
    return f'Did you mean "{nearest[0]}"? Otherwise take it out' if nearest else "Take it out"
