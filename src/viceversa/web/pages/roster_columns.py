"""Say what the columns of a people file mean, and keep the answers under a name."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.formats.export import read_export
from viceversa.formats.guessing import guess_mapping
from viceversa.formats.mapping import FileMapping
from viceversa.formats.problems import Problem, ProblemLog
from viceversa.formats.table import Table
from viceversa.people.actions import content_of, mapping_of, set_mapping, set_scope
from viceversa.people.mapping_profiles import Fitted, NameTaken, fit, fitting, save_profile
from viceversa.people.models import MappingProfile, RosterImport
from viceversa.people.roster_problems import sentence

from ..access import access_installation
from ..forms.mapping_columns import columns_of_file
from ..forms.mapping_profiles import FileColumnsForm
from ..request import PageRequest

State = RosterImport.State
# What was seen while reading and everybody should know before answering.
TOLD = frozenset({"title_row", "heading_doubled", "encoding_guessed", "workbook_other_sheets"})


def roster_columns(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    roster = RosterImport.objects.filter(public_id=public_id).first()
    if roster is None:
        raise Http404
    if roster.state not in (State.UPLOADED, State.CHECKED, State.FAILED):
        return redirect("roster", public_id)
    try:
        content = content_of(roster)
    except KeysMissing:
        return render(request, "roster/keys_missing.html", {"roster": roster}, status=503)
    log = ProblemLog(roster.file_name)
    table = read_export(content, log)
    if table is None:
        return redirect("roster_check", public_id)
    fitted, mapping = _begin_with(request, roster, table)
    data = request.POST if request.method == "POST" else None
    initial = _as_kept(fitted) if fitted else {}
    form = FileColumnsForm(data, columns=columns_of_file(table, mapping), mapping=mapping, initial=initial)
    if form.is_bound and form.is_valid() and _keep(form, roster, by=seat.user, request=request):
        return redirect("roster_check", public_id)
    return render(request, "roster/columns.html", _context(roster, form, fitted, log.listed()))


def _begin_with(request: PageRequest, roster: RosterImport, table: Table) -> tuple[Fitted | None, FileMapping]:
    """The answers to begin with: of the profile chosen, those given before, or the profile that fits."""
    chosen = request.GET.get("profile", "")
    if chosen == "none":
        return None, guess_mapping(table)
    profile = MappingProfile.objects.filter(public_id=chosen).first() if chosen else None
    if profile is not None:
        fitted = fit(profile, table)
        return fitted, fitted.mapping
    found = fitting(table) if roster.state == State.UPLOADED else None
    # The people format's own headings need no mapping, but its values may: grades in words, dates as spoken.
    return found, found.mapping if found else mapping_of(roster) or guess_mapping(table)


def _as_kept(fitted: Fitted) -> dict[str, Any]:
    return {
        "save_as": fitted.profile.name,
        "profile": fitted.profile.public_id,
        "version": fitted.profile.version,
    }


def _keep(form: FileColumnsForm, roster: RosterImport, *, by: User, request: PageRequest) -> bool:
    """Write the answers, and the profile where a name was given; False with an error where that cannot be."""
    mapping, name = form.mapping(), form.cleaned_data["save_as"]
    try:
        with transaction.atomic():
            if name:
                save_profile(mapping, name=name, version=form.version_of(name), by=by, now=request.now)
            set_mapping(roster, mapping=mapping, by=by, now=request.now)
            if mapping.role:
                # A list of one side alone is seldom everybody; the next page asks, with the numbers.
                set_scope(roster, scope=RosterImport.Scope.SOME)
    except NameTaken:
        form.add_error("save_as", gettext("“%(name)s” is kept already. Choose another name") % {"name": name})
        return False
    except ChangedMeanwhile:
        words = gettext("Somebody changed “%(name)s” in the meantime. Choose another name, or none")
        form.add_error("save_as", words % {"name": name})
        return False
    return True


def _context(
    roster: RosterImport, form: FileColumnsForm, fitted: Fitted | None, found: tuple[Problem, ...]
) -> dict[str, Any]:
    return {
        "roster": roster,
        "form": form,
        "fitted": fitted,
        "profiles": MappingProfile.objects.only("public_id", "name")[:50],
        "seen": [sentence(one) for one in found if one.code in TOLD],
    }


urlpatterns: list[URLPattern] = [
    path("people/import/<str:public_id>/columns/", roster_columns, name="roster_columns"),
]
