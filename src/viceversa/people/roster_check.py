"""What was found in a file, as the check shows it: the figures, and every list in pages of a hundred lines.

A file of some thousand rows is read while somebody waits for the page. A large one is read in the background and its
lists are kept, sealed with the file's own key, so that each page is opened by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction

from viceversa.accounts.ids import new_public_id
from viceversa.accounts.keys.store import KeysMissing, owner_keys
from viceversa.formats.problems import Problem
from viceversa.outbox.actions import enqueue

from .memory import release_memory
from .models import Person, RosterImport, RosterPage
from .roster import RosterPreview, many_leave
from .roster_apply import preview_of
from .roster_difference import Change, Leaver

PER_PAGE: Final = 100
# Bytes as they are kept, of about two thousand rows: read at once while somebody waits for the page.
SMALL: Final = 200_000
_PAGES_AT_ONCE: Final = 100

State = RosterImport.State
Line = list[Any]


@dataclass(frozen=True)
class Check:
    """The figures of a check, how long each list is, and how to read a page of one, counted from 1."""

    figures: dict[str, Any]
    lengths: dict[str, int]
    lines: Callable[[str, int], list[Line]]
    at: datetime

    def pages(self, name: str) -> int:
        return -(-self.lengths[name] // PER_PAGE)

    def leaving(self, scope: str) -> int:
        """How many would leave: whom the file gives a leaving date, and those whom a file of everybody leaves out."""
        return self.lengths["dated"] + (self.lengths["left"] if scope == RosterImport.Scope.EVERYBODY else 0)

    def many_leave(self, scope: str) -> bool:
        return many_leave(self.leaving(scope), here=self.figures["here"])


def check_of(roster: RosterImport, *, now: datetime) -> Check | None:
    """The check of this file; None while it is read in the background. Raises ``KeysMissing``."""
    if len(roster.content) <= SMALL:
        return _read_now(roster, now=now)
    key = owner_keys([roster.public_id], create=False)[roster.public_id]
    if roster.checked_at is None:
        _ask(roster, now=now)
        return None
    return _kept(roster, key=key, at=roster.checked_at)


def check_again(roster: RosterImport) -> None:
    """Forget what was found: people may have changed since."""
    waiting = RosterImport.objects.filter(pk=roster.pk, state__in=(State.CHECKED, State.FAILED))
    waiting.update(checked_at=None, counts={})


@transaction.atomic
def _ask(roster: RosterImport, *, now: datetime) -> None:
    """Once for each time that there is something to read."""
    held = RosterImport.objects.select_for_update().get(pk=roster.pk)
    if "checking" in held.counts or held.checked_at is not None:
        return
    token = new_public_id()
    RosterImport.objects.filter(pk=roster.pk).update(counts={"checking": token})
    enqueue("check_roster", key=f"{roster.public_id}:{token}", now=now, facts={"roster": roster.public_id})


def check_roster(roster: RosterImport, *, now: datetime) -> bool:
    """Read a large file and keep what was found; whether it was still waiting for that."""
    if roster.state not in (State.CHECKED, State.FAILED) or roster.checked_at is not None:
        return False
    try:
        return _check(roster, now=now)
    finally:
        release_memory()


def _check(roster: RosterImport, *, now: datetime) -> bool:
    found = preview_of(roster, now=now)
    key = owner_keys([roster.public_id], create=False)[roster.public_id]
    names = _Names(found)
    pages = _sealed_pages(roster, found, names, key=key)
    RosterPage.objects.filter(roster=roster).delete()
    # Nobody opens a page before all of them are there; so others can write between two of these.
    while some := list(islice(pages, _PAGES_AT_ONCE)):
        RosterPage.objects.bulk_create(some)
    waiting = RosterImport.objects.filter(pk=roster.pk, mapping=roster.mapping, checked_at=None)
    return bool(waiting.filter(state__in=(State.CHECKED, State.FAILED)).update(checked_at=now))


def _sealed_pages(roster: RosterImport, found: RosterPreview, names: _Names, *, key: Fernet) -> Iterator[RosterPage]:
    lengths = {}
    for name, (length, lines) in _lists(found, names).items():
        lengths[name] = length
        for number, part in enumerate(_parts(lines), start=1):
            yield _page(roster, name, number, part, key=key)
    yield _page(roster, "figures", 0, [_figures(found), lengths], key=key)


def _page(roster: RosterImport, name: str, number: int, told: Any, *, key: Fernet) -> RosterPage:
    return RosterPage(roster=roster, name=name, number=number, sealed=key.encrypt(json.dumps(told).encode()))


def _parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    part: list[Line] = []
    for line in lines:
        part.append(line)
        if len(part) == PER_PAGE:
            yield part
            part = []
    if part:
        yield part


def _kept(roster: RosterImport, *, key: Fernet, at: datetime) -> Check:
    def read(name: str, number: int) -> Any:
        page = RosterPage.objects.filter(roster=roster, name=name, number=number).first()
        try:
            return json.loads(key.decrypt(bytes(page.sealed))) if page else []
        except InvalidToken as problem:
            raise KeysMissing("a list was sealed with another key") from problem

    figures, lengths = read("figures", 0)
    return Check(figures, lengths, read, at)


def _read_now(roster: RosterImport, *, now: datetime) -> Check:
    found = preview_of(roster, now=now)
    lists = _lists(found, _Names(found))

    def read(name: str, number: int) -> list[Line]:
        parts = _parts(lists[name][1])
        return next((part for at, part in enumerate(parts, start=1) if at == number), [])

    return Check(_figures(found), {name: length for name, (length, _) in lists.items()}, read, now)


# The figures and the lists -----------------------------------------------------------------------------------------


def _figures(found: RosterPreview) -> dict[str, Any]:
    return {
        "rows": len(found.rows),
        "new": len(found.new),
        "new_gone": found.new_gone,
        "changed": len(found.changed),
        "values": found.values_changed,
        "the_same": found.the_same,
        "here": found.here,
        "kept_apart": found.kept_apart,
        "left_out": sorted(found.left_out),
        "more_left_out": found.more_left_out,
        "blocked": found.blocked,
        "can_apply": found.can_apply,
        "notes": [_problem(note) for note in found.notes if not note.code.startswith("more_")],
    }


def _lists(found: RosterPreview, names: _Names) -> dict[str, tuple[int, Iterable[Line]]]:
    """Each list with its length; the lines are made as they are asked for."""
    rows = _Again(
        lambda: (
            [row.person_id, names.of(row.person_id), row.job_title, row.function, row.grade]
            for row in found.rows
            if row.person_id in found.new
        )
    )
    changed = _Again(lambda: ([key, names.of(key), list(columns)] for key, columns in found.changed.items()))
    return {
        "problems": (len(found.problems), _Again(lambda: map(_problem, found.problems))),
        "cautions": (len(found.cautions), _Again(lambda: map(_problem, found.cautions))),
        "changes": (len(found.changes), _Again(lambda: (_change(one, names) for one in found.changes))),
        "changed": (len(found.changed), changed),
        "new": (len(found.new), rows),
        "left": (len(found.absent), _Again(lambda: map(_leaver, found.absent))),
        "dated": (len(found.dated), _Again(lambda: map(_leaver, found.dated))),
        "back": (len(found.returning), _Again(lambda: map(_leaver, found.returning))),
    }


class _Again:
    """Lines that can be gone through more than once without being kept."""

    def __init__(self, lines: Callable[[], Iterable[Line]]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines())


class _Names:
    """Names in place of numbers: those of the file where somebody is new, else those that stand here."""

    def __init__(self, found: RosterPreview) -> None:
        self._names = {row.person_id: f"{row.given_name} {row.family_name}".strip() for row in found.rows}
        wanted = {change.person_id for change in found.changes}
        for change in found.changes:
            if change.column == "manager_id":
                wanted |= {change.now, change.becomes}
        wanted |= {key for key in found.changed if not self._names.get(key)}
        ids = sorted(wanted - {""})
        for begin in range(0, len(ids), _AT_ONCE):
            here = Person.objects.filter(person_id__in=ids[begin : begin + _AT_ONCE])
            self._names |= {person.person_id: person.name for person in here.only(*_NAMED)}

    def of(self, person_id: str) -> str:
        return self._names.get(person_id) or person_id


_AT_ONCE = 5_000
_NAMED = ("person_id", "given_name", "family_name", "preferred_name")


def _problem(one: Problem) -> Line:
    return [one.line, one.column, one.code, one.value, dict(one.facts), one.severity, one.message]


def problem_from(line: Line) -> Problem:
    number, column, code, value, facts, severity, message = line
    return Problem("", number, column, code, value, message, severity, facts)


def _change(one: Change, names: _Names) -> Line:
    now, becomes = one.now, one.becomes
    if one.column == "manager_id":
        now, becomes = names.of(now) if now else "", names.of(becomes) if becomes else ""
    return [one.person_id, names.of(one.person_id), one.column, now, becomes, one.matters]


def _leaver(one: Leaver) -> Line:
    return [one.person_id, one.name, one.function, one.last_day.isoformat() if one.last_day else ""]
