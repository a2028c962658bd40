"""What people without a partner read when their cohort is closed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from viceversa.outbox.letters import Letter, send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles

from .closing import LETTER
from .coordinators import coordinator_name
from .models import Enrolment


def closed_letter(enrolment: Enrolment, *, asked_only: bool) -> Letter:
    """``asked_only``: they never answered, so nothing of theirs ends but the invitation."""
    programme = enrolment.cohort.programme
    names = {
        "name": enrolment.person.short_name,
        "programme": programme.name,
        "cohort": enrolment.cohort.name,
        "coordinator": coordinator_name(programme),
    }
    if asked_only:
        paragraphs = (
            _("%(name)s, “%(cohort)s” of %(programme)s is closed. The invitation that you had ends with it.") % names,
            _("Nothing is expected of you, and not answering counts against nobody."),
        )
    else:
        paragraphs = (
            _("%(name)s, “%(cohort)s” of %(programme)s is closed, and you had no partner in it.") % names,
            _(
                "That says nothing about you: a partner is found among those who happen to be there. "
                "Thank you for being ready. You are free again, and can take part in another round."
            ),
        )
    return Letter(
        to=enrolment.person.email,
        subject=_("%(programme)s: this round is closed") % names,
        paragraphs=paragraphs,
        after=(_("%(coordinator)s can tell you more.") % names,),
        why=_("Sent because you were part of %(programme)s.") % names,
    )


@handles(LETTER)
def send_closed_letter(job: Job, now: datetime) -> None:
    """Send it, unless the person has left or has no address."""
    enrolments = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = enrolments.filter(public_id=job.facts["enrolment"]).first()
    if enrolment is None or not enrolment.person.email or enrolment.person.has_left(on=now.date()):
        return
    send(closed_letter(enrolment, asked_only=bool(job.facts["asked_only"])), job=job)
