"""What the coordinator does about a need, from the line in which it stands: done through the noun's own action,
written down with who and when, and taken back as long as nothing has left the building."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.pairing.actions import request_run
from viceversa.pairing.holding import hold_cohort
from viceversa.pairing.models import MatchRun, Pair
from viceversa.programmes.models import Cohort

from .attention import RHYTHM, Kind, Need
from .models import StepTaken

LETTERS_AFTER = timedelta(minutes=10)  # so long a slip of the finger can be taken back
LETTERS = RHYTHM | {Kind.ANSWERS, Kind.INVITED}
NOTED = frozenset({Kind.RULE, Kind.LEAVING})
RUNS = frozenset({Kind.ALONE, Kind.UNMATCHED})
RESTS = (
    dict.fromkeys(LETTERS, timedelta(days=7))
    | dict.fromkeys(NOTED, timedelta(days=60))
    | dict.fromkeys(RUNS, timedelta(days=1))
)
"""How long a need is left in peace after its step."""
LONGEST = max(RESTS.values())
SHOWN_FOR = timedelta(days=3)
MOST_SHOWN = 5


class NothingToDo(Exception):
    """There is no such need in this cohort, or not any more."""


@transaction.atomic
def take_step(*, cohort: Cohort, kind: Kind, thing: str, by: User, now: datetime) -> StepTaken:
    """Do what helps; asked twice, it is done once.

    ``thing`` is the public id of the pair or the run, or empty for the whole cohort. Raises ``NothingToDo``, and
    for a run what ``request_run`` raises.
    """
    held = hold_cohort(cohort)
    thing = _checked(held, kind=kind, thing=thing)
    if kind in RUNS:
        thing = request_run(cohort=held, by=by, now=now).public_id
        found = StepTaken.objects.filter(cohort=held, kind=kind, thing=thing).first()
        return found or _write(held, kind=kind, thing=thing, by=by, now=now)
    standing = StepTaken.objects.filter(cohort=held, kind=kind, thing=thing, taken_back_at=None)
    before = standing.filter(at__gt=now - RESTS[kind]).first()
    if before is not None:
        return before
    letters_at = now + LETTERS_AFTER if kind in LETTERS else None
    step = _write(held, kind=kind, thing=thing, by=by, now=now, letters_at=letters_at)
    if step.letters_at is not None:
        enqueue("step_letters", key=step.public_id, now=now, due_at=step.letters_at, facts={"step": step.public_id})
    return step


def _checked(cohort: Cohort, *, kind: Kind, thing: str) -> str:
    """The id that the step is about. Raises ``NothingToDo`` where the cohort has no such thing."""
    if kind in RHYTHM | NOTED and not Pair.objects.running().filter(cohort=cohort, public_id=thing).exists():
        raise NothingToDo
    if kind is Kind.ANSWERS and not MatchRun.objects.filter(cohort=cohort, public_id=thing).exists():
        raise NothingToDo
    if kind not in LETTERS | NOTED | RUNS:
        raise NothingToDo
    return cohort.public_id if kind in RUNS | {Kind.INVITED} else thing


def _write(
    cohort: Cohort, *, kind: Kind, thing: str, by: User, now: datetime, letters_at: datetime | None = None
) -> StepTaken:
    step = StepTaken.objects.create(cohort=cohort, kind=kind, thing=thing, by=by, at=now, letters_at=letters_at)
    _record("taken", step, by=by, now=now)
    return step


def note_step(*, cohort: Cohort, kind: Kind, thing: str, by: User, now: datetime) -> None:
    """Write down what was done elsewhere, so that it stands among what was done. Call inside its transaction."""
    StepTaken.objects.create(cohort=cohort, kind=kind, thing=thing, by=by, at=now)


@transaction.atomic
def take_back(*, cohort: Cohort, step_id: str, by: User, now: datetime) -> bool:
    """Take a step back, so that its need stands again; false once its letters have left, or it has none to undo."""
    step = StepTaken.objects.select_for_update(of=("self",)).filter(cohort=cohort, public_id=step_id).first()
    if step is None or not can_be_taken_back(step, now=now):
        return False
    step.taken_back_at = now
    step.save(update_fields=["taken_back_at"])
    _record("taken_back", step, by=by, now=now)
    return True


def can_be_taken_back(step: StepTaken, *, now: datetime) -> bool:
    if step.taken_back_at is not None:
        return False
    return step.kind in NOTED or (step.letters_at is not None and now < step.letters_at)


def _record(verb: str, step: StepTaken, *, by: User, now: datetime) -> None:
    scope = step.cohort.programme.public_id
    facts = {"need": str(step.kind), "thing": step.thing}
    record(verb, noun="step", object_id=step.public_id, by=by, now=now, scope=scope, facts=facts)


@dataclass(frozen=True)
class Done:
    """A step as the page shows it: with its pair, where it is about one."""

    step: StepTaken
    pair: Pair | None
    can_be_taken_back: bool


@dataclass(frozen=True)
class StepsTaken:
    """What was done about this cohort's needs: the needs at rest by kind and thing, and the newest steps."""

    resting: frozenset[tuple[str, int | str]]
    newest: tuple[StepTaken, ...]

    def still_open(self, needs: Iterable[Need]) -> list[Need]:
        kinds = {kind for kind, _ in self.resting}
        return [need for need in needs if need.kind not in kinds or (str(need.kind), _thing(need)) not in self.resting]


def _thing(need: Need) -> int | str:
    if need.kind in RUNS:
        return ""
    if need.pair_id and need.kind in RHYTHM | NOTED:
        return need.pair_id
    return need.run.public_id if need.run is not None else ""


def steps_of(cohort: Cohort, *, now: datetime) -> StepsTaken:
    """One query, however many steps there are."""
    pair = Pair.objects.filter(public_id=OuterRef("thing")).values("pk")[:1]
    rows = (
        StepTaken.objects.filter(cohort=cohort, taken_back_at=None, at__gt=now - LONGEST)
        .annotate(pair_key=Subquery(pair))
        .select_related("by")
        .order_by("-at", "-pk")
    )
    steps = list(rows)
    resting = frozenset(
        (step.kind, _resting_thing(step)) for step in steps if now - step.at < RESTS.get(Kind(step.kind), timedelta(0))
    )
    return StepsTaken(resting, tuple(step for step in steps if now - step.at < SHOWN_FOR)[:MOST_SHOWN])


def _resting_thing(step: StepTaken) -> int | str:
    key = _pair_key(step)
    if key is not None:
        return key
    return "" if step.kind in RUNS | {Kind.INVITED} else step.thing


def with_people(needs: Sequence[Need], steps: Sequence[StepTaken], *, now: datetime) -> tuple[list[Need], list[Done]]:
    """The needs and the steps with their pairs and both people read, by one query for both."""
    people = ("mentor__person", "mentee__person", "ending")
    keys = {need.pair_id for need in needs if need.pair_id}
    keys |= {key for key in (_pair_key(step) for step in steps) if key}
    pairs = Pair.objects.select_related(*people).in_bulk(keys)
    return (
        [replace(need, pair=pairs.get(need.pair_id, need.pair)) for need in needs],
        [Done(step, pairs.get(_pair_key(step) or 0), can_be_taken_back(step, now=now)) for step in steps],
    )


def _pair_key(step: StepTaken) -> int | None:
    key: int | None = step.pair_key  # type: ignore[attr-defined]
    return key
