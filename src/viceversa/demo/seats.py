"""Whom a visitor of the demo may be with one click."""

from __future__ import annotations

from viceversa.accounts.seats import DemoSeat, register

DOMAIN = "northmoor.example"

SEATS = (
    DemoSeat(
        slug="ada",
        email=f"ada.okafor@{DOMAIN}",
        side="staff",
        name="Ada Okafor",
        role="coordinator",
        does="See who needs help today, and match the next cohort",
    ),
    DemoSeat(
        slug="priya",
        email=f"priya.raman@{DOMAIN}",
        side="mentor",
        name="Priya Raman",
        role="mentor",
        does="Prepare the next meeting and keep your own notes",
    ),
    DemoSeat(
        slug="henrik",
        email=f"henrik.solberg@{DOMAIN}",
        side="leader",
        name="Henrik Solberg",
        role="leader",
        does="One thing to do, then the next date",
    ),
    DemoSeat(
        slug="marta",
        email=f"marta.lind@{DOMAIN}",
        side="staff",
        name="Marta Lind",
        role="delegate for Henrik",
        does="Move a meeting; see nothing else",
    ),
    DemoSeat(
        slug="ruth",
        email=f"ruth.adeyemi@{DOMAIN}",
        side="staff",
        name="Ruth Adeyemi",
        role="sponsor",
        does="Read whether people keep to it",
    ),
    DemoSeat(
        slug="ines",
        email=f"ines.duarte@{DOMAIN}",
        side="staff",
        name="Inês Duarte",
        role="analyst",
        does="Read released totals, never a person",
    ),
    DemoSeat(
        slug="tomas",
        email=f"tomas.vidal@{DOMAIN}",
        side="staff",
        name="Tomás Vidal",
        role="handler",
        does="The desk where concerns arrive",
    ),
    DemoSeat(
        slug="sam",
        email=f"sam.price@{DOMAIN}",
        side="staff",
        name="Sam Price",
        role="administrator",
        does="The installation's state, roles and events; never content",
    ),
)


def take_seats() -> None:
    """Offer the seats in this process."""
    for seat in SEATS:
        register(seat)
