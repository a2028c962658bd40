"""Bring in a people file: upload, columns, check, and the import on its way."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from viceversa.accounts.keys.store import KeysMissing
from viceversa.pairing.models import Pair
from viceversa.people.actions import (
    RosterRefused,
    request_roster,
    upload_roster,
)
from viceversa.people.column_words import column_word
from viceversa.people.models import Person, RosterImport
from viceversa.people.roster import RosterPreview
from viceversa.people.roster_apply import preview_of
from viceversa.people.roster_difference import Change
from viceversa.people.roster_problems import sentence

from ..access import access_installation
from ..forms.roster import ApplyForm, UploadForm
from ..paging import one_page
from ..request import PageRequest

State = RosterImport.State
# Enough to see what is wrong; "see all" leads to the rest.
PROBLEMS_SHOWN, CHANGES_SHOWN = 20, 10
PER_PAGE = 100


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
    context = {"form": form, "latest": RosterImport.objects.filter(state=State.APPLIED).first()}
    return render(request, "roster/upload.html", context)


def roster_check(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    roster = _waiting(public_id)
    if roster is None:
        return redirect("roster", public_id)
    if roster.state == State.UPLOADED:
        return redirect("roster_columns", public_id)
    agreed = request.method == "POST"
    form = ApplyForm(request.POST) if agreed else ApplyForm()
    if agreed and form.is_valid() and ("asked" not in request.POST or form.cleaned_data["leavers"]):
        request_roster(
            roster,
            leave_out=form.cleaned_data["left_out"],
            leavers_agreed=form.cleaned_data["leavers"],
            by=seat.user,
            now=request.now,
        )
        return redirect("roster", public_id)
    try:
        found = preview_of(roster)
    except KeysMissing:
        return render(request, "roster/keys_missing.html", {"roster": roster}, status=503)
    many_leave = found.leaving if found.many_leave else 0
    form = ApplyForm(request.POST if agreed else None, many_leave=many_leave)
    return render(request, "roster/check.html", _check_context(request, roster, found, form))


def _check_context(request: PageRequest, roster: RosterImport, found: RosterPreview, form: ApplyForm) -> dict[str, Any]:
    context: dict[str, Any] = {
        "roster": roster,
        "found": found,
        "form": form,
        "left_out": len(found.left_out),
        "left_out_lines": " ".join(map(str, sorted(found.left_out))),
        "problems": _told(found.problems[:PROBLEMS_SHOWN]),
        "changes": _changes(found, found.changes[:CHANGES_SHOWN]),
        "remarks": [sentence(note) for note in found.notes if not note.code.startswith("more_")],
        "show": request.GET.get("show", ""),
    }
    if context["show"] == "problems":
        context |= one_page(request, found.problems, per_page=PER_PAGE)
        context["problems"] = _told(context["page"].object_list)
    elif context["show"] == "cautions":
        context |= one_page(request, found.cautions, per_page=PER_PAGE)
        context["problems"] = _told(context["page"].object_list)
    elif context["show"] == "changes":
        context |= one_page(request, found.changes, per_page=PER_PAGE)
        context["changes"] = _changes(found, context["page"].object_list)
    elif context["show"] == "new":
        context |= one_page(request, [row for row in found.rows if row.person_id in found.new])
    return context


def _told(problems: Any) -> list[dict[str, Any]]:
    return [{"problem": problem, "words": sentence(problem)} for problem in problems]


def _changes(found: RosterPreview, changes: Any) -> list[dict[str, Any]]:
    """Changes with names in place of numbers, and whether a pair that runs is affected; two queries."""
    listed: list[Change] = list(changes)
    ids = {change.person_id for change in listed}
    for change in listed:
        if change.column == "manager_id":
            ids |= {change.now, change.becomes}
    names = {person.person_id: person.name for person in Person.objects.filter(person_id__in=ids)}
    coming = ids - names.keys()
    names |= {
        row.person_id: f"{row.given_name} {row.family_name}".strip() or row.person_id
        for row in (found.rows if coming else ())
        if row.person_id in coming
    }
    paired = _paired({change.person_id for change in listed if change.matters})
    return [
        {
            "person": names.get(change.person_id, change.person_id),
            "column": column_word(change.column),
            "now": names.get(change.now, change.now) if change.column == "manager_id" else change.now,
            "becomes": names.get(change.becomes, change.becomes) if change.column == "manager_id" else change.becomes,
            "pair": change.matters and change.person_id in paired,
        }
        for change in listed
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
    found = RosterImport.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if found.state in (State.UPLOADED, State.CHECKED):
        return redirect("roster_check", public_id)
    on_its_way = found.state in (State.QUEUED, State.APPLYING)
    response = render(request, "roster/roster.html", {"roster": found, "on_its_way": on_its_way})
    if on_its_way:
        # A header and not an element: it needs no script, and the page itself stays as it is.
        response["Refresh"] = "2"
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
