"""Coming in without an e-mail: a number and a one-time code, then a password of one's own; and making the codes."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.actions import note_sign_in
from viceversa.accounts.codes import OwnPassword, codes_to_tell_of, good_code, reads_mail, use_code
from viceversa.accounts.models import OneTimeCode, User
from viceversa.accounts.numbers import filled
from viceversa.outbox.letters import absolute
from viceversa.programmes.code_sheet import (
    NobodyThere,
    make_code_again,
    make_codes,
    user_with_number,
    without_letters,
)
from viceversa.programmes.models import Enrolment

from ..access import access_installation, access_programme, seat_of
from ..forms.code import CodeAgainForm, CodeForm
from ..forms.passwords import NewPasswordForm
from ..paging import one_page
from ..request import PageRequest

PASSWORDS = "django.contrib.auth.backends.ModelBackend"
BY_CODE = "viceversa.accounts.codes.CodeBackend"
CHOOSING = "viceversa_code"  # in the session: the code that was right, until a password is chosen
SHARED = "viceversa_shared"  # in the session: a shared machine, most likely
SESSION_SECONDS = 30 * 60
CHOOSE_WITHIN_SECONDS = 15 * 60
DRAWN = ("person_id", "given_name", "family_name", "preferred_name", "job_title", "location")
AT_ONCE = 500
"""Codes that one press makes, of everybody in the list."""


def code(request: PageRequest) -> HttpResponse:
    """A number and a secret: a code leads to choosing a password, a password straight in."""
    if request.user.is_authenticated:
        return redirect("home")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        number, secret = form.cleaned_data["number"], form.cleaned_data["secret"]
        there = user_with_number(number, now=request.now)
        address = there.email if there is not None and not_by_mail(there) else f"{number}@nobody.invalid"
        user = authenticate(request, email=address, password=secret, code=secret)
        if isinstance(user, User):
            return _come_in(request, user, secret=secret)
        form.refuse()
    return render(request, "code/code.html", {"form": form})


def not_by_mail(user: User) -> bool:
    """Whoever reads mail signs in with their address; a number opens no such account."""
    return not reads_mail(user)


def _come_in(request: PageRequest, user: User, *, secret: str) -> HttpResponse:
    if getattr(user, "backend", "") != BY_CODE:
        _sign_in(request, user, way="number")
        _tell_of_codes(request, user)
        return redirect("home")
    right = good_code(user, text=secret, now=request.now)
    if right is None:  # used in the same moment
        return redirect("code")
    request.session.cycle_key()
    request.session[CHOOSING] = right.public_id
    request.session.set_expiry(CHOOSE_WITHIN_SECONDS)
    return redirect("code_password")


def code_password(request: PageRequest) -> HttpResponse:
    """The code was right: now a password that nobody else knows, and only then the account opens."""
    right = _right_code(request)
    if right is None:
        return redirect("code")
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=right.user)
    if request.method == "POST" and form.is_valid():
        user = use_code(right, password=form.cleaned_data["password"], now=request.now)
        request.session.pop(CHOOSING, None)
        if user is None:
            return redirect("code")
        _sign_in(request, user, way="code")
        words = _("From now on you sign in with your number and this password. Remember it: nobody else knows it.")
        messages.success(request, words)
        return redirect("home")
    context = {"form": form, "code": right, "name": right.user.shown_name}
    return render(request, "code/code_password.html", context)


def _right_code(request: PageRequest) -> OneTimeCode | None:
    """The code that was typed in this session, if it still stands."""
    public_id = request.session.get(CHOOSING)
    if not public_id:
        return None
    rows = OneTimeCode.objects.standing(now=request.now).select_related("user", "made_by")
    return rows.filter(public_id=public_id).first()


def _sign_in(request: PageRequest, user: User, *, way: str) -> None:
    login(request, user, backend=PASSWORDS)
    request.session[SHARED] = True
    request.session.set_expiry(SESSION_SECONDS)
    note_sign_in(user=user, now=request.now, way=way)


def _tell_of_codes(request: PageRequest, user: User) -> None:
    """Nobody makes a code for somebody behind their back."""
    for made in codes_to_tell_of(user, now=request.now):
        who = made.made_by.shown_name if made.made_by else _("somebody")
        words = _("A code for your account was made on %(day)s by %(who)s. If you did not ask for it, tell a handler.")
        messages.warning(request, words % {"day": date_format(made.made_at, "j F Y"), "who": who})


def codes(request: PageRequest, public_id: str) -> HttpResponse:
    """The people of the cohort to whom no letter reaches; codes for them on a sheet to print."""
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    rows = without_letters(cohort, now=request.now)
    problem = ""
    if request.method == "POST":
        chosen = request.POST.getlist("enrolment")
        if request.POST.get("whom") == "all":
            chosen = list(rows.values_list("public_id", flat=True)[:AT_ONCE])
        if chosen:
            sheet = make_codes(cohort, chosen=chosen, by=seat_of(request).user, now=request.now)
            context = {"programme": programme, "sheet": sheet, "address": absolute(reverse("code"))}
            if sheet.passed_over:
                context["passed_over"] = _passed_over(sheet.passed_over)
            return render(request, "code/sheet.html", context)
        problem = _("Tick at least one person")
    page = one_page(request, list(rows.values_list("pk", flat=True)))
    page["page"].object_list = _drawn(page["page"].object_list)
    context = {
        "programme": programme,
        **page,
        "total": page["page"].paginator.count,
        "problem": problem,
        "address": absolute(reverse("code")),
    }
    return render(request, "code/codes.html", context)


def _drawn(keys: Sequence[int]) -> list[Enrolment]:
    """With what the list shows of each, and no more, in the order of their keys."""
    people = Enrolment.objects.select_related("person").only("public_id", "state", *(f"person__{one}" for one in DRAWN))
    found = people.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _passed_over(count: int) -> str:
    words = ngettext(
        "For %(count)s person no code was made: they have a password of their own meanwhile, or have gone.",
        "For %(count)s people no code was made: they have a password of their own meanwhile, or have gone.",
        count,
    )
    return filled(words, count=count)


def admin_codes(request: PageRequest) -> HttpResponse:
    """A new way in for somebody without an e-mail who forgot their password; not for whoever runs a programme."""
    seat = access_installation(request)
    form = CodeAgainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            slip = make_code_again(form.cleaned_data["number"], by=seat.user, now=request.now)
        except NobodyThere:
            form.say_nobody()
        except OwnPassword:
            words = _("You coordinate a programme. Another administrator, who does not, makes this code")
            form.add_error(None, words)
        else:
            return render(request, "code/slip.html", {"slip": slip, "address": absolute(reverse("code"))})
    return render(request, "code/admin_codes.html", {"form": form})


urlpatterns = [
    path("code/", code, name="code"),
    path("code/password/", code_password, name="code_password"),
    path("programmes/<programme:public_id>/codes/", codes, name="codes"),
    path("admin/codes/", admin_codes, name="admin_codes"),
]
