"""Profiles that people agreed to show to the others of their cohort, and the agreement itself.

What is shown: name, pronouns, function, what they offer, interests, languages, one sentence. Nothing else, to
nobody but the other side of the same cohort, and to no one from the moment they take it back.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from viceversa.accounts.fingerprint import check_unchanged, fingerprint
from viceversa.accounts.models import User
from viceversa.people.models import Topic

from .events import record_enrolment
from .models import Enrolment, ShownProfile


def shown_profile(enrolment: Enrolment) -> ShownProfile | None:
    """The standing agreement to be looked at."""
    return enrolment.shown_profiles.filter(withdrawn_at=None).first()


def seen_of(shown: ShownProfile | None) -> str:
    return fingerprint(_values(shown))


@transaction.atomic
def show_profile(enrolment: Enrolment, *, sentence: str, seen: str, by: User, now: datetime) -> None:
    """Agree to be looked at, or change the sentence. Raises ``ChangedMeanwhile``."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    shown = shown_profile(enrolment)
    if shown and shown.sentence == sentence:
        return
    check_unchanged(_values(shown), seen=seen)
    if shown is None:
        ShownProfile.objects.create(enrolment=enrolment, sentence=sentence, shown_at=now)
        record_enrolment("profile_shown", enrolment, by=by, now=now)
    else:
        shown.sentence = sentence
        shown.save(update_fields=["sentence"])


@transaction.atomic
def hide_profile(enrolment: Enrolment, *, by: User | None, now: datetime) -> None:
    """Take it back at once. The row stays, with its dates; the sentence goes."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.shown_profiles.filter(withdrawn_at=None).update(withdrawn_at=now, sentence=""):
        record_enrolment("profile_hidden", enrolment, by=by, now=now)


def profiles_for(enrolment: Enrolment, *, on: date, words: str = "", topic: str = "") -> QuerySet[ShownProfile]:
    """Who of the other side shows their profile: by name, each with person and offers."""
    profiles = _others(enrolment, on=on)
    for word in words.split()[:5]:
        profiles = profiles.filter(_told(word))
    if topic:
        profiles = profiles.filter(enrolment__person__offers__topic__key=topic)
    ordered = profiles.order_by("enrolment__person__family_name", "enrolment__person__given_name", "pk")
    return ordered.select_related("enrolment__person").prefetch_related("enrolment__person__offers__topic")


def topics_shown(enrolment: Enrolment, *, on: date, at_most: int = 100) -> list[tuple[str, str]]:
    """Key and name of the topics that these profiles offer."""
    offered = _others(enrolment, on=on).filter(enrolment__person__offers__topic=OuterRef("pk"))
    return list(Topic.objects.filter(Exists(offered)).order_by("name").values_list("key", "name")[:at_most])


def _others(enrolment: Enrolment, *, on: date) -> QuerySet[ShownProfile]:
    here = Q(enrolment__person__leave_date=None) | Q(enrolment__person__leave_date__gt=on)
    other = Enrolment.Role.MENTOR if enrolment.role == Enrolment.Role.MENTEE else Enrolment.Role.MENTEE
    return (
        ShownProfile.objects.filter(
            here, withdrawn_at=None, enrolment__cohort=enrolment.cohort_id, enrolment__role=other
        )
        .filter(enrolment__state__in=Enrolment.TAKING_PART)
        .exclude(enrolment__person=enrolment.person_id)
    )


def _told(word: str) -> Q:
    """A word in anything that the profile shows."""
    person = "enrolment__person__"
    names = ("given_name", "family_name", "preferred_name", "function")
    told = Q(sentence__icontains=word)
    for name in names:
        told |= Q(**{f"{person}{name}__icontains": word})
    return told


def _values(shown: ShownProfile | None) -> dict[str, object]:
    return {"sentence": shown.sentence} if shown else {}
