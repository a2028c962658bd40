"""What the product knows of how people will come in: what they are asked, who waits, who has no address, which days.

An item stands here only where the programme has what it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.people.identity import Purpose

from .models import Cohort, Enrolment, Programme, Question
from .models.enrolment import has_a_place
from .policy import complete_policy
from .questions import questions_asked
from .readiness_item import Item, Place, Verdict
from .readiness_pool import Pool
from .standards import Standard

MANY_WITHOUT_EMAIL = 0.2  # of the people concerned
FIRST_WEEKS = timedelta(days=14)  # in which pairs are to meet for the first time
_IDENTITY = "identity"
NEEDS_CHOICES = {Question.Kind.ONE: 2, Question.Kind.SEVERAL: 1, Question.Kind.SCALE: 2}


def intake_items(programme: Programme, cohort: Cohort, *, pool: Pool) -> Iterator[Item]:
    """In the order in which people meet them. Two queries."""
    own, identity = _asked(programme)
    yield from _questions(own)
    yield from _identity(programme, asked=identity)
    if pool.everybody.people:
        yield _reach(pool)
    yield from _waiting(cohort)
    yield from _turn_of_the_year(cohort)


@dataclass(frozen=True)
class _Asked:
    """``holds``: the answers to choose from; of an identity attribute its purposes."""

    words: str
    kind: str
    required: bool
    holds: Collection[str]


def _asked(programme: Programme) -> tuple[list[_Asked], list[_Asked]]:
    """Own questions, and identity attributes, by one query."""
    own = questions_asked(programme).order_by().values_list("words", "kind", "required", "choices")
    identity = programme.identity_questions.order_by()
    rows = identity.values_list("label", Value(_IDENTITY), Value(False), "purposes")
    found = [_Asked(*row) for row in own.union(rows, all=True)]
    return [one for one in found if one.kind != _IDENTITY], [one for one in found if one.kind == _IDENTITY]


def _questions(asked: list[_Asked]) -> Iterator[Item]:
    """Own questions that can be answered: what offers nothing to choose stops whoever must answer it."""
    if not asked:
        return
    empty = [one for one in asked if len(one.holds) < NEEDS_CHOICES.get(Question.Kind(one.kind), 0)]
    title = _("Your own questions can be answered")
    if not empty:
        words = filled(
            ngettext("%(count)s question can.", "All %(count)s questions can.", len(asked)), count=len(asked)
        )
        yield Item("own_questions", Standard.ADMINISTRATION, Verdict.GO, title, words, place=Place.OWN_QUESTIONS)
        return
    told = "; ".join(f"“{one.words}”" for one in empty)
    verdict = Verdict.NOT_YET if any(one.required for one in empty) else Verdict.CAUTION
    reason = _("There is nothing to choose from at %(questions)s.") % {"questions": told}
    advice = _("Write the answers to choose from, or take the question away.")
    yield Item("own_questions", Standard.ADMINISTRATION, verdict, title, reason, advice, Place.OWN_QUESTIONS)


def _identity(programme: Programme, *, asked: list[_Asked]) -> Iterator[Item]:
    """Whoever agrees to a use expects it; what is not used is not asked for."""
    if not asked:
        return
    title = _("What is asked about who people are is used")
    weighs = bool(complete_policy(programme.policy)["weights"].get("difference"))
    unused = [one.words for one in asked if Purpose.MATCH.value in one.holds and not weighs]
    if not unused:
        reason = _("Each use is agreed to by itself, and happens.")
        yield Item("identity", Standard.ETHICS, Verdict.GO, title, reason, place=Place.IDENTITY)
        return
    reason = _("%(labels)s: asked for the matching, which gives difference no weight.") % {"labels": ", ".join(unused)}
    advice = _("Ask for it no more, or give difference a weight in the rules.")
    yield Item("identity", Standard.ETHICS, Verdict.CAUTION, title, reason, advice, Place.IDENTITY)


def _reach(pool: Pool) -> Item:
    title = _("Everybody can be reached")
    missing, people = pool.everybody.without_email, pool.everybody.people
    if not missing:
        return Item("reach", Standard.ADMINISTRATION, Verdict.GO, title, _("Everybody has an e-mail address."))
    reason = filled(_("%(missing)s of %(all)s people have no e-mail address."), missing=missing, all=people)
    verdict = Verdict.CAUTION if missing > people * MANY_WITHOUT_EMAIL else Verdict.GO
    advice = _("Print one-time codes for them, and plan who hands them out, and when.")
    return Item("reach", Standard.ADMINISTRATION, verdict, title, reason, advice, Place.CODES)


def _waiting(cohort: Cohort) -> Iterator[Item]:
    """Whoever waits is waiting for a place that is not there."""
    rows = list(_sides_where_somebody_waits(cohort))
    if not rows:
        return
    waiting = {row["role"]: row["waiting"] for row in rows if row["waiting"]}
    people = sum(waiting.values())
    title = _("Nobody waits although a place is free")
    facts = filled(ngettext("%(count)s person waits", "%(count)s people wait", people), count=people)
    if not any(_is_free(row) for row in rows if row["waiting"]):
        reason = _("%(waiting)s, and every place is taken. They move up by themselves.") % {"waiting": facts}
        yield Item("waiting", Standard.ADMINISTRATION, Verdict.GO, title, reason, place=Place.WAITING)
        return
    reason = _("%(waiting)s, and there are places on their side.") % {"waiting": facts}
    advice = _("Let them in, or tell them why they wait.")
    yield Item("waiting", Standard.ADMINISTRATION, Verdict.CAUTION, title, reason, advice, Place.WAITING)


def _sides_where_somebody_waits(cohort: Cohort) -> Iterable[dict[str, Any]]:
    """By role, how many wait, how many hold a place, and how many places each side has. One query, which looks no
    further where nobody waits."""
    everybody = Enrolment.objects.filter(cohort=cohort)
    somebody = Enrolment.objects.filter(cohort=cohort).waiting().order_by()
    rows = everybody.filter(Exists(somebody)).order_by()
    counts = {
        "waiting": Count("pk", filter=Q(state=Enrolment.State.WAITING)),
        "held": Count("pk", filter=has_a_place()),
    }
    places = {name: F(f"cohort__admission__{name}") for name in ("mentor_places", "mentee_places")}
    found: Iterable[Any] = rows.values("role", **places).annotate(**counts)
    return found


def _is_free(row: dict[str, Any]) -> bool:
    places = row[f"{row['role']}_places"]
    return places is None or places > row["held"]


def _turn_of_the_year(cohort: Cohort) -> Iterator[Item]:
    """The weeks in which pairs meet first; other holidays differ from country to country, and are not known here."""
    year = cohort.starts_on.year
    for begin in (date(year - 1, 12, 24), date(year, 12, 24)):
        if cohort.starts_on <= begin + timedelta(days=9) and begin <= cohort.starts_on + FIRST_WEEKS:
            reason = _("The first two weeks lie over the turn of the year, when few are there to meet.")
            advice = _("Begin a fortnight earlier or later.")
            title = _("First meetings fall on working days")
            yield Item("holidays", Standard.ADMINISTRATION, Verdict.CAUTION, title, reason, advice, Place.DATES)
            return
