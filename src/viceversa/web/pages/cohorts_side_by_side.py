"""The cohorts of everything that the reader may read, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from viceversa.accounts.access import Role
from viceversa.insights.disclosure import Share
from viceversa.insights.side_by_side import CohortFacts, months_lived, side_by_side
from viceversa.programmes.models import Cohort, Programme

from ..access import Seat, access_self, seat_of
from ..addresses import ProgrammeAddress
from ..insights_words import share_words, value_words
from ..paging import one_page
from ..request import PageRequest
from .insights import audience_of

COHORTS_ON_A_PAGE = 12


@dataclass(frozen=True)
class Cell:
    """One month of life: its share in words, and the length of its bar; none where nothing is due or told."""

    words: str
    percent: int | None


@dataclass(frozen=True)
class Row:
    """A cohort as the table shows it."""

    row: CohortFacts
    address: str
    invited: str
    enrolled: str
    yes: str
    pairs: str
    met: str
    held: str
    ended: str
    months: tuple[Cell, ...]


def cohorts_side_by_side(request: PageRequest) -> HttpResponse:
    access_self(request)
    seat = seat_of(request)
    listed = one_page(request, _readable(seat), per_page=COHORTS_ON_A_PAGE)
    cohorts = list(listed["page"])
    audiences = {cohort.programme_id: audience_of(seat, cohort.programme) for cohort in cohorts}
    facts = side_by_side(cohorts, audiences=audiences, now=request.now)
    months = months_lived(facts)
    context = {
        "rows": [_row(one, months) for one in facts],
        "months": months,
        "hides": any(one.facts.hides for one in facts),
        "exact": all(one.facts.rule.is_exact for one in facts),
        **listed,
    }
    return render(request, "insights/side_by_side.html", context)


def _readable(seat: Seat) -> list[Cohort]:
    """Every cohort of each programme whose facts this seat may read; archived ones too, for what was learned."""
    programmes = Programme.objects.exclude(state=Programme.State.DRAFT)
    if not seat.holds(Role.ANALYST):
        programmes = programmes.filter(public_id__in=seat.scopes(Role.COORDINATOR, Role.SPONSOR))
    cohorts = Cohort.objects.filter(programme__in=programmes).select_related("programme")
    return list(cohorts.order_by("programme__name", "programme", "-starts_on", "-pk"))


def _row(one: CohortFacts, months: range) -> Row:
    facts, least = one.facts, one.facts.rule.least
    return Row(
        row=one,
        address=ProgrammeAddress(one.cohort.programme.public_id, cohort=one.cohort.public_id),
        invited=value_words(facts.invited.both, least=least),
        enrolled=value_words(facts.enrolled.both, least=least),
        yes=share_words(one.yes),
        pairs=value_words(facts.pairs, least=least),
        met=value_words(facts.met, least=least),
        held=share_words(facts.held) or "–",
        ended=value_words(one.ended, least=least),
        months=tuple(_cell(one, number) for number in months),
    )


def _cell(one: CohortFacts, number: int) -> Cell:
    held = one.by_month.get(number)
    return Cell(share_words(held) or "–", held.percent if isinstance(held, Share) else None)


urlpatterns = [path("insights/side-by-side/", cohorts_side_by_side, name="cohorts_side_by_side")]
