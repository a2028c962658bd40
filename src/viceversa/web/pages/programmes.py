"""A programme's design, objectives, rules and launch; the programmes one has to do with."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.accounts.access import Role
from viceversa.programmes import actions
from viceversa.programmes.design_words import design_sentence, duration_words, length_words, number_word, opened
from viceversa.programmes.fingerprint import ChangedMeanwhile, fingerprint
from viceversa.programmes.listing import programmes_of
from viceversa.programmes.models import Objective, Programme
from viceversa.programmes.playbooks import UnknownPlaybook
from viceversa.programmes.playbooks import playbook as playbook_called
from viceversa.programmes.policy_form import PolicyForm
from viceversa.programmes.readiness import NotReady, Readiness, readiness_of

from ..access import access_programme, access_self, seat_of
from ..forms.once import fresh_key, id_from_key
from ..forms.programmes import DesignForm, ObjectiveForm
from ..request import PageRequest

CHANGED = 409


def programme_list(request: PageRequest) -> HttpResponse:
    access_self(request)
    seat = seat_of(request)
    rows = programmes_of(
        person=seat.person,
        coordinated=seat.scopes(Role.COORDINATOR),
        sponsored=seat.scopes(Role.SPONSOR),
    )
    context = {"rows": rows, "coordinates": seat.holds(Role.COORDINATOR)}
    return render(request, "programmes/programme_list.html", context)


def programme_design(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method == "POST" or "change" in request.GET:
        return _design_form(request, programme)
    readiness = readiness_of(programme, today=request.now.date())
    design = actions.design_of(programme)
    context = {
        "programme": programme,
        "design": design,
        "sentence": design_sentence(programme),
        "duration": opened(duration_words(programme.current_cohort)),
        "duration_inside": duration_words(programme.current_cohort),
        "length": length_words(programme.meeting_minutes),
        "readiness": readiness,
        "objectives": [(state, missing_words(state.missing)) for state in readiness.objectives],
        "left": _left(readiness),
        "before_launch": _before_launch(programme),
        "answer": _answer(programme, readiness),
    }
    return render(request, "programmes/design.html", context)


def _answer(programme: Programme, readiness: Readiness) -> str:
    """The page's first sentence: where the programme stands."""
    if programme.is_launched:
        return _("%(name)s is launched") % {"name": programme.name}
    if readiness.is_ready:
        return _("%(name)s is ready to launch") % {"name": programme.name}
    return _("%(name)s is being designed") % {"name": programme.name}


def _left(readiness: Readiness) -> str:
    count = len(readiness.gaps)
    if count == 0:
        return _("Everything is there.")
    if count == 1:
        return _("One thing is left.")
    return _("%(number)s things are left.") % {"number": number_word(count).capitalize()}


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


def _design_form(request: PageRequest, programme: Programme) -> HttpResponse:
    design = actions.design_of(programme)
    form = DesignForm(request.POST or None, initial=DesignForm.initial_of(design))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_design(
                programme,
                design=form.design,
                seen=request.POST.get("seen", ""),
                by=seat_of(request).user,
                now=request.now,
            )
        except ChangedMeanwhile:
            status = _tell_changed(form)
        else:
            messages.success(request, _("The design is saved."))
            return redirect("programme_design", programme.public_id)
    context = {"programme": programme, "form": form, "seen": fingerprint(asdict(design))}
    return render(request, "programmes/design_form.html", context, status=status)


def _tell_changed(form: DesignForm | ObjectiveForm | PolicyForm) -> int:
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
            status = _tell_changed(form)
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
            status = _tell_changed(form)
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
    readiness, status = readiness_of(programme, today=request.now.date()), 200
    if programme.is_launched:
        return redirect("programme_design", programme.public_id)
    if request.method == "POST":
        try:
            actions.launch_programme(programme, by=seat_of(request).user, now=request.now)
        except NotReady as refusal:
            readiness, status = refusal.readiness, CHANGED
        else:
            messages.success(request, _("%(name)s is launched. Now invite people.") % {"name": programme.name})
            return redirect("invite", programme.public_id)
    context = {
        "programme": programme,
        "design": actions.design_of(programme),
        "readiness": readiness,
        "objectives": [(state, missing_words(state.missing)) for state in readiness.objectives],
        "sentence": design_sentence(programme),
        "refused": status != 200,
    }
    return render(request, "programmes/launch.html", context, status=status)


urlpatterns = [
    path("programmes/", programme_list, name="programme_list"),
    path("programmes/<str:public_id>/design/", programme_design, name="programme_design"),
    path("programmes/<str:public_id>/objectives/new/", objective_new, name="objective_new"),
    path("programmes/<str:public_id>/objectives/<str:objective_id>/", objective, name="objective"),
    path(
        "programmes/<str:public_id>/objectives/<str:objective_id>/removal/", objective_remove, name="objective_remove"
    ),
    path("programmes/<str:public_id>/rules/", programme_rules, name="programme_rules"),
    path("programmes/<str:public_id>/launch/", programme_launch, name="programme_launch"),
]
