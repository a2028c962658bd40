"""Lists of a lottery that were frozen and given up: whoever freezes again until a list suits them is seen to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from viceversa.accounts.models import Event

from .models import Cohort, Lottery

FROZEN, THAWED = "lottery_frozen", "lottery_thawed"


@dataclass(frozen=True)
class ListGivenUp:
    """``people`` is how many stood on it."""

    hash: str
    people: int
    places: int
    frozen_at: datetime
    given_up_at: datetime


def lists_given_up(cohort: Cohort, *, role: str, before: str = "") -> list[ListGivenUp]:
    """Of one side of a cohort, the first first, out of the event log; all, or those before a list with this id."""
    rows = Event.objects.filter(noun="cohort", object_id=cohort.public_id, verb__in=(FROZEN, THAWED)).order_by("pk")
    frozen: dict[str, Event] = {}
    found = []
    for row in rows:
        if row.facts.get("role") != role:
            continue
        if row.verb == FROZEN and row.facts["lottery"] == before:
            break
        if row.verb == FROZEN:
            frozen[row.facts["lottery"]] = row
        elif (begun := frozen.get(row.facts["lottery"])) is not None:
            facts = begun.facts
            found.append(ListGivenUp(facts["hash"], facts["people"], facts["places"], begun.at, row.at))
    return found


def given_up_before(lottery: Lottery) -> list[ListGivenUp]:
    """Lists of the same side that were given up before this one was frozen."""
    return lists_given_up(lottery.cohort, role=lottery.role, before=lottery.public_id)
