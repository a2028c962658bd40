"""A run out as a workbook, corrected pairs back in, and two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.pairing.correcting import keep_judged_anew, request_applying, request_judging
from viceversa.pairing.correction_differences import difference_of
from viceversa.pairing.correction_files import (
    drop_corrections,
    keep_corrections,
    kept_corrections,
    latest_corrections,
    result_of,
    rows_of,
)
from viceversa.pairing.correction_reading import Trouble, Wanted, read_corrections
from viceversa.pairing.corrections import (
    AT_ONCE,
    MOST_PROBLEMS,
    Correction,
    NotAsSeen,
    apply_corrections,
    judge_corrections,
    takes_a_worker,
)
from viceversa.pairing.differences import changes_of, difference_between, names_in
from viceversa.pairing.models import CorrectionFile, MatchRun
from viceversa.pairing.obstacles import RunStopped, obstacle
from viceversa.pairing.review import run_before, runs_of
from viceversa.pairing.sheets import run_workbook as workbook_of
from viceversa.pairing.swapping import NotADraft
from viceversa.pairing.words.obstacles import obstacle_sentences
from viceversa.programmes.models import Enrolment

from ..access import access_run
from ..forms.matching import CorrectionForm
from ..looking_again import look_again
from ..paging import one_page
from ..request import PageRequest
from .run_result import apart_of

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
        return _looked_at(request, found) if "file" in request.GET else _begun(request, found)
    except RunStopped as stopped:
        words = obstacle_sentences(stopped.obstacles)
    except KeysMissing:
        words = obstacle_sentences([obstacle("keys_missing")])
    return _shown(request, found, CorrectionForm(), obstacles=words)


def _begun(request: PageRequest, found: MatchRun) -> HttpResponse:
    """The form, and the way back to a file that is looked at already."""
    waiting = latest_corrections(found, by=_user(request), now=request.now)
    if waiting is not None and waiting.state == CorrectionFile.State.APPLIED:
        waiting = None
    return _shown(request, found, CorrectionForm(), waiting=waiting)


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
    if wanted and takes_a_worker(difference_of(found, wanted), at_once=AT_ONCE):
        return _left_to_the_worker(request, found, wanted, troubles)
    judged = judge_corrections(found, wanted, now=request.now, unread=troubles) if wanted else None
    if judged is None or judged.troubles:
        return _shown(request, found, form, troubles=judged.troubles if judged else troubles)
    kept = keep_corrections(found, wanted, by=_user(request), now=request.now, judged=judged)
    return redirect(_address(found, kept))


@transaction.atomic
def _left_to_the_worker(
    request: PageRequest, found: MatchRun, wanted: Sequence[Wanted], troubles: Sequence[Trouble]
) -> HttpResponse:
    kept = keep_corrections(found, wanted, by=_user(request), now=request.now, unread=troubles)
    request_judging(kept, now=request.now)
    return redirect(_address(found, kept))


def _address(found: MatchRun, file: CorrectionFile) -> str:
    return reverse("run_corrections", args=[found.public_id]) + f"?file={file.public_id}"


def _looked_at(request: PageRequest, found: MatchRun) -> HttpResponse:
    file = kept_corrections(found, request.GET["file"], by=_user(request), now=request.now)
    if file is None:
        return _gone(request, found)
    if file.is_under_way:
        waiting = render(request, "matching/corrections_waiting.html", {"run": found, "file": file})
        return look_again(waiting, request)
    if file.state == CorrectionFile.State.STOPPED:
        return _shown(request, found, CorrectionForm(), obstacles=_what_stopped(file))
    if file.state == CorrectionFile.State.APPLIED:
        return _done(request, found, file.counts)
    if not file.sealed_result:  # brought in before results were kept
        return _gone(request, found)
    return _preview(request, found, result_of(file), file=file, changed=_other() if file.is_other else "")


def _gone(request: PageRequest, found: MatchRun) -> HttpResponse:
    messages.warning(request, _("This file is not kept any more: bring it in again."))
    return redirect("run_corrections", found.public_id)


def _what_stopped(file: CorrectionFile) -> list[str]:
    codes = {one["code"] for one in file.problems}
    if "fault" in codes:
        return [_("This broke off through a fault of ours, and nothing was changed. Bring the file in again.")]
    if "not_a_draft" in codes:
        return [_("Nothing was changed: the run is no draft any more, or its cohort is closed.")]
    return [_("Nothing was changed."), *obstacle_sentences(file.problems)]


def _other() -> str:
    return _(
        "Nothing was changed: the draft, or somebody in it, is another since you looked. "
        "This is what the file would do now."
    )


def _preview(
    request: PageRequest,
    found: MatchRun,
    correction: Correction,
    *,
    file: CorrectionFile,
    changed: str = "",
    status: int = 200,
) -> HttpResponse:
    """Drawn from what was judged; only the people of this page are read."""
    page = one_page(request, correction.changes)
    keys = {key for one in page["page"] for key in (one.mentor, one.mentee)}
    sides = Enrolment.objects.select_related("person").in_bulk(keys)
    rows = [(one, sides.get(one.mentee), sides.get(one.mentor)) for one in page["page"]]
    more = {"correction": correction, "troubles": correction.troubles, "file": file.public_id, "changed": changed}
    return _shown(request, found, CorrectionForm(), status=status, rows=rows, **more, **page)


def _applied(request: PageRequest, found: MatchRun) -> HttpResponse:
    file = kept_corrections(found, request.POST["apply"], by=_user(request), now=request.now)
    if file is None:
        return _gone(request, found)
    if file.state != CorrectionFile.State.JUDGED or not file.sealed_rows or not file.sealed_result:
        return redirect(_address(found, file))  # pressed twice, or nothing that could be applied
    judged, seen = result_of(file), request.POST.get("seen", "")
    if judged.seen == seen and len(judged.changes) > AT_ONCE:
        request_applying(file, now=request.now)
        return redirect(_address(found, file))
    wanted, _unread = rows_of(file)
    try:
        done = apply_corrections(file, wanted, seen=seen, by=_user(request), now=request.now)
    except NotAsSeen as otherwise:
        keep_judged_anew(file, otherwise.correction)
        return _preview(request, found, otherwise.correction, file=file, changed=_other(), status=CONFLICT)
    except NotADraft:
        return redirect("run", found.public_id)
    drop_corrections(found, by=_user(request))
    return _done(request, found, {"new": done.count("new"), "gone": done.count("ends"), "stays": done.stays})


def _done(request: PageRequest, found: MatchRun, counts: Mapping[str, int]) -> HttpResponse:
    words = _("Corrected: %(new)s pairs made by hand, %(gone)s set aside, %(stays)s stay.")
    messages.success(request, words % counts)
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
        apart = apart_of(request, earlier, later)
        page = one_page(request, apart.changed)
        changes = changes_of(earlier, later, page["page"])
        people = names_in(changes)
        rows = [
            (people.get(one.mentee), [people.get(key) for key in one.before], [people.get(key) for key in one.after])
            for one in changes
        ]
        context |= {"difference": difference_between(earlier, later), "apart": apart, "rows": rows, **page}
    return render(request, "matching/differences.html", context)


urlpatterns: list[URLPattern] = [
    path("programmes/runs/<str:public_id>/run.xlsx", run_workbook, name="run_workbook"),
    path("programmes/runs/<str:public_id>/corrections/", run_corrections, name="run_corrections"),
    path("programmes/runs/<str:public_id>/differences/", run_differences, name="run_differences"),
]
