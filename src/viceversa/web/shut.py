"""Whether what a page would change is over: then it says so and offers no change that would be refused."""

from __future__ import annotations

from viceversa.programmes.models import Programme


def shut_of(programme: Programme) -> str:
    """``archived``, ``closed``, or empty while people may still come in."""
    cohort = programme.current_cohort
    if programme.is_archived or cohort.archived_at is not None:
        return "archived"
    return "closed" if cohort.is_closed or programme.state == Programme.State.CLOSED else ""
