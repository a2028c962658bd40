"""The coordinator's side of enrolment: who is invited and how far they are, and inviting more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from viceversa.people.models import Person
from viceversa.programmes import invitations
from viceversa.programmes.candidates import as_candidates, candidates, functions_of_people, not_yet_invited
from viceversa.programmes.enrolment_list import STAGES, enrolments_listed, funnel_of
from viceversa.programmes.letters import invitation_words, name_of
from viceversa.programmes.models import Enrolment, Programme

from ..access import access_programme, seat_of
from ..forms.invitations import CandidateFilterForm
from ..request import PageRequest

ON_A_PAGE = 50
KEPT = ("file_role", "function", "grade_least", "grade_most", "words")


@dataclass(frozen=True)
class Filter:
    """One link of a row of filters."""

    label: str
    value: str
    count: int | None = None


def stage_words() -> dict[str, str]:
    return {
        "invited": _("Invited"),
        "begun": _("Begun"),
        "taking_part": _("Taking part"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
    }


def enrolment_list(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    cohort = programme.current_cohort
    funnel = funnel_of(cohort)
    stage, side = request.GET.get("stage", ""), request.GET.get("side", "")
    words = request.GET.get("words", "").strip()[:120]
    rows = enrolments_listed(cohort, stage=stage, role=side, words=words)
    paginator = Paginator(rows, ON_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    names = stage_words()
    context = {
        "programme": programme,
        "cohort": cohort,
        "funnel": funnel,
        "stages": [(names[each], funnel.stages[each], each) for each in STAGES],
        "stage_filters": [Filter(_("All"), "", funnel.asked.both)]
        + [Filter(names[each], each, funnel.stages[each].both) for each in STAGES],
        "side_filters": [
            Filter(_("Both sides"), ""),
            Filter(leaders_word(programme), Enrolment.Role.MENTEE),
            Filter(_("Mentors"), Enrolment.Role.MENTOR),
        ],
        "leaders_word": leaders_word(programme),
        "stage": stage,
        "side": side,
        "words": words,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "names": names,
        "may_be_asked_again": invitations.MAY_BE_ASKED_AGAIN,
    }
    return render(request, "enrolment/enrolment_list.html", context)


def leaders_word(programme: Programme) -> str:
    """The programme's word for its mentees, many of them, at the start of a sentence or a column."""
    word = programme.mentee_word
    return _("Leaders") if word == "leader" else word[:1].upper() + word[1:]


def invite(request: PageRequest, public_id: str) -> HttpResponse:
    programme = access_programme(request, public_id)
    if request.method == "POST" and "again" in request.POST:
        return _send_again(request, programme)
    cohort, today = programme.current_cohort, request.now.date()
    data = request.POST if request.method == "POST" else request.GET
    form = CandidateFilterForm(data, functions=functions_of_people(), leader=programme.mentee_word)
    people = candidates(form.asked, on=today) if form.is_valid() else Person.objects.none()
    reachable = not_yet_invited(people, cohort=cohort, role=form.role, on=today)
    problem = ""
    if request.method == "POST" and form.is_valid() and programme.is_launched:
        chosen = reachable if request.POST.get("whom") == "all" else _ticked(request)
        if chosen:
            return _invite(request, programme, chosen, role=form.role)
        problem = _("Tick at least one person")
    paginator = Paginator(people, ON_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    seat = seat_of(request)
    context = {
        "programme": programme,
        "form": form,
        "role": form.role,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "rows": as_candidates(list(page), cohort=cohort, role=form.role),
        "reachable": reachable.count(),
        "names": stage_words(),
        "problem": problem,
        "kept": [(name, form[name].value()) for name in KEPT if form[name].value()],
        "ticked": set(request.POST.getlist("person")),
        "nobody_here": form.is_valid() and not form.is_narrowed and not paginator.count,
        "letter": invitation_words(
            programme, role=form.role, given_name=_("Grace"), inviter=name_of(seat.user), now=request.now
        ),
        "inviter": name_of(seat.user),
    }
    return render(request, "enrolment/invite.html", context)


def _ticked(request: PageRequest) -> list[Person]:
    return list(Person.objects.filter(public_id__in=request.POST.getlist("person")[:ON_A_PAGE]))


def _invite(
    request: PageRequest, programme: Programme, people: Iterable[Person], *, role: Enrolment.Role
) -> HttpResponse:
    made = invitations.invite(
        programme.current_cohort, people=people, role=role, by=seat_of(request).user, now=request.now
    )
    if made:
        words = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", len(made))
        messages.success(request, words % {"count": len(made)})
    else:
        messages.success(request, _("They were all invited already. Nobody got a second letter."))
    return redirect(_list_url(programme, side=role))


def _send_again(request: PageRequest, programme: Programme) -> HttpResponse:
    enrolments = Enrolment.objects.select_related("person", "cohort__programme")
    enrolment = enrolments.filter(public_id=request.POST["again"], cohort__programme=programme).first()
    if enrolment is None:
        raise Http404
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
    path("programmes/<str:public_id>/enrolments/", enrolment_list, name="enrolment_list"),
    path("programmes/<str:public_id>/enrolments/invite/", invite, name="invite"),
]
