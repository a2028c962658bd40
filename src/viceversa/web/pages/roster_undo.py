"""Undo an import: what comes back, what does not, and what would be lost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.people.actions import UNDO_WITHIN, request_undo
from viceversa.people.column_words import column_word
from viceversa.people.models import RosterImport
from viceversa.people.roster_since import InTheWay, Since, in_the_way
from viceversa.people.roster_undo import kept_names, touched

from ..access import access_installation
from ..request import PageRequest

# Of so many people what happened since is looked up while somebody waits; beyond, when the import is undone.
LOOKED_UP_AT_ONCE = 3_000


def roster_undo(request: PageRequest, public_id: str) -> HttpResponse:
    seat = access_installation(request)
    roster = RosterImport.objects.defer("content").filter(public_id=public_id).first()
    if roster is None:
        raise Http404
    if roster.state != RosterImport.State.APPLIED:
        return redirect("roster", public_id)
    if request.method == "POST":
        if not request_undo(roster, by=seat.user, now=request.now):
            messages.warning(request, _("This import cannot be undone any more."))
        return redirect("roster", public_id)
    try:
        found = _in_the_way(roster)
    except KeysMissing:
        return render(request, "roster/keys_missing.html", {"roster": roster}, status=503)
    return render(request, "roster/undo.html", _context(roster, found))


def _in_the_way(roster: RosterImport) -> InTheWay | None:
    """What undoing would lose; None where it is not known beforehand."""
    if not roster.trace_owner:
        return InTheWay()
    return in_the_way(roster) if touched(roster) <= LOOKED_UP_AT_ONCE else kept_names(roster)


def _context(roster: RosterImport, found: InTheWay | None) -> dict[str, Any]:
    assert roster.applied_at is not None
    return {
        "roster": roster,
        "found": found,
        "until": roster.applied_at + UNDO_WITHIN,
        "since": [{"person": one.person, "words": _words(one)} for one in (found.first if found else ())],
    }


def _words(since: Since) -> str:
    columns = ", ".join(str(column_word(_COLUMN_OF.get(name, name))) for name in since.columns)
    return {
        "joined": _("has an account here now"),
        "used": _("takes part in something, or has said something of themself"),
        "leads": _("is somebody’s manager by now"),
        "later": _("was in a later people file"),
        "changed": _("was changed since: %(columns)s") % {"columns": columns} if columns else _("was changed since"),
        "gone": _("what stood there before is not here any more: %(columns)s") % {"columns": columns},
    }[since.code]


_COLUMN_OF = {"hours_start": "hours", "hours_end": "hours"}

urlpatterns: list[URLPattern] = [
    path("people/import/<str:public_id>/undo/", roster_undo, name="roster_undo"),
]
