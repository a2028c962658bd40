"""After the trial: whether one goes on, said in private by each of the two."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.pairing.models import Pair
from viceversa.pairing.trial import NotOnTrial, Word, said_after_trial, say_after_trial

from ..access import access_pair, seat_of
from ..forms.trial import TrialForm
from ..request import PageRequest


def pair_trial(request: PageRequest, public_id: str) -> HttpResponse:
    pair = access_pair(request, public_id)
    person = seat_of(request).person
    assert person is not None  # the table lets only the two of the pair in
    own = pair.mentor if pair.mentor.person_id == person.pk else pair.mentee
    form = TrialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            now_stands = say_after_trial(pair=pair, enrolment=own, word=form.cleaned_data["word"], now=request.now)
        except NotOnTrial:
            messages.info(request, _("The trial of this pair is over already. Nothing was changed."))
        else:
            messages.success(request, _said(now_stands, word=form.cleaned_data["word"]))
        return redirect("pair", pair.public_id)
    if pair.state != Pair.State.TRIAL or pair.trial_asked_at is None:
        return redirect("pair", pair.public_id)
    context = {
        "pair": pair,
        "partner": pair.partner_of(person),
        "form": form,
        "said": said_after_trial(pair, enrolment=own),
    }
    return render(request, "pairs/trial.html", context)


def _said(pair: Pair, *, word: str) -> str:
    if word == Word.ANOTHER:
        return _("The pair has ended, and nobody is told that it was you. You can be matched again.")
    if pair.state == Pair.State.ACTIVE:
        return _("You both go on. The next date is worth fixing now.")
    return _("Kept. You go on.")


urlpatterns: list[URLPattern] = [path("pairs/<str:public_id>/trial/", pair_trial, name="pair_trial")]
