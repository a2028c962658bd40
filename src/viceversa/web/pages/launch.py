"""The launch of a programme: what the readiness check says, and one button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.programmes import actions
from viceversa.programmes.design_words import design_sentence
from viceversa.programmes.models import Programme
from viceversa.programmes.readiness import NotReady
from viceversa.programmes.readiness_check import check_of

from ..access import access_programme, seat_of
from ..changed import CHANGED
from ..design_tasks import missing_words
from ..forms.programme_handlers import LaunchForm
from ..request import PageRequest


def programme_launch(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if programme.state != Programme.State.DRAFT:
        return redirect("programme_design", programme.public_id)
    check, status = check_of(programme, now=request.now), 200
    form = LaunchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        words = request.POST.get("acknowledgement", "")
        if check.must_acknowledge and check.gate.is_ready and not form.is_valid():
            status = CHANGED
        else:
            try:
                actions.launch_programme(programme, by=seat_of(request).user, now=request.now, acknowledgement=words)
            except NotReady:
                status = CHANGED
            except actions.NotAcknowledged as refusal:
                check, status = refusal.check, CHANGED
            else:
                messages.success(request, _("%(name)s is launched. Now invite people.") % {"name": programme.name})
                return redirect("invite", programme.public_id)
    context = {
        "programme": programme,
        "cohort": programme.current_cohort,
        "check": check,
        "readiness": check.gate,
        "objectives": [(state, missing_words(state.missing)) for state in check.gate.objectives],
        "sentence": design_sentence(programme),
        "form": form,
        "refused": status != 200,
    }
    return render(request, "programmes/launch.html", context, status=status)


urlpatterns = [
    path("programmes/<programme:public_id>/launch/", programme_launch, name="programme_launch"),
]
