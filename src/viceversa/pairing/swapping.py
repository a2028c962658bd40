"""A mentee gets another mentor by hand: what it would do to both sides, and doing it to the run's drafts at once.

The engine's own answer stays: what is replaced is set aside, and what is made by hand says so. The new pairs are
locked and the old ones are not, so that the next run keeps what the coordinator decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from viceversa.accounts.events import record
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.accounts.models import User
from viceversa.programmes.models import Enrolment

from .decisions import LIFT, put_decision
from .holding import hold_cohort, hold_enrolments, hold_run
from .judging import Judged, Sides, judge_pairs
from .models import MatchRun, PairDecision, Proposal, SeatTaken


class NotADraft(Exception):
    """The run is not finished, or one of the pairs was published meanwhile."""


class NotPossible(Exception):
    """A rule, a place or an absence forbids one of the pairs. Carries the effect that says which."""

    def __init__(self, effect: Effect) -> None:
        self.effect = effect
        super().__init__("a pair of the swap may not be made")


@dataclass(frozen=True)
class Effect:
    """What a swap ends and makes; ``alone`` stay without a partner by it. ``seen`` tells whether this still holds."""

    ends: tuple[Proposal, ...]
    makes: tuple[Judged, ...]
    alone: tuple[Enrolment, ...]
    seen: str

    @property
    def may_be(self) -> bool:
        return bool(self.makes) and all(judged.may_be for judged in self.makes)

    @property
    def before(self) -> float:
        return sum(proposal.score for proposal in self.ends)

    @property
    def after(self) -> float:
        return sum(judged.score for judged in self.makes)

    @property
    def gained(self) -> float:
        """Points of fit, a hundredth of a score each; below 0 when something is lost."""
        return (self.after - self.before) * 100


def swap_effect(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment, now: datetime) -> Effect:
    """What giving this mentor to this mentee would do. Raises ``NotADraft``, ``RunStopped`` and ``KeysMissing``."""
    if run.state != MatchRun.State.DONE:
        raise NotADraft
    touching = list(_touching(run, mentor=mentor, mentee=mentee))
    if any((one.mentor_id, one.mentee_id) == (mentor.pk, mentee.pk) for one in touching):
        raise NotADraft
    seats = list(SeatTaken.objects.filter(enrolment__in=(mentor.pk, mentee.pk)).values_list("enrolment", flat=True))
    room = {side.pk: side.capacity - seats.count(side.pk) for side in (mentor, mentee)}
    given_up = _given_up([one for one in touching if one.mentee_id == mentee.pk], room=room[mentee.pk])
    freed = _given_up([one for one in touching if one.mentor_id == mentor.pk], room=room[mentor.pk])
    ends = tuple(one for one in (given_up, freed) if one is not None)
    if any(one.state != Proposal.State.DRAFT for one in ends):
        raise NotADraft
    wanted: list[Sides] = [(mentor, mentee)]
    alone: list[Enrolment] = []
    if given_up is not None and freed is not None:
        wanted.append((given_up.mentor, freed.mentee))
    else:
        alone = [given_up.mentor] if given_up else [freed.mentee] if freed else []
    makes = judge_pairs(run, wanted, now=now)
    return Effect(ends=ends, makes=tuple(makes), alone=tuple(alone), seen=_seen(run, touching))


def _touching(run: MatchRun, *, mentor: Enrolment, mentee: Enrolment) -> Iterable[Proposal]:
    counting = (Proposal.State.DRAFT, *Proposal.OPEN)
    rows = run.proposals.filter(Q(mentor=mentor) | Q(mentee=mentee), state__in=counting)
    return rows.select_related("mentor__person", "mentee__person").order_by("score", "pk")


def _given_up(held: list[Proposal], *, room: int) -> Proposal | None:
    """The pair that makes room: none while a place is free, else the draft that fits least."""
    if len(held) < room:
        return None
    drafts = [one for one in held if one.state == Proposal.State.DRAFT]
    return next(iter(drafts or held), None)


def _seen(run: MatchRun, touching: Iterable[Proposal]) -> str:
    return fingerprint({one.public_id: one.state for one in touching} | {"run": run.public_id})


@transaction.atomic
def swap(
    *, run: MatchRun, mentor: Enrolment, mentee: Enrolment, reason: str, seen: str, by: User, now: datetime
) -> Effect:
    """Do it.

    Raises what ``swap_effect`` raises, ``NotPossible``, and ``ChangedMeanwhile`` where things stand otherwise than the
    coordinator saw.
    """
    held = hold_cohort(run.cohort)
    hold_run(run)
    effect = swap_effect(run, mentor=mentor, mentee=mentee, now=now)
    if effect.seen != seen:
        raise ChangedMeanwhile
    if not effect.may_be:
        raise NotPossible(effect)
    people = {key for one in effect.ends for key in (one.mentor_id, one.mentee_id)} | {mentor.pk, mentee.pk}
    hold_enrolments(people)
    set_aside(run, effect.ends, now=now)
    make_by_hand(run, [one.proposal(run) for one in effect.makes])
    for one in effect.ends:
        put_decision(held, one.mentor, one.mentee, kind=LIFT, by=by, now=now, only=PairDecision.Kind.LOCKED)
    for judged in effect.makes:
        put_decision(held, judged.mentor, judged.mentee, kind=PairDecision.Kind.LOCKED, by=by, now=now, reason=reason)
    facts: dict[str, str | int | bool | None] = {
        "mentor": mentor.public_id,
        "mentee": mentee.public_id,
        "ended": len(effect.ends),
    }
    scope = held.programme.public_id
    record("run.changed", noun="run", object_id=run.public_id, by=by, now=now, scope=scope, facts=facts)
    return effect


def note_changed(run: MatchRun, *, by: User, now: datetime, pairs: int) -> None:
    scope = run.cohort.programme.public_id
    record("run.changed", noun="run", object_id=run.public_id, by=by, now=now, scope=scope, facts={"pairs": pairs})


AT_A_TIME = 1_000


def set_aside(run: MatchRun, proposals: Iterable[Proposal], *, now: datetime) -> None:
    """The engine's drafts stay as its answer; what was made by hand goes."""
    keys = sorted(one.pk for one in proposals)
    for start in range(0, len(keys), AT_A_TIME):
        _set_aside(run, keys[start : start + AT_A_TIME], now=now)


def _set_aside(run: MatchRun, keys: list[int], *, now: datetime) -> None:
    drafts = run.proposals.filter(pk__in=keys, state=Proposal.State.DRAFT).order_by("pk")
    held = dict(drafts.select_for_update(no_key=True).values_list("pk", "by_hand"))
    if len(held) != len(keys):
        raise NotADraft
    run.proposals.filter(pk__in=[key for key, by_hand in held.items() if by_hand]).delete()
    rest = run.proposals.filter(pk__in=[key for key, by_hand in held.items() if not by_hand])
    rest.update(state=Proposal.State.SET_ASIDE, decided_at=now)


def make_by_hand(run: MatchRun, drafts: Iterable[Proposal]) -> None:
    """Write these drafts; a pair that the engine had made before becomes its draft again."""
    aside = run.proposals.filter(state=Proposal.State.SET_ASIDE).order_by()
    before = {(mentor, mentee): key for key, mentor, mentee in aside.values_list("pk", "mentor_id", "mentee_id")}
    made = list(drafts)
    again = [before[sides] for one in made if (sides := (one.mentor_id, one.mentee_id)) in before]
    for start in range(0, len(again), AT_A_TIME):
        part = run.proposals.filter(pk__in=again[start : start + AT_A_TIME])
        part.update(state=Proposal.State.DRAFT, decided_at=None)
    new = [one for one in made if (one.mentor_id, one.mentee_id) not in before]
    Proposal.objects.bulk_create(new, batch_size=AT_A_TIME)
