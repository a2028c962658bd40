"""Who is asked to a cohort, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from viceversa.pairing.models import MatchRun
from viceversa.programmes import invitations
from viceversa.programmes.enrolment_list import STAGES, Funnel, enrolments_listed, funnel_of, rows_of
from viceversa.programmes.models import Enrolment
from viceversa.programmes.pausing import paused_until
from viceversa.programmes.personal_link import MAY_HAVE_A_LINK
from viceversa.programmes.places import admission_of
from viceversa.programmes.taking_back import latest_from_file

from ..access import access_programme
from ..attention_words import leaders_word
from ..paging import one_page
from ..request import PageRequest
from ..stage_words import stage_words

REGISTRATION = ("applied", "waiting", "not_now")


@dataclass(frozen=True)
class Filter:
    """One link of a row of filters."""

    label: str
    value: str
    count: int | None = None


def enrolment_list(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    funnel = funnel_of(cohort)
    stage, side = request.GET.get("stage", ""), request.GET.get("side", "")
    words = request.GET.get("words", "").strip()[:120]
    known = None if words else _count(funnel, stage=stage, side=side)
    keys = enrolments_listed(cohort, stage=stage, role=side, words=words, known=known)
    page = one_page(request, keys, count=known)
    rows = rows_of(list(page["page"]))
    names, leaders = stage_words(), capfirst(leaders_word(programme))
    context = {
        "programme": programme,
        "cohort": cohort,
        "funnel": funnel,
        "stages": [(names[each], funnel.stages[each], each) for each in STAGES if _is_shown(funnel, each)],
        "stage_filters": [Filter(_("All"), "", funnel.asked.both)]
        + [Filter(names[each], each, funnel.stages[each].both) for each in STAGES if _is_shown(funnel, each)],
        "side_filters": [
            Filter(_("Both sides"), ""),
            Filter(leaders, Enrolment.Role.MENTEE),
            Filter(_("Mentors"), Enrolment.Role.MENTOR),
        ],
        "leaders_word": leaders,
        "stage": stage,
        "side": side,
        "words": words,
        "names": names,
        "may_be_asked_again": invitations.MAY_BE_ASKED_AGAIN,
        "may_have_a_link": MAY_HAVE_A_LINK,
        "admission": admission_of(cohort),
        "can_be_matched": _take_part(funnel) and not MatchRun.objects.filter(cohort=cohort).exists(),
        "from_file_at": latest_from_file(cohort, now=request.now),
        "rows": rows,
        "paused": paused_until([row.pk for row in rows], on=request.now.date()),
        **page,
    }
    return render(request, "enrolment/enrolment_list.html", context)


def _is_shown(funnel: Funnel, stage: str) -> bool:
    """The stages of registration stand here only where somebody is or was in them."""
    return stage not in REGISTRATION or bool(funnel.stages[stage].both)


def _count(funnel: Funnel, *, stage: str, side: str) -> int:
    """How many stand in the list with these filters, as the figures above it have counted them already."""
    sides = funnel.stages.get(stage, funnel.asked)
    of_side = {Enrolment.Role.MENTEE.value: sides.mentees, Enrolment.Role.MENTOR.value: sides.mentors}
    return of_side.get(side, sides.both)


def _take_part(funnel: Funnel) -> bool:
    """Somebody does, on both sides."""
    taking_part = funnel.stages["taking_part"]
    return bool(taking_part.mentees and taking_part.mentors)


urlpatterns = [
    path("programmes/<programme:public_id>/enrolments/", enrolment_list, name="enrolment_list"),
]
