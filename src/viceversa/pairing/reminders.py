"""Two reminders of a proposal that one side has not answered, on their working mornings; an answer ends them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs
from viceversa.programmes.models import Enrolment

from .holding import PEOPLE
from .letters import proposal_reminder
from .models import Proposal

REMINDER = "proposal_reminder"
FIRST_BEFORE, LAST_BEFORE = timedelta(days=5), timedelta(days=2)
"""How long before the last day of answering."""

SETTLED_AFTER = timedelta(days=2)
"""The proposal's own letter is a reminder for so long."""

MORNING = (time(8), time(12))
AT_ONCE = 500


def is_quiet(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether it is no working morning, Monday to Friday, on this person's clock."""
    local = now.astimezone(ZoneInfo(enrolment.person.time_zone or "UTC"))
    return local.weekday() >= 5 or not MORNING[0] <= local.time() < MORNING[1]


@recurs("remind_of_proposals", every=timedelta(hours=1))
def ask_for_reminders(now: datetime) -> int:
    """Write the reminders that have fallen due, each once; how many are new.

    Whoever is not in a working morning now is looked at again in the next hour. While a question to the partner is
    open nobody is pressed.
    """
    new = 0
    for proposal in _due(now):
        answered = {answer.enrolment_id for answer in proposal.answers.all()}
        assert proposal.answer_by is not None
        which = "last" if proposal.answer_by - now <= LAST_BEFORE else "first"
        for side in (proposal.mentor, proposal.mentee):
            if side.pk in answered or not side.person.email or is_quiet(side, now=now):
                continue
            key = f"{proposal.public_id}:{side.public_id}:{which}"
            if not Job.objects.filter(key=f"{REMINDER}:{key}").exists():
                facts = {"proposal": proposal.public_id, "enrolment": side.public_id}
                enqueue(REMINDER, key=key, now=now, facts=facts)
                new += 1
    return new


def _due(now: datetime) -> Iterator[Proposal]:
    """Open proposals whose last day is near, some at a time."""
    near = Proposal.objects.filter(
        state__in=Proposal.OPEN,
        waits_since=None,
        answer_by__gt=now,
        answer_by__lte=now + FIRST_BEFORE,
        published_at__lte=now - SETTLED_AFTER,
    )
    rows = near.select_related(*PEOPLE).prefetch_related("answers").order_by("pk")
    last_pk = 0
    while part := list(rows.filter(pk__gt=last_pk)[:AT_ONCE]):
        last_pk = part[-1].pk
        yield from part


@handles(REMINDER)
def send_reminder(job: Job, now: datetime) -> None:
    """Unless this side has answered, the proposal is over, or a question is open meanwhile."""
    proposal = Proposal.objects.select_related(*PEOPLE).filter(public_id=job.facts["proposal"]).first()
    if proposal is None or proposal.state not in Proposal.OPEN or proposal.waits_since is not None:
        return
    side = proposal.mentor if proposal.mentor.public_id == job.facts["enrolment"] else proposal.mentee
    is_over = proposal.answer_by is None or proposal.answer_by <= now
    if is_over or not side.person.email or proposal.answers.filter(enrolment=side).exists():
        return
    send(proposal_reminder(proposal, to=side, now=now), job=job)
