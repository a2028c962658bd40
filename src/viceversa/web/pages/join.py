"""The page behind an invitation's link. Looking at it changes nothing; two buttons do."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode

from viceversa.accounts.actions import note_sign_in
from viceversa.accounts.models import User
from viceversa.pairing.proposed import is_proposed
from viceversa.programmes.coordinators import coordinator_name
from viceversa.programmes.design_words import design_sentence
from viceversa.programmes.enrolment_steps import minutes_of
from viceversa.programmes.invitation_token import Invitation, SpentToken, UnreadableToken, read_token
from viceversa.programmes.joining import (
    AddressTaken,
    CannotAnswer,
    Standing,
    accept_as_new,
    accept_as_user,
    can_decline,
    decline_invitation,
    standing_of,
)
from viceversa.programmes.models import Enrolment
from viceversa.programmes.places import keeps_place
from viceversa.programmes.waiting_list import place_of

from ..forms.join import JoinForm
from ..request import PageRequest

PASSWORDS = "django.contrib.auth.backends.ModelBackend"
OPEN = (Standing.NEW_ACCOUNT, Standing.SIGN_IN, Standing.WELCOME)
GONE = 410


def join(request: PageRequest, token: str) -> HttpResponse:
    try:
        invitation = read_token(token)
    except SpentToken:
        return render(request, "enrolment/join_spent.html", status=GONE)
    except UnreadableToken:
        return render(request, "enrolment/join_unreadable.html", status=GONE)
    standing = standing_of(invitation, user=_user(request), now=request.now)
    if standing not in OPEN:
        return _closed(request, invitation, standing)
    if request.method != "POST":
        return _page(request, invitation, standing, JoinForm(person=invitation.enrolment.person))
    try:
        if request.POST.get("answer") == "no":
            decline_invitation(invitation, by=_user(request), now=request.now)
            return render(request, "enrolment/join_declined.html", _context(invitation))
        return _go_on(request, invitation, standing)
    except CannotAnswer as refusal:  # somebody answered in the same moment
        return _closed(request, invitation, refusal.standing)


def _go_on(request: PageRequest, invitation: Invitation, standing: Standing) -> HttpResponse:
    user = _user(request)
    if standing is Standing.SIGN_IN:
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.path})}")
    if standing is Standing.WELCOME and user is not None:
        accept_as_user(invitation, by=user, now=request.now)
    else:
        form = JoinForm(request.POST, person=invitation.enrolment.person)
        if not form.is_valid():
            return _page(request, invitation, standing, form)
        try:
            made = accept_as_new(invitation, now=request.now, **form.cleaned_data)
        except AddressTaken:
            form.say_taken()
            return _page(request, invitation, standing, form)
        login(request, made, backend=PASSWORDS)
        note_sign_in(user=made, now=request.now, way="invitation")
    if invitation.enrolment.state in Enrolment.TAKING_PART:  # their answers are there already
        return redirect("home")
    return redirect("enrolment", invitation.enrolment.cohort.programme.public_id)


def _user(request: PageRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _context(invitation: Invitation) -> dict[str, object]:
    enrolment = invitation.enrolment
    programme = enrolment.cohort.programme
    return {
        "enrolment": enrolment,
        "person": enrolment.person,
        "programme": programme,
        "coordinator": coordinator_name(programme),
        "kept_until": invitation.kept_until,
    }


def _page(request: PageRequest, invitation: Invitation, standing: Standing, form: JoinForm) -> HttpResponse:
    context = _context(invitation) | {
        "form": form,
        "standing": standing.value,
        "sentence": design_sentence(invitation.enrolment.cohort.programme),
        "minutes": minutes_of(invitation.enrolment),
        "takes_part": invitation.enrolment.state in Enrolment.TAKING_PART,
        "can_decline": can_decline(invitation.enrolment),
        "is_proposed": is_proposed(invitation.enrolment),
        "keeps_place": keeps_place(invitation.enrolment),
        "waiting_place": place_of(invitation.enrolment),
    }
    return render(request, "enrolment/join.html", context)


def _closed(request: PageRequest, invitation: Invitation, standing: Standing) -> HttpResponse:
    if standing is Standing.SPENT:  # in the same moment
        return render(request, "enrolment/join_spent.html", status=GONE)
    context = _context(invitation) | {"standing": standing.value, "reader": _user(request)}
    return render(request, "enrolment/join_closed.html", context, status=GONE)


urlpatterns = [path("join/<str:token>/", join, name="join")]
