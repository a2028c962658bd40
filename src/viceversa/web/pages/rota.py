"""A rota for flash mentoring: rounds of short meetings, each with somebody new; proposed, looked at, kept."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.journey.kept import kept as counted
from viceversa.pairing.arranging import GIVEN_UP_AFTER, NotKept, keep, latest
from viceversa.pairing.models import Rota, RotaMeeting
from viceversa.pairing.rotas import ask_rota, kept_rotas, leaders_meeting, meetings_of, taking_part
from viceversa.pairing.sheets import rota_rows_csv
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Programme

from ..access import access_programme
from ..forms.arranging import RotaForm
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest
from ..typed import typed

USUAL = {"rounds": 4, "minutes": 25}
UNPROCESSABLE = 422


def rota(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method == "POST":
        return _kept(request, programme) if "keep" in request.POST else _asked(request, programme)
    return _shown(request, programme, form=None)


def _asked(request: PageRequest, programme: Programme) -> HttpResponse:
    form = RotaForm(request.POST)
    if not form.is_valid():
        return _shown(request, programme, form=form, status=UNPROCESSABLE)
    ask_rota(cohort=programme.current_cohort, by=cast(User, request.user), now=request.now, **form.cleaned_data)
    return redirect("rota", programme.public_id)


def _kept(request: PageRequest, programme: Programme) -> HttpResponse:
    proposed = latest(Rota, programme.current_cohort)
    try:
        if proposed is None or proposed.public_id != request.POST["keep"]:
            raise NotKept
        proposed.cohort = programme.current_cohort
        keep(proposed, by=cast(User, request.user), now=request.now)
    except NotKept:
        messages.info(request, _("This rota is not proposed any more. This is what there is now."))
    else:
        messages.success(request, _("Kept. Everybody in it sees on their page whom they meet in each round."))
    return redirect("rota", programme.public_id)


def _chosen(request: PageRequest, programme: Programme) -> Rota | None:
    """The one that is asked for; else the proposal, else the last that was kept."""
    cohort = programme.current_cohort
    name = typed(request.GET, "rota")
    if name:
        return Rota.objects.filter(cohort=cohort, public_id=name).first()
    return latest(Rota, cohort) or kept_rotas(cohort).first()


def _shown(request: PageRequest, programme: Programme, *, form: RotaForm | None, status: int = 200) -> HttpResponse:
    cohort = programme.current_cohort
    proposed, shown = latest(Rota, cohort), _chosen(request, programme)
    is_waiting = proposed is not None and proposed.is_under_way and request.now - proposed.asked_at < GIVEN_UP_AFTER
    people = counted("rota_people", cohort, now=request.now, count=lambda: taking_part(cohort)).value
    before = {"rounds": shown.rounds, "minutes": shown.minutes} if shown is not None else USUAL
    context: dict[str, Any] = {
        "programme": programme,
        "cohort": cohort,
        "form": form or RotaForm(initial=before),
        "people": people,
        "can_be_made": bool(people["mentor"] and people["mentee"]),
        "proposed": proposed,
        "shown": shown,
        "others": [one for one in kept_rotas(cohort) if one != shown],
        "is_waiting": is_waiting,
        "obstacles": obstacle_sentences(proposed.problems) if proposed is not None else [],
    }
    if shown is not None and shown.answered_at is not None and not shown.problems:
        context |= _table(request, shown)
    response = render(request, "rota/rota.html", context, status=status)
    return look_again(response, request) if is_waiting else response


def _table(request: PageRequest, shown: Rota) -> dict[str, Any]:
    """A row for each leader who meets somebody, a cell for each round."""
    paged = one_page(request, leaders_meeting(shown))
    rounds = range(1, shown.rounds + 1)
    found = {(one.mentee_id, one.round): one for one in meetings_of(shown, of=[one.pk for one in paged["page"]])}
    rows = [
        (leader, [(number, _partner(found.get((leader.pk, number)))) for number in rounds]) for leader in paged["page"]
    ]
    return {"rows": rows, "rounds": rounds, **paged}


def _partner(meeting: RotaMeeting | None) -> Any:
    return meeting.mentor.person if meeting is not None else None


def rota_csv(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    shown = _chosen(request, programme)
    if shown is None or shown.answered_at is None or shown.problems:
        raise Http404
    response = HttpResponse(rota_rows_csv(shown), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rota-{shown.public_id}.csv"'
    return response


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/rota/", rota, name="rota"),
    path("programmes/<programme:public_id>/rota.csv", rota_csv, name="rota_csv"),
]
