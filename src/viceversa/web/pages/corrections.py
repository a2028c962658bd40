"""A run out as a workbook, corrected pairs back in, and two runs side by side."""

from __future__ import annotations

import json
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.formats.cells import FORBIDDEN
from viceversa.pairing.corrections import (
    FORBID,
    KEEP,
    LOCK,
    Correction,
    Wanted,
    apply_corrections,
    correction_of,
    read_corrections,
)
from viceversa.pairing.differences import difference_between, names_in
from viceversa.pairing.models import MatchRun
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.review import run_before, runs_of
from viceversa.pairing.sheets import run_workbook as workbook_of
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.fingerprint import ChangedMeanwhile

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
        if request.method == "POST" and "rows" in request.POST:
            return _applied(request, found)
        return _read(request, found)
    except RunStopped as stopped:
        words = obstacle_sentences(stopped.obstacles)
    except KeysMissing:
        words = obstacle_sentences([obstacle("keys_missing")])
    return _shown(request, found, CorrectionForm(), obstacles=words)


def _shown(
    request: PageRequest, found: MatchRun, form: CorrectionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "matching/corrections.html", {"run": found, "form": form} | more, status=status)


def _read(request: PageRequest, found: MatchRun) -> HttpResponse:
    form = CorrectionForm(request.POST or None, request.FILES or None) if request.method == "POST" else CorrectionForm()
    if request.method != "POST" or not form.is_valid():
        return _shown(request, found, form)
    file = form.cleaned_data["file"]
    wanted, troubles = read_corrections(file.read(), file_name=file.name)
    if troubles:
        return _shown(request, found, form, troubles=troubles)
    return _preview(request, found, wanted)


def _preview(
    request: PageRequest, found: MatchRun, wanted: list[Wanted], *, changed: str = "", status: int = 200
) -> HttpResponse:
    correction = correction_of(found, wanted, now=request.now)
    more = {"correction": correction, "troubles": correction.troubles, "rows": _packed(wanted), "changed": changed}
    return _shown(request, found, CorrectionForm(), status=status, **more)


def _packed(wanted: list[Wanted]) -> str:
    return json.dumps([[one.line, one.mentor_id, one.mentee_id, one.decision, one.reason] for one in wanted])


def _unpacked(text: str) -> list[Wanted] | None:
    """The rows that the page carried; None where they are not ours. Every row is judged again in any case."""
    try:
        rows = json.loads(text)
        wanted = [Wanted(int(line), str(a), str(b), str(word), str(why)[:1000]) for line, a, b, word, why in rows]
    except (ValueError, TypeError, OverflowError, RecursionError):  # infinite lines, brackets without end
        return None
    return wanted if all(_is_ours(one) for one in wanted) else None


def _is_ours(row: Wanted) -> bool:
    """Whether a page of ours can have carried it: what the file says was rid of such characters."""
    words = (row.mentor_id, row.mentee_id, row.reason)
    return row.decision in (KEEP, LOCK, FORBID) and not any(FORBIDDEN.search(one) for one in words)


def _applied(request: PageRequest, found: MatchRun) -> HttpResponse:
    wanted = _unpacked(request.POST["rows"])
    if wanted is None:
        return redirect("run_corrections", found.public_id)
    try:
        done: Correction = apply_corrections(
            run=found, wanted=wanted, seen=request.POST.get("seen", ""), by=cast(User, request.user), now=request.now
        )
    except ChangedMeanwhile:
        words = _("Nothing was changed: the draft is another since you looked. This is what the file would do now.")
        return _preview(request, found, wanted, changed=words, status=CONFLICT)
    if done.troubles:
        return _preview(request, found, wanted, status=CONFLICT)
    words = _("Corrected: %(new)s pairs made by hand, %(gone)s set aside, %(stays)s stay.")
    messages.success(request, words % {"new": len(done.makes), "gone": len(done.ends), "stays": done.stays})
    return redirect("run", found.public_id)


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
