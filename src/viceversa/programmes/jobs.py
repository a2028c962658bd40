"""Work of the programmes that falls due."""

from __future__ import annotations

from datetime import datetime

from viceversa.accounts.models import User
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles

from .admission_letters import TRUE_IN, manager_letter, registration_letter, reminder, standing_letter
from .invitations import LETTER, MAY_BE_ASKED_AGAIN
from .letters import invitation
from .models import Enrolment, RegistrationRequest
from .pausing import PAUSE_OVER, pause_is_over
from .places import MANAGER_LETTER, STANDING_LETTER, admission_of
from .registration import REGISTRATION_LETTER, reaches, whose
from .reminders import REMINDER, may_be_reminded


@handles(LETTER)
def send_invitation(job: Job, now: datetime) -> None:
    """Send it, unless the person answered, left or lost their address meanwhile."""
    enrolment = _enrolment(job, now=now)
    if enrolment is None or enrolment.state not in MAY_BE_ASKED_AGAIN:
        return
    by = User.objects.filter(public_id=job.facts["by"]).first()
    send(invitation(enrolment, by=by, now=now), job=job)


@handles(STANDING_LETTER)
def send_standing(job: Job, now: datetime) -> None:
    """Send it, unless they stand otherwise by now; then another letter says so."""
    enrolment = _enrolment(job, now=now)
    news = str(job.facts["news"])
    if enrolment is not None and enrolment.state in TRUE_IN[news]:
        send(standing_letter(enrolment, news=news, now=now), job=job)


@handles(REMINDER)
def send_reminder(job: Job, now: datetime) -> None:
    """Send it, unless the invitation was answered, or a letter about it went out today."""
    enrolment = _enrolment(job, now=now)
    if enrolment is not None and may_be_reminded(enrolment, now=now):
        send(reminder(enrolment, last=bool(job.facts["last"]), now=now), job=job)


@handles(REGISTRATION_LETTER)
def send_registration_link(job: Job, now: datetime) -> None:
    """To whom the address belongs; nothing leaves for an address that is nobody's."""
    asked = RegistrationRequest.objects.select_related("cohort__programme").filter(public_id=job.facts["request"])
    for one in asked:
        if one.is_good(now=now) and reaches(one, now=now):
            send(registration_letter(one, person=whose(one, now=now)), job=job)


@handles(MANAGER_LETTER)
def tell_manager(job: Job, now: datetime) -> None:
    """The line manager as they are now, if they are here, can be written to, and it is still to be said."""
    enrolments = Enrolment.objects.select_related("person__manager", "cohort__programme")
    enrolment = enrolments.filter(public_id=job.facts["enrolment"], state__in=Enrolment.TAKING_PART).first()
    if enrolment is None or not admission_of(enrolment.cohort).tells_managers:
        return
    manager = enrolment.person.manager
    if manager is not None and manager.email and not manager.has_left(on=now.date()):
        send(manager_letter(enrolment, manager=manager), job=job)


@handles(PAUSE_OVER)
def let_in_after_pause(job: Job, now: datetime) -> None:
    """Who waited and paused is looked at again on the first day after; another pause keeps them waiting."""
    found = Enrolment.objects.select_related("cohort__programme").filter(public_id=job.facts["enrolment"]).first()
    if found is not None:
        pause_is_over(found, now=now)


def _enrolment(job: Job, *, now: datetime) -> Enrolment | None:
    """Whom the letter is for; nobody where no letter reaches them or they have left."""
    enrolments = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = enrolments.filter(public_id=job.facts["enrolment"]).first()
    if enrolment is None or not enrolment.person.email or enrolment.person.has_left(on=now.date()):
        return None
    return enrolment
