"""The playbooks: a gallery, and each written out, with one way to begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from viceversa.programmes.beginning import open_from_scratch, open_programme
from viceversa.programmes.playbook_content import Playbook
from viceversa.programmes.playbooks import UnknownPlaybook, all_playbooks
from viceversa.programmes.playbooks import playbook as playbook_called

from ..access import access_installation
from ..forms.once import fresh_key, id_from_key
from ..forms.programme_handlers import ScratchForm
from ..forms.programmes import OpenProgrammeForm, next_dates
from ..request import PageRequest

# The training modules by their code; what each teaches stands in the training's own files.
MODULES: dict[str, Callable[[], str]] = {
    "B1": lambda: _("What reverse mentoring is and is not"),
    "B2": lambda: _("Working agreement and styles"),
    "B3": lambda: _("Confidentiality and concerns"),
    "B4": lambda: _("Growth mindset"),
    "B5": lambda: _("Cultural awareness"),
    "R1": lambda: _("The mentor’s role and its limits"),
    "R2": lambda: _("A session worth an hour"),
    "R3": lambda: _("Teach a tool"),
    "R4": lambda: _("Upward feedback"),
    "R5": lambda: _("Telling stories safely"),
    "R6": lambda: _("Power dynamics"),
    "E1": lambda: _("A learner’s humility"),
    "E2": lambda: _("Listen, do not defend"),
    "E3": lambda: _("Use power well"),
    "E4": lambda: _("From insight to commitment"),
    "C1": lambda: _("Coordinating"),
}


@dataclass(frozen=True)
class TrainingFor:
    who: str
    modules: tuple[str, ...]


def playbook_list(request: PageRequest) -> HttpResponse:
    access_installation(request)
    return render(request, "programmes/playbook_list.html", {"playbooks": all_playbooks(_language())})


def playbook(request: PageRequest, slug: str) -> HttpResponse:
    seat = access_installation(request)
    plan = _plan(slug)
    suggestion = OpenProgrammeForm.suggestion(plan, today=request.now.date())
    form = OpenProgrammeForm(request.POST or None, initial=suggestion)
    key = request.POST.get("key") or fresh_key(seat.user)
    if request.method == "POST" and form.is_valid():
        public_id = id_from_key(key, user=seat.user)
        dates = form.dates
        made = open_programme(
            plan,
            name=form.cleaned_data["name"],
            cohort_name=dates.name,
            starts_on=dates.starts_on,
            ends_on=dates.ends_on,
            pair_months=dates.pair_months,
            by=seat.user,
            now=request.now,
            public_id=public_id,
        )
        return redirect("programme_design", made.public_id)
    context = {
        "plan": plan,
        "form": form,
        "key": key,
        "training": _training(plan),
        "hours": round(plan.minutes_in_meetings / 60, 1),
        "from_mentors": [topic.name for topic in plan.topics if topic.taught_by == "mentor"],
        "from_mentees": [topic.name for topic in plan.topics if topic.taught_by == "mentee"],
    }
    return render(request, "programmes/playbook.html", context)


def programme_scratch(request: PageRequest) -> HttpResponse:
    """Begin without a playbook."""
    seat = access_installation(request)
    suggestion = {"meeting_count": 6, "meeting_minutes": 60, "cadence_days": 30}
    suggestion |= next_dates(request.now.date(), months=7)
    form = ScratchForm(request.POST or None, initial=suggestion)
    key = request.POST.get("key") or fresh_key(seat.user)
    if request.method == "POST" and form.is_valid():
        made = open_from_scratch(
            form.outline,
            name=form.cleaned_data["name"],
            dates=form.dates,
            by=seat.user,
            now=request.now,
            public_id=id_from_key(key, user=seat.user),
        )
        return redirect("programme_design", made.public_id)
    return render(request, "programmes/scratch.html", {"form": form, "key": key})


def _language() -> str:
    return get_language() or "en"


def _plan(slug: str) -> Playbook:
    try:
        return playbook_called(slug, _language())
    except UnknownPlaybook:
        raise Http404 from None


def _training(plan: Playbook) -> list[TrainingFor]:
    parts = plan.training
    by_reader = {
        _("Everybody"): parts.everyone,
        _("Mentors also"): parts.mentor,
        _("Leaders also"): parts.mentee,
        _("You, the coordinator"): parts.coordinator,
    }
    return [TrainingFor(who, tuple(MODULES[code]() for code in codes)) for who, codes in by_reader.items() if codes]


urlpatterns = [
    path("programmes/playbooks/", playbook_list, name="playbook_list"),
    path("programmes/scratch/", programme_scratch, name="programme_scratch"),
    path("programmes/playbooks/<slug:slug>/", playbook, name="playbook"),
]
