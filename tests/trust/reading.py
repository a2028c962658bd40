"""Reads all there is as everybody: the house is built and crawled once a module, then taken down again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

from tests.conftest import NOON, MovableClock
from tests.personas import build_northmoor

from .crawl import Visit, crawl, own_addresses, rows_of_everything
from .house import House, furnish

READERS = (
    "anonymous",
    "mentor",
    "mentee",
    "delegate",
    "coordinator",
    "sponsor",
    "analyst",
    "administrator",
    "privacy_officer",
    "handler",
    "line_manager",
    "outsider",
    "same_programme_mentor",
    "coordinator_elsewhere",
    "hopeful",
    "waiting",
)


@dataclass(frozen=True)
class Read:
    """All visits of all personas, and the database before and after them."""

    visits: list[Visit]
    before: dict[str, list[str]]
    after: dict[str, list[str]]
    letters: list[Visit] = field(default_factory=list)

    def of(self, *personas: str) -> list[Visit]:
        return [one for one in self.visits if one.persona in personas]


@contextmanager
def passing_house(blocker: Any, folder: Path) -> Iterator[House]:
    """A furnished house in transactions that are never kept, for fixtures that outlive one test."""
    clock = MovableClock(NOON)
    with ExitStack() as stack:
        stack.enter_context(blocker.unblock())
        stack.enter_context(override_settings(CLOCK=clock, FIELD_KEY_FILE=folder / "field-key"))
        for alias in ("default", "keys"):
            stack.enter_context(transaction.atomic(using=alias))
        yield furnish(build_northmoor(now=clock()), clock)
        for alias in ("default", "keys"):
            transaction.set_rollback(True, using=alias)


def read_everything(house: House, personas: tuple[str, ...] = READERS) -> Read:
    before = rows_of_everything()
    start = own_addresses(house)
    visits = [one for persona in personas for one in crawl(house, persona, start=start)]
    return Read(visits, before, rows_of_everything())
