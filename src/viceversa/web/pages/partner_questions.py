"""Questions to a proposed partner: asked and answered on the proposal, passed on and handed on by the coordinator."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.pairing.models import PartnerQuestion, Proposal
from viceversa.pairing.partner_questions import (
    PEOPLE,
    CannotAsk,
    MovedOn,
    answer_question,
    ask_partner,
    at_the_desk,
    decline_to_pass_on,
    for_coordinator,
    hand_on,
    pass_on,
    waiting_at_the_desk,
)
from viceversa.pairing.sides import side_of
from viceversa.programmes.models import Programme

from ..access import access_programme, access_proposal
from ..forms.partner_questions import NotPassedOnForm, QuestionForm, ReplyForm
from ..paging import one_page
from ..request import PageRequest

PER_PAGE = 20


def proposal_question(request: PageRequest, public_id: str) -> HttpResponse:
    """Ask the partner something, or answer what the partner asked."""
    found = access_proposal(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    side = side_of(found, user=_user(request), now=request.now)
    is_answer = "about" in request.POST
    form: QuestionForm | ReplyForm = ReplyForm(request.POST) if is_answer else QuestionForm(request.POST)
    if form.is_valid():
        try:
            if isinstance(form, ReplyForm):
                question = _asked_of(found, request.POST["about"], enrolment=side.enrolment.pk)
                words = form.cleaned_data["answer"]
                answer_question(question=question, words=words, by=_user(request), now=request.now)
            else:
                words = form.cleaned_data["question"]
                ask_partner(proposal=found, enrolment=side.enrolment, words=words, by=_user(request), now=request.now)
        except KeysMissing:
            form.add_error(None, _("Nothing was saved: private words cannot be kept just now. Try again later."))
        except (CannotAsk, MovedOn):
            messages.warning(request, _("Nothing was sent: this is not open any more. See below how things stand."))
            return redirect("proposal", public_id)
        else:
            messages.success(request, _("It is with the coordinators now."))
            return redirect("proposal", public_id)
    return render(request, "proposals/say_more.html", {"side": side, "form": form, "about": request.POST.get("about")})


def _asked_of(proposal: Proposal, public_id: str, *, enrolment: int) -> PartnerQuestion:
    question = proposal.questions.select_related(*PEOPLE).filter(public_id=public_id).exclude(asker=enrolment).first()
    if question is None or question.passed_on_at is None:
        raise Http404
    return question


def question_desk(request: PageRequest, public_id: str) -> HttpResponse:
    """What waits for the coordinator's word, and what they did with it."""
    programme = access_programme(request, public_id)
    form = NotPassedOnForm()
    if request.method == "POST":
        question = _at_this_desk(programme, request.POST.get("about", ""))
        form = NotPassedOnForm(request.POST)
        if question is None:
            messages.warning(request, _("Nothing was changed: that question is not at this desk."))
            return redirect("question_desk", public_id)
        if request.POST.get("do") != "decline" or form.is_valid():
            _done(request, question, form)
            return redirect("question_desk", public_id)
    cohort = programme.current_cohort
    page = one_page(request, at_the_desk(cohort), per_page=PER_PAGE)
    context = {
        "programme": programme,
        "cohort": cohort,
        "waiting": waiting_at_the_desk(cohort),
        "rows": [for_coordinator(one) for one in page["page"]],
        "form": form,
        "about": request.POST.get("about", ""),
        **page,
    }
    return render(request, "proposals/desk.html", context)


def _at_this_desk(programme: Programme, public_id: str) -> PartnerQuestion | None:
    return at_the_desk(programme.current_cohort).filter(public_id=public_id).first()


def _done(request: PageRequest, question: PartnerQuestion, form: NotPassedOnForm) -> None:
    by, now, do = _user(request), request.now, request.POST.get("do")
    try:
        if do == "pass_on":
            pass_on(question=question, by=by, now=now)
        elif do == "hand_on":
            hand_on(question=question, by=by, now=now)
        elif do == "decline":
            decline_to_pass_on(question=question, reply=form.cleaned_data["reply"], by=by, now=now)
    except MovedOn:
        messages.warning(request, _("Nothing was changed: somebody dealt with it meanwhile, or the proposal is over."))
    except KeysMissing:
        messages.warning(request, _("Nothing was saved: private words cannot be kept just now. Try again later."))


def _user(request: PageRequest) -> User:
    return cast(User, request.user)


urlpatterns: list[URLPattern] = [
    path("pairs/proposals/<str:public_id>/question/", proposal_question, name="proposal_question"),
    path("programmes/<str:public_id>/questions-to-partners/", question_desk, name="question_desk"),
]
