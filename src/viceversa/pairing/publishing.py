"""Many drafts published by the worker: judging them again takes longer than somebody waits for a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles

from .actions import NotPublishable, publish_run
from .holding import hold_run
from .models import MatchRun
from .obstacles import Obstacle, RunStopped, left_out_of, obstacle
from .standing import chosen_drafts, drafts_seen

AT_ONCE = 19
"""Drafts that are judged and published while the coordinator waits; more are left to the worker.

A hundred took over 8 s on two busy cores (2026-11-22); a page is to answer within one.
"""


@dataclass(frozen=True)
class Publishing:
    """How the latest publication by the worker stands; ``version`` differs from one to the next and at its end."""

    is_under_way: bool
    has_failed: bool
    version: str


def takes_a_worker(run: MatchRun, *, only: Collection[str] | None, at_once: int = AT_ONCE) -> bool:
    return chosen_drafts(run, only=only).order_by()[at_once : at_once + 1].exists()


@transaction.atomic
def request_publication(
    *, run: MatchRun, by: User, now: datetime, only: Collection[str] | None = None, seen: str | None = None
) -> None:
    """Leave the publication to the worker; pressed twice, it is asked for once.

    Raises ``NotPublishable``, and ``ChangedMeanwhile`` where the drafts are others than ``seen`` tells.
    """
    held = hold_run(run)
    if held.state != MatchRun.State.DONE or not chosen_drafts(run, only=only).exists():
        raise NotPublishable
    if seen is not None and drafts_seen(run, only=only) != seen:
        raise ChangedMeanwhile
    if publishing_of(run).is_under_way:
        return
    MatchRun.objects.filter(pk=run.pk).update(problems=left_out_of(held.problems))
    facts: dict[str, str | int | bool | None] = {
        "run": run.public_id,
        "by": by.pk,
        "only": "" if only is None else ",".join(only),
    }
    enqueue("publish_run", key=f"{run.public_id}:{now.isoformat()}", now=now, facts=facts)


@handles("publish_run", lease=timedelta(minutes=15), attempts=3)
def publish_drafts(job: Job, now: datetime) -> None:
    """All or nothing, however often it is begun: what is published is no draft any more."""
    run = MatchRun.objects.select_related("cohort__programme").get(public_id=job.facts["run"])
    only = str(job.facts["only"]).split(",") if job.facts["only"] else None
    try:
        publish_run(run=run, by=User.objects.get(pk=job.facts["by"]), now=now, only=only)
    except NotPublishable:  # an earlier attempt has done it
        return
    except RunStopped as stopped:
        _stopped(run, stopped.obstacles)
    except KeysMissing:
        _stopped(run, [obstacle("keys_missing")])


def _stopped(run: MatchRun, obstacles: list[Obstacle]) -> None:
    MatchRun.objects.filter(pk=run.pk).update(problems=[*left_out_of(run.problems), *obstacles])


def publishing_of(run: MatchRun) -> Publishing:
    """By one query."""
    jobs = Job.objects.filter(key__startswith=f"publish_run:{run.public_id}:")
    last = jobs.order_by("-pk").values_list("pk", "done_at", "failed_at").first()
    if last is None:
        return Publishing(is_under_way=False, has_failed=False, version="")
    key, done_at, failed_at = last
    return Publishing(
        is_under_way=done_at is None and failed_at is None,
        has_failed=failed_at is not None,
        version=f"{key} {done_at} {failed_at}",
    )
