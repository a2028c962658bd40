"""After each change of the organisation: running pairs whose two are now in one reporting line pause, and go on again
when they are in none any more. The coordinators alone are told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.access import Role
from viceversa.accounts.events import record
from viceversa.accounts.models import RoleGrant
from viceversa.accounts.numbers import filled
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import Letter, absolute, send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs
from viceversa.programmes.models import Cohort
from viceversa.programmes.policy import complete_policy

from .at_risk import Risk, pairs_at_risk
from .models import Pair, PairHold

PAUSES = (Pair.State.TRIAL, Pair.State.ACTIVE)


def check_running_pairs(*, now: datetime) -> int:
    """Check the running pairs of every cohort; how many paused. Each cohort in a transaction of its own."""
    running = Pair.objects.running().order_by().values("cohort")
    cohorts = Cohort.objects.filter(pk__in=running).select_related("programme").order_by("pk")
    return sum(check_cohort(cohort, now=now) for cohort in cohorts)


@transaction.atomic
def check_cohort(cohort: Cohort, *, now: datetime) -> int:
    """Pause what breaks the reporting-line rule by now, and let go on what breaks it no more; how many paused."""
    rules = complete_policy(cohort.programme.policy)["rules"]
    found = pairs_at_risk(cohort, rules=rules, on=now.date())
    broken = {key for key, risk in found.items() if risk is Risk.LINE}
    _let_go_on(cohort, broken=broken, now=now)
    paused = [pair for pair in _unpaused(cohort, broken) if _pause(pair, cohort=cohort, now=now)]
    if paused:
        for grant in _coordinators(cohort):
            key = f"{cohort.public_id}:{now.isoformat()}:{grant}"
            facts: dict[str, str | int | bool | None] = {
                "cohort": cohort.public_id,
                "pairs": len(paused),
                "grant": grant,
            }
            enqueue("pairs_paused_letter", key=key, now=now, facts=facts)
    return len(paused)


def _unpaused(cohort: Cohort, keys: Collection[int]) -> list[Pair]:
    """One by one from all that run: a database's limit on the values of a query is never met."""
    running = Pair.objects.filter(cohort=cohort, state__in=PAUSES).order_by("pk") if keys else Pair.objects.none()
    return [pair for pair in running if pair.pk in keys]


def _pause(pair: Pair, *, cohort: Cohort, now: datetime) -> bool:
    if not Pair.objects.filter(pk=pair.pk, state=pair.state).update(state=Pair.State.PAUSED):
        return False
    PairHold.objects.create(pair=pair, was=pair.state, at=now)
    _record("pair.held", pair, cohort=cohort, now=now)
    return True


def _let_go_on(cohort: Cohort, *, broken: Collection[int], now: datetime) -> None:
    standing = PairHold.objects.standing().filter(pair__cohort=cohort).select_related("pair").order_by("pk")
    for hold in standing:
        if hold.pair_id in broken and hold.pair.state == Pair.State.PAUSED:
            continue
        PairHold.objects.filter(pk=hold.pk, lifted_at=None).update(lifted_at=now)
        if Pair.objects.filter(pk=hold.pair_id, state=Pair.State.PAUSED).update(state=hold.was):
            _record("pair.goes_on", hold.pair, cohort=cohort, now=now)


def _record(verb: str, pair: Pair, *, cohort: Cohort, now: datetime) -> None:
    scope = cohort.programme.public_id
    record(verb, noun="pair", object_id=pair.public_id, by=None, now=now, scope=scope)


def _coordinators(cohort: Cohort) -> list[int]:
    grants = RoleGrant.objects.standing().filter(role=Role.COORDINATOR, scope=cohort.programme.public_id)
    return list(grants.filter(user__is_active=True).order_by("pk").values_list("pk", flat=True))


@handles("people_changed", lease=timedelta(minutes=15))
def after_people_changed(job: Job, now: datetime) -> None:
    """After a people file was brought in, and after one was undone."""
    check_running_pairs(now=now)


@recurs("check_reporting_lines", every=timedelta(hours=1))
def when_a_manager_was_changed_by_hand(now: datetime) -> int:
    return check_running_pairs(now=now)


@handles("pairs_paused_letter")
def send_pairs_paused_letter(job: Job, now: datetime) -> None:
    """Nothing leaves where the role has ended meanwhile."""
    grants = RoleGrant.objects.standing().select_related("user")
    grant = grants.filter(pk=job.facts["grant"], user__is_active=True).first()
    cohort = Cohort.objects.select_related("programme").filter(public_id=job.facts["cohort"]).first()
    if grant is not None and cohort is not None:
        send(_letter(grant, cohort=cohort, pairs=int(job.facts["pairs"] or 0)), job=job)


def _letter(grant: RoleGrant, *, cohort: Cohort, pairs: int) -> Letter:
    names = {"programme": cohort.programme.name, "cohort": cohort.name, "count": pairs}
    happened = ngettext(
        "In %(programme)s, %(cohort)s, the two of %(count)s pair are in one reporting line now, so the pair is paused.",
        "In %(programme)s, %(cohort)s, the two of each of %(count)s pairs are in one reporting line now, so they "
        "are paused.",
        pairs,
    )
    return Letter(
        to=grant.user.email,
        subject=_("%(programme)s: paused because of a reporting line") % names,
        paragraphs=(
            filled(happened, **names),
            _("Nobody else was told, the two neither. They are not reminded of meetings. Talk with them first."),
            _("If the line changes back, or the people file is undone, they go on by themselves."),
        ),
        action_label=_("See which"),
        action_url=absolute(reverse("programme", args=[cohort.programme.public_id])),
        why=_("Sent because you coordinate %(programme)s.") % names,
        language=grant.user.language,
    )
