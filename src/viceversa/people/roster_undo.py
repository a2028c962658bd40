"""Undo an applied import: everybody and everything as before, or nothing where something newer would be lost.

People whom it brought go again, unless somebody has begun to use them since. Of people whom it changed, exactly what
it changed comes back, unless that was changed again since. What ended because somebody left (pairs, enrolments)
does not come back with the person.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing, destroy_key, owner_keys
from viceversa.outbox.actions import enqueue

from .actions import forget_undo
from .models import Person, RosterImport, RosterPage
from .roster_apply import PART
from .roster_back import bring_back
from .roster_since import InTheWay, Since, in_the_way
from .roster_turn import TakenOver, Turn, take_turn

State = RosterImport.State


class NewerWouldBeLost(Exception):
    """Undoing would lose what happened since; ``found`` tells whom it is about."""

    def __init__(self, found: InTheWay) -> None:
        super().__init__(f"{found.count} people were changed since")
        self.found = found


def undo_roster(roster: RosterImport, *, now: datetime, at_once: int = PART) -> bool:
    """Undo the import if that was asked for; whether it was undone by this call.

    What stands in the way is written on the import as a code, which is then applied as before. Called again after a
    worker was cut off, it goes on from there. Raises ``AnotherRuns``.
    """
    turn = take_turn(roster, now=now, becomes=State.UNDOING)
    if turn is None:
        return False
    roster.refresh_from_db()
    # What fits into one part is looked at and taken back in one transaction.
    together: AbstractContextManager[Any] = transaction.atomic() if touched(roster) <= at_once else nullcontext()
    try:
        with together:
            if turn.begun_at is None:
                _begin(roster, turn, now=now)
            bring_back(roster, turn, at_once=at_once)
            _finish(roster, turn, now=now)
    except TakenOver:
        return False
    except NewerWouldBeLost as lost:
        _keep_names(roster, lost.found)
        turn.end(state=State.APPLIED, problem="changed_since")
        return False
    except KeysMissing:
        if RosterImport.objects.filter(pk=roster.pk).exclude(undone_at=None).exists():
            raise  # some of it is back: the job comes back, and once the keys can be had it goes on
        turn.end(state=State.APPLIED, problem="keys_missing")
        return False
    destroy_key(turn.trace_owner)
    return True


def give_up_undoing(roster: RosterImport, *, now: datetime) -> bool:
    """The import stays applied, because Viceversa itself failed; False where some of it is back and it must go on."""
    turn = take_turn(roster, now=now, becomes=State.UNDOING)
    if turn is not None and turn.begun_at is not None:
        return False
    if turn is not None:
        turn.end(state=State.APPLIED, problem="fault")
    return True


def _begin(roster: RosterImport, turn: Turn, *, now: datetime) -> None:
    found = in_the_way(roster)
    if found.count:
        raise NewerWouldBeLost(found)
    new = roster.traces.filter(is_new=True).count()
    roster.counts |= {"removed": new, "restored": roster.traces.count() - new}
    with transaction.atomic():
        turn.hold(undone_at=now, counts=roster.counts)


@transaction.atomic
def _finish(roster: RosterImport, turn: Turn, *, now: datetime) -> None:
    turn.end(state=State.UNDONE, undone_at=now, problem="", trace_owner="", made_topics=[])
    forget_undo(roster.pk)
    facts = {name: roster.counts[name] for name in ("removed", "restored", "kept") if name in roster.counts}
    record("undone", noun="roster", object_id=roster.public_id, by=roster.undone_by, now=now, facts=facts)
    enqueue("people_changed", key=f"undo:{roster.public_id}", now=now)


def touched(roster: RosterImport) -> int:
    """How many people the import brought or changed."""
    return roster.traces.count()


def _keep_names(roster: RosterImport, found: InTheWay) -> None:
    """Keep what stands in the way for whoever asked, sealed like what undoing needs."""
    key = owner_keys([roster.trace_owner], create=False)[roster.trace_owner]
    told_of = [found.count, [[one.person.pk, one.code, one.columns] for one in found.first]]
    sealed = key.encrypt(json.dumps(told_of).encode())
    RosterPage.objects.update_or_create(roster=roster, name="since", number=1, defaults={"sealed": sealed})


def kept_names(roster: RosterImport) -> InTheWay | None:
    """What stood in the way when the import was to be undone last; None where nothing is known."""
    page = RosterPage.objects.filter(roster=roster, name="since").first()
    if page is None or not roster.trace_owner:
        return None
    key = owner_keys([roster.trace_owner], create=False)[roster.trace_owner]
    count, first = json.loads(key.decrypt(bytes(page.sealed)))
    people = Person.objects.in_bulk([pk for pk, _, _ in first])
    named = [Since(people[pk], code, tuple(columns)) for pk, code, columns in first if pk in people]
    return InTheWay(count, tuple(named))
