"""A programme's design, objectives, rules and launch; the programmes one has to do with."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.accounts.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.programmes import actions
from viceversa.programmes.design_parts import Part, change_part, put_values, seen_of
from viceversa.programmes.design_words import design_sentence, state_words
from viceversa.programmes.handlers import handlers_of
from viceversa.programmes.listing import programmes_of
from viceversa.programmes.models import Objective, Programme
from viceversa.programmes.playbooks import UnknownPlaybook
from viceversa.programmes.playbooks import playbook as playbook_called
from viceversa.programmes.policy_form import PolicyForm
from viceversa.programmes.readiness import NotReady, Readiness, readiness_of
from viceversa.programmes.readiness_check import check_of
from viceversa.programmes.summary import summary_of
from viceversa.programmes.survey_plan import Wave, day_of, minutes_of

from ..access import access_programme, access_self, seat_of
from ..design_tasks import PART_WORDS, left_words, tasks_of
from ..forms.once import fresh_key, id_from_key
from ..forms.programme_handlers import LaunchForm
from ..forms.programme_parts import form_of
from ..forms.programmes import ObjectiveForm
from ..request import PageRequest

CHANGED = 409
ON_A_PAGE = 50


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
    paginator = Paginator(shown, ON_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
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
        "tasks": tasks,
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
    words = _("%(name)s is being designed")
    if programme.is_archived:
        words = _("%(name)s is archived")
    elif programme.state == Programme.State.CLOSED:
        words = _("%(name)s is closed")
    elif programme.is_launched:
        words = _("%(name)s is launched")
    elif readiness.is_ready:
        words = _("%(name)s has what a launch needs")
    return words % {"name": programme.name}


def _before_launch(programme: Programme) -> tuple[str, ...]:
    try:
        return playbook_called(programme.playbook, programme.language).before_launch
    except UnknownPlaybook:
        return ()


def missing_words(parts: tuple[str, ...]) -> str:
    words = {
        "metric": _("how you will know"),
        "baseline": _("today’s number"),
        "target": _("the target"),
        "owner": _("who answers for it"),
        "distance": _("a target that differs from today’s number"),
    }
    return ", ".join(words[part] for part in parts)


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


def tell_changed(form: forms.Form) -> int:
    words = _(
        "Somebody else saved a change while you had this open. What you typed is still here: "
        "look at the page in another tab, then save again to replace their change."
    )
    form.add_error(None, words)
    return CHANGED


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
    path("programmes/", programme_list, name="programme_list"),
    path("programmes/<programme:public_id>/design/", programme_design, name="programme_design"),
    path("programmes/<programme:public_id>/design/<slug:part>/", programme_part, name="programme_part"),
    path("programmes/<programme:public_id>/objectives/new/", objective_new, name="objective_new"),
    path("programmes/<programme:public_id>/objectives/<str:objective_id>/", objective, name="objective"),
    path(
        "programmes/<programme:public_id>/objectives/<str:objective_id>/removal/",
        objective_remove,
        name="objective_remove",
    ),
    path("programmes/<programme:public_id>/rules/", programme_rules, name="programme_rules"),
    path("programmes/<programme:public_id>/launch/", programme_launch, name="programme_launch"),
]
