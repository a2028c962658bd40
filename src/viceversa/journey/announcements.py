"""Announcements: a coordinator tells a circle of the cohort something, now or at a time, each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from viceversa.accounts.events import record
from viceversa.accounts.models import User
from viceversa.outbox.actions import enqueue
from viceversa.outbox.letters import Letter, absolute, send
from viceversa.outbox.models import Job
from viceversa.outbox.registry import handles
from viceversa.people.models import Person
from viceversa.programmes.letters import name_of
from viceversa.programmes.models import Cohort, Programme

from .circles import people_in_circle
from .models import Announcement, AnnouncementReceipt

AT_ONCE = 500
ON_HOME_FOR = timedelta(days=30)
MOST_ON_HOME = 3


@dataclass(frozen=True)
class Draft:
    """What is to be told, to whom, and when (None: now)."""

    circle: Announcement.Circle
    subject: str
    words: str
    send_at: datetime | None = None


@transaction.atomic
def announce(cohort: Cohort, draft: Draft, *, public_id: str, by: User, now: datetime) -> Announcement:
    """Write the announcement and ask for its sending; a second call with the same ``public_id`` does nothing."""
    send_at = draft.send_at or now
    told, new = Announcement.objects.get_or_create(
        public_id=public_id,
        defaults={
            "cohort": cohort,
            "circle": draft.circle,
            "subject": draft.subject,
            "words": draft.words,
            "by": by,
            "written_at": now,
            "send_at": send_at,
        },
    )
    if new:
        _record("written", told, by=by, now=now)
        facts = {"announcement": told.public_id}
        enqueue("announcement", key=told.public_id, now=now, due_at=send_at, facts=facts)
    return told


@transaction.atomic
def call_off(announcement: Announcement, *, by: User, now: datetime) -> bool:
    """Keep it from being sent; false when it is on its way, or was called off before."""
    waiting = Announcement.objects.filter(pk=announcement.pk, sent_at=None, called_off_at=None)
    if not waiting.update(called_off_at=now):
        return False
    _record("called_off", announcement, by=by, now=now)
    return True


def _record(verb: str, told: Announcement, *, by: User | None, now: datetime, people: int | None = None) -> None:
    scope = told.cohort.programme.public_id
    facts = {"circle": str(told.circle)} | ({} if people is None else {"people": people})
    record(verb, noun="announcement", object_id=told.public_id, by=by, now=now, scope=scope, facts=facts)


@handles("announcement", lease=timedelta(minutes=5))
def send_announcement(job: Job, now: datetime) -> None:
    """Read the circle as it is now, write down everybody in it, and ask for one letter each."""
    with transaction.atomic():
        rows = Announcement.objects.select_for_update(of=("self",)).select_related("cohort__programme", "by")
        told = rows.filter(public_id=job.facts["announcement"], sent_at=None, called_off_at=None).first()
        if told is None:
            return
        people = list(people_in_circle(told.cohort, Announcement.Circle(told.circle), now=now).only("pk", "email"))
        receipts = [
            AnnouncementReceipt(announcement=told, person=person, by_letter=bool(person.email)) for person in people
        ]
        AnnouncementReceipt.objects.bulk_create(receipts, batch_size=AT_ONCE, ignore_conflicts=True)
        told.sent_at = now
        told.save(update_fields=["sent_at"])
        _record("sent", told, by=told.by, now=now, people=len(people))
        enqueue("announcement_letters", key=told.public_id, now=now, facts={"announcement": told.public_id})


@handles("announcement_letters", lease=timedelta(minutes=5))
def write_announcement_letters(job: Job, now: datetime) -> None:
    """One job for each letter, so that one refused address holds up nobody; begun again it writes none twice."""
    told = str(job.facts["announcement"])
    receipts = AnnouncementReceipt.objects.filter(announcement__public_id=told, by_letter=True).order_by("pk")
    written = set(
        Job.objects.filter(kind="announcement_letter", facts__announcement=told).values_list("key", flat=True)
    )
    for key in receipts.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE):
        if f"announcement_letter:{key}" not in written:
            facts: dict[str, str | int | bool | None] = {"announcement": told, "receipt": key}
            enqueue("announcement_letter", key=str(key), now=now, facts=facts)


@handles("announcement_letter")
def send_announcement_letter(job: Job, now: datetime) -> None:
    """Unless the person has left, or lost their address."""
    receipts = AnnouncementReceipt.objects.select_related(
        "person", "announcement__cohort__programme", "announcement__by"
    )
    receipt = receipts.filter(pk=job.facts["receipt"]).first()
    if receipt is None or not receipt.person.email or receipt.person.has_left(on=now.date()):
        return
    told = receipt.announcement
    letter = announcement_letter(
        told.cohort.programme, subject=told.subject, words=told.words, by=told.by, to=receipt.person
    )
    send(letter, job=job)


def announcement_letter(programme: Programme, *, subject: str, words: str, by: User | None, to: Person) -> Letter:
    """The letter as it leaves; the coordinator's page shows the same as a sample."""
    names = {"coordinator": name_of(by), "programme": programme.name}
    return Letter(
        to=to.email,
        subject=subject,
        paragraphs=tuple(paragraphs_of(words)),
        action_label=_("Open %(programme)s") % names,
        action_url=absolute(reverse("home")),
        after=(names["coordinator"],),
        why=_("Sent because %(coordinator)s, who coordinates %(programme)s, writes to everybody in your circle.")
        % names,
    )


def paragraphs_of(words: str) -> list[str]:
    """Parts between empty lines."""
    whole = words.replace("\r\n", "\n").strip()
    return [part.strip("\n") for part in whole.split("\n\n") if part.strip()]


def announcements_listed(cohort: Cohort) -> QuerySet[Announcement]:
    """Newest first, with how many were told and how many of them by letter."""
    return (
        Announcement.objects.filter(cohort=cohort)
        .select_related("by")
        .annotate(told=Count("receipts"), letters=Count("receipts", filter=Q(receipts__by_letter=True)))
        .order_by("-send_at", "-pk")
    )


def on_home_of(person: Person, *, now: datetime) -> list[Announcement]:
    """What this person was told lately, newest first; one query."""
    told = Announcement.objects.filter(receipts__person=person, sent_at__gt=now - ON_HOME_FOR)
    return list(told.select_related("cohort__programme", "by").order_by("-sent_at", "-pk")[:MOST_ON_HOME])
