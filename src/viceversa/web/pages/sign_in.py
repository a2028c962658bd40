"""Coming in and going out: sign-in, the demo's seats, a new password by mail."""

from __future__ import annotations

import ipaddress
from typing import Any

from axes.utils import reset as lift_lock
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from viceversa.accounts.actions import change_password, note_sign_in
from viceversa.accounts.links import user_of_token
from viceversa.accounts.models import User
from viceversa.accounts.seats import SEATS
from viceversa.outbox.password_letters import ask_for_password_link
from viceversa.people.models import Person

from ..forms.passwords import NewPasswordForm
from ..forms.sign_in import PasswordForgottenForm, SignInForm
from ..request import PageRequest

PASSWORDS = "django.contrib.auth.backends.ModelBackend"
FORWARDING = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


def sign_in(request: PageRequest) -> HttpResponse:
    demo = _is_demo(request)
    onward = _onward(request)
    if request.user.is_authenticated and not demo:
        return redirect(onward)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address, password = form.cleaned_data["email"], form.cleaned_data["password"]
        user = authenticate(request, email=address, password=password)
        if user is not None and not _has_left(user, request):
            return _come_in(request, user, way="password", onward=onward)
        form.refuse()
    context = {"form": form, "onward": onward, "seats": list(SEATS.values()) if demo else []}
    return render(request, "sign_in/sign_in.html", context)


def _has_left(user: User, request: PageRequest) -> bool:
    person = Person.of(user)
    return person is not None and person.has_left(on=request.now.date())


def _come_in(request: PageRequest, user: User, *, way: str, onward: str) -> HttpResponse:
    """Start a session of its own: the id changes, so one that was planted before is worth nothing."""
    login(request, user, backend=PASSWORDS)
    note_sign_in(user=user, now=request.now, way=way)
    return redirect(onward)


def _onward(request: PageRequest) -> str:
    """Where to after signing in: what was asked for, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # From the root: a bare word would be taken for the name of a route.
    return wanted if ours and wanted.startswith("/") else "/"


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Too many tries for this address from this place; the password was not looked at."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "sign_in/locked_out.html", {"minutes": minutes}, status=429)


def sign_out(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign_in")


def demo_seat(request: PageRequest) -> HttpResponse:
    if not _is_demo(request):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    seat = SEATS.get(request.POST.get("persona", ""))
    user = User.objects.filter(email=seat.email.lower(), is_active=True).first() if seat else None
    if user is None:
        raise Http404
    return _come_in(request, user, way="demo", onward="/")


def _is_demo(request: HttpRequest) -> bool:
    """A demo process, asked from this machine, with no proxy in between that somebody else could sit behind."""
    if not settings.DEMO_SEATS or any(header in request.META for header in FORWARDING):
        return False
    if any(name.startswith("HTTP_X_FORWARDED") for name in request.META):
        return False
    try:
        return ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def password_forgot(request: PageRequest) -> HttpResponse:
    form = PasswordForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_for_password_link(email=form.cleaned_data["email"], now=request.now)
        return redirect("password_sent")
    return render(request, "sign_in/password_forgot.html", {"form": form})


def password_sent(request: PageRequest) -> HttpResponse:
    return render(request, "sign_in/password_sent.html")


def password_reset(request: PageRequest, token: str) -> HttpResponse:
    """GET shows, POST acts: a program that follows the links in a mail changes nothing."""
    user = user_of_token(token, now=request.now)
    if user is None:
        return render(request, "sign_in/password_link_spent.html", status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        change_password(user=user, password=form.cleaned_data["password"], by=user, now=request.now)
        lift_lock(username=user.email)
        return redirect("password_done")
    return render(
        request, "sign_in/password_reset.html", {"form": form, "account": user, "is_first": user.last_login is None}
    )


def password_done(request: PageRequest) -> HttpResponse:
    return render(request, "sign_in/password_done.html")


urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("demo/seat/", demo_seat, name="demo_seat"),
    path("password/", password_forgot, name="password_forgot"),
    path("password/sent/", password_sent, name="password_sent"),
    path("password/new/<str:token>/", password_reset, name="password_reset"),
    path("password/done/", password_done, name="password_done"),
]
