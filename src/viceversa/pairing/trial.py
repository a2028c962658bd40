"""The trial with which a pair begins: after the first meeting each side says in private whether they go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from viceversa.accounts.events import record
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles, recurs
from viceversa.programmes.models import Cohort, Enrolment

from .ending import end_pair
from .holding import hold_enrolments
from .letters import trial_letter
from .models import Ending, Pair, TrialWord

ASK_AFTER = timedelta(days=30)
"""Without a first meeting the two are asked after so long: not meeting is something to talk about, too."""

GOES_ON_AFTER = timedelta(days=14)
"""Whoever says nothing for so long goes on; they may end a pair at any time anyway."""

Word = TrialWord.Word


class NotOnTrial(Exception):
    """The two are not asked, or not any more: the pair goes on, or has ended."""


def first_meeting_held(pair: Pair, *, now: datetime) -> None:
    """After a meeting that took place, a pair on trial is asked; without trials in the programme it goes on."""
    if pair.cohort.programme.has_trial:
        ask_after_trial(pair, now=now)
    else:
        Pair.objects.filter(pk=pair.pk, state=Pair.State.TRIAL).update(state=Pair.State.ACTIVE)


@transaction.atomic
def ask_after_trial(pair: Pair, *, now: datetime) -> bool:
    """Ask both sides, once; whether they are asked by this call."""
    fresh = Pair.objects.filter(pk=pair.pk, state=Pair.State.TRIAL, trial_asked_at=None).update(trial_asked_at=now)
    if not fresh:
        return False
    for side in (pair.mentor, pair.mentee):
        facts = {"pair": pair.public_id, "enrolment": side.public_id}
        enqueue("trial_letter", key=f"{pair.public_id}:{side.public_id}", now=now, facts=facts)
    return True


@transaction.atomic
def say_after_trial(*, pair: Pair, enrolment: Enrolment, word: str, now: datetime) -> Pair:
    """Keep one side's word. Two that go on make the pair active; one that would rather not ends it, for both alike.

    Nothing is recorded with a name, here or in the log: who said what stays with whoever said it.
    Raises ``NotOnTrial``.
    """
    hold_enrolments((pair.mentor_id, pair.mentee_id))
    held = Pair.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=pair.pk)
    if held.state != Pair.State.TRIAL or held.trial_asked_at is None:
        raise NotOnTrial
    held.trial_words.update_or_create(enrolment=enrolment, defaults={"word": word, "at": now})
    if word == Word.ANOTHER:
        end_pair(held, why=Ending.Category.TRIAL, side="", by=None, now=now)
    elif held.trial_words.filter(word=Word.GO_ON).count() == 2:
        _go_on(held, now=now)
    held.refresh_from_db()
    return held


def _go_on(pair: Pair, *, now: datetime) -> None:
    if Pair.objects.filter(pk=pair.pk, state=Pair.State.TRIAL).update(state=Pair.State.ACTIVE):
        scope = pair.cohort.programme.public_id
        record("pair.goes_on", noun="pair", object_id=pair.public_id, by=None, now=now, scope=scope)


def said_after_trial(pair: Pair, *, enrolment: Enrolment) -> str:
    """This side's own word; empty where it has said nothing."""
    return pair.trial_words.filter(enrolment=enrolment).values_list("word", flat=True).first() or ""


def ended_on_trial(cohort: Cohort) -> int:
    """How many pairs ended so. Who said it is for nobody to count."""
    return Ending.objects.filter(pair__cohort=cohort, category=Ending.Category.TRIAL).count()


@recurs("trial_pairs", every=timedelta(hours=6))
def look_after_trials(now: datetime) -> int:
    """Ask who has not met for long, and let those go on who have said nothing; how many were asked."""
    trials = Pair.objects.filter(state=Pair.State.TRIAL).select_related("cohort__programme", "mentor", "mentee")
    silent = trials.filter(trial_asked_at__lte=now - GOES_ON_AFTER)
    for pair in silent.order_by("pk"):
        with transaction.atomic():
            _go_on(pair, now=now)
    due = trials.filter(trial_asked_at=None, formed_at__lte=now - ASK_AFTER, cohort__programme__has_trial=True)
    return sum(ask_after_trial(pair, now=now) for pair in due.order_by("pk"))


@handles("trial_letter")
def send_trial_letter(job: Job, now: datetime) -> None:
    """Unless the pair goes on or has ended by now, or this side has said it."""
    people = ("cohort__programme", "mentor__person", "mentee__person")
    pair = Pair.objects.select_related(*people).filter(public_id=job.facts["pair"], state=Pair.State.TRIAL).first()
    if pair is None:
        return
    side = pair.mentor if pair.mentor.public_id == job.facts["enrolment"] else pair.mentee
    if side.person.email and not said_after_trial(pair, enrolment=side):
        send(trial_letter(pair, to=side), job=job)
