"""A run out as a workbook, corrected pairs back in, and two runs side by side."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.pairing.correction_files import drop_corrections, keep_corrections, kept_corrections
from viceversa.pairing.corrections import (
    MOST_PROBLEMS,
    Correction,
    Wanted,
    apply_corrections,
    correction_of,
    read_corrections,
    troubles_of,
)
from viceversa.pairing.differences import difference_between, names_in
from viceversa.pairing.models import MatchRun
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.review import run_before, runs_of
from viceversa.pairing.sheets import run_workbook as workbook_of
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Enrolment

from ..access import access_run
from ..forms.matching import CorrectionForm
from ..paging import one_page
from ..request import PageRequest

CONFLICT = 409
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def run_workbook(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", public_id)
    response = HttpResponse(workbook_of(found), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="run-{found.number}.xlsx"'
    return response


def run_corrections(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    if found.state != MatchRun.State.DONE:
        return redirect("run", public_id)
    try:
        if request.method == "POST":
            return _applied(request, found) if "apply" in request.POST else _read(request, found)
        return _looked_at(request, found) if "file" in request.GET else _shown(request, found, CorrectionForm())
    except RunStopped as stopped:
        words = obstacle_sentences(stopped.obstacles)
    except KeysMissing:
        words = obstacle_sentences([obstacle("keys_missing")])
    return _shown(request, found, CorrectionForm(), obstacles=words)


def _shown(
    request: PageRequest, found: MatchRun, form: CorrectionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"run": found, "form": form, "most_problems": MOST_PROBLEMS} | more
    return render(request, "matching/corrections.html", context, status=status)


def _read(request: PageRequest, found: MatchRun) -> HttpResponse:
    form = CorrectionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, found, form)
    file = form.cleaned_data["file"]
    wanted, troubles = read_corrections(file.read(), file_name=file.name)
    if troubles:
        return _shown(request, found, form, troubles=troubles_of(found, wanted, troubles, now=request.now))
    kept = keep_corrections(found, wanted, by=_user(request), now=request.now)
    return redirect(reverse("run_corrections", args=[found.public_id]) + f"?file={kept.public_id}")


def _looked_at(request: PageRequest, found: MatchRun) -> HttpResponse:
    wanted = kept_corrections(found, request.GET["file"], by=_user(request), now=request.now)
    return _gone(request, found) if wanted is None else _preview(request, found, wanted, file=request.GET["file"])


def _gone(request: PageRequest, found: MatchRun) -> HttpResponse:
    messages.warning(request, _("This file is not kept any more: bring it in again."))
    return redirect("run_corrections", found.public_id)


def _preview(
    request: PageRequest, found: MatchRun, wanted: list[Wanted], *, file: str, changed: str = "", status: int = 200
) -> HttpResponse:
    correction = correction_of(found, wanted, now=request.now)
    page = one_page(request, _changes(correction))
    more = {"correction": correction, "troubles": correction.troubles, "file": file, "changed": changed, **page}
    return _shown(request, found, CorrectionForm(), status=status, **more)


def _changes(correction: Correction) -> list[tuple[str, Enrolment, Enrolment, float]]:
    """What the file does, pair by pair: how, mentee, mentor, fit."""
    return [
        *(("new", one.mentee, one.mentor, one.score) for one in correction.makes),
        *(("ends", one.mentee, one.mentor, one.score) for one in correction.ends),
        *(("locked", mentee, mentor, 0.0) for mentor, mentee, _reason in correction.locks),
        *(("apart", mentee, mentor, 0.0) for mentor, mentee, _reason in correction.forbids),
    ]


def _applied(request: PageRequest, found: MatchRun) -> HttpResponse:
    file, by = request.POST["apply"], _user(request)
    wanted = kept_corrections(found, file, by=by, now=request.now)
    if wanted is None:
        return _gone(request, found)
    try:
        done = apply_corrections(run=found, wanted=wanted, seen=request.POST.get("seen", ""), by=by, now=request.now)
    except ChangedMeanwhile:
        words = _("Nothing was changed: the draft is another since you looked. This is what the file would do now.")
        return _preview(request, found, wanted, file=file, changed=words, status=CONFLICT)
    if done.troubles:
        return _preview(request, found, wanted, file=file, status=CONFLICT)
    drop_corrections(found, by=by)
    words = _("Corrected: %(new)s pairs made by hand, %(gone)s set aside, %(stays)s stay.")
    messages.success(request, words % {"new": len(done.makes), "gone": len(done.ends), "stays": done.stays})
    return redirect("run", found.public_id)


def _user(request: PageRequest) -> User:
    return cast(User, request.user)


def run_differences(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_run(request, public_id)
    others = runs_of(found.cohort).filter(state=MatchRun.State.DONE).exclude(pk=found.pk)
    asked = request.GET.get("with", "")
    other = others.filter(number=int(asked)).first() if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    other = other or run_before(found) or others.first()
    context: dict[str, Any] = {"run": found, "others": others[:20], "other": other}
    if found.state == MatchRun.State.DONE and other is not None:
        earlier, later = sorted((found, other), key=lambda one: one.number)
        earlier.cohort = later.cohort = found.cohort
        difference = difference_between(earlier, later)
        page = one_page(request, difference.changes)
        people = names_in(page["page"])
        rows = [
            (people.get(one.mentee), [people.get(key) for key in one.before], [people.get(key) for key in one.after])
            for one in page["page"]
        ]
        context |= {"difference": difference, "rows": rows, **page}
    return render(request, "matching/differences.html", context)


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/run.xlsx", run_workbook, name="run_workbook"),
    path("programmes/runs/<str:public_id>/corrections/", run_corrections, name="run_corrections"),
    path("programmes/runs/<str:public_id>/differences/", run_differences, name="run_differences"),
]
