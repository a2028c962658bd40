"""How an enrolment stands besides its answers, by one question to the database: for its person's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from viceversa.people.models import Exclusion, IdentityConsent

from .consent import consent_digest
from .models import ConsentGiven, Enrolment, Favourites, Pause, QuestionAnswer, ShownProfile


@dataclass(frozen=True)
class EnrolmentStanding:
    """Whether, when and how many; never who or what.

    ``consents`` counts the uses of identity attributes agreed to, ``avoided`` the people named on that page.
    """

    is_shown: bool
    has_favourites: bool
    has_agreed: bool
    pause_from: date | None
    pause_until: date | None
    answers: int
    consents: int
    avoided: int


def standing_of(enrolment: Enrolment, *, on: date) -> EnrolmentStanding:
    """As it stands on this day; agreement is to today's words of consent."""
    digest, scope = consent_digest(enrolment.cohort.programme), enrolment.cohort.programme.public_id
    mine, person = Q(enrolment=OuterRef("pk")), OuterRef("person")
    pause = Pause.objects.ahead_or_over(on).filter(mine)
    asked = Q(question__retired_at=None)
    rows = Enrolment.objects.filter(pk=enrolment.pk).values_list(
        Exists(ShownProfile.objects.filter(mine, withdrawn_at=None)),
        Exists(Favourites.objects.filter(mine)),
        Exists(ConsentGiven.objects.filter(mine, words_digest=digest)),
        Subquery(pause.values("from_on")[:1]),
        Subquery(pause.values("until_on")[:1]),
        _count(QuestionAnswer.objects.filter(mine, asked), by="enrolment"),
        _count(IdentityConsent.objects.standing().filter(person=person, scope=scope), by="person"),
        _count(Exclusion.objects.filter(author=person), by="author"),
    )
    shown, chosen, agreed, begins, ends, answers, consents, avoided = rows.get()
    return EnrolmentStanding(shown, chosen, agreed or not digest, begins, ends, answers, consents, avoided)


def _count(rows: QuerySet[Any], *, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
