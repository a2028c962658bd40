"""What a person does to their own enrolment: save a page of it, send it, withdraw.

What they tell about themself (topics, times, interests, style, people to avoid) belongs to the person and is
the same in every programme; capacity and hope belong to the enrolment.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.people.identity import say_identity, withdraw_identity

from .browsing import hide_profile
from .consent import agree, has_agreed
from .enrolment_answers import Answer, IdentityStepAnswer, store, values_of
from .enrolment_steps import CHECK, steps_missing, steps_of
from .events import record_enrolment
from .identity_questions import identity_uses
from .models import Enrolment, Favourites
from .places import hold_cohort, send_in

OPEN = (Enrolment.State.INVITED, Enrolment.State.DRAFT)
GOING = (*OPEN, *Enrolment.STANDS_BY, Enrolment.State.SUBMITTED, Enrolment.State.MATCHED)

OnWithdrawal = Callable[[Enrolment, User | None, datetime], None]
_on_withdrawal: list[OnWithdrawal] = []


class NotComplete(Exception):
    """Pages that must be answered are not. Carries their steps."""

    def __init__(self, steps: tuple[str, ...]) -> None:
        self.steps = steps
        super().__init__(", ".join(steps))


class NotOpen(Exception):
    """The enrolment was declined, withdrawn or completed; it is not changed any more."""


def on_withdrawal(react: OnWithdrawal) -> OnWithdrawal:
    """Register what has to end with an enrolment; called in the withdrawal's own transaction."""
    _on_withdrawal.append(react)
    return react


def seen_of(enrolment: Enrolment, *, step: str) -> str:
    """The fingerprint of what a step holds now, for the page that shows it."""
    return fingerprint(values_of(enrolment, step=step))


@transaction.atomic
def save_step(enrolment: Enrolment, *, step: str, answer: Answer, seen: str, by: User, now: datetime) -> None:
    """Save one page. The first save begins the enrolment; after sending, it simply changes what was sent.

    Raises ``ChangedMeanwhile`` when the page's values are no longer those that were seen, and ``NotOpen``.
    """
    held = _held(enrolment)
    check_unchanged(values_of(held, step=step), seen=seen)
    if isinstance(answer, IdentityStepAnswer):
        programme = held.cohort.programme
        uses = identity_uses(programme)
        say_identity(held.person, said=answer.said, uses=uses, scope=programme.public_id, by=by, now=now)
    else:
        store(answer, enrolment=held)
    if step not in held.steps_done:
        held.steps_done = [each for each in steps_of(held) if each in (*held.steps_done, step)]
    if held.state == Enrolment.State.INVITED:
        held.state = Enrolment.State.DRAFT
        held.opened_at = held.opened_at or now
        record_enrolment("begun", held, by=by, now=now)
    elif held.state in Enrolment.TAKING_PART:
        record_enrolment("changed", held, by=by, now=now)
    held.save(update_fields=["steps_done", "state", "opened_at"])


@transaction.atomic
def submit_enrolment(enrolment: Enrolment, *, agreed_to: str = "", by: User, now: datetime) -> None:
    """Send it: from now on the person takes part, or waits where no place is left. Sending twice is sending once.

    ``agreed_to`` is the digest of the words of consent that were read. Raises ``NotComplete``, and
    ``WordsChanged`` when the programme asks for agreement to other words.
    """
    hold_cohort(enrolment.cohort_id)
    held = _held(enrolment)
    if held.state not in OPEN:
        return
    missing = steps_missing(held)
    if missing:
        raise NotComplete(missing)
    agree(held, digest=agreed_to, now=now)
    send_in(held, by=by, now=now)
    held.steps_done = [*held.steps_done, CHECK]
    held.save(update_fields=["state", "submitted_at", "steps_done", "place_held_at", "waits_at", "ended_at"])
    record_enrolment("submitted", held, by=by, now=now)


@transaction.atomic
def agree_again(enrolment: Enrolment, *, agreed_to: str, by: User, now: datetime) -> None:
    """Agree to the words of consent as they are today, after sending. Raises ``WordsChanged``."""
    held = _held(enrolment)
    if has_agreed(held):
        return
    agree(held, digest=agreed_to, now=now)
    record_enrolment("agreed", held, by=by, now=now)


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, by: User, now: datetime) -> None:
    """Stop taking part, without a reason. What hangs on the enrolment ends with it."""
    hold_cohort(enrolment.cohort_id)
    held = _held(enrolment)
    held.state, held.ended_at = Enrolment.State.WITHDRAWN, now
    held.save(update_fields=["state", "ended_at"])
    record_enrolment("withdrawn", held, by=by, now=now)
    end_what_hangs_on(held, by=by, now=now)


def end_what_hangs_on(enrolment: Enrolment, *, by: User | None, now: datetime) -> None:
    """End everything that hangs on an enrolment which has just ended; ``by`` is None for somebody without account.

    What was agreed to for this programme ends with it: nobody looks at the profile any more, and an identity
    attribute that nothing else uses is deleted.
    """
    hide_profile(enrolment, by=by, now=now)
    scope = enrolment.cohort.programme.public_id
    others = Enrolment.objects.filter(person=enrolment.person_id, cohort__programme__public_id=scope, state__in=GOING)
    if not others.exclude(pk=enrolment.pk).exists():
        withdraw_identity(enrolment.person, by=by, now=now, scope=scope)
    Favourites.objects.filter(enrolment=enrolment).delete()
    for react in _on_withdrawal:
        react(enrolment, by, now)


def _held(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it is now, held until the transaction ends."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    held = Enrolment.objects.select_related("person", "cohort__programme").get(pk=enrolment.pk)
    if held.state not in GOING:
        raise NotOpen
    return held
