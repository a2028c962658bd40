"""One's own enrolment: one idea a page, saved page by page, to be finished whenever there is a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.formats.cells import known_time_zones
from viceversa.programmes import enrol
from viceversa.programmes import enrolment_steps as steps
from viceversa.programmes.consent import WordsChanged, consent_digest
from viceversa.programmes.coordinators import coordinator_name
from viceversa.programmes.enrolment_standing import standing_of
from viceversa.programmes.models import Enrolment

from ..access import GONE, access_enrolment, access_programme, seat_of
from ..changed import CHANGED
from ..enrolment_more import more_of
from ..enrolment_summary import summary_of
from ..forms.enrolment import InterestsForm, StepForm, StyleForm, TimeForm
from ..forms.enrolment_about import AboutForm, IdentityForm, QuestionsForm
from ..forms.enrolment_avoid import AvoidForm
from ..forms.enrolment_topics import LearnForm, OffersForm, TodayForm
from ..request import PageRequest
from .enrolment_words import ask_about


@dataclass(frozen=True)
class StepPage:
    """What draws and checks a step."""

    form: type[StepForm]
    template: str
    title: Callable[[Enrolment], str]


def _learn_title(enrolment: Enrolment) -> str:
    if enrolment.role == Enrolment.Role.MENTOR:
        return _("What would you like back?")
    return _("What would you like to learn?")


PAGES: dict[str, StepPage] = {
    steps.TIME: StepPage(TimeForm, "time", lambda _enrolment: _("When and how can you meet?")),
    steps.LEARN: StepPage(LearnForm, "learn", _learn_title),
    steps.TODAY: StepPage(TodayForm, "today", lambda _enrolment: _("How well do you know these today?")),
    steps.SHOW: StepPage(OffersForm, "offers", lambda _enrolment: _("What can you show somebody?")),
    steps.GIVE: StepPage(OffersForm, "offers", lambda _enrolment: _("What could you give back?")),
    steps.INTERESTS: StepPage(InterestsForm, "interests", lambda _enrolment: _("What do you like besides work?")),
    steps.STYLE: StepPage(StyleForm, "style", lambda _enrolment: _("How do you like to work?")),
    steps.ABOUT: StepPage(AboutForm, "about", lambda _enrolment: _("How would you like to be met?")),
    steps.QUESTIONS: StepPage(QuestionsForm, "questions", lambda _enrolment: _("What else your programme asks")),
    steps.IDENTITY: StepPage(IdentityForm, "identity", lambda _enrolment: _("Would you like to say who you are?")),
    steps.AVOID: StepPage(
        AvoidForm, "avoid", lambda _enrolment: _("Is there anybody you would rather not be paired with?")
    ),
}


def enrolment(request: PageRequest, public_id: str) -> HttpResponse:
    """On to where they were; somebody with two roles chooses which enrolment."""
    programme = access_programme(request, public_id)
    own = Enrolment.objects.filter(person=seat_of(request).person, cohort__programme=programme).exclude(state__in=GONE)
    rows = list(own.select_related("cohort").order_by("pk"))
    if request.method == "POST" or len(rows) == 1:
        if rows[0].state in Enrolment.STANDS_BY:
            return redirect("your_place", rows[0].public_id)
        return redirect("enrolment_step", rows[0].public_id, steps.next_step(rows[0]))
    return render(request, "enrolment/two_roles.html", {"programme": programme, "rows": rows})


def enrolment_step(request: PageRequest, public_id: str, step: str) -> HttpResponse:
    held = access_enrolment(request, public_id)
    if step not in steps.steps_of(held):
        raise Http404
    if held.state in Enrolment.STANDS_BY:
        return redirect("your_place", held.public_id)
    if step == steps.CHECK:
        return _check(request, held)
    page = PAGES[step]
    try:
        form = page.form(request.POST or None, enrolment=held)
    except KeysMissing:
        return _closed_page(request, held, step=step)
    if request.method != "POST" or "find" in request.POST:
        return _draw(request, held, step=step, form=form)
    if not form.is_valid():
        return _draw(request, held, step=step, form=form)
    try:
        enrol.save_step(
            held,
            step=step,
            answer=form.answer,
            seen=request.POST.get("seen", ""),
            by=seat_of(request).user,
            now=request.now,
        )
    except ChangedMeanwhile:
        words = _(
            "You saved this page in another window meanwhile. What you typed is still here; save again to keep it."
        )
        form.add_error(None, words)
        return _draw(request, held, step=step, form=form, status=CHANGED)
    except KeysMissing:
        return _closed_page(request, held, step=step)
    except enrol.NotOpen:  # withdrawn in another window, in the same moment
        raise Http404 from None
    asked = ask_about(held, step=step, then=request.POST.get("then", ""), words=getattr(form, "own_words", ()))
    return asked or _onward(request, held, step=step)


def _onward(request: PageRequest, held: Enrolment, *, step: str) -> HttpResponse:
    then = request.POST.get("then")
    if then == "later":
        messages.success(request, _("Saved. You can go on whenever you like."))
        return redirect("home")
    after = steps.CHECK if then == "check" else steps.place_of(step, enrolment=held).after
    return redirect("enrolment_step", held.public_id, after)


def _frame(held: Enrolment, *, step: str) -> dict[str, Any]:
    place = steps.place_of(step, enrolment=held)
    back = PAGES[place.before].title(held) if place.before else ""
    return {
        "enrolment": held,
        "programme": held.cohort.programme,
        "place": place,
        "back_words": back,
        "coordinator": coordinator_name(held.cohort.programme),
        "takes_part": held.state in Enrolment.TAKING_PART,
    }


def _draw(request: PageRequest, held: Enrolment, *, step: str, form: StepForm, status: int = 200) -> HttpResponse:
    page = PAGES[step]
    context = _frame(held, step=step) | {
        "form": form,
        "finding": "find" in request.POST,
        "heading": page.title(held),
        "seen": enrol.seen_of(held, step=step),
        "zones": sorted(known_time_zones().values()) if step == steps.TIME else (),
    }
    return render(request, f"enrolment/{page.template}.html", context, status=status)


def _closed_page(request: PageRequest, held: Enrolment, *, step: str) -> HttpResponse:
    """The keys cannot be had: this page stays closed, and says so; the others go on."""
    context = _frame(held, step=step) | {"heading": PAGES[step].title(held)}
    return render(request, "enrolment/keys_missing.html", context, status=503)


def _check(request: PageRequest, held: Enrolment) -> HttpResponse:
    problem: list[tuple[str, str]] = []
    if request.method == "POST":
        problem = _sent(request, held)
        if not problem:
            return redirect("home")
    standing = standing_of(held, on=request.now.date())
    parts = summary_of(held, standing=standing, titles={step: page.title(held) for step, page in PAGES.items()})
    context = _frame(held, step=steps.CHECK) | {
        "parts": parts,
        "problem": problem,
        "digest": consent_digest(held.cohort.programme),
        "has_agreed": standing.has_agreed,
        "more": more_of(held, standing=standing) if held.state in Enrolment.TAKING_PART else (),
    }
    return render(request, "enrolment/check.html", context, status=CHANGED if problem else 200)


def _sent(request: PageRequest, held: Enrolment) -> list[tuple[str, str]]:
    """Send it, or agree again; every problem with the address where it is mended, none when it is done."""
    digest = request.POST.get("agreed", "")
    programme, user = held.cohort.programme, seat_of(request).user
    try:
        if held.state in Enrolment.TAKING_PART:
            enrol.agree_again(held, agreed_to=digest, by=user, now=request.now)
            messages.success(request, _("Thank you. It is kept that you agreed today."))
            return []
        enrol.submit_enrolment(held, agreed_to=digest, by=user, now=request.now)
    except enrol.NotComplete as refusal:
        answer = _("Answer “%(title)s”")
        return [
            (answer % {"title": PAGES[step].title(held)}, reverse("enrolment_step", args=[held.public_id, step]))
            for step in refusal.steps
        ]
    except WordsChanged:
        if digest:
            return [
                (_("What you agree to has changed meanwhile. Read it again below, and agree if you do."), "#agreed")
            ]
        return [(_("Tick that you agree to how your answers are used"), "#agreed")]
    except enrol.NotOpen:
        raise Http404 from None
    words = _("You take part in %(programme)s. We write to you when there is a proposal.")
    messages.success(request, words % {"programme": programme.name})
    return []


def enrolment_withdraw(request: PageRequest, public_id: str) -> HttpResponse:
    held = access_enrolment(request, public_id)
    if request.method == "POST":
        try:
            enrol.withdraw_enrolment(held, by=seat_of(request).user, now=request.now)
        except enrol.NotOpen:
            raise Http404 from None
        words = _("You no longer take part in %(programme)s. You need not tell anybody why.")
        messages.success(request, words % {"programme": held.cohort.programme.name})
        return redirect("home")
    programme = held.cohort.programme
    context = {"enrolment": held, "programme": programme, "coordinator": coordinator_name(programme)}
    return render(request, "enrolment/withdraw.html", context)


urlpatterns = [
    path("programmes/<programme:public_id>/enrolment/", enrolment, name="enrolment"),
    path("programmes/enrolments/<str:public_id>/withdrawal/", enrolment_withdraw, name="enrolment_withdraw"),
    path("programmes/enrolments/<str:public_id>/<slug:step>/", enrolment_step, name="enrolment_step"),
]
