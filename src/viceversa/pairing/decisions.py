"""The coordinator's word on two people: locked together, kept apart, or lifted; with a reason in their own words.

The words are sealed with the programme's key and shown to its coordinators; they stand in no event and no export.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.accounts.keys.store import KeysMissing, owner_keys, seal
from viceversa.accounts.models import User
from viceversa.people.sealing import opened
from viceversa.programmes.models import Cohort, Enrolment

from .holding import hold_cohort
from .models import MatchRun, PairDecision
from .pricing import forget_prices

LIFT = "lift"
AT_A_TIME = 1_000
NOTHING = "nothing"
"""What a page showed where nothing was decided about two people."""


class DecidedMeanwhile(Exception):
    """Somebody else decided about the two after the page was drawn. Carries what stands now, None for nothing."""

    def __init__(self, standing: PairDecision | None) -> None:
        self.standing = standing
        super().__init__("decided meanwhile")


@transaction.atomic
def decide(
    *,
    run: MatchRun,
    mentor: Enrolment,
    mentee: Enrolment,
    kind: str,
    by: User,
    now: datetime,
    reason: str = "",
    seen: str | None = None,
) -> None:
    """Lock two people together, keep them apart, or lift what was decided; later runs of the cohort heed it.

    ``kind`` is a ``PairDecision.Kind`` or ``LIFT``. Deciding the same again changes nothing. ``seen`` is the kind that
    the page showed, ``NOTHING`` where none did. Raises ``DecidedMeanwhile`` where something else stands by now, and
    ``KeysMissing`` where the reason cannot be sealed.
    """
    cohort = hold_cohort(run.cohort)
    standing = standing_about(cohort, mentor=mentor, mentee=mentee)
    now_stands = standing.kind if standing else NOTHING
    wanted = NOTHING if kind == LIFT else kind
    if seen is not None and now_stands not in (seen, wanted):
        raise DecidedMeanwhile(standing)
    if not put_decision(cohort, mentor, mentee, kind=kind, by=by, now=now, reason=reason):
        return
    facts = {"mentor": mentor.public_id, "mentee": mentee.public_id}
    scope = cohort.programme.public_id
    record(f"decision.{kind}", noun="run", object_id=run.public_id, by=by, now=now, scope=scope, facts=facts)


def standing_about(cohort: Cohort, *, mentor: Enrolment, mentee: Enrolment) -> PairDecision | None:
    rows = PairDecision.objects.standing().filter(cohort=cohort, mentor=mentor, mentee=mentee)
    return rows.select_related("by").first()


def put_decision(
    cohort: Cohort,
    mentor: Enrolment,
    mentee: Enrolment,
    *,
    kind: str,
    by: User,
    now: datetime,
    reason: str = "",
    only: str = "",
) -> bool:
    """Write it into the held cohort; whether anything changed. ``only`` lifts decisions of that kind alone."""
    standing = PairDecision.objects.standing().filter(cohort=cohort, mentor=mentor, mentee=mentee)
    if only:
        standing = standing.filter(kind=only)
    if standing.filter(kind=kind).exists():
        return False
    lifted = standing.update(lifted_at=now)
    forget_prices(cohort)
    if kind == LIFT:
        return bool(lifted)
    sealed = seal(reason.strip(), owner=cohort.programme.public_id)
    PairDecision.objects.create(
        cohort=cohort, mentor=mentor, mentee=mentee, kind=kind, by=by, at=now, sealed_reason=sealed
    )
    return True


@dataclass(frozen=True)
class Put:
    """A decision to write about two, by the keys of their enrolments."""

    mentor: int
    mentee: int
    kind: str
    reason: str = ""


def put_decisions(
    cohort: Cohort, puts: Iterable[Put], *, unlocked: Iterable[tuple[int, int]] = (), by: User, now: datetime
) -> None:
    """Many at once into the held cohort; of two words on the same pair the first holds.

    What is decided so already stays as it is, by whom it was. ``unlocked`` are pairs whose lock is lifted.
    """
    wanted: dict[tuple[int, int], Put] = {}
    for put in puts:
        wanted.setdefault((put.mentor, put.mentee), put)
    ended, lifted = set(unlocked), []
    rows = PairDecision.objects.standing().filter(cohort=cohort)
    for pk, kind, *keys in rows.values_list("pk", "kind", "mentor_id", "mentee_id"):
        pair = (keys[0], keys[1])
        if pair in wanted and wanted[pair].kind == kind:
            del wanted[pair]
        elif pair in wanted or (pair in ended and kind == PairDecision.Kind.LOCKED):
            lifted.append(pk)
    for start in range(0, len(lifted), AT_A_TIME):
        PairDecision.objects.filter(pk__in=lifted[start : start + AT_A_TIME]).update(lifted_at=now)
    owner = cohort.programme.public_id
    key = owner_keys([owner], create=True)[owner]
    made = [
        PairDecision(
            cohort=cohort,
            mentor_id=put.mentor,
            mentee_id=put.mentee,
            kind=put.kind,
            by=by,
            at=now,
            sealed_reason=key.encrypt(put.reason.strip().encode()) if put.reason.strip() else b"",
        )
        for put in wanted.values()
    ]
    PairDecision.objects.bulk_create(made, batch_size=AT_A_TIME)
    forget_prices(cohort)


def told_reasons(cohort: Cohort, decisions: Iterable[PairDecision]) -> dict[int, str]:
    """Key of the decision → its reason, for those that have one; empty where the key store cannot be reached."""
    sealed = {one.pk: bytes(one.sealed_reason) for one in decisions if one.sealed_reason}
    if not sealed:
        return {}
    owner = cohort.programme.public_id
    try:
        key = owner_keys([owner], create=False)[owner]
        return {one: opened(key, words) for one, words in sealed.items()}
    except (KeysMissing, KeyError):
        return {}
