"""The demo's seats: whom a visitor of the demo may sign in as with one click.

``viceversa demo`` fills this at start-up, in its own process; everywhere else it stays empty.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoSeat:
    """One made-up person. ``side`` is leader, mentor or staff; ``role`` and ``does`` are shown as they are."""

    slug: str
    email: str
    side: str
    name: str
    role: str
    does: str

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()


SEATS: dict[str, DemoSeat] = {}


def register(seat: DemoSeat) -> None:
    SEATS[seat.slug] = seat
