"""One's own: the account, the profile, who acts for one, going out."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from viceversa.accounts.actions import change_account, change_password
from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.accounts.models import User
from viceversa.journey.delegations import delegations_of, end_delegation, name_delegate
from viceversa.people.models import Person
from viceversa.people.own_profile import OwnProfile, boundaries_of, change_profile, seen_of
from viceversa.programmes.consent import ToAgree, to_agree
from viceversa.programmes.models import Enrolment

from ..access import access_self, seat_of
from ..forms.passwords import ChangePasswordForm
from ..forms.you import AccountForm, DelegationForm, ProfileForm
from ..request import PageRequest
from ..shell import reader_zone


def you(request: PageRequest) -> HttpResponse:
    """The account and the password: two forms on one page, told apart by the button that was pressed."""
    user = access_self(request)
    sent = request.POST.get("form", "") if request.method == "POST" else ""
    account = AccountForm(request.POST if sent == "account" else None, user=user)
    password = ChangePasswordForm(request.POST if sent == "password" else None, user=user)
    if account.is_valid():
        change_account(user=user, by=user, now=request.now, **account.cleaned_data)
        messages.success(request, _("Your account is saved."))
        return redirect("you")
    if password.is_valid():
        change_password(user=user, password=password.cleaned_data["password"], by=user, now=request.now)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Wherever else you were signed in, you no longer are."))
        return redirect("you")
    if sent == "end_delegation":
        return _end_delegation(request, user)
    person = seat_of(request).person
    context = {
        "account": account,
        "password": password,
        "wrong": account if account.errors else password,
        "person": person,
        "delegations": list(delegations_of(person, now=request.now)) if person else [],
        "may_delegate": person is not None and _is_mentee(person),
        "to_agree": _to_agree(person) if person else [],
    }
    return render(request, "you/you.html", context)


def _to_agree(person: Person) -> list[ToAgree]:
    """What somebody has not agreed to yet, of what they take part in."""
    return to_agree(person.enrolments.filter(state__in=Enrolment.TAKING_PART).select_related("cohort__programme"))


def _is_mentee(person: Person) -> bool:
    return person.enrolments.filter(role="mentee").exclude(state__in=("declined", "withdrawn")).exists()


def _end_delegation(request: PageRequest, user: User) -> HttpResponse:
    person = seat_of(request).person
    if person is None:
        raise Http404
    wanted = request.POST.get("delegation", "")
    own = delegations_of(person, now=request.now)
    delegation = own.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else None
    if delegation is not None:
        end_delegation(delegation=delegation, by=user, now=request.now)
        name = delegation.delegate.shown_name
        messages.success(request, _("%(name)s no longer acts for you.") % {"name": name})
    return redirect("you")


def you_profile(request: PageRequest) -> HttpResponse:
    user = access_self(request)
    person = seat_of(request).person
    if person is None:
        return render(request, "you/no_profile.html")
    boundaries = _own_boundaries(person)
    form = ProfileForm(request.POST or None, person=person, boundaries=boundaries)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            change_profile(person=person, profile=_profile(form), seen=seen, by=user, now=request.now)
        except ChangedMeanwhile:
            form.add_error(None, _changed_words())
            status = 409
        except KeysMissing:
            form.add_error(None, _("Nothing was saved: private words cannot be kept just now. Save again later."))
            status = 503
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("you_profile")
    enrolments = person.enrolments.select_related("cohort__programme").filter(
        state__in=("invited", "draft", "submitted", "matched")
    )
    context = {
        "form": form,
        "person": person,
        "enrolments": list(enrolments),
        "seen": seen_of(person),
        "boundaries_closed": boundaries is None,
    }
    return render(request, "you/profile.html", context, status=status)


def _changed_words() -> str:
    return _("You saved your profile in another window meanwhile. What you typed is still here; save again to keep it.")


def _own_boundaries(person: Person) -> str | None:
    """None where they cannot be opened: the rest of the profile goes on."""
    try:
        return boundaries_of(person)
    except KeysMissing:
        return None


def _profile(form: ProfileForm) -> OwnProfile:
    said = form.cleaned_data
    return OwnProfile(
        preferred_name=said["preferred_name"].strip(),
        pronouns=said["pronouns"].strip(),
        time_zone=said["time_zone"],
        hours_start=_minutes(said["hours_start"]),
        hours_end=_minutes(said["hours_end"]),
        languages=said["languages"],
        interests=said["interests"],
        style_formality=int(said["style_formality"]) if said["style_formality"] else None,
        style_structure=int(said["style_structure"]) if said["style_structure"] else None,
        boundaries=said["boundaries"].strip() if "boundaries" in said else None,
    )


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def delegation_new(request: PageRequest) -> HttpResponse:
    user = access_self(request)
    person = seat_of(request).person
    if person is None or not _is_mentee(person):
        return render(request, "you/no_delegation.html")
    zone = ZoneInfo(reader_zone(request))
    form = DelegationForm(request.POST or None, by=user, today=request.now.astimezone(zone).date())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        end_of_day = datetime.combine(said["until"], time(23, 59, 59), tzinfo=zone)
        name_delegate(
            mentee=person, email=said["email"], name=said["name"], expires_at=end_of_day, by=user, now=request.now
        )
        messages.success(request, _("%(name)s may now fix your dates, and is told by mail.") % {"name": said["name"]})
        return redirect("you")
    return render(request, "you/delegation_new.html", {"form": form})


urlpatterns = [
    path("you/", you, name="you"),
    path("you/profile/", you_profile, name="you_profile"),
    path("you/delegates/new/", delegation_new, name="delegation_new"),
]
