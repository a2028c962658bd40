"""The letters of a coordinator's steps: asking a pair for a date, or for a word; asking again for an answer."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import Letter, absolute, send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.pairing.models import Pair, Proposal
from viceversa.people.models import Person
from viceversa.programmes.invitations import send_again
from viceversa.programmes.letters import name_of

from .attention import RHYTHM, Kind, long_unanswered
from .models import Meeting, StepTaken

PEOPLE = ("cohort__programme", "mentor__person", "mentee__person")


@handles("step_letters")
def write_step_letters(job: Job, now: datetime) -> None:
    """One job for each letter, unless the step was taken back."""
    step = _standing(str(job.facts["step"]))
    if step is None:
        return
    if step.kind in RHYTHM:
        for side in ("mentor", "mentee"):
            facts = {"step": step.public_id, "side": side}
            enqueue("step_letter", key=f"{step.public_id}:{side}", now=now, facts=facts)
    elif step.kind == Kind.ANSWERS:
        _ask_for_answers(step, now=now)
    elif step.kind == Kind.INVITED and step.by is not None:
        for enrolment in long_unanswered(step.cohort, now=now).select_related("person", "cohort__programme"):
            send_again(enrolment, by=step.by, now=now)


def _standing(public_id: str) -> StepTaken | None:
    steps = StepTaken.objects.select_related("cohort__programme", "by")
    return steps.filter(public_id=public_id, taken_back_at=None).first()


def _ask_for_answers(step: StepTaken, *, now: datetime) -> None:
    """The letter of each open proposal once more; whoever has answered gets none, as its handler sees."""
    proposals = Proposal.objects.filter(run__public_id=step.thing, state__in=Proposal.OPEN)
    for proposal, *sides in list(proposals.values_list("public_id", "mentor__public_id", "mentee__public_id")):
        for side in sides:
            facts = {"proposal": proposal, "enrolment": side}
            enqueue("proposal_letter", key=f"{proposal}:{side}:{step.public_id}", now=now, facts=facts)


@handles("step_letter")
def send_step_letter(job: Job, now: datetime) -> None:
    """To one of the two, if the reason still stands: the pair runs, and has neither found a date nor said a word."""
    step = _standing(str(job.facts["step"]))
    if step is None:
        return
    pair = Pair.objects.running().select_related(*PEOPLE).filter(public_id=step.thing).first()
    if pair is None or not _still_needed(step, pair, now=now):
        return
    person = pair.mentor.person if job.facts["side"] == "mentor" else pair.mentee.person
    if person.email and not person.has_left(on=now.date()):
        send(step_letter(step, pair, to=person, by=step.by), job=job)


def _still_needed(step: StepTaken, pair: Pair, *, now: datetime) -> bool:
    planned = Meeting.objects.filter(pair=pair, state=Meeting.State.PLANNED)
    if step.kind == Kind.NOT_SAID:
        return planned.filter(starts_at__lte=now).exists()
    return step.kind == Kind.SLIPPING or not planned.filter(starts_at__gt=now).exists()


def step_letter(step: StepTaken, pair: Pair, *, to: Person, by: User | None) -> Letter:
    """The coordinator's request in kind words; it blames nobody, and says what the coordinator knows."""
    programme = pair.cohort.programme
    names = {
        "name": to.short_name,
        "partner": pair.partner_of(to).name,
        "programme": programme.name,
        "coordinator": name_of(by),
    }
    subject, ask, action = _words(Kind(step.kind))
    return Letter(
        to=to.email,
        subject=subject % names,
        paragraphs=(
            ask % names,
            _("I see dates and whether you met, and nothing of what the two of you talk about."),
        ),
        action_label=action,
        action_url=absolute(reverse("pair", args=[pair.public_id])),
        after=(
            _("If something stands in the way, write to me. The same letter went to both of you."),
            names["coordinator"],
        ),
        why=_("Sent because %(coordinator)s, who coordinates %(programme)s, asked both of you.") % names,
    )


def _words(kind: Kind) -> tuple[str, str, str]:
    """Subject, request and button."""
    if kind is Kind.NOT_SAID:
        return (
            _("Did you and %(partner)s meet?"),
            _("%(name)s, a date of yours with %(partner)s has gone by. Say in one press whether it took place."),
            _("Say whether you met"),
        )
    if kind is Kind.SLIPPING:
        return (
            _("Your next meeting with %(partner)s"),
            _(
                "%(name)s, your meetings with %(partner)s were moved more than once. It happens. Keep the next date "
                "even if it is short: half an hour is worth more than another move."
            ),
            _("See your dates"),
        )
    if kind is Kind.NOT_MET:
        return (
            _("A first date with %(partner)s"),
            _("%(name)s, you and %(partner)s have no first date yet. Choose one of the hours that suit you both."),
            _("Fix a date"),
        )
    return (
        _("The next date with %(partner)s"),
        _("%(name)s, you and %(partner)s have no next date yet. Choose one of the hours that suit you both."),
        _("Fix a date"),
    )
