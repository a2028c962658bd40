"""A proposal as each of its two sides sees it, and their private answer."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.pairing.answers import Outcome, answer_proposal
from viceversa.pairing.models import PartnerQuestion, Proposal
from viceversa.pairing.partner_questions import MOST_QUESTIONS, exchanges_for, last_day
from viceversa.pairing.sides import ProposalSide, side_of

from ..access import access_proposal
from ..forms.partner_questions import QuestionForm, ReplyForm
from ..forms.proposals import AnswerForm
from ..request import PageRequest


def proposal(request: PageRequest, public_id: str) -> HttpResponse:
    found = access_proposal(request, public_id)
    side = side_of(found, user=cast(User, request.user), now=request.now)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answered(request, found, side, form)
    return _shown(request, side, form)


def _shown(request: PageRequest, side: ProposalSide, form: AnswerForm) -> HttpResponse:
    exchanges = exchanges_for(side.proposal, enrolment=side.enrolment)
    may_ask = side.standing == "open" and not any(
        one.is_mine and one.question.state in PartnerQuestion.OPEN for one in exchanges
    )
    context = {
        "side": side,
        "form": form,
        "exchanges": exchanges,
        "may_ask": may_ask and sum(one.is_mine for one in exchanges) < MOST_QUESTIONS,
        "question_form": QuestionForm(),
        "reply_form": ReplyForm(),
        "last_day": last_day(side.proposal, now=request.now),
    }
    return render(request, "proposals/proposal.html", context)


def _answered(request: PageRequest, found: Proposal, side: ProposalSide, form: AnswerForm) -> HttpResponse:
    try:
        answered = answer_proposal(
            proposal=found,
            enrolment=side.enrolment,
            word=form.cleaned_data["word"],
            reason=form.cleaned_data["reason"],
            by=cast(User, request.user),
            now=request.now,
        )
    except KeysMissing:
        form.add_error(None, _("Nothing was saved: private words cannot be kept just now. Answer again later."))
        return _shown(request, side, form)
    if answered.outcome is Outcome.TAKEN:
        messages.warning(request, _("The place was taken meanwhile, so this pairing cannot go ahead."))
    if answered.pair is not None:
        messages.success(request, _("You both said yes. Fix the date of your first meeting now, while it is easy."))
        return redirect("pair", answered.pair.public_id)
    return redirect("proposal", found.public_id)


urlpatterns: list[URLPattern] = [path("pairs/proposals/<str:public_id>/", proposal, name="proposal")]
