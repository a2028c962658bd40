"""The programmes one has to do with; the design of one, part by part, and its rules."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.programmes import actions
from viceversa.programmes.design_parts import Part, change_part, put_values, seen_of
from viceversa.programmes.design_words import state_words
from viceversa.programmes.handlers import handlers_of
from viceversa.programmes.listing import programmes_of
from viceversa.programmes.models import Programme
from viceversa.programmes.playbooks import UnknownPlaybook
from viceversa.programmes.playbooks import playbook as playbook_called
from viceversa.programmes.policy_form import PolicyForm
from viceversa.programmes.readiness import Readiness, readiness_of
from viceversa.programmes.summary import summary_of
from viceversa.programmes.survey_plan import Wave, day_of, minutes_of

from ..access import access_programme, access_self, seat_of
from ..changed import tell_changed
from ..design_tasks import PART_WORDS, left_words, missing_words, tasks_of
from ..forms.programme_parts import form_of
from ..paging import one_page
from ..request import PageRequest
from ..shut import shut_of


def programme_list(request: PageRequest) -> HttpResponse:
    access_self(request)
    seat = seat_of(request)
    archived = "archived" in request.GET
    rows = programmes_of(
        person=seat.person,
        coordinated=seat.scopes(Role.COORDINATOR),
        sponsored=seat.scopes(Role.SPONSOR),
        today=request.now.date(),
    )
    shown = [row for row in rows if row.programme.is_archived is archived]
    context = {
        **one_page(request, shown),
        "archived": archived,
        "others": len(rows) - len(shown),
        "coordinates": seat.holds(Role.COORDINATOR),
    }
    return render(request, "programmes/programme_list.html", context)


def programme_design(request: PageRequest, public_id: str) -> HttpResponse:
    """The builder: what is to be done, part by part, beside the whole design in plain words."""
    programme = access_programme(request, public_id)
    gate = readiness_of(programme, today=request.now.date())
    handlers = handlers_of(programme)
    tasks = tasks_of(programme, gate=gate, handlers=handlers)
    objectives = [state.objective for state in gate.objectives]
    context = {
        "programme": programme,
        "cohort": programme.current_cohort,
        "to_do": [task for task in tasks if task.done is False],
        "done": [task for task in tasks if task.done],
        "when_you_like": [task for task in tasks if task.done is None],
        "left": left_words(sum(task.done is False for task in tasks)),
        "gate": gate,
        "objectives": [(state, missing_words(state.missing)) for state in gate.objectives],
        "summary": summary_of(programme, objectives=objectives, handlers=handlers),
        "before_launch": _before_launch(programme),
        "answer": _answer(programme, gate),
        "state": state_words(programme.current_cohort, today=request.now.date()),
    }
    return render(request, "programmes/design.html", context)


def _answer(programme: Programme, readiness: Readiness) -> str:
    """The page's first sentence: where the programme stands."""
    words, cohort = _("%(name)s is being designed"), programme.current_cohort
    if programme.is_archived:
        words = _("%(name)s is archived")
    elif programme.state == Programme.State.CLOSED:
        words = _("%(name)s is closed")
    elif cohort.archived_at is not None:
        words = _("%(cohort)s of %(name)s is archived")
    elif cohort.is_closed:
        words = _("%(cohort)s of %(name)s is closed")
    elif programme.is_launched:
        words = _("%(name)s is launched")
    elif readiness.is_ready:
        words = _("%(name)s has what a launch needs")
    return words % {"name": programme.name, "cohort": cohort.name}


def _before_launch(programme: Programme) -> tuple[str, ...]:
    try:
        return playbook_called(programme.playbook, programme.language).before_launch
    except UnknownPlaybook:
        return ()


def programme_part(request: PageRequest, public_id: str, part: str) -> HttpResponse:
    """One part of the design. "See it first" draws the summary with what is typed, and saves nothing."""
    programme = access_programme(request, public_id)
    if part not in list(Part):
        raise Http404
    chosen, status = Part(part), 200
    form = form_of(programme, part=chosen, data=request.POST or None)
    seen = seen_of(programme, part=chosen)
    only_look = "look" in request.POST
    if request.method == "POST" and form.is_valid() and not only_look:
        try:
            change_part(
                programme,
                part=chosen,
                values=form.values,
                seen=request.POST.get("seen", ""),
                by=seat_of(request).user,
                now=request.now,
            )
        except ChangedMeanwhile:
            status = tell_changed(form)
        else:
            messages.success(request, _("“%(part)s” is saved.") % {"part": PART_WORDS[chosen]()})
            return redirect("programme_design", programme.public_id)
    address = programme.public_id
    if request.method == "POST" and only_look:
        seen = request.POST.get("seen", "")
        if form.is_valid():
            put_values(programme, part=chosen, values=form.values)
    context = {
        "programme": programme,
        "part": chosen.value,
        "title": PART_WORDS[chosen](),
        "form": form,
        "seen": seen,
        "only_look": only_look,
        "address": address,
        "shut": shut_of(programme),
        "waves": _waves(programme, form) if chosen is Part.SURVEYS else [],
        "summary": summary_of(programme, objectives=list(programme.objectives.all()), handlers=handlers_of(programme)),
    }
    return render(request, "programmes/part.html", context, status=status)


def _waves(programme: Programme, form: forms.Form) -> list[tuple[forms.BoundField, date | None, str]]:
    """Each wave's field, the day it opens, and what it asks of a person."""
    rows = []
    for wave in Wave:
        codes = [str(code) for code in form[wave.value].value() or []]
        minutes = minutes_of(codes)
        words = _("mentors %(mentors)s minutes, the other side %(mentees)s") % {
            "mentors": f"{minutes.mentors:g}",
            "mentees": f"{minutes.mentees:g}",
        }
        rows.append((form[wave.value], day_of(wave, programme.current_cohort), words if codes else ""))
    return rows


def programme_rules(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    form = PolicyForm(request.POST or None, initial=PolicyForm.values_from(programme.policy))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_policy(
                programme,
                policy=form.policy_from(programme.policy),
                seen=request.POST.get("seen", ""),
                by=seat_of(request).user,
                now=request.now,
            )
        except ChangedMeanwhile:
            status = tell_changed(form)
        else:
            messages.success(request, _("The rules are saved. The next match run uses them."))
            return redirect("programme_rules", programme.public_id)
    context = {
        "programme": programme,
        "form": form,
        "seen": fingerprint(programme.policy),
        "weights": [form[name] for name in PolicyForm.WEIGHTS],
    }
    return render(request, "programmes/rules.html", context, status=status)


urlpatterns = [
    path("programmes/", programme_list, name="programme_list"),
    path("programmes/<programme:public_id>/design/", programme_design, name="programme_design"),
    path("programmes/<programme:public_id>/design/<slug:part>/", programme_part, name="programme_part"),
    path("programmes/<programme:public_id>/rules/", programme_rules, name="programme_rules"),
]
