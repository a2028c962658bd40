"""Work of the programmes that falls due."""

from __future__ import annotations

from datetime import datetime

from viceversa.accounts.models import User
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles

from .invitations import LETTER, MAY_BE_ASKED_AGAIN
from .letters import invitation
from .models import Enrolment


@handles(LETTER)
def send_invitation(job: Job, now: datetime) -> None:
    """Send it, unless the person answered, left or lost their address meanwhile."""
    enrolments = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = enrolments.filter(public_id=job.facts["enrolment"], state__in=MAY_BE_ASKED_AGAIN).first()
    if enrolment is None or not enrolment.person.email or enrolment.person.has_left(on=now.date()):
        return
    by = User.objects.filter(public_id=job.facts["by"]).first()
    send(invitation(enrolment, by=by, now=now), job=job)
