"""Whether a programme is ready, with the reason and the place for each thing; and who hears concerns in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.journey.kept import LARGE, Figures, kept
from viceversa.programmes import handlers
from viceversa.programmes.models import Programme
from viceversa.programmes.readiness_check import Check, Item, Place, Section, Verdict, check_of
from viceversa.programmes.readiness_items import pool_for
from viceversa.programmes.readiness_pool import Pool
from viceversa.programmes.self_assessment import answer_questions

from ..access import access_programme, seat_of
from ..forms.once import fresh_key, id_from_key
from ..forms.programme_handlers import ContactForm, HandlerForm, ReadinessForm
from ..request import PageRequest


def programme_readiness(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    pool = kept_pool(programme, now=request.now)
    check = check_of(programme, now=request.now, pool=pool.value)
    given = {code: answer.word.value for code, answer in check.answers.items()}
    form = ReadinessForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        count = answer_questions(programme, answers=form.answers, by=seat_of(request).user, now=request.now)
        words = ngettext("%(count)s answer is kept.", "%(count)s answers are kept.", count)
        messages.success(request, filled(words, count=count) if count else _("The answers are as they were."))
        return redirect("programme_readiness", programme.public_id)
    record = getattr(programme, "launch_record", None) if programme.launched_at else None
    context = {
        "programme": programme,
        "cohort": programme.current_cohort,
        "counted_at": pool.at,
        "check": check,
        "form": form,
        "answer": answer_words(check),
        "sections": [_told(programme, section) for section in check.sections if section.items],
        "open_questions": [item for section in check.sections for item in section.items if _is_open(item)],
        "record": record,
    }
    return render(request, "programmes/readiness.html", context)


@dataclass(frozen=True)
class Told:
    """A standard as the page tells it: what wants doing and what is well, each with the address of its advice.

    ``unanswered`` of its questions nobody has answered; those stand once, in the form.
    """

    section: Section
    to_do: list[tuple[Item, str]]
    well: list[tuple[Item, str]]
    unanswered: int


def _told(programme: Programme, section: Section) -> Told:
    known = [(item, item_url(programme, item)) for item in section.items if not _is_open(item)]
    return Told(
        section,
        [(item, url) for item, url in known if item.verdict is not Verdict.GO],
        [(item, url) for item, url in known if item.verdict is Verdict.GO],
        len(section.items) - len(known),
    )


def _is_open(item: Item) -> bool:
    return item.place is Place.QUESTIONS and item.answer is None


def kept_pool(programme: Programme, *, now: datetime) -> Figures[Pool]:
    """Who could be matched; twenty thousand people are counted once a minute."""
    return kept(
        "pool",
        programme.current_cohort,
        now=now,
        count=lambda: pool_for(programme, today=now.date()),
        is_large=lambda pool: pool.everybody.people >= LARGE,
    )


def answer_words(check: Check) -> str:
    """The page's first sentence."""
    if check.advises_against:
        return _("Do not launch yet")
    if check.overall is Verdict.NOT_YET:
        count = len(check.not_yet)
        words = ngettext("Not yet: one thing stands in the way", "Not yet: %(count)s things stand in the way", count)
        return filled(words, count=count)
    if check.overall is Verdict.CAUTION:
        count = len(check.cautions)
        words = ngettext("Go, with caution in one thing", "Go, with caution in %(count)s things", count)
        return filled(words, count=count)
    return _("Go")


ROUTES = {
    Place.HANDLERS: "programme_handlers",
    Place.RULES: "programme_rules",
    Place.INVITE: "enrolment_list",
    Place.OWN_QUESTIONS: "question_list",
    Place.IDENTITY: "identity_list",
    Place.CODES: "codes",
    Place.WAITING: "waiting_list",
}


def item_url(programme: Programme, item: Item) -> str:
    """Where the item's advice is followed; what only people know at its own question."""
    return f"#id_{item.code}" if item.place is Place.QUESTIONS else place_url(programme, item.place)


def place_url(programme: Programme, place: Place) -> str:
    """Where the item's advice is followed; "" where that is not on a page of the coordinator's."""
    here = [programme.public_id]
    if place in (Place.DATES, Place.RHYTHM, Place.CONSENT, Place.LIMITS, Place.SURVEYS):
        return reverse("programme_part", args=[*here, place.value])
    if place is Place.OBJECTIVES:
        return f"{reverse('programme_design', args=here)}#objectives"
    if place in ROUTES:
        return reverse(ROUTES[place], args=here)
    return {Place.PEOPLE: reverse("people_list"), Place.QUESTIONS: "#questions"}.get(place, "")


def programme_handlers(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    user = seat_of(request).user
    people = handlers.may_be_chosen(programme)
    is_contact = "contact" in request.POST
    posted = request.POST if request.method == "POST" else None
    choose = HandlerForm(None if is_contact else posted, people=people, prefix="user")
    contact = ContactForm(posted if is_contact else None, prefix="contact")
    key = request.POST.get("key") or fresh_key(user)
    if request.method == "POST" and _added(request, programme, choose, contact, key=key):
        return redirect("programme_handlers", programme.public_id)
    listed = handlers.handlers_of(programme)
    context = {
        "programme": programme,
        "handlers": listed,
        "enough": handlers.are_enough(listed),
        "least": handlers.LEAST,
        "people": people,
        "role_is_held": bool(people) or handlers.role_is_held(),
        "choose": choose,
        "contact": contact,
        "key": key,
    }
    return render(request, "programmes/handlers.html", context)


def _added(request: PageRequest, programme: Programme, choose: HandlerForm, contact: ContactForm, *, key: str) -> bool:
    """Whether somebody was named; a form that is wrong says so itself."""
    user, now = seat_of(request).user, request.now
    if contact.is_bound:
        if not contact.is_valid():
            return False
        public_id = id_from_key(key, user=user)
        handlers.add_contact(programme, **contact.cleaned_data, by=user, now=now, public_id=public_id)
        messages.success(request, _("%(name)s is named.") % {"name": contact.cleaned_data["name"]})
        return True
    if not choose.is_valid():
        return False
    chosen = choose.cleaned_data
    try:
        handlers.choose_handler(
            programme, user_id=chosen["user"], is_outside_hr=chosen["is_outside_hr"], by=user, now=now
        )
    except handlers.NotAHandler:
        choose.add_error("user", _("Choose somebody from the list who still holds the role"))
        return False
    messages.success(request, _("%(name)s is named.") % {"name": dict(handlers_names(choose))[chosen["user"]]})
    return True


def handlers_names(form: HandlerForm) -> list[tuple[str, str]]:
    return [(str(key), str(name)) for key, name in form.fields["user"].choices]  # type: ignore[attr-defined]


def handler_remove(request: PageRequest, public_id: str, handler_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    handlers.remove_handler(programme, handler_id=handler_id, by=seat_of(request).user, now=request.now)
    messages.success(request, _("They are not named in this programme any more."))
    return redirect("programme_handlers", programme.public_id)


urlpatterns = [
    path("programmes/<programme:public_id>/readiness/", programme_readiness, name="programme_readiness"),
    path("programmes/<programme:public_id>/handlers/", programme_handlers, name="programme_handlers"),
    path("programmes/<programme:public_id>/handlers/<str:handler_id>/removal/", handler_remove, name="handler_remove"),
]
