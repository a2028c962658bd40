"""Putting oneself forward for a cohort: its own page, the way on from the letter, and one's place in the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from viceversa.accounts.models import User
from viceversa.people.models import Person
from viceversa.programmes import registration
from viceversa.programmes.admission import Closed, DoesNotFit, check_open, register, sides_open_to
from viceversa.programmes.coordinators import coordinator_name
from viceversa.programmes.design_words import dates_words, design_sentence
from viceversa.programmes.enrol import NotOpen, withdraw_enrolment
from viceversa.programmes.hours import hours_words
from viceversa.programmes.invitation_token import token_for
from viceversa.programmes.models import Admission, Cohort, Enrolment, RegistrationRequest
from viceversa.programmes.outside import AddressKnown, register_from_outside
from viceversa.programmes.places import admission_of
from viceversa.programmes.waiting_list import place_of, waiting_of

from ..access import access_enrolment, seat_of
from ..forms.admission import OutsiderForm, OwnSideForm, RegisterForm
from ..request import PageRequest

GONE = 410


def register_page(request: PageRequest, cohort_id: str) -> HttpResponse:
    """For somebody who is signed in one button; for everybody else their work address, and a letter."""
    cohort = _cohort(cohort_id)
    try:
        admission = check_open(cohort, now=request.now)
    except Closed:
        return render(request, "admission/register_closed.html", _context(cohort, admission_of(cohort)), status=GONE)
    person = seat_of(request).person if isinstance(request.user, User) else None
    if person is not None:
        return _own(request, cohort, admission, person=person)
    form = RegisterForm(request.POST if request.method == "POST" else None, leader=cohort.programme.mentee_word)
    if request.method == "POST" and form.is_valid():
        registration.ask_for_link(cohort, now=request.now, **form.cleaned_data)
        return redirect("register_sent", cohort.public_id)
    return render(request, "admission/register.html", _context(cohort, admission) | {"form": form})


def _own(request: PageRequest, cohort: Cohort, admission: Admission, *, person: Person) -> HttpResponse:
    there = Enrolment.objects.filter(cohort=cohort, person=person).exclude(state__in=Enrolment.GONE).first()
    if there is not None:
        return redirect("enrolment", cohort.programme.public_id)
    sides = sides_open_to(admission, person=person)
    data = request.POST if request.method == "POST" else None
    form = OwnSideForm(data, leader=cohort.programme.mentee_word, sides=sides)
    if request.method == "POST" and sides and form.is_valid():
        user = seat_of(request).user
        made = _try(cohort, person=person, role=form.cleaned_data["role"], by=user, request=request)
        if made is not None:
            return _after(made)
        sides = []
    context = _context(cohort, admission) | {"form": form, "person": person, "sides": sides}
    return render(request, "admission/register_own.html", context)


def _try(cohort: Cohort, *, person: Person, role: str, by: User | None, request: PageRequest) -> Enrolment | None:
    """Register, unless it closed or the person ceased to fit in the same moment."""
    try:
        return register(cohort, person=person, role=role, by=by, now=request.now)
    except (Closed, DoesNotFit):
        return None


def _after(made: Enrolment) -> HttpResponse:
    """Somebody with an account goes on to their enrolment, or to where they stand."""
    if made.state == Enrolment.State.NOT_NOW:
        return redirect("register", made.cohort.public_id)
    return redirect("enrolment", made.cohort.programme.public_id)


def register_sent(request: PageRequest, cohort_id: str) -> HttpResponse:
    """The same for every address."""
    cohort = _cohort(cohort_id)
    return render(request, "admission/register_sent.html", _context(cohort, admission_of(cohort)))


def register_confirm(request: PageRequest, cohort_id: str, token: str) -> HttpResponse:
    """The way on from the letter. Looking at it changes nothing; the button does."""
    cohort = _cohort(cohort_id)
    asked = registration.read_request(token, cohort=cohort, now=request.now)
    try:
        admission = check_open(cohort, now=request.now)
    except Closed:
        return render(request, "admission/register_closed.html", _context(cohort, admission_of(cohort)), status=GONE)
    if asked is None:
        return render(request, "admission/register_spent.html", _context(cohort, admission), status=GONE)
    person = registration.whose(asked, now=request.now)
    if person is not None:
        return _confirm_known(request, cohort, admission, asked=asked, person=person)
    if not registration.reaches(asked, now=request.now):
        return render(request, "admission/register_spent.html", _context(cohort, admission), status=GONE)
    return _confirm_outside(request, cohort, admission, asked=asked)


def _confirm_known(
    request: PageRequest, cohort: Cohort, admission: Admission, *, asked: RegistrationRequest, person: Person
) -> HttpResponse:
    sides = sides_open_to(admission, person=person)
    leader = cohort.programme.mentee_word
    form = OwnSideForm(
        request.POST if request.method == "POST" else None, leader=leader, sides=sides, initial={"role": asked.role}
    )
    if request.method == "POST" and sides and form.is_valid():
        made = _try(cohort, person=person, role=form.cleaned_data["role"], by=None, request=request)
        if made is not None:
            registration.use_request(asked, now=request.now)
            return _letter_done(request, made)
        sides = []
    context = _context(cohort, admission) | {"form": form, "person": person, "sides": sides}
    return render(request, "admission/register_own.html", context)


def _letter_done(request: PageRequest, made: Enrolment) -> HttpResponse:
    """On to the invitation's own page where a place is theirs; else a page that says how they stand."""
    if made.state in (Enrolment.State.INVITED, Enrolment.State.DRAFT):
        return redirect("join", token_for(made, now=request.now))
    context = _context(made.cohort, admission_of(made.cohort)) | {"enrolment": made, "place": place_of(made)}
    return render(request, "admission/register_done.html", context)


def _confirm_outside(
    request: PageRequest, cohort: Cohort, admission: Admission, *, asked: RegistrationRequest
) -> HttpResponse:
    form = OutsiderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = register_from_outside(
                cohort, email=asked.email, role=asked.role, now=request.now, **form.cleaned_data
            )
        except (AddressKnown, Closed, DoesNotFit):
            return render(request, "admission/register_spent.html", _context(cohort, admission), status=GONE)
        registration.use_request(asked, now=request.now)
        return _letter_done(request, made)
    return render(request, "admission/register_outside.html", _context(cohort, admission) | {"form": form})


def your_place(request: PageRequest, public_id: str) -> HttpResponse:
    """How one stands who has applied or waits; taking oneself off the list is one button."""
    held = access_enrolment(request, public_id)
    if held.state not in Enrolment.STANDS_BY:
        return redirect("enrolment", held.cohort.programme.public_id)
    if request.method == "POST":
        try:
            withdraw_enrolment(held, by=seat_of(request).user, now=request.now)
        except NotOpen:
            raise Http404 from None
        messages.success(request, _("You are off the list. You need no reason, and nobody asks for one."))
        return redirect("home")
    context = _context(held.cohort, admission_of(held.cohort)) | {
        "enrolment": held,
        "place": place_of(held),
        "waiting": waiting_of(held.cohort, role=held.role).count(),
        "entry": held.lottery_entries.select_related("lottery").order_by("-pk").first(),
    }
    return render(request, "admission/your_place.html", context)


def _cohort(public_id: str) -> Cohort:
    cohort = Cohort.objects.select_related("programme").filter(public_id=public_id, archived_at=None).first()
    if cohort is None or cohort.programme.is_archived or cohort.programme.state == "draft":
        raise Http404
    return cohort


def _context(cohort: Cohort, admission: Admission) -> dict[str, object]:
    programme = cohort.programme
    return {
        "programme": programme,
        "cohort": cohort,
        "admission": admission,
        "sentence": design_sentence(programme),
        "dates": dates_words(cohort),
        "hours": hours_words(programme),
        "coordinator": coordinator_name(programme),
        "page_url": reverse("register", args=[cohort.public_id]),
    }


urlpatterns = [
    path("register/<str:cohort_id>/", register_page, name="register"),
    path("register/<str:cohort_id>/sent/", register_sent, name="register_sent"),
    path("register/<str:cohort_id>/<str:token>/", register_confirm, name="register_confirm"),
    path("enrolments/<str:public_id>/place/", your_place, name="your_place"),
]
