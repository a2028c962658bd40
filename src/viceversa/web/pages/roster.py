"""Bring in a people file: upload, check, the import on its way, and back again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from viceversa.accounts.keys.store import KeysMissing
from viceversa.pairing.models import Pair
from viceversa.people.actions import RosterRefused, request_roster, upload_roster
from viceversa.people.column_words import column_word
from viceversa.people.models import MappingProfile, RosterImport
from viceversa.people.roster_check import PER_PAGE, Check, Line, check_again, check_of, problem_from
from viceversa.people.roster_problems import sentence

from ..access import access_installation
from ..forms.roster import ApplyForm, UploadForm
from ..looking_again import look_again
from ..paging import one_page
from ..remarks import remarks_of
from ..request import PageRequest

State = RosterImport.State
# Enough to see what is wrong; "see all" leads to the rest.
PROBLEMS_SHOWN, CHANGES_SHOWN = 20, 10
LISTS = ("problems", "cautions", "changes", "changed", "new", "left", "dated", "back")


def roster_new(request: PageRequest) -> HttpResponse:
    seat = access_installation(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            roster = upload_roster(file.read(), file_name=file.name, by=seat.user, now=request.now)
        except RosterRefused as refusal:
            form.refuse(refusal.problems)
        except KeysMissing:
            form.refuse_without_keys()
        else:
            return redirect("roster_check" if roster.state == State.CHECKED else "roster_columns", roster.public_id)
    latest = RosterImport.objects.filter(state__in=(State.APPLIED, State.UNDONE)).defer("content").first()
    context = {"form": form, "latest": latest, "has_profiles": MappingProfile.objects.exists()}
    return render(request, "roster/upload.html", context)


def roster_check(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    roster = _waiting(public_id)
    if roster is None:
        return redirect("roster", public_id)
    if roster.state == State.UPLOADED:
        return redirect("roster_columns", public_id)
    if request.method == "POST" and "again" in request.POST:
        check_again(roster)
        return redirect("roster_check", public_id)
    try:
        check = check_of(roster, now=request.now)
    except KeysMissing:
        return render(request, "roster/keys_missing.html", {"roster": roster}, status=503)
    if check is None:
        return _being_read(request, roster)
    form = ApplyForm(request.POST if request.method == "POST" else None, roster=roster, check=check)
    if form.is_bound and form.is_valid():
        request_roster(
            roster,
            leave_out=form.cleaned_data["left_out"],
            leavers_agreed=form.leavers_agreed(),
            scope=form.cleaned_data["scope"],
            by=seat.user,
            now=request.now,
        )
        return redirect("roster", public_id)
    return render(request, "roster/check.html", _check_context(request, roster, check, form))


def _being_read(request: PageRequest, roster: RosterImport) -> HttpResponse:
    return look_again(render(request, "roster/being_read.html", {"roster": roster}), request)


class _Lines:
    """One list of the check for a paginator; each page is opened by itself."""

    def __init__(self, check: Check, name: str) -> None:
        self._check, self._name = check, name

    def __len__(self) -> int:
        return self._check.lengths[self._name]

    def __getitem__(self, part: slice) -> list[Line]:
        return self._check.lines(self._name, part.start // PER_PAGE + 1)


def _check_context(request: PageRequest, roster: RosterImport, check: Check, form: ApplyForm) -> dict[str, Any]:
    show = request.GET.get("show", "")
    figures = check.figures
    context: dict[str, Any] = {
        "roster": roster,
        "check": check,
        "found": figures,
        "n": check.lengths,
        "form": form,
        "left_out": len(figures["left_out"]),
        "left_out_lines": " ".join(map(str, figures["left_out"])),
        "remarks": remarks_of(problem_from(note) for note in figures["notes"]),
        "show": show if show in LISTS else "",
        "is_large": roster.checked_at is not None,
    }
    if context["show"]:
        context |= one_page(request, _Lines(check, context["show"]), per_page=PER_PAGE)
        lines = list(context["page"].object_list)
        return context | {"lines": _shown(context["show"], lines)}
    return context | {
        "problems": _told(check.lines("problems", 1)[:PROBLEMS_SHOWN]),
        "changes": _changes(check.lines("changes", 1)[:CHANGES_SHOWN]),
    }


def _shown(name: str, lines: list[Line]) -> list[dict[str, Any]]:
    if name in ("problems", "cautions"):
        return _told(lines)
    if name == "changes":
        return _changes(lines)
    if name == "changed":
        return [
            {"person_id": key, "name": person, "columns": [column_word(column) for column in columns]}
            for key, person, columns in lines
        ]
    if name == "new":
        told = ("person_id", "name", "job_title", "function", "grade")
        return [dict(zip(told, line, strict=True)) for line in lines]
    paired = _paired({str(line[0]) for line in lines}) if name != "back" else set()
    keys = ("person_id", "name", "function", "last_day")
    return [dict(zip(keys, line, strict=True)) | {"pair": line[0] in paired} for line in lines]


def _told(lines: list[Line]) -> list[dict[str, Any]]:
    return [{"problem": problem, "words": sentence(problem)} for problem in map(problem_from, lines)]


def _changes(lines: list[Line]) -> list[dict[str, Any]]:
    """Changes, and whether a pair that runs is affected; by one query."""
    paired = _paired({line[0] for line in lines if line[5]})
    return [
        {
            "person": name,
            "column": column_word(column),
            "now": now,
            "becomes": becomes,
            "pair": matters and person_id in paired,
        }
        for person_id, name, column, now, becomes, matters in lines
    ]


def _paired(person_ids: set[str]) -> set[str]:
    if not person_ids:
        return set()
    sides = ("mentor__person__person_id", "mentee__person__person_id")
    running = Pair.objects.running()
    pairs = running.filter(mentor__person__person_id__in=person_ids) | running.filter(
        mentee__person__person_id__in=person_ids
    )
    return {person_id for both in pairs.values_list(*sides) for person_id in both}


def roster(request: PageRequest, public_id: str) -> HttpResponse:
    access_installation(request)
    found = RosterImport.objects.select_related("uploaded_by", "undone_by").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if found.state in (State.UPLOADED, State.CHECKED):
        return redirect("roster_check", public_id)
    on_its_way = found.state in (State.QUEUED, State.APPLYING, State.UNDOING)
    response = render(request, "roster/roster.html", {"roster": found, "on_its_way": on_its_way})
    if on_its_way:
        look_again(response, request)
    return response


def _waiting(public_id: str) -> RosterImport | None:
    """The import if it can still be changed; 404 where there is none."""
    found = RosterImport.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found if found.state in (State.UPLOADED, State.CHECKED, State.FAILED) else None


urlpatterns: list[URLPattern] = [
    path("people/import/", roster_new, name="roster_new"),
    path("people/import/<str:public_id>/", roster, name="roster"),
    path("people/import/<str:public_id>/check/", roster_check, name="roster_check"),
]
