"""The what-if bench: variants of a match run beside each other, until one is chosen or all are thrown away.

A variant is computed like a run and seen by coordinators alone. Nothing is published of it. Locks and pairs kept apart
are the cohort's, and so hold in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.programmes.actions import set_policy
from viceversa.programmes.models import Cohort, Programme
from viceversa.programmes.policy import complete_policy
from viceversa.programmes.policy_form import PolicyForm

from .actions import NobodyLooks
from .holding import hold_cohort
from .models import MatchRun, PairDecision, Proposal
from .snapshot import looking_counts, run_policy
from .standing import all_drafts_seen
from .synonyms import with_synonyms

MOST_VARIANTS = 5
"""More columns than that can no longer be compared by eye."""

OPTIONS_TAKEN_OVER = (*PolicyForm.OPTIONS, "fairness")
"""What of a variant's options can become the programme's. The seed is a run's own."""


class BenchFull(Exception):
    """There are as many variants as can stand beside each other: one must be thrown away first."""


class NotChoosable(Exception):
    """The variant still runs, has failed, was chosen or thrown away, or the cohort is over."""


def variants_of(cohort: Cohort) -> QuerySet[MatchRun]:
    """What is tried in a cohort, the oldest first."""
    return MatchRun.every.filter(cohort=cohort, is_variant=True).order_by("number")


def run_in_force(cohort: Cohort) -> MatchRun | None:
    """The latest finished run: what variants are held against."""
    return cohort.runs.filter(state=MatchRun.State.DONE).order_by("-number").first()


@transaction.atomic
def request_variant(
    *,
    cohort: Cohort,
    policy: Mapping[str, Any],
    seed: int,
    name: str,
    by: User,
    now: datetime,
    method: str = MatchRun.Method.BEST,
) -> MatchRun:
    """Queue a variant under this policy. The worker does the rest.

    Pressing the button twice asks once. Raises ``NobodyLooks`` and ``BenchFull``.
    """
    held = hold_cohort(cohort)
    asked = with_synonyms(run_policy(policy, on=now.date(), seed=seed), cohort=held)
    there = list(variants_of(held))
    for one in there:
        if one.state in MatchRun.UNFINISHED and (one.policy, one.name, one.method) == (asked, name, method):
            return one
    if len(there) >= MOST_VARIANTS:
        raise BenchFull
    looking = looking_counts(held, on=now.date())
    if not all(looking.values()):
        raise NobodyLooks(looking)
    variant = MatchRun.every.create(
        cohort=held,
        number=there[-1].number + 1 if there else 1,
        is_variant=True,
        name=name,
        requested_by=by,
        requested_at=now,
        policy=asked,
        seed=seed,
        method=method,
    )
    _record("requested", variant, by=by, now=now, facts={"number": variant.number, "seed": seed})
    enqueue("match_run", key=variant.public_id, now=now, facts={"run": variant.public_id})
    return variant


@transaction.atomic
def throw_away(*, variant: MatchRun, by: User, now: datetime) -> None:
    """Forget a variant and all its pairs; what was chosen meanwhile is a run, and stays."""
    cohort = hold_cohort(variant.cohort)
    held = MatchRun.every.select_for_update().filter(pk=variant.pk, is_variant=True).first()
    if held is None:
        return
    held.cohort = cohort
    _record("thrown_away", held, by=by, now=now, facts={"number": held.number})
    held.delete()


@dataclass(frozen=True)
class Choice:
    """What choosing a variant would do; ``seen`` is what the confirmation page hands back.

    ``drafts`` and ``by_hand`` count what stays behind with the run in force, ``out`` its proposals that wait for an
    answer or became pairs. ``decided`` counts decisions about pairs that the variant does not know.
    """

    variant: MatchRun
    in_force: MatchRun | None
    is_on_its_way: bool
    drafts: int
    by_hand: int
    out: int
    locked: int
    kept_apart: int
    decided: int
    seen: str


def choice_of(variant: MatchRun) -> Choice:
    """A constant number of queries. Raises ``NotChoosable``."""
    if not variant.is_variant or variant.state != MatchRun.State.DONE:
        raise NotChoosable
    cohort, in_force = variant.cohort, run_in_force(variant.cohort)
    pairs = _counted(in_force) if in_force is not None else {}
    since = variant.started_at or variant.requested_at
    decisions = PairDecision.objects.filter(cohort=cohort).aggregate(
        locked=Count("pk", filter=Q(lifted_at=None, kind=PairDecision.Kind.LOCKED)),
        kept_apart=Count("pk", filter=Q(lifted_at=None, kind=PairDecision.Kind.FORBIDDEN)),
        decided=Count("pk", filter=Q(lifted_at=None, at__gte=since) | Q(at__lt=since, lifted_at__gte=since)),
    )
    return Choice(
        variant=variant,
        in_force=in_force,
        is_on_its_way=cohort.runs.filter(state__in=MatchRun.UNFINISHED).exists(),
        drafts=pairs.get("drafts", 0),
        by_hand=pairs.get("by_hand", 0),
        out=pairs.get("out", 0),
        seen=_seen(variant, in_force=in_force),
        **decisions,
    )


def _counted(run: MatchRun) -> dict[str, int]:
    out = (*Proposal.OPEN, Proposal.State.ACCEPTED)
    return run.proposals.aggregate(
        drafts=Count("pk", filter=Q(state=Proposal.State.DRAFT)),
        by_hand=Count("pk", filter=Q(state=Proposal.State.DRAFT, by_hand=True)),
        out=Count("pk", filter=Q(state__in=out)),
    )


def _seen(variant: MatchRun, *, in_force: MatchRun | None) -> str:
    before = {"run": in_force.public_id, "drafts": all_drafts_seen(in_force)} if in_force is not None else {}
    return fingerprint({"variant": variant.public_id, "policy": variant.cohort.programme.policy, **before})


@transaction.atomic
def choose_variant(*, variant: MatchRun, seen: str, for_programme: bool, by: User, now: datetime) -> MatchRun:
    """Make a variant the cohort's latest run, a draft to review. Nothing is published, no other run changes.

    With ``for_programme`` its rules and weights become the programme's for later runs. Raises ``ChangedMeanwhile``
    where the run in force, its drafts or the programme's rules are not as they were ``seen``, and ``NotChoosable``.
    """
    if for_programme:  # the programme before its cohort, as whoever holds both does
        Programme.objects.select_for_update().get(pk=variant.cohort.programme_id)
    cohort = hold_cohort(variant.cohort)
    held = MatchRun.every.select_for_update(no_key=True).filter(pk=variant.pk, is_variant=True).first()
    if held is None or held.state != MatchRun.State.DONE or cohort.is_closed:
        raise NotChoosable
    held.cohort = cohort
    if _seen(held, in_force=run_in_force(cohort)) != seen:
        raise ChangedMeanwhile
    held.is_variant = False
    held.number = (cohort.runs.aggregate(last=Max("number"))["last"] or 0) + 1
    held.save(update_fields=["is_variant", "number"])
    if for_programme:
        policy = taken_over(held.policy, into=cohort.programme.policy)
        set_policy(cohort.programme, policy=policy, seen=fingerprint(cohort.programme.policy), by=by, now=now)
    facts = {"number": held.number, "for_programme": for_programme}
    _record("chosen", held, by=by, now=now, facts=facts)
    return held


def taken_over(policy: Mapping[str, Any], *, into: Mapping[str, Any]) -> dict[str, Any]:
    """A programme's policy with a run's rules, weights and aims in the place of its own."""
    whole, asked = complete_policy(into), complete_policy(policy)
    whole["rules"] |= {name: asked["rules"][name] for name in PolicyForm.RULES}
    whole["weights"] = dict(asked["weights"])
    whole["options"] |= {name: asked["options"][name] for name in OPTIONS_TAKEN_OVER if name in asked["options"]}
    return whole


def _record(verb: str, variant: MatchRun, *, by: User, now: datetime, facts: Mapping[str, Any]) -> None:
    scope = variant.cohort.programme.public_id
    record(f"variant.{verb}", noun="variant", object_id=variant.public_id, by=by, now=now, scope=scope, facts=facts)
