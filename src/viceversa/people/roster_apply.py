"""Apply a people file that somebody asked for: read it again, compare again, write it part by part.

Each part is a short transaction that brings some people in with all that is theirs, and keeps how to take it back.
So nobody else waits for long; and whatever happens between two parts, the import is finished or taken back in the
end. What fits into one part is written in one transaction altogether.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet
from django.db import connection, transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing, destroy_key, owner_key
from viceversa.outbox.actions import enqueue

from .actions import LARGE, content_of, mapping_of
from .memory import release_memory
from .models import Exclusion, Person, RankedPreference, RosterImport, RosterPage, RosterTrace, TopicOffer, TopicWant
from .roster import PeopleHere, RosterPreview, preview
from .roster_back import bring_back
from .roster_plan import Part, Steps, Touched, plan_new, plan_touched, sealed_exclusions, steps_of
from .roster_rows import parts, room_to_write
from .roster_turn import TakenOver, Turn, a_part, take_turn
from .roster_write import PeopleMoved, keys_here, topic_keys, write_exclusions, write_new, write_touched

State = RosterImport.State
# So many people are written in a tenth of a second on two quiet cores, in about one on two busy ones (2026-11-22).
PART = 500
# From here on the planner of PostgreSQL is told at once that the tables have grown.
_MANY_ROWS = 5_000
# Somebody may change one of a thousand people in the moment between planning and writing; hardly twice in a row.
_PLANNED_AGAIN = 5


def preview_of(roster: RosterImport, *, now: datetime | None = None) -> RosterPreview:
    """What applying this file would do now. Raises ``KeysMissing`` when the file cannot be opened."""
    return preview(
        content_of(roster),
        file_name=roster.file_name,
        mapping=mapping_of(roster),
        against=PeopleHere.read(),
        scope=roster.scope,
        on=now.date() if now else None,
    )


def apply_roster(roster: RosterImport, *, now: datetime, at_once: int = PART) -> bool:
    """Apply the file if it is still waiting for that; whether it was applied by this call.

    Whatever stands in the way is written on the import as a code, and nothing is applied. Called again after a worker
    was cut off, it goes on from there; called by two at once it applies once. Raises ``AnotherRuns``.
    """
    turn = take_turn(roster, now=now, becomes=State.APPLYING)
    if turn is None:
        return False
    roster.refresh_from_db()
    large = len(roster.content) > LARGE
    try:
        found = preview_of(roster, now=now)
        problem = "" if turn.begun_at else _in_the_way(roster, found)
        if problem:
            _fail(roster, turn, problem, at_once=at_once)
            return False
        done = _done_before(roster) if turn.begun_at else frozenset()
        work = Work(roster, turn, steps_of(found, done=done), counts=_counts(found), now=now, at_once=at_once)
        del found
        if large:
            release_memory()  # that of reading and comparing; the rows themselves are still needed
        work.do()
        del work
    except TakenOver:
        return False
    except KeysMissing:
        if turn.begun_at or _has_begun(roster):
            raise  # some of it is in: the job comes back, and once the keys can be had it goes on
        _fail(roster, turn, "keys_missing", at_once=at_once)
        return False
    finally:
        if large:
            release_memory()
    destroy_key(roster.public_id)
    return True


def give_up(roster: RosterImport, *, now: datetime, at_once: int = PART) -> None:
    """Take back whatever of the import is in, and say that Viceversa itself failed. Raises ``KeysMissing``."""
    turn = take_turn(roster, now=now, becomes=State.APPLYING)
    if turn is not None:
        roster.refresh_from_db()
        _fail(roster, turn, "fault", at_once=at_once)


def _fail(roster: RosterImport, turn: Turn, problem: str, *, at_once: int) -> None:
    """Nothing of it stays; what was kept for taking it back goes too."""
    if turn.begun_at:
        bring_back(roster, turn, at_once=at_once)
    with transaction.atomic():
        turn.end(state=State.FAILED, problem=problem, trace_owner="", applied_at=None, made_topics=[])
    if problem != "keys_missing":
        destroy_key(turn.trace_owner)


def _has_begun(roster: RosterImport) -> bool:
    return RosterImport.objects.filter(pk=roster.pk).exclude(applied_at=None).exists()


def _done_before(roster: RosterImport) -> frozenset[str]:
    """Whom an earlier attempt has brought in or changed."""
    traces = RosterTrace.objects.filter(roster=roster).order_by()
    return frozenset(traces.values_list("person__person_id", flat=True).iterator(5_000))


def _in_the_way(roster: RosterImport, found: RosterPreview) -> str:
    if not found.can_apply:
        return "cannot_apply"
    if not found.left_out <= set(roster.leave_out):
        return "changed_since_check"
    # More than were agreed to is not agreed to.
    if found.many_leave and found.leaving > int(roster.counts.get("leavers_agreed") or 0):
        return "leavers_unconfirmed"
    return ""


def _counts(found: RosterPreview) -> dict[str, int]:
    gone = {"new_gone": found.new_gone} if found.new_gone else {}
    return gone | {
        "new": len(found.new),
        "changed": len(found.changed),
        "values": found.values_changed,
        "the_same": found.the_same,
        "left_out": len(found.left_out),
        "left": found.leaving,
        "back": len(found.back),
    }


class Work:
    """One attempt at writing a file: who is still to do, and the import that it holds."""

    def __init__(
        self, roster: RosterImport, turn: Turn, steps: Steps, *, counts: dict[str, int], now: datetime, at_once: int
    ) -> None:
        self.roster, self.turn, self.steps, self.at_once, self.now = roster, turn, steps, at_once, now
        self.counts = dict(roster.counts) if turn.begun_at else counts
        # Everybody whom one import touches bears one stamp, whoever finishes it.
        self.stamp = turn.begun_at or now
        self.topics: dict[str, int] = {}
        self.done = steps.same
        self.total = steps.same + steps.size

    def do(self) -> None:
        key = owner_key(self.turn.trace_owner, create=self.turn.begun_at is None)
        small = self.steps.size + len(self.steps.excluding) <= self.at_once
        together: AbstractContextManager[Any] = transaction.atomic() if small else nullcontext()
        with room_to_write(), together:
            self._begin()
            # Whom people exclude comes first, so that nobody is met unguarded by whom the file brings.
            for authors in parts(self.steps.excluding, at_once=self.at_once):
                self._exclude(sealed_exclusions(authors, {}))
            for newcomers in parts(self.steps.new, at_once=self.at_once):
                self._bring_in(plan_new(newcomers, stamp=self.stamp))
            for people in parts(self.steps.touched, at_once=self.at_once):
                self._touch(people, key)
            self._finish()
        if self.steps.size >= _MANY_ROWS:
            _refresh_statistics()

    @transaction.atomic
    def _begin(self) -> None:
        self.turn.hold(applied_at=self.stamp, counts=self.counts, done=self.done, total=self.total)
        self.topics, made = topic_keys(self.steps.topics)
        known = [key for key in self.roster.made_topics if key not in made]
        self.turn.hold(made_topics=[*known, *made])

    @a_part()
    def _exclude(self, sealed: list[tuple[str, bytes]]) -> None:
        self.turn.hold()
        write_exclusions(sealed, keys_here({author for author, _ in sealed}), roster=self.roster.pk)

    @a_part()
    def _bring_in(self, part: Part) -> None:
        self.done += len(part.new)
        self.turn.hold(done=self.done)
        write_new(part, roster=self.roster.pk, topics=self.topics)

    def _touch(self, people: Sequence[Touched], key: Fernet) -> None:
        self.done += len(people)
        for _ in range(_PLANNED_AGAIN):
            part = plan_touched(people, stamp=self.stamp, key=key)
            try:
                with a_part():
                    self.turn.hold(done=self.done)
                    write_touched(part, roster=self.roster.pk, topics=self.topics)
            except PeopleMoved:
                continue
            return
        raise PeopleMoved

    @transaction.atomic
    def _finish(self) -> None:
        self.turn.end(state=State.APPLIED, content=b"", problem="")
        RosterPage.objects.filter(roster=self.roster).delete()
        by, counts = self.roster.uploaded_by, self.counts
        record("applied", noun="roster", object_id=self.roster.public_id, by=by, now=self.now, facts=counts)
        enqueue("people_changed", key=f"import:{self.roster.public_id}", now=self.now)
        if counts["left"]:
            enqueue("people_left", key=f"import:{self.roster.public_id}", now=self.now)


def _refresh_statistics() -> None:
    """Without it PostgreSQL would read a table of a hundred thousand as if it still had a hundred rows."""
    if connection.vendor != "postgresql":
        return
    quote = connection.ops.quote_name
    models = (Person, TopicOffer, TopicWant, RankedPreference, Exclusion, RosterTrace)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(quote(model._meta.db_table) for model in models))
