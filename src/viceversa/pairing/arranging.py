"""What is made for a whole cohort by the worker, circles or a rota: asked for, made, and kept by a coordinator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.matching import InputProblems, PolicyError
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.programmes.models import Cohort

from .holding import hold_cohort
from .models import CircleDivision, Rota
from .obstacles import Obstacle, RunStopped, input_obstacles, obstacle, policy_obstacles
from .snapshot import run_policy
from .synonyms import with_synonyms

ATTEMPTS = 2
LEASE = timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(minutes=30)
"""What was asked for so long ago was lost with its worker, and may be asked for again."""
WRITES_APART_SECONDS = 0.5

Made = TypeVar("Made", CircleDivision, Rota)
Tell = Callable[[str, float], None]
"""Called with the stage and the share of it that is done, 0 to 1."""


class NotKept(Exception):
    """It is not there any more, is still being made, or was kept already."""


def latest(model: type[Made], cohort: Cohort) -> Made | None:
    """The proposal that nobody has kept yet, there is one at most."""
    return model.objects.filter(cohort=cohort, kept_at=None).order_by("-pk").first()


@transaction.atomic
def ask(model: type[Made], *, cohort: Cohort, asked: Mapping[str, int], by: User, now: datetime) -> Made:
    """Have one made in the place of the proposal there is. Pressed twice while the worker is about it, it is made once.

    Each has a seed of its own, so that asking again brings another that is as good.
    """
    held = hold_cohort(cohort)
    before = latest(model, held)
    if before is not None and _is_about(before, asked, now=now):
        return before
    seeds = model.objects.filter(cohort=held).order_by("-seed").values_list("seed", flat=True)
    last = seeds.first()
    seed = int(held.programme.policy.get("options", {}).get("seed", 0)) if last is None else last + 1
    model.objects.filter(cohort=held, kept_at=None).delete()
    policy = with_synonyms(run_policy(held.programme.policy, on=now.date(), seed=seed), cohort=held)
    made = model.objects.create(cohort=held, policy=policy, seed=seed, asked_by=by, asked_at=now, **asked)
    _record("asked", made, by=by, now=now, facts={**asked, "seed": seed})
    enqueue(kind_of(made), key=made.public_id, now=now, facts={"made": made.public_id})
    return made


def _is_about(before: CircleDivision | Rota, asked: Mapping[str, int], *, now: datetime) -> bool:
    """Whether the worker makes exactly this just now."""
    same = all(getattr(before, name) == value for name, value in asked.items())
    return same and before.is_under_way and now - before.asked_at < GIVEN_UP_AFTER


def make(
    model: type[Made],
    job: Job,
    *,
    now: datetime,
    find: Callable[[Made, Tell], Callable[[Made], dict[str, Any]]],
) -> None:
    """Find it while nothing is held, then write it. ``find`` gives what writes its rows and returns its columns."""
    made = model.objects.select_related("cohort__programme").filter(public_id=job.facts["made"]).first()
    if made is None or not made.is_under_way:
        return
    try:
        write = find(made, _Progress(made))
    except RunStopped as stopped:
        _give_up(made, stopped.obstacles, now=now)
    except PolicyError as error:
        _give_up(made, policy_obstacles(error), now=now)
    except InputProblems as error:
        _give_up(made, input_obstacles(error), now=now)
    except KeysMissing:
        _give_up(made, [obstacle("keys_missing")], now=now)
    except Exception:
        if job.attempts < ATTEMPTS:
            raise
        _give_up(made, [obstacle("fault")], now=now)
    else:
        _write(made, write, now=now)


class _Progress:
    """Notes the share that is done at most twice a second."""

    def __init__(self, made: CircleDivision | Rota) -> None:
        self._made, self._written = made, monotonic()

    def __call__(self, stage: str, share: float) -> None:
        if monotonic() - self._written < WRITES_APART_SECONDS:
            return
        self._written = monotonic()
        stages = {"search": (0, 80), "certificate": (80, 20)}
        begin, part = stages.get(stage, (0, 0))
        open_one = type(self._made).objects.filter(pk=self._made.pk, answered_at=None)
        open_one.update(share=round(begin + part * max(0.0, min(1.0, share))))


@transaction.atomic
def _write(made: Made, write: Callable[[Made], dict[str, Any]], *, now: datetime) -> None:
    """Nothing of it where another was asked for meanwhile, or another worker was quicker."""
    held = type(made).objects.select_for_update(no_key=True).filter(pk=made.pk, answered_at=None).first()
    if held is not None:
        columns = write(held)
        type(made).objects.filter(pk=made.pk).update(answered_at=now, share=100, **columns)


def _give_up(made: CircleDivision | Rota, obstacles: list[Obstacle], *, now: datetime) -> None:
    type(made).objects.filter(pk=made.pk, answered_at=None).update(problems=obstacles, answered_at=now)


@transaction.atomic
def keep(made: Made, *, by: User, now: datetime) -> Made:
    """Show it to those whom it is about. Raises ``NotKept``."""
    hold_cohort(made.cohort)
    held = type(made).objects.select_for_update(no_key=True).filter(pk=made.pk).first()
    if held is None or not held.can_be_kept or made.cohort.is_shut:
        raise NotKept
    held.kept_at, held.kept_by = now, by
    held.save(update_fields=["kept_at", "kept_by"])
    if isinstance(held, CircleDivision):
        before = CircleDivision.objects.filter(cohort=made.cohort, kept_at__isnull=False, replaced_at=None)
        before.exclude(pk=held.pk).update(replaced_at=now)
    _record("kept", held, by=by, now=now, facts={})
    return held


def kind_of(made: CircleDivision | Rota) -> str:
    """What events and jobs call it."""
    return "circles" if isinstance(made, CircleDivision) else "rota"


def _record(verb: str, made: CircleDivision | Rota, *, by: User, now: datetime, facts: Mapping[str, int]) -> None:
    noun, scope = kind_of(made), made.cohort.programme.public_id
    record(f"{noun}.{verb}", noun=noun, object_id=made.public_id, by=by, now=now, scope=scope, facts=dict(facts))
