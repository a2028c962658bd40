"""Identity attributes: which a programme asks for and why; and one's own consents, each to be taken back at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.numbers import filled
from viceversa.people.identity import withdraw_identity
from viceversa.people.models import Person
from viceversa.programmes import identity_questions as asking
from viceversa.programmes.models import IdentityQuestion, Programme

from ..access import access_programme, access_self, seat_of
from ..changed import CHANGED
from ..forms.enrolment_about import purpose_words
from ..forms.once import fresh_key, id_from_key
from ..forms.questions import IdentityQuestionForm, suggestions
from ..request import PageRequest


def identity_list(request: PageRequest, public_id: str) -> HttpResponse:
    """What the programme asks for; how anybody answered, and whether, is not here."""
    programme = access_programme(request, public_id)
    if request.method == "POST":
        held = _held(programme, request.POST.get("remove", ""))
        if held is not None:
            asking.stop_asking_identity(held, by=seat_of(request).user, now=request.now)
            messages.success(request, _("It is asked for no more. What people had agreed to has ended at once."))
        return redirect("identity_list", programme.public_id)
    rows = list(programme.identity_questions.all())
    words = purpose_words()
    asked = {row.attribute for row in rows}
    context = {
        "programme": programme,
        "rows": [(row, [(words[each], row.purposes[each]) for each in words if each in row.purposes]) for row in rows],
        "suggestions": [(key, label) for key, (label, _choices) in suggestions().items() if key not in asked],
    }
    return render(request, "identity/identity_list.html", context)


def _held(programme: Programme, question_id: str) -> IdentityQuestion | None:
    return IdentityQuestion.objects.filter(programme=programme, public_id=question_id).first()


def identity_new(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    user = seat_of(request).user
    form = IdentityQuestionForm(request.POST or None, suggested=request.GET.get("of", ""))
    key = request.POST.get("key", "") or fresh_key(user)
    if request.method == "POST" and form.is_valid():
        try:
            new_id = id_from_key(key, user=user)
            asking.ask_identity(programme, content=form.content, by=user, now=request.now, public_id=new_id)
        except asking.AskedAlready:
            form.add_error("label", _("The programme asks for this already. Change it there."))
        else:
            messages.success(request, _("It is asked for at enrolment, off for everybody until they say otherwise."))
            return redirect("identity_list", programme.public_id)
    return render(request, "identity/identity_question.html", {"programme": programme, "form": form, "key": key})


def identity_question(request: PageRequest, public_id: str, identity_question_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    held = _held(programme, identity_question_id)
    if held is None:
        raise Http404
    form, status = IdentityQuestionForm(request.POST or None, question=held), 200
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            asking.change_identity(held, content=form.content, seen=seen, by=seat_of(request).user, now=request.now)
        except ChangedMeanwhile:
            held.refresh_from_db()
            form.add_error(
                None, _("Somebody changed this meanwhile. What you typed is still here; save again to keep it.")
            )
            status = CHANGED
        else:
            messages.success(request, _("It is saved. Whoever had agreed to other words is asked again."))
            return redirect("identity_list", programme.public_id)
    context = {"programme": programme, "question": held, "form": form, "seen": asking.seen_of(held)}
    return render(request, "identity/identity_question.html", context, status=status)


@dataclass(frozen=True)
class OwnConsent:
    """One use that somebody agreed to, for their own page."""

    key: int
    label: str
    purpose: str
    programme: str
    given_at: datetime


def you_identity(request: PageRequest) -> HttpResponse:
    """Everything one agreed to, in every programme, with one button each to take it back."""
    user = access_self(request)
    person = seat_of(request).person
    if request.method == "POST" and person is not None:
        ended = _withdrawn(request, person)
        if ended:
            words = ngettext("%(count)s use has ended.", "%(count)s uses have ended.", ended)
            messages.success(request, filled(words, count=ended))
        return redirect("you_identity")
    return render(
        request, "identity/you_identity.html", {"consents": _consents(person), "person": person, "user": user}
    )


def _withdrawn(request: PageRequest, person: Person) -> int:
    by, now = seat_of(request).user, request.now
    if "all" in request.POST:
        return withdraw_identity(person, by=by, now=now)
    wanted = request.POST.get("consent", "")
    rows = person.identity_consents.standing()
    row = rows.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else None
    if row is None:
        return 0
    return withdraw_identity(person, by=by, now=now, scope=row.scope, attribute=row.attribute, purpose=row.purpose)


def _consents(person: Person | None) -> list[OwnConsent]:
    if person is None:
        return []
    rows = list(person.identity_consents.standing().order_by("attribute", "scope", "purpose"))
    scopes = {row.scope for row in rows}
    names = dict(Programme.objects.filter(public_id__in=scopes).values_list("public_id", "name"))
    questions = IdentityQuestion.objects.filter(programme__public_id__in=scopes)
    labels = dict(questions.values_list("attribute", "label"))
    words = purpose_words()
    return [
        OwnConsent(
            key=row.pk,
            label=labels.get(row.attribute, row.attribute),
            purpose=str(words[row.purpose]),
            programme=names.get(row.scope, ""),
            given_at=row.given_at,
        )
        for row in rows
    ]


urlpatterns: list[URLPattern] = [
    path("programmes/<programme:public_id>/identity/", identity_list, name="identity_list"),
    path("programmes/<programme:public_id>/identity/new/", identity_new, name="identity_new"),
    path(
        "programmes/<programme:public_id>/identity/<str:identity_question_id>/",
        identity_question,
        name="identity_question",
    ),
    path("you/identity/", you_identity, name="you_identity"),
]
