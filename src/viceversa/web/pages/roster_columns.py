"""Say what the columns of a people file mean."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from viceversa.accounts.keys.store import KeysMissing
from viceversa.formats.guessing import guess_mapping
from viceversa.people.actions import content_of, mapping_of, readable_table, set_mapping
from viceversa.people.models import RosterImport

from ..access import access_installation
from ..forms.roster_columns import ColumnsForm
from ..request import PageRequest

State = RosterImport.State


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
    table = readable_table(content, file_name=roster.file_name)
    # The people format's own headings need no mapping, but its values may: grades in words, dates as spoken.
    mapping = mapping_of(roster) or guess_mapping(table)
    form = ColumnsForm(request.POST if request.method == "POST" else None, table=table, mapping=mapping)
    if request.method == "POST" and form.is_valid():
        set_mapping(roster, mapping=form.mapping(), by=seat.user, now=request.now)
        return redirect("roster_check", public_id)
    return render(request, "roster/columns.html", {"roster": roster, "form": form})


urlpatterns: list[URLPattern] = [
    path("people/import/<str:public_id>/columns/", roster_columns, name="roster_columns"),
]
