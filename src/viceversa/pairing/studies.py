"""Questions about a cohort that the worker answers by solving several times; one of each kind is kept, the latest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.matching import InputProblems, PolicyError
from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.programmes.models import Cohort

from .holding import hold_cohort
from .models import Study
from .obstacles import RunStopped, input_obstacles, obstacle, policy_obstacles

GIVEN_UP_AFTER = timedelta(minutes=30)
"""A study that was asked for so long ago was lost with its worker, and may be asked for again."""
ATTEMPTS = 2

Answer = Callable[[Study], dict[str, Any]]
_ANSWERS: dict[str, Answer] = {}


def answers(kind: Study.Kind) -> Callable[[Answer], Answer]:
    """Register what finds the answer: from the study, with what was asked and found before, to its findings."""

    def register(answer: Answer) -> Answer:
        _ANSWERS[kind] = answer
        return answer

    return register


def study_of(cohort: Cohort, kind: Study.Kind) -> Study | None:
    return Study.objects.filter(cohort=cohort, kind=kind).first()


@transaction.atomic
def ask_study(*, cohort: Cohort, kind: Study.Kind, asked: Mapping[str, Any], by: User, now: datetime) -> Study:
    """Have it answered anew. Pressed twice while the worker is about it, it is answered once."""
    held = hold_cohort(cohort)
    study = Study.objects.filter(cohort=held, kind=kind).first()
    if study is not None and study.is_under_way and study.asked == asked and now - study.asked_at < GIVEN_UP_AFTER:
        return study
    fresh = {"asked": dict(asked), "asked_by": by, "asked_at": now, "answered_at": None, "problems": []}
    study, _new = Study.objects.update_or_create(cohort=held, kind=kind, defaults=fresh)
    scope = held.programme.public_id
    record("study.asked", noun="study", object_id=str(kind), by=by, now=now, scope=scope, facts={"kind": str(kind)})
    enqueue("study", key=f"{study.pk}:{now.isoformat()}", now=now, facts={"study": study.pk, "at": now.isoformat()})
    return study


@handles("study", lease=timedelta(minutes=30), attempts=ATTEMPTS)
def answer_study(job: Job, now: datetime) -> None:
    """Nothing is held while it is worked out; what was asked anew meanwhile is left to the newer job."""
    study = Study.objects.select_related("cohort__programme").filter(pk=job.facts["study"], answered_at=None).first()
    if study is None or study.asked_at.isoformat() != job.facts["at"]:
        return
    findings, problems = study.findings, []
    try:
        findings = _ANSWERS[study.kind](study)
    except RunStopped as stopped:
        problems = stopped.obstacles
    except PolicyError as error:
        problems = policy_obstacles(error)
    except InputProblems as error:
        problems = input_obstacles(error)
    except KeysMissing:
        problems = [obstacle("keys_missing")]
    except Exception:
        if job.attempts < ATTEMPTS:
            raise
        problems = [obstacle("fault")]
    asked = Study.objects.filter(pk=study.pk, asked_at=study.asked_at)
    asked.update(findings=findings, problems=problems, answered_at=now)
