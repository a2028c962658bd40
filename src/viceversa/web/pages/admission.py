"""The coordinator's side of admission: the way in, applications, the wait-list, and people from outside."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.numbers import filled
from viceversa.outbox.letters import absolute
from viceversa.programmes.admission import (
    DoesNotFit,
    Verdicts,
    accept,
    applications_of,
    choose_admission,
    give_grade,
    place_counts,
    say_not_now,
    seen_of,
)
from viceversa.programmes.hours import hours_words
from viceversa.programmes.invitations import NotLaunched
from viceversa.programmes.models import Enrolment, Programme
from viceversa.programmes.outside import AddressKnown, add_from_outside
from viceversa.programmes.pausing import paused_until
from viceversa.programmes.places import admission_of
from viceversa.programmes.waiting_list import NotWaiting, move_by_hand, moves_of, waiting_of

from ..access import access_programme, seat_of
from ..changed import tell_changed
from ..forms.admission import AdmissionForm, MoveForm, OutsideForm
from ..paging import PER_PAGE, one_page
from ..request import PageRequest
from ..shut import shut_of

MOVES_SHOWN = 10


def admission(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    there = admission_of(cohort)
    form = AdmissionForm(request.POST if request.method == "POST" else None, admission=there)
    seen, status = seen_of(there), 200
    if request.method == "POST" and form.is_valid():
        try:
            choose_admission(
                cohort,
                chosen=form.chosen,
                seen=request.POST.get("seen", ""),
                by=seat_of(request).user,
                now=request.now,
            )
        except ChangedMeanwhile:
            status = tell_changed(form)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("admission", programme.public_id)
    context = {
        "programme": programme,
        "cohort": cohort,
        "form": form,
        "seen": seen,
        "admission": there,
        "shut": shut_of(programme),
        "is_open": there.is_open(on=request.now.date()) and programme.is_launched and not cohort.is_closed,
        "counts": place_counts(cohort),
        "link": absolute(reverse("register", args=[cohort.public_id])),
        "hours": hours_words(programme),
    }
    return render(request, "admission/admission.html", context, status=status)


def application_list(request: PageRequest, public_id: str) -> HttpResponse:
    """Who put themself forward, with what decides; accept or say "not this time", one or many."""
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    problem = ""
    if request.method == "POST":
        done = _answer(request, programme)
        if done is not None:
            return done
        problem = _("Tick at least one person")
    side = request.GET.get("side", "")
    refused = request.GET.get("refused") == "1"
    answered = (Enrolment.State.NOT_NOW,) if refused else ()
    admission = admission_of(cohort)
    counts = place_counts(cohort, admission=admission)
    sides = [one for one in counts if one.role == side or side not in Enrolment.Role]
    known = None if refused else sum(one.applied for one in sides)
    page = one_page(request, applications_of(cohort, role=side, answered=answered), count=known)
    context = {
        "programme": programme,
        "cohort": cohort,
        "admission": admission,
        "counts": counts,
        **page,
        "total": page["page"].paginator.count,
        "side": side,
        "refused": refused,
        "problem": problem,
        "ticked": set(request.POST.getlist("enrolment")),
    }
    return render(request, "admission/application_list.html", context)


def _answer(request: PageRequest, programme: Programme) -> HttpResponse | None:
    cohort, user = programme.current_cohort, seat_of(request).user
    if "grade_of" in request.POST:
        return _grade(request, programme)
    chosen = request.POST.getlist("enrolment")[: PER_PAGE * 2]
    if "one_in" in request.POST or "one_not_now" in request.POST:
        chosen = [request.POST.get("one_in") or request.POST.get("one_not_now", "")]
    if not chosen:
        return None
    if "not_now" in request.POST or "one_not_now" in request.POST:
        _say(request, say_not_now(cohort, chosen=chosen, by=user, now=request.now))
    else:
        _say(request, accept(cohort, chosen=chosen, by=user, now=request.now))
    return redirect("application_list", programme.public_id)


def _grade(request: PageRequest, programme: Programme) -> HttpResponse:
    enrolment = _of_cohort(programme, public_id=request.POST["grade_of"])
    typed = request.POST.get(f"grade-{enrolment.public_id}", "").strip()
    try:
        grade = int(typed)
        if not -1000 < grade < 1000:
            raise ValueError
        give_grade(enrolment, grade=grade, by=seat_of(request).user, now=request.now)
    except (ValueError, DoesNotFit):
        messages.warning(request, _("Enter a whole grade such as 3 for %(name)s.") % {"name": enrolment.person.name})
    else:
        messages.success(request, _("%(name)s has a grade, and can be let in.") % {"name": enrolment.person.name})
    return redirect("application_list", programme.public_id)


def _say(request: PageRequest, done: Verdicts) -> None:
    """What came of it, in a sentence for each kind."""
    for people, one, many in (
        (len(done.placed), _("%(count)s person has a place."), _("%(count)s people have a place.")),
        (
            len(done.waiting),
            _("No place is left for %(count)s person, who is on the wait-list."),
            _("No place is left for %(count)s people, who are on the wait-list."),
        ),
        (
            len(done.refused),
            _("%(count)s person gets a kind letter: not this time."),
            _("%(count)s people get a kind letter: not this time."),
        ),
    ):
        if people:
            messages.success(request, filled(one if people == 1 else many, count=people))
    if done.without_grade:
        names = ", ".join(one.person.name for one in done.without_grade[:3])
        messages.warning(request, _("Without a grade nobody can be matched: %(names)s.") % {"names": names})
    if done.passed_over:
        words = ngettext(
            "%(count)s person was answered already, or has gone. Nothing changed for them.",
            "%(count)s people were answered already, or have gone. Nothing changed for them.",
            done.passed_over,
        )
        messages.warning(request, filled(words, count=done.passed_over))


def waiting_list(request: PageRequest, public_id: str) -> HttpResponse:
    """The wait-list of one side, in order; somebody is moved with a reason that is kept."""
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    side = request.GET.get("side", "") or Enrolment.Role.MENTEE
    role = Enrolment.Role.MENTOR if side == "mentor" else Enrolment.Role.MENTEE
    asked = request.POST.get("move") or request.GET.get("move", "")
    moved = _of_cohort(programme, public_id=asked) if asked else None
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and moved is not None and form.is_valid():
        return _move(request, programme, moved, form=form)
    counts = place_counts(cohort)
    waiting = next(one.waiting for one in counts if one.role == role)
    page = one_page(request, waiting_of(cohort, role=role), count=waiting)
    pauses = paused_until([one.pk for one in page["page"]], on=request.now.date())
    context = {
        "programme": programme,
        "cohort": cohort,
        "side": role.value,
        **page,
        "rows": [(one, pauses.get(one.pk)) for one in page["page"]],
        "total": waiting,
        "counts": counts,
        "moved": moved,
        "form": form,
        "moves": moves_of(cohort, role=role, at_most=MOVES_SHOWN),
    }
    return render(request, "admission/waiting_list.html", context)


def _move(request: PageRequest, programme: Programme, moved: Enrolment, *, form: MoveForm) -> HttpResponse:
    to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
    try:
        move_by_hand(moved, to=to, reason=reason, by=seat_of(request).user, now=request.now)
    except NotWaiting:
        words = _("%(name)s does not wait any more. Nothing has changed.")
        messages.warning(request, words % {"name": moved.person.name})
    else:
        messages.success(request, _("%(name)s was moved. The reason is kept.") % {"name": moved.person.name})
    return redirect(f"{reverse('waiting_list', args=[programme.public_id])}?side={moved.role}")


def outside_new(request: PageRequest, public_id: str) -> HttpResponse:
    """Add somebody from outside by hand, and invite them."""
    programme = access_programme(request, public_id)
    form = OutsideForm(request.POST if request.method == "POST" else None, leader=programme.mentee_word)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_from_outside(programme.current_cohort, by=seat_of(request).user, now=request.now, **form.told)
        except AddressKnown as known:
            form.say_known(known.person.name)
        except NotLaunched:
            form.add_error(None, _("Inviting begins with the launch. Launch the programme first"))
        else:
            words = _("%(name)s is invited, as somebody from outside.")
            messages.success(request, words % {"name": made.person.name})
            return redirect("enrolment_list", programme.public_id)
    return render(request, "admission/outside_new.html", {"programme": programme, "form": form})


def _of_cohort(programme: Programme, *, public_id: str) -> Enrolment:
    rows = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = rows.filter(public_id=public_id, cohort=programme.current_cohort).first()
    if enrolment is None:
        raise Http404
    return enrolment


urlpatterns = [
    path("programmes/<programme:public_id>/admission/", admission, name="admission"),
    path("programmes/<programme:public_id>/applications/", application_list, name="application_list"),
    path("programmes/<programme:public_id>/wait-list/", waiting_list, name="waiting_list"),
    path("programmes/<programme:public_id>/enrolments/outside/", outside_new, name="outside_new"),
]
