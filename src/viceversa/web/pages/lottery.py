"""The lottery of a cohort's side: freeze the list, show its hash, give the seed, draw, hand out the record."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.programmes.admission import place_counts
from viceversa.programmes.lists_given_up import given_up_before, lists_given_up
from viceversa.programmes.lottery import (
    DrawnAlready,
    FrozenAlready,
    ListTouched,
    NotALottery,
    draw_lottery,
    freeze_list,
    in_the_draw,
    replays,
    thaw_list,
)
from viceversa.programmes.models import Enrolment, Lottery, Programme
from viceversa.programmes.places import admission_of, free_places

from ..access import access_programme, seat_of
from ..forms.lottery import STRATUM_WORDS, FreezeForm, SeedForm
from ..request import PageRequest
from ..shut import shut_of

ON_A_PAGE = 50


def lottery_list(request: PageRequest, public_id: str) -> HttpResponse:
    """Every draw of the cohort; freezing a list begins the next."""
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    side = Enrolment.Role.MENTOR if request.GET.get("side") == "mentor" else Enrolment.Role.MENTEE
    form = FreezeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = freeze_list(cohort, role=side.value, by=seat_of(request).user, now=request.now, **form.cleaned_data)
        except FrozenAlready:
            form.add_error(None, _("A list of this side is frozen already. Draw from it, or give it up first"))
        except NotALottery:
            form.add_error(None, _("There is nothing to draw: nobody has applied, or no place is free on this side"))
        else:
            return redirect("lottery", programme.public_id, made.public_id)
    admission = admission_of(cohort)
    lotteries = list(Lottery.objects.filter(cohort=cohort).defer("list_text", "record")[:50])
    context = {
        "programme": programme,
        "cohort": cohort,
        "form": form,
        "side": side.value,
        "shut": shut_of(programme),
        "is_lottery": admission.way == admission.Way.LOTTERY,
        "people": in_the_draw(cohort, role=side).count(),
        "places": admission.places(side),
        "free": free_places(cohort, role=side),
        "counts": place_counts(cohort, admission=admission),
        "given_up": lists_given_up(cohort, role=side.value),
        "frozen": Lottery.objects.filter(cohort=cohort, role=side, drawn_at=None).first(),
        "lotteries": lotteries,
        "has_drawn": any(one.is_drawn and one.role == side for one in lotteries),
    }
    return render(request, "lottery/lottery_list.html", context)


def lottery(request: PageRequest, public_id: str, lottery_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    held = _held(programme, lottery_id)
    if request.method == "POST" and held.cohort_id != programme.current_cohort.pk:
        raise Http404  # whether this cohort is open was asked of the one in the address
    form = SeedForm(request.POST if request.method == "POST" and "draw" in request.POST else None)
    if request.method == "POST" and "thaw" in request.POST:
        return _thaw(request, programme, held)
    if request.method == "POST" and form.is_valid():
        try:
            draw_lottery(held, seed=form.cleaned_data["seed"], by=seat_of(request).user, now=request.now)
        except DrawnAlready:
            messages.warning(request, _("This list was drawn already. Nothing has changed."))
        except Lottery.DoesNotExist:  # given up in the same moment
            return redirect("lottery_list", programme.public_id)
        except ListTouched:
            form.add_error(None, _("The list is not the one that was frozen any more. Give it up, and freeze it again"))
            return _page(request, programme, held, form=form)
        else:
            messages.success(request, _("Drawn. Everybody gets a letter."))
        return redirect("lottery", programme.public_id, held.public_id)
    return _page(request, programme, held, form=form)


def _page(request: PageRequest, programme: Programme, held: Lottery, *, form: SeedForm) -> HttpResponse:
    entries = held.entries.select_related("enrolment__person")
    paginator = Paginator(entries, ON_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "lottery": held,
        "form": form,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "total": paginator.count,
        "drawn": entries.filter(drawn=True).count() if held.is_drawn else 0,
        "strata": ", ".join(str(STRATUM_WORDS[code]) for code in held.strata),
        "replays": held.is_drawn and replays(held),
        "given_up": given_up_before(held),
    }
    return render(request, "lottery/lottery.html", context)


def _thaw(request: PageRequest, programme: Programme, held: Lottery) -> HttpResponse:
    try:
        thaw_list(held, by=seat_of(request).user, now=request.now)
    except DrawnAlready:
        messages.warning(request, _("This list was drawn already. Nothing has changed."))
        return redirect("lottery", programme.public_id, held.public_id)
    messages.success(
        request, _("The list was given up. That it was there, and its hash, stays told beside every later list.")
    )
    return redirect("lottery_list", programme.public_id)


def lottery_record(request: PageRequest, public_id: str, lottery_id: str) -> HttpResponse:
    """The record of a draw; before it, the frozen list whose hash is shown."""
    programme = access_programme(request, public_id)
    held = _held(programme, lottery_id)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET"])
    kind, text = ("json", held.record) if held.is_drawn else ("txt", held.list_text)
    response = HttpResponse(text, content_type="application/json" if held.is_drawn else "text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lottery-{held.public_id}.{kind}"'
    return response


def _held(programme: Programme, public_id: str) -> Lottery:
    rows = Lottery.objects.select_related("cohort__programme", "frozen_by", "drawn_by")
    held = rows.filter(public_id=public_id, cohort__programme__public_id=programme.public_id).first()
    if held is None:
        raise Http404
    return held


urlpatterns = [
    path("programmes/<programme:public_id>/lottery/", lottery_list, name="lottery_list"),
    path("programmes/<programme:public_id>/lottery/<str:lottery_id>/", lottery, name="lottery"),
    path("programmes/<programme:public_id>/lottery/<str:lottery_id>/record/", lottery_record, name="lottery_record"),
]
