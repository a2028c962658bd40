"""Looking at profiles that people agreed to show, naming those one would like, being looked at, a pause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from viceversa.accounts.fingerprint import ChangedMeanwhile
from viceversa.accounts.keys.store import KeysMissing
from viceversa.people.languages import name_of
from viceversa.programmes import favourites as chosen
from viceversa.programmes.browsing import hide_profile, profiles_for, show_profile, shown_profile, topics_shown
from viceversa.programmes.browsing import seen_of as shown_seen
from viceversa.programmes.coordinators import coordinator_name
from viceversa.programmes.models import Enrolment, ShownProfile
from viceversa.programmes.pausing import pause_enrolment, pause_of, resume_enrolment
from viceversa.programmes.pausing import seen_of as pause_seen

from ..access import access_enrolment, seat_of
from ..changed import CHANGED
from ..forms.taking_part import PauseForm, ShownForm
from ..paging import one_page
from ..request import PageRequest

CLOSED = 503
PROFILES_A_PAGE = 20


def _frame(held: Enrolment) -> dict[str, Any]:
    programme = held.cohort.programme
    return {"enrolment": held, "programme": programme, "coordinator": coordinator_name(programme)}


def enrolment_browse(request: PageRequest, public_id: str) -> HttpResponse:
    held = access_enrolment(request, public_id)
    try:
        mine = chosen.own_favourites(held)
    except KeysMissing:
        return _closed(request, held)
    if request.method == "POST":
        return _mark(request, held, mine=mine)
    return _browse(request, held, mine=mine)


def _browse(request: PageRequest, held: Enrolment, *, mine: Sequence[str], status: int = 200) -> HttpResponse:
    on, words, topic = request.now.date(), request.GET.get("words", "")[:100], request.GET.get("topic", "")[:200]
    listed = one_page(request, profiles_for(held, on=on, words=words, topic=topic), per_page=PROFILES_A_PAGE)
    context = _frame(held) | listed
    context |= {
        "cards": [_card(profile, mine=mine) for profile in listed["page"]],
        "topics": topics_shown(held, on=on),
        "words": words,
        "topic": topic,
        "named": len(mine),
        "most": chosen.most_favourites(held),
        "seen": chosen.seen_of(mine),
        "others": Enrolment.Role.MENTEE if held.role == Enrolment.Role.MENTOR else Enrolment.Role.MENTOR,
    }
    return render(request, "enrolment/browse.html", context, status=status)


def _card(profile: ShownProfile, *, mine: Sequence[str]) -> dict[str, Any]:
    """Exactly what somebody agreed to show."""
    person = profile.enrolment.person
    return {
        "key": profile.enrolment.public_id,
        "side": profile.enrolment.side,
        "person": person,
        "sentence": profile.sentence,
        "offers": sorted(offer.topic.name for offer in person.offers.all()),
        "languages": [name_of(tag) for tag in person.languages],
        "place": mine.index(person.person_id) + 1 if person.person_id in mine else 0,
    }


def _mark(request: PageRequest, held: Enrolment, *, mine: Sequence[str]) -> HttpResponse:
    """Name somebody last, or take their name back; whoever shows no profile cannot be named."""
    wanted = request.POST.get("add", "") or request.POST.get("remove", "")
    profile = profiles_for(held, on=request.now.date()).filter(enrolment__public_id=wanted).first()
    if profile is not None:
        number = profile.enrolment.person.person_id
        rest = [one for one in mine if one != number]
        problem = _keep(request, held, favourites=[*rest, number] if "add" in request.POST else rest)
        if problem:
            messages.error(request, problem)
            return _browse(request, held, mine=chosen.own_favourites(held), status=CHANGED)
    return redirect(request.get_full_path())


def _keep(request: PageRequest, held: Enrolment, *, favourites: Sequence[str]) -> str:
    """Why it could not be kept, in words; empty when it was."""
    try:
        chosen.choose_favourites(
            held,
            favourites=favourites,
            seen=request.POST.get("seen", ""),
            by=seat_of(request).user,
            now=request.now,
        )
    except ChangedMeanwhile:
        return _("You changed your list in another window meanwhile. It stands here as it is now.")
    except chosen.TooMany as refusal:
        words = _("%(most)s people count, and you have named as many. Take somebody out first.")
        return words % {"most": refusal.most}
    except KeysMissing:
        return _("Nothing was saved: private words cannot be kept just now. Try again later.")
    return ""


def enrolment_favourites(request: PageRequest, public_id: str) -> HttpResponse:
    """One's own list, best first, put in order with a button up and a button down."""
    held = access_enrolment(request, public_id)
    try:
        mine = list(chosen.own_favourites(held))
    except KeysMissing:
        return _closed(request, held)
    status = 200
    if request.method == "POST":
        problem = _keep(request, held, favourites=_rearranged(request, mine))
        if not problem:
            return redirect("enrolment_favourites", held.public_id)
        messages.error(request, problem)
        mine, status = list(chosen.own_favourites(held)), CHANGED
    shown = profiles_for(held, on=request.now.date()).filter(enrolment__person__person_id__in=mine)
    by_number = {profile.enrolment.person.person_id: profile for profile in shown}
    context = _frame(held) | {
        "rows": [(place, number, by_number.get(number)) for place, number in enumerate(mine, start=1)],
        "most": chosen.most_favourites(held),
        "seen": chosen.seen_of(mine),
    }
    return render(request, "enrolment/favourites.html", context, status=status)


def _rearranged(request: PageRequest, mine: list[str]) -> list[str]:
    """The list with one name moved or taken out; places are counted from one, and an unknown one changes nothing."""
    order = list(mine)
    for word, by in (("up", -1), ("down", 1), ("remove", 0)):
        text = request.POST.get(word, "")
        at = int(text) - 1 if text.isdecimal() and len(text) < 5 else -1
        if not 0 <= at < len(order):
            continue
        name = order.pop(at)
        if by:
            order.insert(max(0, at + by), name)
    return order


def _closed(request: PageRequest, held: Enrolment) -> HttpResponse:
    return render(request, "enrolment/favourites_closed.html", _frame(held), status=CLOSED)


def enrolment_shown(request: PageRequest, public_id: str) -> HttpResponse:
    held = access_enrolment(request, public_id)
    shown, status = shown_profile(held), 200
    user = seat_of(request).user
    if request.method == "POST" and request.POST.get("word") == "hide":
        hide_profile(held, by=user, now=request.now)
        messages.success(request, _("Nobody can look at your profile any more."))
        return redirect("enrolment_shown", held.public_id)
    form = ShownForm(request.POST or None, shown=shown)
    if request.method == "POST" and form.is_valid():
        try:
            sentence, seen = form.cleaned_data["sentence"], request.POST.get("seen", "")
            show_profile(held, sentence=sentence, seen=seen, by=user, now=request.now)
        except ChangedMeanwhile:
            words = _("You changed this in another window meanwhile. What you typed is still here; save again.")
            form.add_error(None, words)
            shown, status = shown_profile(held), CHANGED
        else:
            messages.success(request, _("People of the other side can look at your profile."))
            return redirect("enrolment_shown", held.public_id)
    person = held.person
    offers = person.offers.order_by("topic__name").values_list("topic__name", flat=True)
    context = _frame(held) | {
        "form": form,
        "shown": shown,
        "seen": shown_seen(shown),
        "person": person,
        "offers": list(offers),
        "languages": [name_of(tag) for tag in person.languages],
    }
    return render(request, "enrolment/shown.html", context, status=status)


def enrolment_pause(request: PageRequest, public_id: str) -> HttpResponse:
    held = access_enrolment(request, public_id)
    today, user, status = request.now.date(), seat_of(request).user, 200
    pause = pause_of(held, on=today)
    if request.method == "POST" and request.POST.get("word") == "resume":
        resume_enrolment(held, by=user, now=request.now)
        messages.success(request, _("You can be proposed again from now on."))
        return redirect("enrolment_pause", held.public_id)
    form = PauseForm(request.POST or None, pause=pause, today=today)
    if request.method == "POST" and form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("from_on", "until_on")}
        try:
            seen = request.POST.get("seen", "")
            pause_enrolment(held, **days, seen=seen, by=user, now=request.now, today=today)
        except ChangedMeanwhile:
            words = _("You changed your pause in another window meanwhile. What you typed is still here; save again.")
            form.add_error(None, words)
            pause, status = pause_of(held, on=today), CHANGED
        else:
            messages.success(request, _("Your pause is kept. Nobody is proposed to you on these days."))
            return redirect("enrolment_pause", held.public_id)
    context = _frame(held) | {"form": form, "pause": pause, "seen": pause_seen(pause), "today": today}
    return render(request, "enrolment/pause.html", context, status=status)


urlpatterns: list[URLPattern] = [
    path("programmes/enrolments/<str:public_id>/people/", enrolment_browse, name="enrolment_browse"),
    path("programmes/enrolments/<str:public_id>/favourites/", enrolment_favourites, name="enrolment_favourites"),
    path("programmes/enrolments/<str:public_id>/profile/", enrolment_shown, name="enrolment_shown"),
    path("programmes/enrolments/<str:public_id>/pause/", enrolment_pause, name="enrolment_pause"),
]
