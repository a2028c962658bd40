"""What a closing does to proposals and pairs, and how a pair ends on its own last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs
from viceversa.programmes.closing import Open, on_closing
from viceversa.programmes.models import Cohort, Enrolment

from .closing import close_proposals
from .ending import follow_ending
from .funnel import looks_on, without_partner
from .holding import hold_enrolments, hold_proposals
from .letters import pair_closed_letter
from .models import Ending, Pair, PairDecision, Proposal, SeatTaken

LETTER = "pair_closed_letter"


def count_open(cohorts: Iterable[Cohort], on: date) -> Open:
    rows = list(cohorts)
    # Both roles are named for the sake of the index on cohort, role and state, as in programmes/closing.py.
    alone = Enrolment.objects.filter(without_partner(), cohort__in=rows, role__in=Enrolment.Role.values)
    looking = Count("pk", filter=looks_on(on))
    counted = alone.aggregate(waiting=looking, everybody=Count("pk"))
    return Open(
        waiting=counted["waiting"],
        aside=counted["everybody"] - counted["waiting"],
        proposals=Proposal.objects.filter(run__cohort__in=rows, state__in=Proposal.OPEN).count(),
        pairs=Pair.objects.running().filter(cohort__in=rows).count(),
    )


def end_open(cohort: Cohort, by: User, now: datetime) -> None:
    """End every open proposal, and, where the closing chose so, every running pair."""
    still_out = Q(run__cohort=cohort, state__in=Proposal.OPEN)
    sides = Proposal.objects.filter(still_out).values_list("mentor", "mentee")
    hold_enrolments(key for pair in sides for key in pair)
    close_proposals(hold_proposals(still_out), now=now)
    if cohort.pairs_end != Cohort.PairsEnd.NOW:
        return
    for pair in Pair.objects.running().filter(cohort=cohort).order_by("pk"):
        close_pair(pair, by=by, now=now)


on_closing(count=count_open, end=end_open)


@transaction.atomic
def close_pair(pair: Pair, *, by: User | None, now: datetime) -> bool:
    """End a pair whose time is over; both are thanked. False where it has ended already."""
    sides = hold_enrolments((pair.mentor_id, pair.mentee_id))
    held = Pair.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=pair.pk)
    if not held.is_running:
        return False
    Pair.objects.filter(pk=held.pk).update(state=Pair.State.CLOSED, ended_at=now)
    Ending.objects.create(pair=held, category=Ending.Category.CLOSED, by=by, at=now)
    SeatTaken.objects.filter(pair=held).delete()
    for enrolment in sides.values():
        if enrolment.state == Enrolment.State.MATCHED and not _runs_in_another(enrolment):
            done = {"state": Enrolment.State.COMPLETED, "ended_at": now}
            Enrolment.objects.filter(pk=enrolment.pk).update(**done)
    locks = PairDecision.objects.standing().filter(kind=PairDecision.Kind.LOCKED)
    locks.filter(mentor=held.mentor_id, mentee=held.mentee_id).update(lifted_at=now)
    scope = held.cohort.programme.public_id
    record("pair.closed", noun="pair", object_id=held.public_id, by=by, now=now, scope=scope)
    held.refresh_from_db()
    follow_ending(held, now=now)
    for enrolment in sides.values():
        facts = {"pair": held.public_id, "enrolment": enrolment.public_id}
        enqueue(LETTER, key=f"{held.public_id}:{enrolment.public_id}", now=now, facts=facts)
    return True


def _runs_in_another(enrolment: Enrolment) -> bool:
    """Whether they still have a partner: somebody with capacity may have two."""
    return Pair.objects.running().filter(Q(mentor=enrolment) | Q(mentee=enrolment)).exists()


@recurs("close_pairs_on_their_day", every=timedelta(hours=1))
def close_pairs_on_their_day(now: datetime) -> int:
    """End pairs whose last day is behind them, in cohorts that are always on or closed; how many.

    In an open cohort with a last day, pairs that are late may still hold their last meetings.
    """
    due = Q(cohort__kind=Cohort.Kind.ALWAYS_ON) | Q(cohort__closed_at__isnull=False, cohort__ends_on__lt=now.date())
    count = 0
    for pair in Pair.objects.running().filter(due).select_related("cohort").order_by("pk").iterator():
        if now.date() > pair.cohort.last_day_of_pair(formed_on=pair.formed_at.date()):
            count += close_pair(pair, by=None, now=now)
    return count


@handles(LETTER)
def send_pair_closed_letter(job: Job, now: datetime) -> None:
    pair = Pair.objects.select_related("cohort__programme", "mentor__person", "mentee__person").get(
        public_id=job.facts["pair"]
    )
    to = next(side for side in (pair.mentor, pair.mentee) if side.public_id == job.facts["enrolment"])
    if to.person.email and not to.person.has_left(on=now.date()):
        send(pair_closed_letter(pair, to=to), job=job)
