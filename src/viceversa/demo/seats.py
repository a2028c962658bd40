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
        does="See who needs help today in Fresh Eyes, and review the matching of Connected Leaders",
    ),
    DemoSeat(
        slug="priya",
        email=f"priya.raman@{DOMAIN}",
        side="mentor",
        name="Priya Raman",
        role="mentor",
        does="Prepare the meeting in two days; read your own notes, which nobody else can",
    ),
    DemoSeat(
        slug="henrik",
        email=f"henrik.solberg@{DOMAIN}",
        side="leader",
        name="Henrik Solberg",
        role="leader",
        does="One thing to do, then the next date with Priya",
    ),
    DemoSeat(
        slug="noor",
        email=f"noor.haddad@{DOMAIN}",
        side="leader",
        name="Noor Haddad",
        role="leader, new here",
        does="Say in private whether you go on, after the first meeting",
    ),
    DemoSeat(
        slug="marta",
        email=f"marta.lind@{DOMAIN}",
        side="staff",
        name="Marta Lind",
        role="delegate for Henrik",
        does="Move Henrik’s next meeting; see nothing of what is said in it",
    ),
    DemoSeat(
        slug="ruth",
        email=f"ruth.adeyemi@{DOMAIN}",
        side="staff",
        name="Ruth Adeyemi",
        role="sponsor",
        does="Read whether people keep to it, and decide to go on, change or stop",
    ),
    DemoSeat(
        slug="ines",
        email=f"ines.duarte@{DOMAIN}",
        side="staff",
        name="Inês Duarte",
        role="analyst",
        does="Compare released totals of the cohorts, never a person",
    ),
    DemoSeat(
        slug="tomas",
        email=f"tomas.vidal@{DOMAIN}",
        side="staff",
        name="Tomás Vidal",
        role="handler",
        does="See for whom you are named, as one to turn to",
    ),
    DemoSeat(
        slug="sam",
        email=f"sam.price@{DOMAIN}",
        side="staff",
        name="Sam Price",
        role="administrator",
        does="The installation’s state, everybody’s roles and the log; never content",
    ),
)


def take_seats() -> None:
    """Offer the seats in this process."""
    for seat in SEATS:
        register(seat)
