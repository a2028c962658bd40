"""A pair ends before its time: dated, in a neutral category, and nobody's fault. Whoever stays can be matched again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.programmes.enrol import on_withdrawal
from viceversa.programmes.models import Enrolment

from .holding import hold_enrolments
from .models import Ending, Pair, PairDecision, SeatTaken

Category = Ending.Category
Follow = Callable[[Pair, datetime], None]
_FOLLOWS: list[Follow] = []


def on_pair_ended(follow: Follow) -> Follow:
    """Register what shall follow. Called with the pair and the moment, inside the ending transaction."""
    if follow not in _FOLLOWS:
        _FOLLOWS.append(follow)
    return follow


@transaction.atomic
def end_pair(pair: Pair, *, why: Ending.Category, side: str, by: User | None, now: datetime) -> Ending | None:
    """End a running pair; None when it has ended already.

    ``side`` is the one who does not go on, empty where that is nobody's to know. Their places are free again,
    whoever still takes part can be matched again, a lock on the two is lifted, and the partner is told.
    """
    sides = hold_enrolments((pair.mentor_id, pair.mentee_id))
    held = Pair.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=pair.pk)
    if not held.is_running:
        return None
    Pair.objects.filter(pk=held.pk).update(state=Pair.State.EXITED, ended_at=now)
    ending = Ending.objects.create(pair=held, category=why, side=side, by=by, at=now)
    SeatTaken.objects.filter(pair=held).delete()
    for enrolment in sides.values():
        if enrolment.state == Enrolment.State.MATCHED:
            Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.SUBMITTED)
    locks = PairDecision.objects.standing().filter(kind=PairDecision.Kind.LOCKED)
    locks.filter(mentor=held.mentor_id, mentee=held.mentee_id).update(lifted_at=now)
    record(
        "pair.ended",
        noun="pair",
        object_id=held.public_id,
        by=by,
        now=now,
        scope=held.cohort.programme.public_id,
        facts={"category": str(why)},
    )
    held.refresh_from_db()
    follow_ending(held, now=now)
    for stays in _told(held, side=side):
        facts = {"pair": held.public_id, "enrolment": sides[stays].public_id}
        enqueue("pair_ended_letter", key=f"{held.public_id}:{sides[stays].public_id}", now=now, facts=facts)
    return ending


def _told(pair: Pair, *, side: str) -> tuple[int, ...]:
    """Whoever stays; both, in the same words, where it is nobody's to know who does not."""
    stays = {Ending.Side.MENTOR.value: (pair.mentee_id,), Ending.Side.MENTEE.value: (pair.mentor_id,)}
    return stays.get(side, (pair.mentor_id, pair.mentee_id))


def follow_ending(pair: Pair, *, now: datetime) -> None:
    """Do what higher nouns registered, inside the ending transaction."""
    for follow in _FOLLOWS:
        follow(pair, now)


@on_withdrawal
def end_with_enrolment(enrolment: Enrolment, by: User | None, now: datetime) -> None:
    """Whoever left or stopped taking part has no partner any more, and their partner is free for another."""
    why = Category.LEFT if enrolment.person.has_left(on=now.date()) else Category.WITHDREW
    mine = Q(mentor=enrolment) | Q(mentee=enrolment)
    for pair in Pair.objects.running().filter(mine).order_by("pk"):
        side = Ending.Side.MENTOR if pair.mentor_id == enrolment.pk else Ending.Side.MENTEE
        end_pair(pair, why=why, side=side, by=by, now=now)
