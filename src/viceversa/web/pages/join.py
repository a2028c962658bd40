"""The page behind an invitation's link. Looking at it changes nothing; two buttons do."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode

from viceversa.accounts.actions import note_sign_in
from viceversa.accounts.models import User
from viceversa.programmes.coordinators import coordinator_name
from viceversa.programmes.design_words import design_sentence
from viceversa.programmes.enrolment_steps import minutes_of
from viceversa.programmes.invitation_token import Invitation, UnreadableToken, read_token
from viceversa.programmes.joining import (
    CannotAnswer,
    Standing,
    accept_as_new,
    accept_as_user,
    decline_invitation,
    standing_of,
)

from ..forms.passwords import NewPasswordForm
from ..request import PageRequest

PASSWORDS = "django.contrib.auth.backends.ModelBackend"
OPEN = (Standing.NEW_ACCOUNT, Standing.SIGN_IN, Standing.WELCOME)
GONE = 410


def join(request: PageRequest, token: str) -> HttpResponse:
    try:
        invitation = read_token(token)
    except UnreadableToken:
        return render(request, "enrolment/join_unreadable.html", status=GONE)
    standing = standing_of(invitation, user=_user(request), now=request.now)
    if standing not in OPEN:
        return _closed(request, invitation, standing)
    if request.method != "POST":
        return _page(request, invitation, standing, NewPasswordForm(user=_future_user(invitation)))
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
        form = NewPasswordForm(request.POST, user=_future_user(invitation))
        if not form.is_valid():
            return _page(request, invitation, standing, form)
        made = accept_as_new(invitation, password=form.cleaned_data["password"], now=request.now)
        login(request, made, backend=PASSWORDS)
        note_sign_in(user=made, now=request.now, way="invitation")
    return redirect("enrolment", invitation.enrolment.cohort.programme.public_id)


def _future_user(invitation: Invitation) -> User:
    """Not saved: for the rule that a password is not the name or the address."""
    person = invitation.enrolment.person
    return User(email=person.email, name=person.name)


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


def _page(request: PageRequest, invitation: Invitation, standing: Standing, form: NewPasswordForm) -> HttpResponse:
    context = _context(invitation) | {
        "form": form,
        "standing": standing.value,
        "sentence": design_sentence(invitation.enrolment.cohort.programme),
        "minutes": minutes_of(invitation.enrolment),
    }
    return render(request, "enrolment/join.html", context)


def _closed(request: PageRequest, invitation: Invitation, standing: Standing) -> HttpResponse:
    context = _context(invitation) | {"standing": standing.value, "reader": _user(request)}
    return render(request, "enrolment/join_closed.html", context, status=GONE)


urlpatterns = [path("join/<str:token>/", join, name="join")]
