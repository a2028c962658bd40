"""A lottery for places: stratified, seeded, and replayable by anybody from its record.

The list is frozen first: its canonical text says whom the draw is about, in which strata and for how many places,
and its SHA-256 is published before anybody can know the seed. Then the seed is fixed, and everything follows:

1. A person's ticket is SHA-256 over ``seed``, the list's hash and the person's id, joined by line feeds, as UTF-8.
   Nobody who does not know the seed can tell which of two tickets is the lower one.
2. Each stratum gets its share of the places, ``places × people in it ÷ people``: first the whole part of it, and
   the places left go to the largest remainders (Hamilton's method). Equal remainders are ordered by a ticket of
   the stratum's own, made in the same way, so that neither a name nor the alphabet decides.
3. Within a stratum the lowest tickets are drawn. So everybody in a stratum has the same chance.
4. Whoever is not drawn waits in the order of their tickets, across all strata.

Sorting by a keyed hash is simple random sampling with a "permanent random number" for each unit (Ohlsson 1995,
in: Business Survey Methods, ch. 9), one draw to a stratum; Hamilton's method is described in Balinski & Young,
Fair Representation (2nd ed., 2001).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = 1


class RecordProblem(ValueError):
    """A record that cannot be replayed. Carries every reason, as sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problems))


@dataclass(frozen=True, order=True)
class Entry:
    """One person of the list: an id that says nothing, and the stratum as the values of its parts."""

    person: str
    stratum: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrozenList:
    """Whom the draw is about, for how many places, and what the strata are made of. Entries stand in order of id."""

    lottery: str
    places: int
    strata: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def text(self) -> str:
        """The canonical text: the same letters for the same list, whoever writes it."""
        head = {
            "version": VERSION,
            "lottery": self.lottery,
            "places": self.places,
            "strata": list(self.strata),
            "people": len(self.entries),
        }
        lines = [_canonical(head), *(_canonical([entry.person, *entry.stratum]) for entry in self.entries)]
        return "\n".join(lines) + "\n"

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Draw:
    """What came out: the places of each stratum, who is drawn and who waits, each in the order of their tickets."""

    quotas: tuple[tuple[tuple[str, ...], int], ...]
    drawn: tuple[str, ...]
    waiting: tuple[str, ...]


def freeze(*, lottery: str, places: int, strata: Sequence[str], entries: Iterable[Entry]) -> FrozenList:
    """The list in its one order. Raises ``ValueError`` for a doubled id, a negative number of places, or a stratum
    that has not as many values as ``strata`` has names."""
    ordered = tuple(sorted(entries))
    doubled = [person for person, times in Counter(entry.person for entry in ordered).items() if times > 1]
    if doubled:
        raise ValueError(f"twice on the list: {', '.join(doubled)}")
    if places < 0:
        raise ValueError(f"{places} places; there are none or more")
    uneven = [entry.person for entry in ordered if len(entry.stratum) != len(strata)]
    if uneven:
        raise ValueError(f"without a value for each of {len(strata)} strata: {', '.join(uneven)}")
    return FrozenList(lottery=lottery, places=places, strata=tuple(strata), entries=ordered)


def draw(frozen: FrozenList, *, seed: str) -> Draw:
    """Draw the places. The same list and seed always give the same draw."""
    listed = frozen.hash
    tickets = {entry.person: ticket(seed, listed, entry.person) for entry in frozen.entries}
    sizes = Counter(entry.stratum for entry in frozen.entries)
    quotas = quotas_of(
        sizes, places=frozen.places, tie={stratum: ticket(seed, listed, _canonical(list(stratum))) for stratum in sizes}
    )
    left = dict(quotas)
    drawn, waiting = [], []
    for entry in sorted(frozen.entries, key=lambda entry: (tickets[entry.person], entry.person)):
        if left[entry.stratum]:
            left[entry.stratum] -= 1
            drawn.append(entry.person)
        else:
            waiting.append(entry.person)
    return Draw(quotas=tuple(sorted(quotas.items())), drawn=tuple(drawn), waiting=tuple(waiting))


def ticket(seed: str, list_hash: str, name: str) -> str:
    """The ticket of a person or a stratum: 64 hexadecimal digits, lower is earlier."""
    return hashlib.sha256(f"{seed}\n{list_hash}\n{name}".encode()).hexdigest()


def quotas_of(
    sizes: dict[tuple[str, ...], int], *, places: int, tie: dict[tuple[str, ...], str]
) -> dict[tuple[str, ...], int]:
    """The places of each stratum by largest remainders; in whole numbers throughout, so nothing is rounded.

    No stratum gets more places than it has people; ``tie`` orders strata whose remainders are equal, lowest first.
    """
    people = sum(sizes.values())
    if places >= people:
        return dict(sizes)
    quotas = {stratum: places * size // people for stratum, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda stratum: (-(places * sizes[stratum] % people), tie[stratum]))
    for stratum in by_remainder[: places - sum(quotas.values())]:
        quotas[stratum] += 1
    return quotas


def record_text(frozen: FrozenList, *, seed: str, seed_from: str, given_up: Sequence[str] = ()) -> str:
    """The record of a draw, as the file that anybody can replay. ``seed_from`` says in words where the seed is from.

    ``given_up`` are the hashes of lists that were frozen before and never drawn from; without any the key is absent.
    """
    done = draw(frozen, seed=seed)
    record = {
        "version": VERSION,
        "lottery": frozen.lottery,
        "method": "SHA-256 tickets within strata, places by largest remainders",
        "list_hash": frozen.hash,
        "seed": seed,
        "seed_from": seed_from,
        "strata": list(frozen.strata),
        "places": frozen.places,
        "entries": [[entry.person, *entry.stratum] for entry in frozen.entries],
        "quotas": [[*stratum, number] for stratum, number in done.quotas],
        "drawn": list(done.drawn),
        "waiting": list(done.waiting),
    }
    if given_up:
        record["given_up"] = list(given_up)
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def replay(text: str) -> Draw:
    """Draw again from a record and hold the result to it, letter by letter. Raises ``RecordProblem``."""
    record = _read(text)
    try:
        frozen = freeze(
            lottery=str(record["lottery"]),
            places=int(record["places"]),
            strata=[str(name) for name in record["strata"]],
            entries=[Entry(str(row[0]), tuple(str(value) for value in row[1:])) for row in record["entries"]],
        )
        seed, seed_from = str(record["seed"]), str(record["seed_from"])
        given_up = [str(one) for one in record.get("given_up", ())]
    except (KeyError, TypeError, ValueError, IndexError) as problem:
        raise RecordProblem([f"The record is not whole: {problem}. Get the file again from whoever drew."]) from None
    problems = []
    if record.get("list_hash") != frozen.hash:
        problems.append(
            f"The hash of the list is {frozen.hash}, the record says {record.get('list_hash')}: "
            "the list, the places or the strata were changed after the list was frozen."
        )
    done = draw(frozen, seed=seed)
    for name, drawn in (("drawn", done.drawn), ("waiting", done.waiting)):
        if record.get(name) != list(drawn):
            problems.append(f"Replaying gives other people under {name!r} than the record does.")
    if not problems and record_text(frozen, seed=seed, seed_from=seed_from, given_up=given_up) != text:
        problems.append("The record is spelt in another way than this program writes it; the people drawn are right.")
    if problems:
        raise RecordProblem(problems)
    return done


def _read(text: str) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError as problem:
        raise RecordProblem([f"The file is not JSON: {problem}. Give the record that was downloaded."]) from None
    if not isinstance(record, dict) or record.get("version") != VERSION:
        raise RecordProblem([f"The file is not the record of a lottery of version {VERSION}."])
    return record


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
