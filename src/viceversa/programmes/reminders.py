"""Two reminders of an invitation that nobody has answered, a week apart; an answer ends them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from viceversa.outbox.actions import enqueue
from viceversa.outbox.models import Job
from viceversa.outbox.registry import recurs

from .invitations import LETTER
from .models import Enrolment, Programme

REMINDER = "remind_of_invitation"
FIRST_AFTER, LAST_AFTER = timedelta(days=5), timedelta(days=12)
STILL_WORTH = timedelta(days=3)  # later than this, a worker that was away has missed the moment
AT_ONCE = 500


def unanswered() -> QuerySet[Enrolment]:
    """Invited, not looked into, in a programme that runs."""
    return Enrolment.objects.filter(
        state=Enrolment.State.INVITED,
        opened_at=None,
        cohort__closed_at=None,
        cohort__programme__state=Programme.State.LAUNCHED,
    ).exclude(person__email="")


@recurs("remind_of_invitations", every=timedelta(hours=6))
def ask_for_reminders(now: datetime) -> int:
    """Write the reminders that have fallen due, each once; how many are new."""
    new = 0
    for after, is_last in ((FIRST_AFTER, False), (LAST_AFTER, True)):
        for keys in _due(now - after, is_last=is_last):
            for key, public_id in keys.items():
                enqueue(REMINDER, key=key, now=now, facts={"enrolment": public_id, "last": is_last})
                new += 1
    return new


def _due(until: datetime, *, is_last: bool) -> Iterator[dict[str, str]]:
    """Some at a time: the keys of reminders not yet written, with their enrolments."""
    rows = unanswered().filter(invited_at__gt=until - STILL_WORTH, invited_at__lte=until).order_by("pk")
    last_pk = 0
    while part := list(rows.filter(pk__gt=last_pk).values_list("pk", "public_id")[:AT_ONCE]):
        last_pk = part[-1][0]
        keys = {f"{public_id}:{'last' if is_last else 'first'}": public_id for _pk, public_id in part}
        written = Job.objects.filter(key__in=[f"{REMINDER}:{key}" for key in keys]).values_list("key", flat=True)
        there = set(written)
        yield {key: one for key, one in keys.items() if f"{REMINDER}:{key}" not in there}


def may_be_reminded(enrolment: Enrolment, *, now: datetime) -> bool:
    """Whether the invitation is still unanswered, and no other letter about it went out today."""
    if not unanswered().filter(pk=enrolment.pk).exists():
        return False
    return not Job.objects.filter(key=f"{LETTER}:{enrolment.public_id}:{now.date()}").exists()
