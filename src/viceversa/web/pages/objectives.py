"""A programme's objectives: added, changed, removed."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.programmes import actions
from viceversa.programmes.models import Objective, Programme
from viceversa.programmes.playbooks import UnknownPlaybook
from viceversa.programmes.playbooks import playbook as playbook_called

from ..access import access_programme, seat_of
from ..changed import tell_changed
from ..forms.once import fresh_key, id_from_key
from ..forms.programmes import ObjectiveForm
from ..request import PageRequest


def objective_new(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    user = seat_of(request).user
    form = ObjectiveForm(request.POST or None)
    key = request.POST.get("key") or fresh_key(user)
    if request.method == "POST" and form.is_valid():
        new_id = id_from_key(key, user=user)
        actions.add_objective(programme, content=form.content, by=user, now=request.now, public_id=new_id)
        messages.success(request, _("The objective is added."))
        return redirect("programme_design", programme.public_id)
    return render(request, "programmes/objective.html", {"programme": programme, "form": form, "key": key})


def objective(request: PageRequest, public_id: str, objective_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    held = _objective(programme, objective_id)
    content = actions.content_of(held)
    form = ObjectiveForm(request.POST or None, initial=asdict(content))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_objective(
                held,
                content=form.content,
                seen=request.POST.get("seen", ""),
                by=seat_of(request).user,
                now=request.now,
            )
        except ChangedMeanwhile:
            status = tell_changed(form)
        except actions.LastObjective:
            form.add_error(None, last_objective_words())
        else:
            messages.success(request, _("The objective is saved."))
            return redirect("programme_design", programme.public_id)
    context = {
        "programme": programme,
        "objective": held,
        "form": form,
        "seen": fingerprint(asdict(content)),
        "suggested": _suggested(programme, held),
    }
    return render(request, "programmes/objective.html", context, status=status)


def last_objective_words() -> str:
    return _(
        "This is the last complete objective of a launched programme, so it keeps all its parts. "
        "Add another complete one first."
    )


def _suggested(programme: Programme, held: Objective) -> object | None:
    """What the playbook says about this objective: how to measure it, and an example."""
    try:
        plan = playbook_called(programme.playbook, programme.language)
    except UnknownPlaybook:
        return None
    return next((aim for aim in plan.objectives if aim.title == held.title), None)


def _objective(programme: Programme, objective_id: str) -> Objective:
    held = programme.objectives.filter(public_id=objective_id).first()
    if held is None:
        raise Http404
    return held


def objective_remove(request: PageRequest, public_id: str, objective_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    held = _objective(programme, objective_id)
    try:
        actions.remove_objective(held, by=seat_of(request).user, now=request.now)
    except actions.LastObjective:
        messages.warning(request, last_objective_words())
    else:
        messages.success(request, _("“%(title)s” is removed.") % {"title": held.title})
    return redirect("programme_design", programme.public_id)


urlpatterns = [
    path("programmes/<programme:public_id>/objectives/new/", objective_new, name="objective_new"),
    path("programmes/<programme:public_id>/objectives/<str:objective_id>/", objective, name="objective"),
    path(
        "programmes/<programme:public_id>/objectives/<str:objective_id>/removal/",
        objective_remove,
        name="objective_remove",
    ),
]
