"""Bring people into a cohort: by letter, from the people file, or by a link handed over."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.accounts.numbers import filled
from viceversa.outbox.letters import absolute
from viceversa.people.models import Person
from viceversa.programmes import invitations
from viceversa.programmes.candidates import (
    TOLD,
    as_candidates,
    candidates,
    functions_of_people,
    named_in_file,
    not_yet_enrolled,
    not_yet_invited,
    within_reach,
)
from viceversa.programmes.letters import invitation_words, name_of
from viceversa.programmes.models import Enrolment, Programme
from viceversa.programmes.personal_link import NoLinkNeeded, PersonalLink, make_link
from viceversa.programmes.places import admission_of, free_places

from ..access import access_programme, seat_of
from ..attention_words import leaders_word
from ..forms.invitations import CandidateFilterForm
from ..paging import PER_PAGE, one_page
from ..request import PageRequest
from ..stage_words import stage_words
from .taking_back import take_back_page

NAMES_SHOWN = 5
KEPT = ("file_role", "function", "grade_least", "grade_most", "teaches", "words")


def invite(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method == "POST" and "again" in request.POST:
        return _send_again(request, programme)
    if request.method == "POST" and "link" in request.POST:
        return _link_for(request, programme)
    if request.method == "POST" and "taken_back" in request.POST:
        return take_back_page(request, programme)
    cohort, today = programme.current_cohort, request.now.date()
    data = request.POST if request.method == "POST" else _filters_opened(request)
    form = CandidateFilterForm(data, functions=functions_of_people(), leader=programme.mentee_word)
    people = candidates(form.asked, on=today) if form.is_valid() else Person.objects.none()
    problem = ""
    if request.method == "POST" and form.is_valid() and programme.is_launched:
        done = _bring_in(request, programme, people, form=form)
        if done is not None:
            return done
        problem = _("Tick at least one person")
    page = one_page(request, people.only(*TOLD))
    reach = within_reach(people, cohort=cohort, role=form.role, on=today)
    seat = seat_of(request)
    context = {
        "programme": programme,
        "form": form,
        "role": form.role,
        **page,
        "rows": as_candidates(list(page["page"]), cohort=cohort, role=form.role),
        "reachable": reach.by_letter,
        "named": reach.from_file,
        "finished": bool(page["page"].paginator.count) and not reach.anyhow,
        "leaders_word": leaders_word(programme),
        "names": stage_words(),
        "problem": problem,
        "kept": kept_of(form),
        "ticked": set(request.POST.getlist("person")),
        "nobody_here": form.is_valid() and not form.is_narrowed and not page["page"].paginator.count,
        "letter": invitation_words(
            programme,
            role=form.role,
            given_name=_("Grace"),
            inviter=name_of(seat.user),
            keeps_place=admission_of(cohort).places(form.role) is None,
            now=request.now,
        ),
        "inviter": name_of(seat.user),
    }
    return render(request, "enrolment/invite.html", context)


def _filters_opened(request: PageRequest) -> QueryDict:
    """The filters of the address; without any, those whom the people file puts on this side, if it names any."""
    data = request.GET.copy()
    if any(name in data for name in KEPT):
        return data
    role = Enrolment.Role.MENTOR if data.get("side") == "mentor" else Enrolment.Role.MENTEE
    if named_in_file(Person.objects.here(on=request.now.date()), role=role).exists():
        data["file_role"] = role.value
    return data


def _bring_in(
    request: PageRequest, programme: Programme, people: QuerySet[Person], *, form: CandidateFilterForm
) -> HttpResponse | None:
    """By hand, from the file or by letter, as the button said; nothing where nobody was chosen."""
    if "hand" in request.POST:
        return _invite_by_hand(request, programme, role=form.role)
    role = form.role
    cohort, today = programme.current_cohort, request.now.date()
    if "enrol" in request.POST:
        fresh = not_yet_enrolled(people, cohort=cohort, role=role, on=today)
        if request.POST["enrol"] == "all":
            return _enrol_all(request, programme, list(named_in_file(fresh, role=role)), form=form)
        chosen = _ticked(request)
        return _enrol(request, programme, chosen, role=role) if chosen else None
    if request.POST.get("whom") == "all":
        reachable = list(not_yet_invited(people, cohort=cohort, role=role, on=today))
        return _invite_all(request, programme, reachable, form=form)
    chosen = _ticked(request)
    return _invite(request, programme, chosen, role=role) if chosen else None


def _invite_all(
    request: PageRequest, programme: Programme, people: list[Person], *, form: CandidateFilterForm
) -> HttpResponse | None:
    """First how many letters go to whom; they go when that very number is confirmed, or are all out already."""
    confirmed = request.POST.get("confirmed", "")
    if not people and not confirmed:
        return None
    if not people or confirmed == str(len(people)):
        return _invite(request, programme, people, role=form.role)
    return render(request, "enrolment/invite_all.html", _first_look(programme, people, form=form, confirmed=confirmed))


def _enrol_all(
    request: PageRequest, programme: Programme, people: list[Person], *, form: CandidateFilterForm
) -> HttpResponse | None:
    """First how many take part, and who; they do when that very number is confirmed, or do already."""
    confirmed = request.POST.get("confirmed", "")
    if not people and not confirmed:
        return None
    if not people or confirmed == str(len(people)):
        return _enrol(request, programme, people, role=form.role)
    free = free_places(programme.current_cohort, role=form.role)
    context = _first_look(programme, people, form=form, confirmed=confirmed) | {
        "wait": 0 if free is None else max(0, len(people) - free),
        "without_email": sum(not person.email for person in people),
        "tells_managers": admission_of(programme.current_cohort).tells_managers,
    }
    return render(request, "enrolment/enrol_all.html", context)


def _first_look(
    programme: Programme, people: list[Person], *, form: CandidateFilterForm, confirmed: str
) -> dict[str, object]:
    """Whom a button for everybody means, before it does anything."""
    return {
        "programme": programme,
        "role": form.role,
        "count": len(people),
        "has_changed": bool(confirmed),
        "filters": form.in_words,
        "some": [person.short_name for person in people[:NAMES_SHOWN]],
        "others": max(0, len(people) - NAMES_SHOWN),
        "kept": kept_of(form),
        "back": urlencode({"side": form.role.value, "file_role": ""} | dict(kept_of(form))),
        "leaders_word": leaders_word(programme),
    }


def kept_of(form: CandidateFilterForm) -> list[tuple[str, str]]:
    """The filters that are set, as a form or an address carries them on."""
    return [(name, str(form[name].value())) for name in KEPT if form[name].value()]


def _ticked(request: PageRequest) -> list[Person]:
    return list(Person.objects.filter(public_id__in=request.POST.getlist("person")[:PER_PAGE]))


def _invite(
    request: PageRequest, programme: Programme, people: Iterable[Person], *, role: Enrolment.Role
) -> HttpResponse:
    made = invitations.invite(
        programme.current_cohort, people=people, role=role, by=seat_of(request).user, now=request.now
    )
    if made:
        words = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", len(made))
        messages.success(request, filled(words, count=len(made)))
    unreached = sum(not person.email for person in people)
    if unreached:
        words = ngettext(
            "%(count)s person without an e-mail was left out. Make a link for them, or enrol them from the file.",
            "%(count)s people without an e-mail were left out. Make a link for each, or enrol them from the file.",
            unreached,
        )
        messages.warning(request, filled(words, count=unreached))
    elif not made:
        messages.success(request, _("They were all invited already. Nobody got a second letter."))
    return redirect(_list_url(programme, side=role))


def _enrol(
    request: PageRequest, programme: Programme, people: Iterable[Person], *, role: Enrolment.Role
) -> HttpResponse:
    """They said yes elsewhere."""
    made = invitations.enrol_from_file(
        programme.current_cohort, people=people, role=role, by=seat_of(request).user, now=request.now
    )
    if made:
        words = ngettext(
            "%(count)s person takes part now, with what the people file says. No letter went out: the first one brings "
            "a proposal, and the way in. Without an e-mail, a link from this list does.",
            "%(count)s people take part now, with what the people file says. No letter went out: the first one brings "
            "a proposal, and the way in. Whoever has no e-mail needs a link from this list.",
            len(made),
        )
        messages.success(request, filled(words, count=len(made)))
    else:
        messages.success(request, _("They were all asked or enrolled already. Nothing has changed."))
    return redirect(_list_url(programme, side=role))


def _invite_by_hand(request: PageRequest, programme: Programme, *, role: Enrolment.Role) -> HttpResponse:
    """Somebody whom no letter reaches: invited and given a link in one step."""
    person = Person.objects.filter(public_id=request.POST["hand"]).first()
    if person is None:
        raise Http404
    cohort, user = programme.current_cohort, seat_of(request).user
    try:
        link = invitations.invite_by_hand(cohort, person=person, role=role, by=user, now=request.now)
    except invitations.CannotBeInvited:
        words = _("%(name)s has no grade, or was asked already. Nothing has changed.")
        messages.warning(request, words % {"name": person.name})
        return redirect(_list_url(programme, side=role))
    return _show_link(request, programme, link)


def _link_for(request: PageRequest, programme: Programme) -> HttpResponse:
    """A link to hand over, for somebody on the list who has no account yet."""
    enrolment = _of_programme(programme, public_id=request.POST["link"])
    try:
        link = make_link(enrolment, by=seat_of(request).user, now=request.now)
    except NoLinkNeeded:
        words = _("%(name)s signs in already, has left, or said no. No link was made.")
        messages.warning(request, words % {"name": enrolment.person.name})
        return redirect(_list_url(programme, side=enrolment.role))
    return _show_link(request, programme, link)


def _show_link(request: PageRequest, programme: Programme, link: PersonalLink) -> HttpResponse:
    """This once: the link stands nowhere else."""
    context = {
        "programme": programme,
        "person": link.enrolment.person,
        "link": absolute(reverse("join", args=[link.token])),
        "good_until": link.good_until,
        "list_url": _list_url(programme, side=link.enrolment.role),
    }
    return render(request, "enrolment/personal_link.html", context)


def _of_programme(programme: Programme, *, public_id: str) -> Enrolment:
    enrolments = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = enrolments.filter(public_id=public_id, cohort__programme=programme).first()
    if enrolment is None:
        raise Http404
    return enrolment


def _send_again(request: PageRequest, programme: Programme) -> HttpResponse:
    enrolment = _of_programme(programme, public_id=request.POST["again"])
    name = enrolment.person.name
    if invitations.send_again(enrolment, by=seat_of(request).user, now=request.now):
        messages.success(request, _("The letter to %(name)s goes out again.") % {"name": name})
    else:
        words = _("%(name)s had a letter today, or has answered. Nothing was sent.")
        messages.warning(request, words % {"name": name})
    return redirect(_list_url(programme, side=enrolment.role))


def _list_url(programme: Programme, *, side: str) -> str:
    return f"{reverse('enrolment_list', args=[programme.public_id])}?{urlencode({'side': side})}"


urlpatterns = [
    path("programmes/<programme:public_id>/enrolments/invite/", invite, name="invite"),
]
